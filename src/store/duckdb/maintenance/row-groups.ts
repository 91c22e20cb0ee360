import type { DuckDBConnection } from '@duckdb/node-api';

/** Rows that the database keeps together, in the order of storing. */
export interface RowGroup {
  /** Highest position of a row that is left; undefined when none is, and its room is not freed yet. */
  readonly last: number | undefined;
}

/** @returns the groups of rows of a table that is written to its file */
export async function rowGroups(connection: DuckDBConnection, table: string): Promise<readonly RowGroup[]> {
  const reader = await connection.runAndReadAll(
    `WITH sizes AS (SELECT row_group_id, sum(count) AS size FROM pragma_storage_info('${table}')
        WHERE column_name = 'position' AND segment_type <> 'VALIDITY' GROUP BY row_group_id),
      places AS (SELECT coalesce(sum(size) OVER (ORDER BY row_group_id ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS first,
        sum(size) OVER (ORDER BY row_group_id) AS beyond FROM sizes)
     SELECT first, beyond FROM places ORDER BY first`,
  );
  const groups: RowGroup[] = [];
  for (const [first, beyond] of reader.getRows()) {
    const found = await connection.runAndReadAll(
      `SELECT max(position) FROM ${table} WHERE rowid >= ${first} AND rowid < ${beyond}`,
    );
    const last = found.getRows()[0]?.[0] ?? null;
    groups.push({ last: last === null ? undefined : Number(last) });
  }
  return groups;
}
