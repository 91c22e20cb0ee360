import type { Command } from 'commander';
import type { Static } from 'typebox';
import { printableLines } from '../../../base/text/printable.ts';
import { countOf, formatCount } from '../../../base/text/figures.ts';
import type { ExceptionList, ExceptionSummary } from '../../../server/contract/exceptions.ts';
import { addServerOptions, type ServerFlags, withApi } from '../../api-client.ts';
import { openOutput, say } from '../../terminal/output.ts';
import { type RowColumn, rowFormatOption, writeRows } from '../../terminal/rows.ts';

interface ListFlags extends ServerFlags {
  readonly unused?: boolean;
  readonly expiring?: boolean;
  readonly format?: string;
}

const COLUMNS: readonly RowColumn<ExceptionSummary>[] = [
  { name: 'id', value: ({ id }) => id },
  { name: 'name', value: ({ name }) => name },
  { name: 'rules', value: ({ rules }) => rules },
  { name: 'owner', value: ({ owner }) => owner },
  { name: 'reason', value: ({ reason }) => reason },
  { name: 'expires', value: ({ expires }) => expires },
  { name: 'hits', value: ({ hits }) => hits },
  { name: 'last_hit', timeMs: ({ lastHitMs }) => lastHitMs },
  { name: 'kept_in', value: ({ keptIn, file }) => file ?? keptIn },
  { name: 'remarks', value: (exception) => remarksOf(exception) },
];

/** The same in fewer columns, for 80 of a terminal. */
const TABLE_COLUMNS: readonly RowColumn<ExceptionSummary>[] = [
  { name: 'hits', value: ({ hits }) => formatCount(hits) },
  { name: 'expires', value: ({ expires }) => expires.slice(0, 10) },
  { name: 'owner', value: ({ owner }) => owner.slice(0, 16) },
  {
    name: 'exception',
    value: (exception) => {
      const { id, rules, list, reason } = exception;
      const scope = [...rules, ...(list === undefined ? [] : [`list ${list}`])].join(', ');
      return [`${id} (${scope})`, reason, ...remarksOf(exception)].join('; ');
    },
  },
];

/** `smbastion except list`. */
export function registerExceptList(except: Command): void {
  const command = except
    .command('list')
    .description('list exceptions of the store and of files, with what they silenced')
    .option('--unused', 'only those that silenced nothing for 30 days')
    .option('--expiring', 'only those that end within seven days, or have ended')
    .addOption(rowFormatOption());
  addServerOptions(command).action((flags: ListFlags) =>
    withApi(flags, async (api) => {
      const { exceptions, faults } = await api.get<Static<typeof ExceptionList>>('/api/v1/exceptions');
      const rows = exceptions.filter(
        (one) => (!flags.unused || one.isUnused) && (!flags.expiring || one.isExpiring || one.isExpired),
      );
      const output = openOutput(undefined);
      writeRows(output, flags.format, COLUMNS, rows, TABLE_COLUMNS);
      output.close();
      for (const fault of faults) say(printableLines(fault));
      if (exceptions.length === 0) say('No exception is kept.');
      else if (rows.length === 0) say(`None of the ${countOf(exceptions.length, 'exception')} is as asked.`);
    }),
  );
}

/** What somebody should look at. */
function remarksOf({ isExpired, isExpiring, isUnused, expires }: ExceptionSummary) {
  return [
    ...(isExpired ? ['has ended'] : []),
    ...(isExpiring ? ['ends soon'] : []),
    ...(expires === 'never' ? ['never ends'] : []),
    ...(isUnused ? ['unused for 30 days: remove it'] : []),
  ];
}
