/** Options that choose alerts, the same for listing and for changing them. */
import type { Command } from 'commander';
import { SmbError } from '../base/error.ts';
import { didYouMean } from '../base/suggest.ts';
import { parseDuration } from '../base/time/duration.ts';
import { parseIsoTime } from '../base/time/timestamp.ts';
import type { Api } from './api-client.ts';
import { say } from './terminal/output.ts';

/** Options of {@link addAlertFilter}. */
export interface AlertFilterFlags {
  readonly rule?: string[];
  readonly severity?: string[];
  readonly text?: string;
  readonly since?: string;
  readonly before?: string;
}

/** Adds the options that choose alerts. */
export function addAlertFilter(command: Command): Command {
  return command
    .option('--rule <ids>', 'of these rules, ids separated by commas', splitCommas)
    .option('--severity <names>', 'of these severities, such as high,critical', splitCommas)
    .option('--text <text>', 'with this in a host, address, account, path, rule name or sentence')
    .option('--since <time>', 'with events since then: 24h, 7d, 2026-03-01 or a time (UTC)')
    .option('--before <time>', 'with no event from then on');
}

/** @returns the filter as the API takes it in a body, without what was not asked; lists are never empty */
export function alertFilter(flags: AlertFilterFlags, now: number): Record<string, string | number | string[]> {
  const { rule, severity, text, since, before } = flags;
  return {
    ...(rule && { rule }),
    ...(severity && { severity }),
    ...(text !== undefined && { text }),
    ...(since !== undefined && { fromMs: timeOf(since, '--since', now) }),
    ...(before !== undefined && { beforeMs: timeOf(before, '--before', now) }),
  };
}

/**
 * Says that no alert was found, and why when a rule is asked for that is not there.
 *
 * @throws API-NOT-FOUND for a rule that is neither loaded nor has alerts
 */
export async function sayNoAlert(api: Api, { rule = [] }: AlertFilterFlags, message: string): Promise<void> {
  if (rule.length > 0) {
    const { rules } = await api.get<{ readonly rules: readonly { readonly id: string }[] }>('/api/v1/rules');
    const ids = rules.map(({ id }) => id);
    const unknown = rule.find((id) => !ids.includes(id));
    if (unknown !== undefined) {
      throw new SmbError('API-NOT-FOUND', `There is no rule "${unknown}".${didYouMean(unknown, ids)}`, {
        fix: 'smbastion rules list names them',
      });
    }
  }
  say(message);
}

/** @returns values as the query of a URL, lists as repeated names */
export function queryText(values: Record<string, string | number | boolean | readonly string[] | undefined>): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(values)) {
    if (value === undefined) continue;
    for (const one of Array.isArray(value) ? (value as string[]) : [String(value)]) query.append(name, one);
  }
  return query.size === 0 ? '' : `?${query}`;
}

/** Takes a list apart at its commas, for options. */
export function splitCommas(value: string): string[] {
  return value
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '');
}

/** @throws USAGE when it is neither a time nor a span before now */
function timeOf(text: string, option: string, now: number): number {
  const ago = parseDuration(text);
  const ms = ago === undefined ? parseIsoTime(text)?.ms : now - ago;
  if (ms === undefined) {
    throw new SmbError('USAGE', `"${text}" of ${option} is no time.`, {
      fix: 'write 24h, 7d, 2026-03-01 or 2026-03-01T08:00Z',
    });
  }
  return ms;
}
