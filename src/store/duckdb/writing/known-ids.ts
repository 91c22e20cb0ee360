import { DOUBLE, type DuckDBConnection, VARCHAR } from '@duckdb/node-api';
import type { EventTable } from '../event-tables.ts';
import { timeRanges } from './time-ranges.ts';

/**
 * Which events the tables have already. The same event has the same time whenever it is read, so only ids of about the same
 * times are compared: an index of all ids would cost more memory than a server has.
 *
 * @param timesMs of the events that are asked for, milliseconds
 */
export async function knownIds(
  connection: DuckDBConnection,
  tables: readonly EventTable[],
  ids: readonly string[],
  timesMs: readonly number[],
): Promise<Set<string>> {
  if (ids.length === 0) return new Set();
  const ranges = timeRanges(timesMs);
  const where = ranges.map(() => 'time BETWEEN ? AND ?').join(' OR ');
  // One text: a list would be handed over value by value.
  const text = JSON.stringify(ids);
  const found = new Set<string>();
  for (const { name } of tables) {
    const reader = await connection.runAndReadAll(
      `SELECT id FROM ${name} WHERE (${where}) AND id IN (SELECT unnest(from_json(?::JSON, '["VARCHAR"]')))`,
      [...ranges.flat(), text],
      [...ranges.flatMap(() => [DOUBLE, DOUBLE]), VARCHAR],
    );
    for (const [id] of reader.getRows()) found.add(String(id));
  }
  return found;
}
