/** Prints a list of rows as a table, JSON lines or CSV: the same columns in each. */
import { Option } from 'commander';
import { formatCsvCell } from '../../base/text/csv-cell.ts';
import { layOut } from './columns.ts';
import { type Output, terminalWidth } from './output.ts';

/** One column: its name in every format, and a row's value. Absent values are null; lists are lists in JSON. */
export interface RowColumn<Row> {
  readonly name: string;
  readonly value: (row: Row) => string | number | readonly (string | number)[] | null;
}

/** The option that chooses the format. */
export function rowFormatOption(): Option {
  return new Option('-f, --format <format>', 'default: table on a terminal, else jsonl').choices([
    'table',
    'jsonl',
    'csv',
  ]);
}

/**
 * @param format value of the option; undefined for the default
 * @param rows in the order in which they are printed
 */
export function writeRows<Row>(
  output: Output,
  format: string | undefined,
  columns: readonly RowColumn<Row>[],
  rows: readonly Row[],
): void {
  const kind = format ?? (output.isTerminal ? 'table' : 'jsonl');
  if (kind === 'jsonl') {
    for (const row of rows) {
      output.write(`${JSON.stringify(Object.fromEntries(columns.map(({ name, value }) => [name, value(row)])))}\n`);
    }
  } else if (kind === 'csv') {
    output.write(`${columns.map(({ name }) => formatCsvCell(name)).join(',')}\r\n`);
    for (const row of rows)
      output.write(`${columns.map(({ value }) => formatCsvCell(asText(value(row)))).join(',')}\r\n`);
  } else {
    const head = columns.map(({ name }) => name.replaceAll('_', ' ').toUpperCase());
    const cells = rows.map((row) => columns.map(({ value }) => String(asText(value(row)) ?? '')));
    output.write(layOut([head, ...cells], terminalWidth()));
  }
}

/** Values of a list stand behind each other where a cell is one text. */
function asText(value: ReturnType<RowColumn<never>['value']>): string | number | null {
  return typeof value === 'object' && value !== null ? value.join('; ') : value;
}
