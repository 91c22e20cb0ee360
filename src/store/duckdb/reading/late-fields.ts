/**
 * Fields that came into the catalogue after a store was made. From then on they have columns as all others have, but rows that stood
 * there before may say them in their documents alone: for each such field there is a position up to which its column does not tell,
 * and the matcher does. It is forgotten when retention has removed those rows.
 *
 * To fill the columns of older rows was turned down: every document would have to be read and its row written anew, for fields
 * of which hardly any says something, while rules are back at full speed once the rows of before the upgrade are older than what
 * they look at.
 */
import type { DuckDBConnection } from '@duckdb/node-api';
import type { Field } from '../../../event/field.ts';
import { identifier, joinSql, quotedName, sql } from '../../../query/compile/sql/sql.ts';
import type { EventQuery } from '../../event-store.ts';
import type { EventTable } from '../event-tables.ts';
import type { ReadConnections } from './read-connections.ts';
import type { StoreMeta } from '../store-meta.ts';
import { placeConditions } from './table-query.ts';

/** Positions up to which a column does not tell what the rows say, by the name of the field. */
export type LateFields = ReadonlyMap<string, number>;

/** What a store has when it is opened. */
export interface RowsHeld {
  readonly tables: readonly string[];
  /** Position of the first row; undefined when there is none, neither in the tables nor waiting. */
  readonly first: number | undefined;
  /** Position of the last row, of those that wait too. */
  readonly last: number;
}

/**
 * Compares the catalogue with what the store knows of its columns, and writes down what holds from now on. Columns that have
 * another type today, or belong to no field any more, are dropped: the documents say it all.
 *
 * @param types of today's columns by field, those of both tables in one text
 */
export async function settleLateFields(
  connection: DuckDBConnection,
  meta: StoreMeta,
  types: ReadonlyMap<string, string>,
  { tables, first, last }: RowsHeld,
): Promise<LateFields> {
  const written = await meta.get('fields');
  const late = new Map<string, number>();
  const dropped: string[] = [];
  if (written !== undefined && first !== undefined) {
    const before = new Map(Object.entries(JSON.parse(written) as Record<string, string>));
    const known = Object.entries(JSON.parse((await meta.get('late')) ?? '{}') as Record<string, number>);
    for (const [name, upTo] of known) if (upTo >= first) late.set(name, upTo);
    for (const name of new Set([...before.keys(), ...types.keys()])) {
      if (before.get(name) === types.get(name)) continue;
      late.set(name, last);
      if (before.has(name)) dropped.push(name);
    }
  }
  await connection.run('BEGIN');
  for (const table of tables) {
    for (const name of dropped) {
      await connection.run(`ALTER TABLE ${table} DROP COLUMN IF EXISTS ${quotedName(name)}`);
    }
  }
  await meta.set('fields', JSON.stringify(Object.fromEntries(types)));
  await meta.set('late', JSON.stringify(Object.fromEntries(late)));
  await connection.run('COMMIT');
  return late;
}

/**
 * Spares the matcher where it has nothing to look at.
 *
 * @param fields that the question is about
 * @returns the query, behind the rows whose columns do not tell when none of them is in its range
 */
export async function pastLateRows<Query extends EventQuery>(
  connections: ReadConnections,
  tables: readonly EventTable[],
  query: Query,
  fields: Iterable<Field>,
): Promise<Query> {
  let upTo = 0;
  for (const field of fields) upTo = Math.max(upTo, tables[0]!.lateUpTo(field));
  if (upTo <= (query.afterPosition ?? 0)) return query;
  const toPosition = Math.min(upTo, query.toPosition ?? upTo);
  const where = joinSql(placeConditions({ ...query, toPosition }), 'AND');
  const parts = tables.map(({ name }) => sql`(SELECT 1 FROM ${identifier(name)} WHERE ${where} LIMIT 1)`);
  const rows = await connections.rows(sql`${parts[0]!} UNION ALL ${parts[1]!}`);
  return rows.length > 0 ? query : { ...query, afterPosition: upTo };
}
