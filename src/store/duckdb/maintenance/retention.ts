/** Old events go: those that came in too long ago, and the oldest when the file becomes too large. */
import { setTimeout as pause } from 'node:timers/promises';
import type { DuckDBConnection } from '@duckdb/node-api';
import type { Removed } from '../../store-maintenance.ts';
import type { Retention } from '../../store-settings.ts';
import { EVENT_TABLE_NAMES } from '../event-tables.ts';
import { type RowGroup, rowGroups } from './row-groups.ts';

/** Removed beyond what is needed, so that it is not needed again at once. */
const MARGIN = 0.05;
/** Groups of rows of a table that are few enough to be written anew; they hold a quarter of a million events. */
const FEW_GROUPS = 2;
/** How often it is tried to free room, and the pause between: questions and writes take less as a rule. */
const FREEING_TRIES = 20;
const FREEING_PAUSE_MS = 100;
const TABLES = Object.values(EVENT_TABLE_NAMES);

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
  const last = await ask(connection, `SELECT max(position) FROM all_events WHERE ingested < ${oldest}`);
  const byAge = last === undefined ? 0 : await remove(connection, latest, last, false);
  const bySize = await removeBySize(connection, maxBytes, latest);
  return { byAge, bySize, bytes: await usedBytes(connection) };
}

/**
 * Removes in steps and looks each time what the database holds: events are of different sizes, so their number does not tell. The
 * database frees the room of a group of rows (122,880) once none of them is left, so a step ends with a group. Where there
 * are few, what is left of them is written anew.
 *
 * @returns how many events were removed
 */
async function removeBySize(connection: DuckDBConnection, maxBytes: number, latest: number): Promise<number> {
  let removed = 0;
  await checkpoint(connection);
  if ((await usedBytes(connection)) <= maxBytes) return 0;
  const target = maxBytes * (1 - MARGIN);
  for (;;) {
    const groups = await freed(connection, latest);
    const used = await usedBytes(connection);
    if (groups === undefined || used <= target) return removed;
    const share = 1 - target / used;
    const isFew = groups.every(({ length }) => length <= FEW_GROUPS);
    const cut = isFew ? await positionAt(connection, Math.max(share, MARGIN)) : groupEnd(groups.flat(), share);
    if (cut === undefined) return removed;
    removed += await remove(connection, latest, cut, isFew);
  }
}

/**
 * Frees the room of what was removed. That has to wait for those who read or write meanwhile.
 *
 * @returns the groups of rows of both tables; undefined when the room is not freed still, and nobody can see how much it is
 */
async function freed(
  connection: DuckDBConnection,
  latest: number,
): Promise<readonly (readonly RowGroup[])[] | undefined> {
  for (let tries = 0; tries < FREEING_TRIES; tries++) {
    if (tries > 0) await pause(FREEING_PAUSE_MS);
    // Something is written: a checkpoint without changes does nothing.
    await connection.run('BEGIN');
    await keepPosition(connection, latest);
    await connection.run('COMMIT');
    if (!(await checkpoint(connection))) continue;
    const groups: (readonly RowGroup[])[] = [];
    for (const table of TABLES) groups.push(await rowGroups(connection, table));
    if (groups.flat().every(({ last }) => last !== undefined)) return groups;
  }
  return undefined;
}

/** @returns the end of as many groups as half of the share: the oldest may be the largest */
function groupEnd(groups: readonly RowGroup[], share: number): number | undefined {
  const ends = groups.map(({ last }) => last!).sort((x, y) => x - y);
  return ends[Math.max(0, Math.floor((share * ends.length) / 2) - 1)];
}

function positionAt(connection: DuckDBConnection, share: number): Promise<number | undefined> {
  return ask(connection, `SELECT quantile_disc(position, ${share}) FROM all_events`);
}

/** @returns the number that a question about all events has as its answer */
async function ask(connection: DuckDBConnection, question: string): Promise<number | undefined> {
  const all = TABLES.map((table) => `SELECT position, ingested FROM ${table}`).join(' UNION ALL ');
  const reader = await connection.runAndReadAll(`WITH all_events AS (${all}) ${question}`);
  const answer = reader.getRows()[0]?.[0] ?? null;
  return answer === null ? undefined : Number(answer);
}

/**
 * Removes all events up to a position.
 *
 * @param isAnew whether those that are left are written anew
 * @returns how many were removed
 */
async function remove(
  connection: DuckDBConnection,
  latest: number,
  position: number,
  isAnew: boolean,
): Promise<number> {
  let removed = 0;
  await connection.run('BEGIN');
  try {
    await keepPosition(connection, latest);
    for (const table of TABLES) {
      removed += (await connection.run(`DELETE FROM ${table} WHERE position <= ${position}`)).rowsChanged;
      if (!isAnew) continue;
      await connection.run(`CREATE TEMP TABLE left_events AS FROM ${table}`);
      await connection.run(`DELETE FROM ${table}`);
      await connection.run(`INSERT INTO ${table} FROM left_events ORDER BY position`);
      await connection.run('DROP TABLE left_events');
    }
    await connection.run('COMMIT');
  } catch (error) {
    await connection.run('ROLLBACK').catch(() => undefined);
    throw error;
  }
  return removed;
}

/** The latest position must not be given again when its event is gone. */
async function keepPosition(connection: DuckDBConnection, latest: number): Promise<void> {
  await connection.run("DELETE FROM meta WHERE key = 'position'");
  await connection.run("INSERT INTO meta VALUES ('position', ?)", [String(latest)]);
}

/** Room is given back when blocks are written anew. @returns false when somebody is in the way */
async function checkpoint(connection: DuckDBConnection): Promise<boolean> {
  return connection.run('CHECKPOINT').then(
    () => true,
    () => false,
  );
}

/** @returns bytes of the file that hold something; freed ones are filled again before it grows */
export async function usedBytes(connection: DuckDBConnection): Promise<number> {
  const reader = await connection.runAndReadAll(
    'SELECT used_blocks * block_size FROM pragma_database_size() WHERE database_name = current_database()',
  );
  return Number(reader.getRows()[0]?.[0] ?? 0);
}
