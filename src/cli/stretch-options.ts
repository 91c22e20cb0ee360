import type { Command } from 'commander';
import { SmbError } from '../base/error.ts';
import { parseDuration } from '../base/time/duration.ts';
import { parseIsoTime } from '../base/time/timestamp.ts';

/** Options of {@link addStretchOptions}. */
export interface StretchFlags {
  readonly since?: string;
  readonly until?: string;
}

/** Adds the options that choose a stretch of event time. */
export function addStretchOptions(command: Command): Command {
  return command
    .option('--since <when>', 'events from then on: a duration back from now (7d) or a time (2026-03-01T10:00:00Z)')
    .option('--until <when>', 'events before then (default: now)');
}

/** @throws USAGE when a time is neither a duration nor a time */
export function stretchOf({ since, until }: StretchFlags): { readonly fromMs?: number; readonly beforeMs?: number } {
  if (since === undefined && until !== undefined) {
    throw new SmbError('USAGE', '--until needs --since.', { fix: 'say from when on, such as --since 7d' });
  }
  return {
    ...(since !== undefined && { fromMs: whenOf(since) }),
    ...(until !== undefined && { beforeMs: whenOf(until) }),
  };
}

function whenOf(text: string): number {
  const duration = parseDuration(text);
  if (duration !== undefined) return Math.floor(Date.now() - duration);
  const time = parseIsoTime(text)?.ms;
  if (time !== undefined) return Math.floor(time);
  throw new SmbError('USAGE', `"${text}" is neither a duration nor a time.`, {
    fix: 'write 7d, 12h, or 2026-03-01T10:00:00Z',
  });
}
