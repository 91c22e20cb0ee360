import type { Command } from 'commander';
import type { Static } from 'typebox';
import type { RunsAnswer } from '../../../server/contract/rules.ts';
import { addServerOptions, type ServerFlags, withApi } from '../../api-client.ts';
import { RUN_COLUMNS, RUN_TABLE } from '../../run-columns.ts';
import { openOutput } from '../../terminal/output.ts';
import { rowFormatOption, writeRows } from '../../terminal/rows.ts';

/** `smbastion rules runs`: how runs went. */
export function registerRulesRuns(rules: Command): void {
  addServerOptions(rules.command('runs').argument('[id]', 'rule; the latest runs of all unless given'))
    .description('list the runs of a rule on the server, the newest first')
    .option('--limit <n>', 'runs at most', '20')
    .addOption(rowFormatOption())
    .action((id: string | undefined, flags: ServerFlags & { readonly limit: string; readonly format?: string }) =>
      withApi(flags, async (api) => {
        const of = id === undefined ? 'runs' : `rules/${encodeURIComponent(id)}/runs`;
        const limit = encodeURIComponent(flags.limit);
        const { runs } = await api.get<Static<typeof RunsAnswer>>(`/api/v1/${of}?limit=${limit}`);
        const output = openOutput(undefined);
        const isTable = (flags.format ?? (output.isTerminal ? 'table' : 'jsonl')) === 'table';
        writeRows(output, flags.format, isTable ? RUN_TABLE : RUN_COLUMNS, runs);
        output.close();
      }),
    );
}
