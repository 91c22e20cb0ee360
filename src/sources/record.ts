/** A raw record: named columns over bytes, decoded on demand. TSV, CSV and JSON give the same interface to mappings. */

/** Number of a column in its {@link Columns}. */
export type Column = number;

/** Columns of a family of logs, numbered once. */
export class Columns {
  readonly names: readonly string[];
  private readonly byName: ReadonlyMap<string, Column>;

  constructor(names: readonly string[]) {
    this.names = names;
    this.byName = new Map(names.map((name, index) => [name, index]));
    if (this.byName.size !== names.length) throw new Error('a column stands twice in a list of columns');
  }

  find(name: string): Column | undefined {
    return this.byName.get(name);
  }

  /** @throws Error for a name outside the list, which is a bug */
  get(name: string): Column {
    const column = this.byName.get(name);
    if (column === undefined) throw new Error(`column ${name} is not in the list`);
    return column;
  }
}

/** The current record of a parser. Absent, unset and empty-set values are undefined. */
export interface RawRecord {
  has(column: Column): boolean;
  /** Text with escapes resolved. For a list: its first element. */
  text(column: Column): string | undefined;
  /** Number; a text that is none is a fault and undefined. */
  number(column: Column): number | undefined;
  boolean(column: Column): boolean | undefined;
  /** Elements of a set or array; a single value is a list of one. */
  list(column: Column): readonly string[] | undefined;
  /** Raw text of a number, for values that a double cannot hold (times, 64-bit ids). */
  raw(column: Column): string | undefined;
  /** Columns without a number in {@link Columns}, as name and JSON value, for documents. */
  others(): Iterable<readonly [string, unknown]>;
}
