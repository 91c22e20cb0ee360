import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, expect, test } from 'vitest';
import { alertConformance } from '../../../../test/conformance/desk/alerts.ts';
import { type DeskUnderTest, NOW } from '../../../../test/conformance/desk/desk-under-test.ts';
import { documentConformance } from '../../../../test/conformance/desk/documents.ts';
import { logConformance } from '../../../../test/conformance/desk/logs.ts';
import { runConformance } from '../../../../test/conformance/desk/runs.ts';
import { DEAD_LETTERS, DISCARDED, DuckDbDeadLetters } from './dead-letters.ts';
import { openDesk } from './desk.ts';
import { DeskDatabase } from './desk-database.ts';

const folder = mkdtempSync(join(tmpdir(), 'smbastion-desk-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let files = 0;
const newFile = () => join(folder, `${files++}.duckdb`);

async function openFile(file: string) {
  const instance = await DuckDBInstance.create(file);
  const desk = await openDesk(instance);
  const close = async () => {
    await desk.close();
    instance.closeSync();
  };
  return { instance, desk: { ...desk, close } };
}

async function open(): Promise<DeskUnderTest> {
  const file = newFile();
  return {
    desk: (await openFile(file)).desk,
    // A copy of what is on disk is all that a process that was killed leaves.
    afterCrash: async () => {
      const copy = newFile();
      for (const end of ['', '.wal']) if (existsSync(file + end)) copyFileSync(file + end, copy + end);
      return (await openFile(copy)).desk;
    },
  };
}

alertConformance('DuckDB', open);
runConformance('DuckDB', open);
documentConformance('DuckDB', open);
logConformance('DuckDB', open);

test.each([
  ["UPDATE desk_audit SET details = '{}' WHERE number = 3", 3],
  [`UPDATE desk_audit SET "by" = 'bob' WHERE number = 1`, 1],
  ['DELETE FROM desk_audit WHERE number = 2', 3],
  ['UPDATE desk_audit SET number = number + 1 WHERE number >= 4', 5],
  ['INSERT INTO desk_audit SELECT * REPLACE (number + 1 AS number) FROM desk_audit WHERE number = 5', 6],
  ["UPDATE desk_audit SET details = 'no JSON' WHERE number = 5", 5],
])('a forged audit log is found out: %s', async (forgery, number) => {
  const { instance, desk } = await openFile(':memory:');
  for (let n = 1; n <= 5; n++) await desk.audit.append({ atMs: NOW, by: 'ann', action: 'x', details: { n } });
  const connection = await instance.connect();
  await connection.run(forgery);
  connection.closeSync();
  expect(await desk.audit.firstForged()).toMatchObject({ number });
  await desk.close();
});

test('dead letters beyond the limits give way to newer ones and are counted', async () => {
  const instance = await DuckDBInstance.create(':memory:');
  const database = await DeskDatabase.open(instance, [DEAD_LETTERS, DISCARDED] as never);
  const letters = new DuckDbDeadLetters(database, { maxLetters: 10, maxSize: 1_000 });
  const add = (n: number, size: number) =>
    letters.add([{ id: `l${n}`, atMs: NOW, intake: 'bulk', reason: 'r', content: 'x'.repeat(size), isBase64: false }]);
  for (let n = 0; n < 11; n++) await add(n, 1);
  expect(await letters.count()).toEqual({ held: 9, discarded: 2 });
  expect((await letters.list(99)).letters.at(-1)?.id).toBe('l2');
  await add(11, 890);
  await add(12, 890);
  expect((await letters.list(99)).letters.map(({ id }) => id)).toEqual(['l12']);
  expect(await letters.count()).toEqual({ held: 1, discarded: 12 });
  await database.close();
  instance.closeSync();
});
