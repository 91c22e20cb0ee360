import type { Static } from 'typebox';
import { EXIT } from '../../base/error.ts';
import { countOf, formatMinute } from '../../base/text/figures.ts';
import type { AuditAnswer } from '../../server/contract/people.ts';
import { addServerOptions, type ServerFlags, withApi } from '../api-client.ts';
import type { CliCommand } from '../command.ts';
import { wholeNumber } from '../evidence.ts';
import { openOutput, say } from '../terminal/output.ts';
import { type RowColumn, rowFormatOption, writeRows } from '../terminal/rows.ts';

type Entry = Static<typeof AuditAnswer>;

const COLUMNS: readonly RowColumn<Entry>[] = [
  { name: 'number', value: ({ number }) => number },
  { name: 'time', timeMs: ({ atMs }) => atMs },
  { name: 'by', value: ({ by }) => by },
  { name: 'action', value: ({ action }) => action },
  { name: 'details', value: ({ details }) => JSON.stringify(details) },
];

/** Entries that the server gives at once. */
const PAGE = 1_000;

interface ListFlags extends ServerFlags {
  readonly format?: string;
  readonly limit: number;
}

/** `smbastion audit …`: who changed what. */
export const auditCommand: CliCommand = {
  id: 'audit',
  register: (program) => {
    const audit = program.command('audit').description('show who changed what, and check that nobody changed the log');
    audit.helpCommand(false);
    addServerOptions(audit.command('list'))
      .description('print the latest entries, the newest first')
      .option('-n, --limit <number>', 'how many', wholeNumber, 100)
      .addOption(rowFormatOption())
      .action(list);
    addServerOptions(audit.command('verify'))
      .description('check that no entry was changed or taken out')
      .action((flags: ServerFlags) =>
        withApi(flags, async (api) => {
          const { entries, firstForged } = await api.get<{ entries: number; firstForged?: Entry }>(
            '/api/v1/audit/check',
          );
          if (firstForged === undefined) {
            say(`${countOf(entries, 'entry', 'entries')}: all are as they were written.`);
            return;
          }
          const { number, atMs, by, action } = firstForged;
          say(
            `Entry ${number} (${formatMinute(atMs)} UTC, ${action} by ${by}) is not as it was written, or one before it is missing.`,
          );
          process.exitCode = EXIT.findings;
        }),
      );
    for (const command of audit.commands) command.exitOverride().showSuggestionAfterError(true);
  },
};

async function list(flags: ListFlags): Promise<void> {
  await withApi(flags, async (api) => {
    const entries: Entry[] = [];
    while (entries.length < flags.limit) {
      const limit = Math.min(PAGE, flags.limit - entries.length);
      const below = entries.length === 0 ? '' : `&below=${entries.at(-1)!.number}`;
      const page = (await api.get<{ entries: Entry[] }>(`/api/v1/audit?limit=${limit}${below}`)).entries;
      entries.push(...page);
      if (page.length < limit) break;
    }
    const output = openOutput(undefined);
    writeRows(output, flags.format, COLUMNS, entries);
    output.close();
    if (entries.length === 0) say('Nobody changed anything yet.');
  });
}
