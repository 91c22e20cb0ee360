import { existsSync, readFileSync } from 'node:fs';
import type { Command } from 'commander';
import type { Static } from 'typebox';
import { countOf, formatCount, formatElapsed, formatMinute, formatTime } from '../../../base/text/figures.ts';
import type { PreviewAnswer } from '../../../server/contract/rules.ts';
import { addServerOptions, type ServerFlags, withApi } from '../../api-client.ts';
import { addStretchOptions, type StretchFlags, stretchOf } from '../../stretch-options.ts';
import { layOut } from '../../terminal/columns.ts';
import { openOutput, terminalWidth } from '../../terminal/output.ts';

type Preview = Static<typeof PreviewAnswer>;
type PreviewFlags = ServerFlags & StretchFlags & { readonly json?: boolean };

/** `smbastion rules preview`: what a rule would find on the server. */
export function registerRulesPreview(rules: Command): void {
  addStretchOptions(addServerOptions(rules.command('preview').argument('<rule>', 'file of a rule, or id of one')))
    .description('say what a rule would find in what the server holds; nothing is written')
    .option('--json', 'as the API answers it')
    .action((rule: string, flags: PreviewFlags) =>
      withApi(flags, async (api) => {
        const which = existsSync(rule) ? { toml: readFileSync(rule, 'utf8'), file: rule } : { ruleId: rule };
        const stretch = { ...stretchOf({ since: '7d', ...flags }) };
        const preview = await api.post<Preview>('/api/v1/rules/preview', { ...which, ...stretch });
        const output = openOutput(undefined);
        output.write(flags.json ? `${JSON.stringify(preview)}\n` : previewText(preview));
        output.close();
      }),
    );
}

function previewText(preview: Preview): string {
  const { ruleId, alerts, events, tookMs, fromMs, bySeverity } = preview;
  const severities = Object.entries(bySeverity)
    .filter(([, count]) => count > 0)
    .map(([severity, count]) => `${count} ${severity}`);
  const head = `${ruleId}: ${countOf(alerts, 'alert')}${severities.length > 0 ? ` (${severities.join(', ')})` : ''} in ${formatCount(events)} events since ${formatTime(fromMs)}, ${formatElapsed(tookMs)}`;
  return [
    `${head}\n`,
    table(
      'by hour',
      preview.hours.map(({ fromMs: hour, count }) => [formatMinute(hour), String(count)]),
    ),
    table(
      'most often',
      preview.groups.map(({ about, count }) => [String(count), about]),
    ),
    table(
      'exceptions silence',
      preview.exceptions.map(({ id, hits }) => [id, countOf(hits, 'match', 'matches')]),
    ),
    table(
      'alerts',
      preview.shown.map(({ timeMs, severity, reason }) => [formatTime(timeMs).slice(0, 19), severity, reason]),
    ),
    ...preview.limits.map((limit) => `\n${limit}\n`),
  ].join('');
}

function table(title: string, rows: readonly (readonly string[])[]): string {
  return rows.length === 0 ? '' : `\n${title}\n${layOut(rows, terminalWidth())}`;
}
