import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { makeEventTables } from '../event-tables.ts';
import { removeOld, usedBytes } from './retention.ts';

const EVENTS = 40_960;
const KEEP_MS = 1e12;
let folder: string;
let instance: DuckDBInstance;
let connection: DuckDBConnection;

/** Twenty groups of rows, of which the first half are small. */
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'smbastion-retention-'));
  instance = await DuckDBInstance.create(':memory:', { storage_compatibility_version: 'v1.5.0', threads: '1' });
  connection = await open();
  await connection.run('CREATE TABLE meta (key VARCHAR NOT NULL, value VARCHAR NOT NULL)');
  await makeEventTables(connection);
  const text = Array.from({ length: 8 }, (_, i) => `md5((i * 8 + ${i})::VARCHAR)`).join(' || ');
  await connection.run(
    `INSERT INTO events SELECT i, 0, 0, i::VARCHAR, '{}', '"' || CASE WHEN i > ${EVENTS / 2} THEN ${text} ELSE '' END || '"', NULL
     FROM range(1, ${EVENTS + 1}) t(i)`,
  );
  await connection.run('CHECKPOINT');
});

afterEach(() => {
  connection.closeSync();
  instance.closeSync();
  rmSync(folder, { recursive: true, force: true });
});

async function open(): Promise<DuckDBConnection> {
  const opened = await instance.connect();
  await opened.run(`ATTACH IF NOT EXISTS '${join(folder, 'a.duckdb')}' AS a (ROW_GROUP_SIZE 2048)`);
  await opened.run('USE a');
  return opened;
}

const retain = (maxBytes: number) => removeOld(connection, { keepMs: KEEP_MS, maxBytes }, 1, EVENTS);

async function left(): Promise<number[]> {
  const reader = await connection.runAndReadAll('SELECT min(position), max(position), count(*) FROM events');
  return reader.getRows()[0]!.map(Number);
}

test('the oldest events go until the store is under its limit, of whatever size they are', async () => {
  const maxBytes = (await usedBytes(connection)) * 0.6;
  const { bySize, bytes } = await retain(maxBytes);
  expect(bytes).toBe(await usedBytes(connection));
  expect(bytes).toBeLessThanOrEqual(maxBytes);
  // The small ones were not enough, and no more of the large ones went than had to.
  expect(bySize).toBeGreaterThan(EVENTS / 2);
  expect(bytes).toBeGreaterThan(maxBytes * 0.6);
  expect(await left()).toEqual([bySize + 1, EVENTS, EVENTS - bySize]);
  expect((await retain(maxBytes)).bySize).toBe(0);
});

test('while somebody reads what was removed nothing more goes, until it can be seen what that frees', async () => {
  const maxBytes = (await usedBytes(connection)) * 0.6;
  const reader = await open();
  await reader.run('BEGIN');
  await reader.run('SELECT count(*) FROM events');
  const first = await retain(maxBytes);
  expect([first.bySize < EVENTS / 2, (await retain(maxBytes)).bySize]).toEqual([true, 0]);
  await reader.run('COMMIT');
  expect((await retain(maxBytes)).bytes).toBeLessThanOrEqual(maxBytes);
  expect((await left())[2]).toBeGreaterThan(0);
  reader.closeSync();
});

test('a write that is going on is waited for', async () => {
  const maxBytes = (await usedBytes(connection)) * 0.6;
  const writer = await open();
  await writer.run('BEGIN');
  await writer.run("INSERT INTO meta VALUES ('other', 'x')");
  const removed = retain(maxBytes);
  await new Promise((later) => setTimeout(later, 300));
  await writer.run('COMMIT');
  expect((await removed).bytes).toBeLessThanOrEqual(maxBytes);
  writer.closeSync();
});
