/**
 * Events as a table on a terminal. Widths come from the first rows, which are held back until there are enough of them;
 * later rows only grow. Turned down: reading everything first, since a query may run over days of evidence.
 */
import { printable } from '../../base/text/printable.ts';
import { padColumns, textWidth } from '../../base/text/text-width.ts';

/** Rows looked at before the first one is printed. */
const ROWS_HELD = 200;
/** Blanks between columns. */
const GAP = '  ';
/** Stands where an event has no value, so that a row can be split at blanks. */
const NO_VALUE = '-';

/** A table that is printed while its rows come in. */
export class EventTable {
  private held: (readonly string[])[] = [];
  private columns: { readonly index: number; width: number }[] | undefined;
  private readonly names: readonly string[];
  private readonly write: (text: string) => void;
  private readonly keepsEmpty: boolean;

  /**
   * @param names heads of the columns
   * @param write where lines go
   * @param keepsEmpty false leaves out columns that none of the first rows fills; what a later row has there stands
   * behind it as name=value
   */
  constructor(names: readonly string[], write: (text: string) => void, keepsEmpty: boolean) {
    this.names = names;
    this.write = write;
    this.keepsEmpty = keepsEmpty;
  }

  /** @param cells one a column; data is made printable here */
  row(cells: readonly string[]): void {
    const row = cells.map((cell) => printable(cell));
    if (this.columns === undefined) {
      this.held.push(row);
      if (this.held.length >= ROWS_HELD) this.flush();
    } else this.print(row, this.columns);
  }

  /** Prints what is held back; called once at the end. */
  flush(): void {
    if (this.columns !== undefined || this.held.length === 0) return;
    this.columns = this.names
      .map((_name, index) => index)
      .filter((index) => this.keepsEmpty || this.held.some((row) => row[index] !== ''))
      .map((index) => ({ index, width: Math.max(...[this.names, ...this.held].map((row) => textWidth(row[index]!))) }));
    this.print(this.names, this.columns);
    for (const row of this.held) this.print(row, this.columns);
    this.held = [];
  }

  private print(row: readonly string[], columns: { readonly index: number; width: number }[]): void {
    const cells = columns.map((column) => {
      const cell = row[column.index] || NO_VALUE;
      column.width = Math.max(column.width, textWidth(cell));
      return padColumns(cell, column.width);
    });
    if (row !== this.names) {
      const left = row.flatMap((cell, at) =>
        cell === '' || columns.some(({ index }) => index === at) ? [] : [`${this.names[at]}=${cell}`],
      );
      cells.push(...left);
    }
    this.write(`${cells.join(GAP).trimEnd()}\n`);
  }
}
