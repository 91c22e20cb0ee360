/** Makes a large store of a small one, so that what is asked of 50 million events need not wait for an hour of storing. */
import { statSync } from 'node:fs';
import { DuckDBInstance } from '@duckdb/node-api';

/** Events a second of a large store: its newest nine minutes are 135,000 events. */
export const STORED_RATE = 250;
/** Time of its first event, milliseconds since 1970. */
const FIRST_MS = 1.6e12;

/** @returns when the event of a position happened and came in */
export function timeOfPosition(position: number): number {
  return FIRST_MS + position * (1000 / STORED_RATE);
}

/**
 * Fills a store that is closed with copies of its events, by SQL: their times are evenly spread, in the columns and in the
 * documents, and they stand in their order, so that the store is as one that took them in for days.
 *
 * @param held events it has, at the positions from 1
 * @param wanted events it should have; there may be more, as it is filled with whole copies
 */
export async function multiplyEvents(file: string, held: number, wanted: number): Promise<void> {
  const started = performance.now();
  const instance = await DuckDBInstance.create(file, { memory_limit: '2GB', wal_autocheckpoint: '1GB' });
  const connection = await instance.connect();
  const columns = await connection.runAndReadAll(
    "SELECT column_name FROM information_schema.columns WHERE table_name = 'events' ORDER BY ordinal_position",
  );
  await connection.run(`CREATE TEMP TABLE first AS SELECT * FROM events WHERE position <= ${held} ORDER BY position`);
  await connection.run('DELETE FROM events');
  await connection.run('DELETE FROM events_lists');
  const copies = Math.ceil(wanted / held);
  for (let n = 0; n < copies; n++) {
    const copied = copiedColumns(n, n * held);
    const values = columns.getRows().map(([column]) => copied[String(column)] ?? `"${String(column)}"`);
    await connection.run(`INSERT INTO events SELECT ${values.join(', ')} FROM first`);
    if (n % 25 === 24) console.log(`  ${(n + 1) * held} events after ${seconds(started)} s`);
  }
  await connection.run('CHECKPOINT');
  connection.closeSync();
  instance.closeSync();
  console.log(
    `a store of ${copies * held} events made in ${seconds(started)} s: ${(statSync(file).size / 1e9).toFixed(2)} GB, ` +
      `${Math.round(statSync(file).size / (copies * held))} bytes an event`,
  );
}

/** What differs in a copy. */
function copiedColumns(n: number, offset: number): Readonly<Record<string, string>> {
  const time = `((position + ${offset}) * ${1000 / STORED_RATE} + ${FIRST_MS})`;
  const text = `strftime(make_timestamp((${time} * 1000)::BIGINT), '%Y-%m-%dT%H:%M:%S.%gZ')`;
  return {
    position: `position + ${offset}`,
    id: `id || '-${n}'`,
    time,
    ingested: time,
    '@timestamp': time,
    changes: `json_merge_patch(coalesce(changes, '{}'), json_object('@timestamp', ${text}))`,
  };
}

function seconds(since: number): string {
  return ((performance.now() - since) / 1000).toFixed(0);
}
