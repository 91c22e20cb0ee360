/**
 * The two tables of events. Nearly all events stand in `events`; one with several values where a column holds one stands in
 * `events_lists`, all of whose columns are lists. Both are asked and the answers put together.
 *
 * A table has the columns of those fields that occurred so far: each column costs something for every row, in the log of
 * changes and when blocks are written, and of some six hundred fields a site uses one or two hundred. A field of the catalogue
 * without a column is NULL in every row. Fields that came into the catalogue after the store was made are another matter: they
 * may stand in older documents, so they never get a column, and the matcher decides what is asked of them.
 */
import type { DuckDBConnection } from '@duckdb/node-api';
import { type Field, fields } from '../../event/field.ts';
import { CatalogueColumns, SQL_MACROS } from '../../query/compile/sql/catalogue-columns.ts';
import { identifier } from '../../query/compile/sql/sql.ts';
import type { SqlColumns, SqlElements, SqlSource } from '../../query/compile/sql/sql-columns.ts';
import type { StoreMeta } from './store-meta.ts';

/** Columns beside those of fields, with their types. */
const OWN_COLUMNS: Readonly<Record<string, string>> = {
  // Place in the order of storing; rows stand in this order, so that the newest are found without looking at the others.
  position: 'BIGINT NOT NULL',
  // When it came in and when it happened, milliseconds since 1970; 0 without a time.
  ingested: 'DOUBLE NOT NULL',
  time: 'DOUBLE NOT NULL',
  id: 'VARCHAR NOT NULL',
  provenance: 'JSON NOT NULL',
  // As it came, or as a whole where that is something else.
  document: 'JSON NOT NULL USING COMPRESSION zstd',
  // What the document says otherwise, by name.
  changes: 'JSON USING COMPRESSION zstd',
};

const IDENTITY = fields.get('smbastion.event.id');
/** Names of the columns that every row has. */
export const OWN_COLUMN_NAMES: readonly string[] = Object.keys(OWN_COLUMNS);

const SHAPES = ['usual', 'lists'] as const;
const NAMES = { usual: 'events', lists: 'events_lists' } as const;

/** A table with the columns it has. */
export class EventTable implements SqlColumns {
  readonly name: string;
  /** Columns that may be there. */
  readonly catalogue: CatalogueColumns;
  private readonly types: ReadonlyMap<string, string>;
  private readonly held: Set<string>;

  constructor(name: string, catalogue: CatalogueColumns, held: Set<string>) {
    this.name = name;
    this.catalogue = catalogue;
    this.types = new Map(catalogue.declarations().map((text) => splitDeclaration(text)));
    this.held = held;
  }

  find(field: Field): SqlSource | undefined {
    const source = this.catalogue.find(field);
    // Every event has one, whatever its document says.
    if (source && field === IDENTITY) return { ...source, value: identifier('id'), isList: false };
    if (!source || this.held.has(this.catalogue.columnOf(field))) return source;
    return {
      ...source,
      isEmpty: true,
      value: { text: `(NULL::${this.catalogue.valueTypeOf(source)})`, parameters: [] },
    };
  }

  elements(field: Field): SqlElements | undefined {
    const elements = this.catalogue.elements(field);
    if (!elements || this.held.has(field.name)) return elements;
    return { ...elements, isEmpty: true, value: { text: `(NULL::${this.types.get(field.name)})`, parameters: [] } };
  }

  /** @returns the type of a column, one of the table's own or of a field; undefined for a name that is none */
  typeOf(column: string): string | undefined {
    return OWN_COLUMNS[column]?.split(' ')[0] ?? this.types.get(column);
  }

  /** @returns those of the columns that the table has not */
  missing(columns: Iterable<string>): string[] {
    return [...columns].filter((column) => !this.held.has(column) && OWN_COLUMNS[column] === undefined);
  }

  /** Columns were added, and the rows that need them are on disk. */
  gained(columns: Iterable<string>): void {
    for (const column of columns) this.held.add(column);
  }
}

/** `"source.ip" UHUGEINT` as name and type. */
function splitDeclaration(text: string): [string, string] {
  const end = text.indexOf('" ');
  return [text.slice(1, end), text.slice(end + 2)];
}

/** Makes the tables when they are not there. */
export async function makeEventTables(connection: DuckDBConnection): Promise<void> {
  for (const macro of SQL_MACROS) await connection.run(macro);
  const own = Object.entries(OWN_COLUMNS).map(([name, type]) => `${name} ${type}`);
  for (const shape of SHAPES) await connection.run(`CREATE TABLE IF NOT EXISTS ${NAMES[shape]} (${own.join(', ')})`);
}

/** @returns the highest position that an event of the tables has or had, 0 before the first */
export async function latestPosition(connection: DuckDBConnection, meta: StoreMeta): Promise<number> {
  const questions = SHAPES.map((shape) => `SELECT max(position) FROM ${NAMES[shape]}`);
  const reader = await connection.runAndReadAll(questions.join(' UNION ALL '));
  const removed = Number((await meta.get('position')) ?? 0);
  return Math.max(removed, ...reader.getRows().map(([position]) => Number(position ?? 0)));
}

/**
 * @param hasWaiting whether rows of an earlier run wait to go into the tables
 * @returns the tables: first that of usual events, then that of lists
 */
export async function openEventTables(
  connection: DuckDBConnection,
  meta: StoreMeta,
  hasWaiting: boolean,
): Promise<readonly [EventTable, EventTable]> {
  const known = await knownFields(connection, meta, hasWaiting);
  const tables: EventTable[] = [];
  for (const shape of SHAPES) {
    const reader = await connection.runAndReadAll(
      'SELECT column_name FROM information_schema.columns WHERE table_name = ?',
      [NAMES[shape]],
    );
    const held = new Set(reader.getRows().map(([name]) => String(name)));
    tables.push(new EventTable(NAMES[shape], new CatalogueColumns(known, shape), held));
  }
  return tables as unknown as readonly [EventTable, EventTable];
}

/** Fields that the catalogue had when the store was made, and that have the same type and shape today. */
async function knownFields(
  connection: DuckDBConnection,
  meta: StoreMeta,
  hasWaiting: boolean,
): Promise<readonly Field[]> {
  const shapes = SHAPES.map((shape) => new CatalogueColumns(fields.catalogued, shape));
  const typeOf = (field: Field) => shapes.map((shape) => shape.typeOf(field) ?? '').join(' ');
  const written = await meta.get('fields');
  const [[rows]] = (
    await connection.runAndReadAll('SELECT (SELECT count(*) FROM events) + (SELECT count(*) FROM events_lists)')
  ).getRows() as [[bigint]];
  if (written === undefined || (rows === 0n && !hasWaiting)) {
    await meta.set(
      'fields',
      JSON.stringify(Object.fromEntries(fields.catalogued.map((one) => [one.name, typeOf(one)]))),
    );
    return fields.catalogued;
  }
  const types = JSON.parse(written) as Record<string, string>;
  return fields.catalogued.filter((field) => types[field.name] === typeOf(field));
}
