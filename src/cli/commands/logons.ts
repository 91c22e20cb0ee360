import { type LogonRow, LogonSummary } from '../../assess/logons.ts';
import type { CliCommand } from '../command.ts';
import { readConfiguration } from '../configuration.ts';
import { addEvidenceOptions, type EvidenceOptions, readEvidence, readingExitCode, sayProblems } from '../evidence.ts';
import { openOutput, say } from '../terminal/output.ts';
import { type RowColumn, rowFormatOption, writeRows } from '../terminal/rows.ts';

interface LogonFlags extends EvidenceOptions {
  readonly format?: string;
  readonly all?: boolean;
  readonly output?: string;
}

const COLUMNS: readonly RowColumn<LogonRow>[] = [
  { name: 'success', value: ({ success }) => success },
  { name: 'failure', value: ({ failure }) => failure },
  { name: 'unknown', value: ({ unknown }) => unknown },
  { name: 'user', value: ({ user }) => user },
  { name: 'domain', value: ({ domain }) => domain || null },
  { name: 'client', value: ({ client }) => client || null },
  { name: 'host', value: ({ host }) => host || null },
  { name: 'how', value: ({ how }) => how || null },
  { name: 'first', timeMs: ({ first }) => first },
  { name: 'last', timeMs: ({ last }) => last },
];

/** The same in fewer columns, for 80 of a terminal. */
const TABLE_COLUMNS: readonly RowColumn<LogonRow>[] = [
  { name: 'ok', value: ({ success }) => success },
  { name: 'failed', value: ({ failure }) => failure },
  { name: 'last', timeMs: ({ last }) => last },
  { name: 'from', value: ({ client }) => client || 'not stated' },
  {
    name: 'account, host, how',
    value: ({ user, domain, host, how, unknown }) => {
      const account = domain === '' ? user : `${domain}\\${user}`;
      const parts = [
        `${account} to ${host || 'a host unnamed'}`,
        how,
        unknown > 0 ? `${unknown} of unknown outcome` : '',
      ];
      return parts.filter((part) => part !== '').join(', ');
    },
  },
];

/** `smbastion logons PATH...`: network logons summed up. */
export const logonsCommand: CliCommand = {
  id: 'logons',
  register: (program) => {
    addEvidenceOptions(program.command('logons'))
      .description('sum up network logons: who, from where, to which host, how, how often')
      .addOption(rowFormatOption())
      .option('--all', 'logons of every type, not only network logons')
      .option('-o, --output <file>', 'write to a file')
      .action(async (paths: string[], flags: LogonFlags) => {
        const config = readConfiguration(flags);
        const logons = new LogonSummary(flags.all === true);
        const output = openOutput(flags.output);
        const summary = await readEvidence(paths, flags, config, (event) => logons.add(event));
        const rows = logons.list();
        const isTable = (flags.format ?? (output.isTerminal ? 'table' : 'jsonl')) === 'table';
        writeRows(output, flags.format, isTable ? TABLE_COLUMNS : COLUMNS, rows);
        output.close();
        sayProblems(summary, flags);
        if (rows.length === 0 && !flags.quiet) say(`No network logon in ${summary.events} events.`);
        process.exitCode = readingExitCode(summary);
      });
  },
};
