/** Old events go: those that came in too long ago, and the oldest when the file becomes too large. */
import type { DuckDBConnection } from '@duckdb/node-api';
import type { Removed } from '../../store-maintenance.ts';
import type { Retention } from '../../store-settings.ts';

/** Removed beyond what is needed, so that it is not needed again at once. */
const MARGIN = 0.05;

/**
 * Removes what is too old, then, as long as the file is too large, the oldest of the rest. Events are removed in the order of
 * their positions, so that what is left is whole.
 *
 * @param connection on which nobody else writes events
 * @param latest position of the latest event, which must not be given again
 */
export async function removeOld(
  connection: DuckDBConnection,
  { keepMs, maxBytes }: Retention,
  nowMs: number,
  latest: number,
): Promise<Removed> {
  const oldest = nowMs - keepMs;
  const byAge = await removeUpTo(
    connection,
    latest,
    `SELECT max(position) AS p FROM all_events WHERE ingested < ${oldest}`,
  );
  let bySize = 0;
  await checkpoint(connection);
  const used = await usedBytes(connection);
  if (used > maxBytes) {
    const share = Math.min(1, (used - maxBytes) / used + MARGIN);
    const cut = `SELECT quantile_disc(position, ${share}) AS p FROM all_events`;
    bySize = await removeUpTo(connection, latest, cut);
  }
  return { byAge, bySize, bytes: await usedBytes(connection) };
}

async function removeUpTo(connection: DuckDBConnection, latest: number, question: string): Promise<number> {
  const all =
    'WITH all_events AS (SELECT position, ingested FROM events UNION ALL SELECT position, ingested FROM events_lists)';
  const [[position]] = (await connection.runAndReadAll(`${all} ${question}`)).getRows() as [[bigint | null]];
  if (position === null) return 0;
  let removed = 0;
  await connection.run('BEGIN');
  try {
    await connection.run("DELETE FROM meta WHERE key = 'position'");
    await connection.run("INSERT INTO meta VALUES ('position', ?)", [String(latest)]);
    for (const table of ['events', 'events_lists']) {
      removed += (await connection.run(`DELETE FROM ${table} WHERE position <= ${position}`)).rowsChanged;
    }
    await connection.run('COMMIT');
  } catch (error) {
    await connection.run('ROLLBACK').catch(() => undefined);
    throw error;
  }
  await checkpoint(connection);
  return removed;
}

/** Room is given back when blocks are written anew. Beside a long question that cannot be done; then it is done next time. */
async function checkpoint(connection: DuckDBConnection): Promise<void> {
  await connection.run('CHECKPOINT').catch(() => undefined);
}

/** @returns bytes of the file that hold something; freed ones are filled again before it grows */
export async function usedBytes(connection: DuckDBConnection): Promise<number> {
  const reader = await connection.runAndReadAll('SELECT used_blocks * block_size FROM pragma_database_size()');
  return Number(reader.getRows()[0]?.[0] ?? 0);
}
