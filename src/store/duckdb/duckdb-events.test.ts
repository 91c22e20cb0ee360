import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, expect, test } from 'vitest';
import { storeConformance } from '../../../test/conformance/stores.ts';
import { DocumentEvent } from '../../event/document-event.ts';
import { fields } from '../../event/field.ts';
import { Networks } from '../../event/networks.ts';
import { ALL } from '../../query/predicate.ts';
import { compileKql } from '../../query/kql/compile-kql.ts';
import { openStore } from '../open-store.ts';

const folder = mkdtempSync(join(tmpdir(), 'smbastion-store-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const networks = new Networks();
let files = 0;
const newFile = () => join(folder, `${files++}.duckdb`);

storeConformance('DuckDB', async () => {
  const file = newFile();
  return {
    store: await openStore(file, networks),
    // A copy of what is on disk is all that a process that was killed leaves.
    afterCrash: () => {
      const copy = newFile();
      for (const end of ['', '.wal']) if (existsSync(file + end)) copyFileSync(file + end, copy + end);
      return openStore(copy, networks);
    },
  };
});

test('a store that is closed while it is asked something leaves no log of changes for the next start', async () => {
  const file = newFile();
  const store = await openStore(file, networks);
  const batch = store.events.batch();
  for (let i = 0; i < 100; i++) batch.add(new DocumentEvent(networks, { 'event.action': `a${i}` }));
  await store.events.append(batch);
  const asked = Promise.allSettled(
    Array.from({ length: 50 }, () => store.events.topValues({ predicate: ALL }, fields.get('event.action'), 9)),
  );
  const read = Array.from({ length: 50 }, () => store.runs.latest(undefined, 9));
  await store.close();
  expect(existsSync(`${file}.wal`)).toBe(false);
  await asked;
  await expect(store.events.count({ predicate: ALL })).rejects.toMatchObject({ code: 'STORE-TIMEOUT' });
  await Promise.all(read);
  const again = await openStore(file, networks);
  expect(await again.events.position()).toBe(100);
  await again.close();
});

const kql = (text: string) => compileKql({ file: 'test', text }, { now: 0 }).predicate;

test('fields that came into the catalogue after the table was made are found in the documents', async () => {
  const file = newFile();
  const older = await openStore(file, networks);
  const first = older.events.batch();
  first.add(new DocumentEvent(networks, { 'event.action': 'first' }));
  await older.events.append(first);
  await older.close();
  const instance = await DuckDBInstance.create(file);
  const connection = await instance.connect();
  const [[text]] = (await connection.runAndReadAll("SELECT value FROM meta WHERE key = 'fields'")).getRows() as [
    [string],
  ];
  const { 'file.name': _, 'threat.enrichments': __, ...known } = JSON.parse(text) as Record<string, string>;
  const changed = JSON.stringify({ ...known, 'file.size': 'VARCHAR VARCHAR[]' });
  await connection.run("UPDATE meta SET value = ? WHERE key = 'fields'", [changed]);
  connection.closeSync();
  instance.closeSync();

  const store = await openStore(file, networks);
  const batch = store.events.batch();
  const document = { 'file.name': 'a', 'file.size': 3, 'threat.enrichments': [{ indicator: { type: 'x' } }] };
  for (const user of ['b', ['b', 'c']]) batch.add(new DocumentEvent(networks, { ...document, 'user.name': user }));
  await store.events.append(batch);
  for (const query of ['file.name:a', 'file.size > 2', 'user.name:b', 'threat.enrichments:{ indicator.type:x }']) {
    expect([query, await store.events.count({ predicate: kql(query) })]).toEqual([query, 2]);
  }
  await store.close();
});

test('a file that is no store is said to be none', async () => {
  const file = newFile();
  copyFileSync('package.json', file);
  await expect(openStore(file, networks)).rejects.toMatchObject({
    code: 'STORE-OPEN',
    fix: expect.stringContaining('the file is damaged'),
  });
});

test('a file in a folder that is not there is said to have none', async () => {
  await expect(openStore(`${newFile()}-folder/store.duckdb`, networks)).rejects.toMatchObject({
    code: 'STORE-OPEN',
    fix: expect.stringContaining('the folder of the file'),
  });
});

test('damage in the log of what was acknowledged is said, not passed over', async () => {
  const file = newFile();
  const store = await openStore(file, networks);
  for (const name of ['a', 'b', 'c']) {
    const batch = store.events.batch();
    batch.add(new DocumentEvent(networks, { 'event.action': name }));
    await store.events.append(batch);
  }
  const copy = newFile();
  for (const end of ['', '.wal']) copyFileSync(file + end, copy + end);
  await store.close();
  const log = readFileSync(`${copy}.wal`);
  log.fill(0xff, log.length >> 1, (log.length >> 1) + 64);
  writeFileSync(`${copy}.wal`, log);
  await expect(openStore(copy, networks)).rejects.toMatchObject({
    code: 'STORE-OPEN',
    fix: expect.stringContaining('the file is damaged'),
  });
});

test('whoever asks a store that is closed is refused', async () => {
  const store = await openStore(newFile(), networks);
  await store.close();
  const batch = store.events.batch();
  batch.add(new DocumentEvent(networks, { 'event.action': 'late' }));
  const asked = [
    store.events.append(batch),
    store.events.settle(),
    store.maintenance.check(),
    store.desk.list('exception'),
    store.runs.forget(0),
    store.forget({ events: ['a'], alerts: [] }),
  ];
  for (const answer of asked) await expect(answer).rejects.toMatchObject({ code: 'STORE-CLOSED' });
});
