/**
 * Rows at some positions. Documents are compressed many together, and DuckDB reads through all of a group of rows to give a few of
 * them: 40 documents that are spread over 5 million events take 2.6 s of processor time. Asked by the numbers of the rows it goes to
 * each, which takes 0.13 s; but of 50 numbers at most at once (`dynamic_or_filter_threshold`), and row by row, so that it does not
 * pay where many rows of a group are wanted.
 */
import type { DuckDBValue } from '@duckdb/node-api';
import { type Sql, sql } from '../../../query/compile/sql/sql.ts';
import type { ReadConnections } from './read-connections.ts';

/** Rows of a group, which stand in the order of their positions. */
const GROUP_ROWS = 122_880;
/** Rows of one group that are gone to one by one; reading through the group takes as long as some 60 to 100 of them. */
const FEW = 40;
/** Numbers of rows that DuckDB goes to; with more it reads through all there are. */
const AT_ONCE = 50;

/**
 * @param table name of the table
 * @param columns what follows SELECT
 * @returns the rows that are there, in no order
 */
export async function rowsAt(
  connections: ReadConnections,
  table: Sql,
  columns: Sql,
  positions: readonly number[],
): Promise<DuckDBValue[][]> {
  const { near, scattered } = byCrowding(positions);
  const rows: DuckDBValue[][] = [];
  if (near.length > 0) {
    for (const row of await connections.rows(sql`SELECT ${columns} FROM ${table} WHERE ${isAt(near)}`)) rows.push(row);
  }
  const gone = async (some: readonly number[]) => {
    if (some.length === 0) return [];
    const numbers = sql`SELECT rowid FROM ${table} WHERE ${isAt(some)}`;
    return connections.rows(sql`SELECT ${columns} FROM ${table} WHERE rowid IN (${numbers})`);
  };
  for (let from = 0; from < scattered.length; from += 2 * AT_ONCE) {
    const middle = from + AT_ONCE;
    // Each question keeps one processor busy.
    const both = [scattered.slice(from, middle), scattered.slice(middle, middle + AT_ONCE)];
    rows.push(...(await Promise.all(both.map(gone))).flat());
  }
  return rows;
}

/** @returns positions that stand close together, and the others in their order */
function byCrowding(positions: readonly number[]) {
  const groups = new Map<number, number[]>();
  for (const position of [...positions].sort((one, other) => one - other)) {
    const number = Math.floor(position / GROUP_ROWS);
    const group = groups.get(number);
    if (group) group.push(position);
    else groups.set(number, [position]);
  }
  const all = [...groups.values()];
  return {
    near: all.filter(({ length }) => length > FEW).flat(),
    scattered: all.filter(({ length }) => length <= FEW).flat(),
  };
}

/** Bounds first, so that blocks of rows far from them are not looked at. */
function isAt(positions: readonly number[]): Sql {
  const [first, last] = [positions[0]!, positions.at(-1)!].map(bigint) as [Sql, Sql];
  return sql`position BETWEEN ${first} AND ${last} AND position IN (SELECT unnest(${positions}::BIGINT[]))`;
}

function bigint(position: number): Sql {
  return { text: `${position}::BIGINT`, parameters: [] };
}
