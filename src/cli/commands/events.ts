import { type CoverageEntry, type EventCount, EventCoverage } from '../../assess/event-coverage.ts';
import type { CliCommand } from '../command.ts';
import { readConfiguration } from '../configuration.ts';
import { addEvidenceOptions, type EvidenceOptions, readEvidence, readingExitCode, sayProblems } from '../evidence.ts';
import { openOutput } from '../terminal/output.ts';
import { type RowColumn, rowFormatOption, writeRows } from '../terminal/rows.ts';

interface EventFlags extends EvidenceOptions {
  readonly format?: string;
  readonly output?: string;
}

/** A kind of event that was met, or one that was not and would be needed. */
type Row = EventCount | CoverageEntry;

const isFound = (row: Row): row is EventCount => 'count' in row;
const entryOf = (row: Row) => (isFound(row) ? row.entry : row);

const COLUMNS: readonly RowColumn<Row>[] = [
  { name: 'count', value: (row) => (isFound(row) ? row.count : 0) },
  { name: 'channel', value: (row) => row.channel },
  { name: 'id', value: (row) => (isFound(row) ? row.code : String(row.id)) },
  { name: 'group', value: (row) => entryOf(row)?.group ?? null },
  { name: 'need', value: (row) => entryOf(row)?.need ?? null },
  { name: 'first', timeMs: (row) => (isFound(row) ? row.first : undefined) },
  { name: 'last', timeMs: (row) => (isFound(row) ? row.last : undefined) },
  { name: 'proves', value: (row) => entryOf(row)?.proves ?? null },
  { name: 'enable', value: (row) => (isFound(row) ? null : row.enable) },
];

const FOUND_COLUMNS: readonly RowColumn<EventCount>[] = [
  { name: 'count', value: ({ count }) => count },
  { name: 'id', value: ({ code }) => code },
  { name: 'last', timeMs: ({ last }) => last },
  {
    name: 'channel, and what it proves for SMB',
    value: ({ channel, entry }) => (entry ? `${channel}: ${entry.proves}` : channel),
  },
];

const MISSING_COLUMNS: readonly RowColumn<CoverageEntry>[] = [
  { name: 'need', value: ({ need }) => need },
  { name: 'id', value: ({ id }) => String(id) },
  {
    name: 'channel, what it would prove, and how to get it',
    value: ({ channel, proves, enable }) => `${channel}: ${proves}. To get it: ${enable}`,
  },
];

/** `smbastion events PATH...`: kinds of events, what they prove for SMB, and what is missing. */
export const eventsCommand: CliCommand = {
  id: 'events',
  register: (program) => {
    addEvidenceOptions(program.command('events'))
      .description('count kinds of events, say what each proves for SMB, and which are missing')
      .addOption(rowFormatOption())
      .option('-o, --output <file>', 'write to a file')
      .action(async (paths: string[], flags: EventFlags) => {
        const config = readConfiguration(flags);
        const coverage = new EventCoverage();
        const output = openOutput(flags.output);
        const summary = await readEvidence(paths, flags, config, (event) => coverage.add(event));
        const found = coverage.found();
        const missing = coverage.missing();
        if ((flags.format ?? (output.isTerminal ? 'table' : 'jsonl')) === 'table') {
          writeRows(output, 'table', FOUND_COLUMNS, found);
          if (missing.length > 0)
            output.write('\nNot in this evidence: switched off, not collected, or it did not happen.\n');
          if (missing.length > 0) writeRows(output, 'table', MISSING_COLUMNS, missing);
        } else {
          writeRows<Row>(output, flags.format, COLUMNS, [...found, ...missing]);
        }
        output.close();
        sayProblems(summary, flags);
        process.exitCode = readingExitCode(summary);
      });
  },
};
