import type { Static } from 'typebox';
import type { GapsAnswer } from '../../server/contract/rules.ts';
import { addServerOptions, type ServerFlags, withApi } from '../api-client.ts';
import type { CliCommand } from '../command.ts';
import { openOutput, say } from '../terminal/output.ts';
import { type RowColumn, rowFormatOption, writeRows } from '../terminal/rows.ts';

type Gap = Static<typeof GapsAnswer>['gaps'][number];

const COLUMNS: readonly RowColumn<Gap>[] = [
  { name: 'rule', value: ({ ruleId }) => ruleId },
  { name: 'found', timeMs: ({ foundMs }) => foundMs },
  { name: 'filled', timeMs: ({ filledMs }) => filledMs },
  { name: 'events', value: ({ afterPosition, toPosition }) => toPosition - afterPosition },
  { name: 'reason', value: ({ reason }) => reason },
];

/** `smbastion gaps`: what rules did not look at. */
export const gapsCommand: CliCommand = {
  id: 'gaps',
  register: (program) => {
    addServerOptions(program.command('gaps'))
      .description('list what rules of the server did not look at; rules backfill fills it')
      .option('--all', 'those that are filled, too')
      .addOption(rowFormatOption())
      .action((flags: ServerFlags & { readonly all?: boolean; readonly format?: string }) =>
        withApi(flags, async (api) => {
          const { gaps } = await api.get<Static<typeof GapsAnswer>>('/api/v1/gaps');
          const output = openOutput(undefined);
          const shown = gaps.filter(({ filledMs }) => flags.all === true || filledMs === undefined);
          writeRows(output, flags.format, COLUMNS, shown);
          output.close();
          if (shown.length === 0)
            say(gaps.length === 0 ? 'No rule missed anything.' : 'No gap is open; --all shows filled ones.');
        }),
      );
  },
};
