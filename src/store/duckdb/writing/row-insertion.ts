/** Puts blocks of rows into the tables, each in one transaction. */
import type { DuckDBConnection } from '@duckdb/node-api';
import { identifier } from '../../../query/compile/sql/sql.ts';
import { type EventTable, OWN_COLUMN_NAMES } from '../event-tables.ts';
import type { BlockPart, RowBlock } from './row-block.ts';

/** Bytes that DuckDB expects of a line at least. */
const READ_BYTES = 1024 * 1024;

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
   * @param after position behind which rows are wanted
   */
  async insert({ parts }: RowBlock, after: number): Promise<void> {
    const { connection } = this;
    const filled = parts.flatMap((part, i) => (part.rows > 0 ? [{ part, table: this.tables[i]! }] : []));
    await connection.run('BEGIN');
    try {
      for (const { part, table } of filled) {
        part.keepColumns((name) => table.typeOf(name) !== undefined);
        for (const column of table.missing(part.columns)) {
          await connection.run(`ALTER TABLE ${table.name} ADD COLUMN ${quoted(column)} ${table.typeOf(column)}`);
        }
        await connection.run(insertion(part, table, after));
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

function insertion({ path, columns, longest }: BlockPart, table: EventTable, after: number): string {
  const all = [...OWN_COLUMN_NAMES, ...columns];
  const names = all.map(quoted).join(', ');
  const types = all.map((name) => `${quoted(name)}: '${table.typeOf(name)}'`).join(', ');
  return `INSERT INTO ${table.name} (${names}) SELECT ${names} FROM read_json('${path.replaceAll("'", "''")}',
    format = 'newline_delimited', maximum_object_size = ${Math.max(READ_BYTES, 2 * longest)}, columns = {${types}}) WHERE position > ${after}`;
}

function quoted(name: string): string {
  return identifier(name).text;
}
