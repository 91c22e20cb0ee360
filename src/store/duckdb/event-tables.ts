/**
 * The two tables of events. Nearly all events stand in `events`; one with several values where a column holds one stands in
 * `events_lists`, all of whose columns are lists. Both are asked and the answers put together.
 *
 * A table keeps the columns it was made with. Fields that came into the catalogue later have none in it: they stand in the
 * document, and the matcher decides what is asked of them.
 */
import type { DuckDBConnection } from '@duckdb/node-api';
import { type Field, fields } from '../../event/field.ts';
import { CatalogueColumns, MEMBERS_COLUMN, SQL_MACROS } from '../../query/compile/sql/catalogue-columns.ts';

/** A table with its columns. */
export interface EventTable {
  readonly name: string;
  readonly columns: CatalogueColumns;
}

const TABLES = [
  ['events', 'usual'],
  ['events_lists', 'lists'],
] as const;

/**
 * Columns beside those of fields: place in the order of storing, when it was stored and when it happened (milliseconds since
 * 1970, 0 without a time), identity, two as JSON. Rows stand in the order of positions, so that the newest are found without
 * looking at the others.
 */
const OWN_COLUMNS =
  'position BIGINT NOT NULL, ingested DOUBLE NOT NULL, time DOUBLE NOT NULL, id VARCHAR NOT NULL, provenance VARCHAR NOT NULL, document VARCHAR NOT NULL';

/** @returns the tables, made when they are not there: first that of usual events, then that of lists */
export async function openEventTables(connection: DuckDBConnection): Promise<readonly [EventTable, EventTable]> {
  for (const macro of SQL_MACROS) await connection.run(macro);
  const tables: EventTable[] = [];
  for (const [name, shape] of TABLES) {
    const wanted = new CatalogueColumns(fields.catalogued, shape);
    await connection.run(`CREATE TABLE IF NOT EXISTS ${name} (${OWN_COLUMNS}, ${wanted.declarations().join(', ')})`);
    const known = await declaredColumns(connection, name);
    if (!known.has(MEMBERS_COLUMN)) throw new Error(`table ${name} has no column ${MEMBERS_COLUMN}`);
    tables.push({
      name,
      columns: new CatalogueColumns(
        fields.catalogued.filter((field) => isHeld(field, wanted, known)),
        shape,
      ),
    });
  }
  return tables as unknown as readonly [EventTable, EventTable];
}

async function declaredColumns(connection: DuckDBConnection, table: string): Promise<ReadonlyMap<string, string>> {
  const reader = await connection.runAndReadAll(
    'SELECT column_name, data_type FROM information_schema.columns WHERE table_name = ?',
    [table],
  );
  return new Map(reader.getRows().map(([name, type]) => [String(name), String(type)]));
}

/** Whether the table has the field's column, of the type that the catalogue gives it today. */
function isHeld(field: Field, wanted: CatalogueColumns, known: ReadonlyMap<string, string>): boolean {
  const type = wanted.typeOf(field);
  return type === undefined || type === known.get(field.name)?.replaceAll('"', '');
}
