/**
 * The two tables of events. Nearly all events stand in `events`; one with several values where a column holds one stands in
 * `events_lists`, all of whose columns are lists. Both are asked and the answers put together.
 *
 * A table has the columns of those fields that occurred so far: each column costs something for every row, in the log of
 * changes and when blocks are written, and of some six hundred fields a site uses one or two hundred. A field of the catalogue
 * without a column is NULL in every row. Of fields that came into the catalogue later, older rows have no column: late-fields.ts.
 */
import type { DuckDBConnection } from '@duckdb/node-api';
import { type Field, fields } from '../../event/field.ts';
import { CatalogueColumns, SQL_MACROS } from '../../query/compile/sql/catalogue-columns.ts';
import { identifier, type Sql } from '../../query/compile/sql/sql.ts';
import type { SqlColumns, SqlElements, SqlSource } from '../../query/compile/sql/sql-columns.ts';
import { nestedAbove } from '../../query/field-names.ts';
import { type LateFields, settleLateFields } from './reading/late-fields.ts';
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
/** Names of the tables by their shape. */
export const EVENT_TABLE_NAMES = { usual: 'events', lists: 'events_lists' } as const;

/** A table with the columns it has. */
export class EventTable implements SqlColumns {
  readonly name: string;
  /** Columns that may be there. */
  readonly catalogue: CatalogueColumns;
  private readonly types: ReadonlyMap<string, string>;
  private readonly held: Set<string>;
  private readonly late: LateFields;

  constructor(name: string, catalogue: CatalogueColumns, held: Set<string>, late: LateFields) {
    this.name = name;
    this.catalogue = catalogue;
    this.types = new Map(catalogue.declarations().map((text) => splitDeclaration(text)));
    this.held = held;
    this.late = late;
  }

  /** @param position behind which rows are asked for */
  after(position: number): SqlColumns {
    return {
      find: (field) => this.find(field, position),
      elements: (field) => this.elements(field, position),
    };
  }

  find(field: Field, after = 0): SqlSource | undefined {
    const source = this.catalogue.find(field);
    // Every event has one, whatever its document says.
    if (source && field === IDENTITY) return { ...source, value: identifier('id'), isList: false };
    const untold = this.untold(field, after);
    if (!source || this.held.has(this.catalogue.columnOf(field))) return source && { ...source, untold };
    return {
      ...source,
      isEmpty: true,
      untold,
      value: { text: `(NULL::${this.catalogue.valueTypeOf(source)})`, parameters: [] },
    };
  }

  elements(field: Field, after = 0): SqlElements | undefined {
    const elements = this.catalogue.elements(field);
    const untold = this.untold(field, after);
    if (!elements || this.held.has(field.name)) return elements && { ...elements, untold };
    const value = { text: `(NULL::${this.types.get(field.name)})`, parameters: [] };
    return { ...elements, isEmpty: true, untold, value };
  }

  /** @returns the position up to which the column of a field does not tell what the rows say; 0 when it always does */
  lateUpTo(field: Field): number {
    return this.late.get(nestedAbove(field)?.name ?? field.name) ?? 0;
  }

  private untold(field: Field, after: number): Sql | undefined {
    const upTo = this.lateUpTo(field);
    return upTo > after ? { text: `(position <= ${upTo}::BIGINT)`, parameters: [] } : undefined;
  }

  /** @returns whether rows that were written at a position have what stands in a column by today's catalogue */
  holds(column: string, position: number): boolean {
    return (this.late.get(column) ?? 0) < position;
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
  for (const shape of SHAPES)
    await connection.run(`CREATE TABLE IF NOT EXISTS ${EVENT_TABLE_NAMES[shape]} (${own.join(', ')})`);
}

/** @returns the highest position that an event of the tables has or had, 0 before the first */
export async function latestPosition(connection: DuckDBConnection, meta: StoreMeta): Promise<number> {
  const questions = SHAPES.map((shape) => `SELECT max(position) FROM ${EVENT_TABLE_NAMES[shape]}`);
  const reader = await connection.runAndReadAll(questions.join(' UNION ALL '));
  const removed = Number((await meta.get('position')) ?? 0);
  return Math.max(removed, ...reader.getRows().map(([position]) => Number(position ?? 0)));
}

/**
 * @param last position of the last row, of those too that wait to go into the tables
 * @param hasWaiting whether there are some
 * @returns the tables: first that of usual events, then that of lists
 */
export async function openEventTables(
  connection: DuckDBConnection,
  meta: StoreMeta,
  last: number,
  hasWaiting: boolean,
): Promise<readonly [EventTable, EventTable]> {
  const catalogues = SHAPES.map((shape) => new CatalogueColumns(fields.catalogued, shape));
  const types = fields.catalogued.map((field): [string, string] => {
    return [field.name, catalogues.map((catalogue) => catalogue.typeOf(field) ?? '').join(' ')];
  });
  const first = await firstPosition(connection);
  const held = { tables: Object.values(EVENT_TABLE_NAMES), first: first ?? (hasWaiting ? last : undefined), last };
  const late = await settleLateFields(connection, meta, new Map(types), held);
  const tableOf = async (shape: (typeof SHAPES)[number]): Promise<EventTable> => {
    const reader = await connection.runAndReadAll(
      'SELECT column_name FROM information_schema.columns WHERE table_name = ?',
      [EVENT_TABLE_NAMES[shape]],
    );
    const columns = new Set(reader.getRows().map(([name]) => String(name)));
    return new EventTable(EVENT_TABLE_NAMES[shape], catalogues[SHAPES.indexOf(shape)]!, columns, late);
  };
  return [await tableOf('usual'), await tableOf('lists')];
}

async function firstPosition(connection: DuckDBConnection): Promise<number | undefined> {
  const questions = SHAPES.map((shape) => `(SELECT min(position) FROM ${EVENT_TABLE_NAMES[shape]})`);
  const reader = await connection.runAndReadAll(`SELECT least(${questions.join(', ')})`);
  const first = reader.getRows()[0]?.[0] ?? null;
  return first === null ? undefined : Number(first);
}
