import { type DuckDBConnection, VARCHAR } from '@duckdb/node-api';
import { fields } from '../../../event/field.ts';
import { quotedName } from '../../../query/compile/sql/sql.ts';
import type { EventTable } from '../event-tables.ts';
import { type Moment, newKey, SAME_MS } from '../moment.ts';
import { timeRanges } from './time-ranges.ts';

/** An event that is asked for. */
export interface AskedEvent extends Moment {
  readonly id: string;
}

const START = fields.get('event.start')!;

/**
 * Which events of some ids the tables have already. Only rows of about the same times are looked at.
 *
 * @returns events by key, see {@link newKey}
 */
export async function knownEvents(
  connection: DuckDBConnection,
  tables: readonly EventTable[],
  asked: readonly AskedEvent[],
): Promise<ReadonlyMap<string, Moment>> {
  const known = new Map<string, Moment>();
  if (asked.length === 0) return known;
  const began = asked.filter(({ beganMs }) => beganMs !== undefined);
  const byTime = rangesOf(asked.map(({ timeMs }) => timeMs));
  for (const table of tables) {
    const start = startColumn(table);
    const find = async (events: readonly AskedEvent[], conditions: readonly string[]) => {
      // One question for each range: only then are blocks of rows passed over by what they say of their times.
      const rows = conditions.map(
        (condition) => `SELECT id, time, ${start ?? 'NULL'} AS began FROM ${table.name} WHERE ${condition}`,
      );
      const reader = await connection.runAndReadAll(
        `SELECT id, time, began FROM (${rows.join(' UNION ALL ')})
         WHERE id IN (SELECT unnest(from_json(?::JSON, '["VARCHAR"]')))`,
        // One text: a list would be handed over value by value.
        [JSON.stringify(events.map(({ id }) => id))],
        [VARCHAR],
      );
      for (const [id, time, beganMs] of reader.getRows()) {
        const moment = { timeMs: Number(time), beganMs: beganMs === null ? undefined : Number(beganMs) };
        const key = newKey(known, String(id), moment);
        if (key !== undefined) known.set(key, moment);
      }
    };
    await find(
      asked,
      byTime.map(([from, to]) => `time BETWEEN ${from} AND ${to}`),
    );
    if (began.length === 0 || start === undefined) continue;
    const byStart = rangesOf(began.map(({ beganMs }) => beganMs!));
    // Rows of times before the beginning need not be looked at.
    await find(
      began,
      byStart.map(([from, to]) => `${start} BETWEEN ${from} AND ${to} AND time >= ${from}`),
    );
  }
  return known;
}

/** @returns what a table says of the beginnings of its events; undefined when none has one */
export function startColumn(table: EventTable): string | undefined {
  const source = table.find(START);
  if (source === undefined || source.isEmpty === true) return undefined;
  return source.isList ? `${quotedName(START.name)}[1]` : quotedName(START.name);
}

function rangesOf(times: readonly number[]): [number, number][] {
  return timeRanges(times).map(([from, to]) => [from - SAME_MS, to + SAME_MS]);
}
