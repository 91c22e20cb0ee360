/** Puts blocks of rows into the tables, each in one transaction. */
import type { DuckDBConnection } from '@duckdb/node-api';
import { quotedName, quotedText } from '../../../query/compile/sql/sql.ts';
import { type EventTable, OWN_COLUMN_NAMES } from '../event-tables.ts';
import type { BlockPart, RowBlock } from './row-block.ts';

/** Bytes that DuckDB expects of a line at least. */
const READ_BYTES = 1024 * 1024;

/** What DuckDB's messages begin with when the rows are at fault, and not the disk or the memory. */
const ROW_ERRORS = /^(?:Constraint|Conversion|Invalid Input|Invalid Type|Mismatch Type|Out of Range) Error/;

/** Rows that the database passed over. */
class RowsPassedOver extends Error {}

/** @returns whether an insertion failed for what stands in the rows */
export function isOfRows(error: unknown): boolean {
  return error instanceof RowsPassedOver || (error instanceof Error && ROW_ERRORS.test(error.message));
}

/** See the head of this file. */
export class RowInsertion {
  private readonly connection: DuckDBConnection;
  private readonly tables: readonly [EventTable, EventTable];

  constructor(connection: DuckDBConnection, tables: readonly [EventTable, EventTable]) {
    this.connection = connection;
    this.tables = tables;
  }

  /**
   * Inserts all rows of a block or none. Its files stay.
   *
   * @throws Error when the database refuses a row or passes it over ({@link isOfRows}), or cannot write
   */
  async insert({ parts }: RowBlock): Promise<void> {
    const { connection } = this;
    const filled = parts.flatMap((part, i) => (part.rowCount > 0 ? [{ part, table: this.tables[i]! }] : []));
    await connection.run('BEGIN');
    try {
      for (const { part, table } of filled) {
        part.keepColumns((name) => table.typeOf(name) !== undefined);
        for (const column of table.missing(part.columns)) {
          await connection.run(`ALTER TABLE ${table.name} ADD COLUMN ${quotedName(column)} ${table.typeOf(column)}`);
        }
        const { rowsChanged } = await connection.run(insertion(part, table));
        if (rowsChanged !== part.rowCount)
          throw new RowsPassedOver(`${rowsChanged} of ${part.rowCount} rows were read`);
      }
      await connection.run('COMMIT');
    } catch (error) {
      // A commit that fails, as on a full disk, has rolled back already: what it says must not be hidden by there being nothing to do.
      await connection.run('ROLLBACK').catch(() => undefined);
      throw error;
    }
    for (const { part, table } of filled) table.gained(part.columns);
  }
}

function insertion({ path, columns, longest }: BlockPart, table: EventTable): string {
  const all = [...OWN_COLUMN_NAMES, ...columns];
  const names = all.map(quotedName).join(', ');
  const types = all.map((name) => `${quotedName(name)}: '${table.typeOf(name)}'`).join(', ');
  return `INSERT INTO ${table.name} (${names}) SELECT ${names} FROM read_json(${quotedText(path)},
    format = 'newline_delimited', maximum_object_size = ${Math.max(READ_BYTES, 2 * longest)}, columns = {${types}}) WHERE position > 0`;
}
