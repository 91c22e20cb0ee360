/** Prints a list of rows as a table, JSON lines or CSV: the same columns in each. */
import { Option } from 'commander';
import { formatCsvCell } from '../../base/text/csv-cell.ts';
import { formatMinute, isoTime } from '../../base/text/figures.ts';
import { layOut } from './columns.ts';
import { type Output, terminalWidth } from './output.ts';

type Cell = string | number | readonly (string | number)[] | null;

/**
 * One column: its name in every format, and a row's value. Absent values are null; lists are lists in JSON. A time is
 * milliseconds since 1970, NaN where something has none, undefined where there is nothing: ISO for programs, to the minute for
 * people.
 */
export type RowColumn<Row> = { readonly name: string } & (
  | { readonly value: (row: Row) => Cell }
  | { readonly timeMs: (row: Row) => number | undefined }
);

/** The option that chooses the format. */
export function rowFormatOption(): Option {
  return new Option('-f, --format <format>', 'default: table on a terminal, else jsonl').choices([
    'table',
    'jsonl',
    'csv',
  ]);
}

/**
 * Writes rows. A table of none is empty, without a heading: the caller says what there is not.
 *
 * @param format value of the option; undefined for the default
 * @param rows in the order in which they are printed
 * @param tableColumns what a table has instead
 */
export function writeRows<Row>(
  output: Output,
  format: string | undefined,
  columns: readonly RowColumn<Row>[],
  rows: readonly Row[],
  tableColumns: readonly RowColumn<Row>[] = columns,
): void {
  const kind = format ?? (output.isTerminal ? 'table' : 'jsonl');
  if (kind === 'jsonl') {
    for (const row of rows) {
      const values = columns.map((column) => [column.name, valueOf(column, row)]);
      output.write(`${JSON.stringify(Object.fromEntries(values))}\n`);
    }
  } else if (kind === 'csv') {
    output.write(`${columns.map(({ name }) => formatCsvCell(name)).join(',')}\r\n`);
    for (const row of rows)
      output.write(`${columns.map((column) => formatCsvCell(asText(valueOf(column, row)))).join(',')}\r\n`);
  } else if (rows.length > 0) {
    const head = tableColumns.map((column) => `${column.name.replaceAll('_', ' ')}${'timeMs' in column ? ' utc' : ''}`);
    const cells = rows.map((row) => tableColumns.map((column) => String(asText(shownValue(column, row)) ?? '')));
    output.write(layOut([head.map((text) => text.toUpperCase()), ...cells], terminalWidth()));
  }
}

function valueOf<Row>(column: RowColumn<Row>, row: Row): Cell {
  return 'value' in column ? column.value(row) : isoTime(column.timeMs(row) ?? Number.NaN);
}

function shownValue<Row>(column: RowColumn<Row>, row: Row): Cell {
  if ('value' in column) return column.value(row);
  const ms = column.timeMs(row);
  return ms === undefined ? null : formatMinute(ms);
}

/** Values of a list stand behind each other where a cell is one text. */
function asText(value: Cell): string | number | null {
  return typeof value === 'object' && value !== null ? value.join('; ') : value;
}
