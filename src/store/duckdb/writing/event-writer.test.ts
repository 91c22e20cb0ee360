import {
  appendFileSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, expect, test } from 'vitest';
import type { Document } from '../../../event/document.ts';
import { DocumentEvent } from '../../../event/document-event.ts';
import { Networks } from '../../../event/networks.ts';
import { compileKql } from '../../../query/kql/compile-kql.ts';
import { ALL } from '../../../query/predicate.ts';
import { openStore } from '../../open-store.ts';
import type { Store } from '../../store.ts';
import { DEFAULT_STORE_SETTINGS } from '../../store-settings.ts';
import type { DuckDbBatch } from '../rows/event-batch.ts';

const folder = mkdtempSync(join(tmpdir(), 'smbastion-writer-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const networks = new Networks();
let files = 0;
const newFile = () => join(folder, `${files++}.duckdb`);
const NEVER = 1e12;
/** Rows wait for a block of twenty, whatever comes. */
const WAITING = { ...DEFAULT_STORE_SETTINGS, blocks: { rows: 20, fillMs: NEVER } };
const open = (file: string) => openStore(file, networks, WAITING);

const numbered = (from: number, to: number): Document[] =>
  Array.from({ length: to - from }, (_, i) => ({
    '@timestamp': 1_772_375_400_000 + from + i,
    event: { id: String(from + i) },
    source: { port: 445 },
    user: { name: (from + i) % 5 === 0 ? ['a', 'b'] : 'a' },
  }));

async function append({ events }: Store, documents: readonly Document[], change?: (batch: DuckDbBatch) => void) {
  const batch = events.batch();
  for (const document of documents) batch.add(new DocumentEvent(networks, document));
  change?.(batch as DuckDbBatch);
  return events.append(batch);
}

async function numbersOf({ events }: Store): Promise<number[]> {
  const page = await events.search({ predicate: ALL, order: 'oldest', limit: 1_000 });
  return page.events.map(({ document }) => Number((document['event'] as Document)['id']));
}

const upTo = (count: number) => Array.from({ length: count }, (_, i) => i);

/** The store as it stands on disk at this moment, as after a crash. */
function copyOf(file: string): string {
  const copy = newFile();
  for (const end of ['', '.wal']) copyFileSync(file + end, copy + end);
  mkdirSync(`${copy}.rows`);
  for (const path of rowFiles(file)) copyFileSync(path, join(`${copy}.rows`, basename(path)));
  return copy;
}

const rowFiles = (file: string) =>
  readdirSync(`${file}.rows`, { withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ name }) => join(`${file}.rows`, name));

test('rows that come fast wait for a block, are known meanwhile, and are found when it is full or asked for', async () => {
  const store = await open(newFile());
  expect(await append(store, numbered(0, 15))).toEqual({ added: 15, known: [], position: 15 });
  expect([await numbersOf(store), await store.events.position()]).toEqual([[], 0]);
  const again = await append(store, numbered(10, 18));
  expect([again.added, again.known.length, again.position]).toEqual([3, 5, 18]);
  expect((await append(store, numbered(18, 65))).position).toBe(65);
  await store.events.settle();
  expect(await numbersOf(store)).toEqual(upTo(65));
  expect(await store.events.position()).toBe(65);
  expect((await append(store, numbered(60, 70))).known).toHaveLength(5);
  expect(await store.maintenance.check()).toEqual({ events: 70, problems: [] });
  await store.close();
});

test('a batch can be appended once', async () => {
  const store = await open(newFile());
  const batch = store.events.batch();
  batch.add(new DocumentEvent(networks, numbered(0, 1)[0]!));
  await store.events.append(batch);
  expect(() => store.events.append(batch)).toThrow('once');
  await store.close();
});

test('few rows go into the tables at once', async () => {
  const store = await openStore(newFile(), networks);
  await append(store, numbered(0, 15));
  expect(await numbersOf(store)).toEqual(upTo(15));
  await store.close();
});

test('rows that do not fill a block in time are found all the same', async () => {
  const store = await openStore(newFile(), networks, { ...WAITING, blocks: { rows: 20, fillMs: 1_000 } });
  await append(store, numbered(0, 115));
  expect((await numbersOf(store)).length).toBeLessThan(115);
  await expect.poll(() => numbersOf(store), { timeout: 20_000 }).toEqual(upTo(115));
  await store.close();
});

test('what waits goes into the tables when the store is closed', async () => {
  const file = newFile();
  const store = await open(file);
  await append(store, numbered(0, 15));
  await store.close();
  const again = await open(file);
  expect(await numbersOf(again)).toEqual(upTo(15));
  await again.close();
});

test('what was acknowledged outlives a crash, and what was being written then is cut off', async () => {
  const file = newFile();
  const store = await open(file);
  await append(store, numbered(0, 7));
  await append(store, numbered(7, 15));
  const copy = copyOf(file);
  for (const path of rowFiles(copy)) appendFileSync(path, readFileSync(path).subarray(0, 90));
  const [path] = rowFiles(copy);
  appendFileSync(path!, `${'\0'.repeat(40)}\n{"crc32":5}\n{"crc`);
  const again = await open(copy);
  expect([await numbersOf(again), await again.events.position()]).toEqual([upTo(15), 15]);
  expect((await append(again, numbered(14, 16))).known).toHaveLength(1);
  expect(await again.maintenance.check()).toEqual({ events: 16, problems: [] });
  await Promise.all([again.close(), store.close()]);
});

test('a block that went in just before the crash does not go in again', async () => {
  const file = newFile();
  const store = await open(file);
  await append(store, numbered(0, 15));
  const rows = rowFiles(file).map((path) => [basename(path), readFileSync(path)] as const);
  await store.events.settle();
  const copy = copyOf(file);
  for (const [name, bytes] of rows) writeFileSync(join(`${copy}.rows`, name), bytes);
  const again = await open(copy);
  expect(await numbersOf(again)).toEqual(upTo(15));
  await Promise.all([again.close(), store.close()]);
});

test('what could not go into the tables is tried again, and nothing else is taken until then', async () => {
  const file = newFile();
  const store = await open(file);
  await append(store, numbered(0, 15));
  expect(store.events.backlog()).toEqual({ events: 15, failure: undefined });
  const paths = rowFiles(file);
  for (const path of paths) renameSync(path, `${file}-${basename(path)}`);
  await expect(store.events.settle()).rejects.toThrow();
  expect(store.events.backlog()).toEqual({ events: 15, failure: expect.stringContaining('IO Error') });
  await expect(append(store, numbered(15, 16))).rejects.toThrow();
  // Old events can be removed all the same: it may be what makes room.
  expect(await store.maintenance.retain({ keepMs: NEVER, maxBytes: NEVER }, Date.now())).toMatchObject({ byAge: 0 });
  for (const path of paths) renameSync(`${file}-${basename(path)}`, path);
  await expect.poll(() => numbersOf(store), { timeout: 20_000 }).toEqual(upTo(15));
  expect(store.events.backlog()).toEqual({ events: 0, failure: undefined });
  await append(store, numbered(15, 16));
  await store.events.settle();
  expect(await numbersOf(store)).toEqual(upTo(16));
  await store.close();
});

/** Makes another text of one that stands in a file. */
function damage(path: string, text: string, other: string): void {
  const bytes = readFileSync(path);
  bytes.write(other, bytes.lastIndexOf(text));
  writeFileSync(path, bytes);
}

test('damage in the last rows is said when they were on disk for sure', async () => {
  const file = newFile();
  const store = await open(file);
  await append(store, numbered(0, 7));
  await append(store, numbered(7, 15));
  for (const [text, other] of [
    ['"event.id":"14"', '"event.id":"99"'],
    ['{"crc32":', '{"crc42":'],
  ] as const) {
    const copy = copyOf(file);
    const usual = rowFiles(copy).find((path) => path.endsWith('.usual.ndjson'))!;
    damage(usual, text, other);
    await expect(open(copy)).rejects.toMatchObject({
      code: 'STORE-OPEN',
      message: expect.stringContaining('damaged behind byte'),
    });
  }
  const copy = copyOf(file);
  const usual = rowFiles(copy).find((path) => path.endsWith('.usual.ndjson'))!;
  const lines = readFileSync(usual, 'latin1').split('\n');
  writeFileSync(usual, lines.slice(0, -4).join('\n'), 'latin1');
  await expect(open(copy)).rejects.toMatchObject({
    code: 'STORE-OPEN',
    message: expect.stringContaining('position 8, which'),
  });
  await store.close();
});

test('of the last rows, damaged, nothing tells whether they were acknowledged: they are set aside', async () => {
  const file = newFile();
  const store = await open(file);
  await append(store, numbered(0, 6));
  await append(store, numbered(6, 10));
  const copy = copyOf(file);
  const usual = rowFiles(copy).find((path) => path.endsWith('.usual.ndjson'))!;
  const text = readFileSync(usual, 'latin1');
  // A machine that stops may not have written the mark yet.
  writeFileSync(usual, text.slice(0, text.indexOf('{"held":10')), 'latin1');
  damage(usual, '"event.id":"9"', '"event.id":"1"');
  const again = await open(copy);
  expect(await numbersOf(again)).toEqual(upTo(6));
  const aside = { path: `${copy}.rows-aside.ndjson`, acknowledged: 0, unsure: 1 };
  expect(again.events.backlog().aside).toEqual(aside);
  expect(readFileSync(aside.path, 'utf8')).toContain('\\"event.id\\":\\"1\\"');
  await again.close();
  const later = await open(copy);
  expect(later.events.backlog().aside).toEqual(aside);
  await Promise.all([later.close(), store.close()]);
});

/** Makes a row that no JSON reader understands of one, as a bug of ours would. */
const spoilt = (at: number) => (batch: DuckDbBatch) => {
  const [, row] = [...batch.rows][at]!;
  row.chunk.write('"source.port":4]5', row.chunk.indexOf('"source.port":445', row.start), 'latin1');
};

test.each(['waits', 'goes into the tables at once'])(
  'a row that is no JSON and %s is set aside, and costs none of the others',
  async (way) => {
    const file = newFile();
    const store = await openStore(file, networks, way === 'waits' ? WAITING : DEFAULT_STORE_SETTINGS);
    await append(store, numbered(0, 15), spoilt(6));
    await append(store, numbered(15, 33));
    await store.events.settle();
    expect((await numbersOf(store)).sort((x, y) => x - y)).toEqual(upTo(33).filter((number) => number !== 6));
    const { aside, failure } = store.events.backlog();
    expect([aside?.acknowledged, failure]).toEqual([1, undefined]);
    expect(readFileSync(aside!.path, 'utf8')).toMatch(
      /^\{"isAcknowledged":true,"from":".*","reason":"the database cannot read it: .*4\]5.*\n$/,
    );
    await store.close();
  },
);

test.each([
  ['is no JSON', spoilt(6), [6]],
  [
    'does not say its position',
    (batch: DuckDbBatch) => {
      const [, row] = [...batch.rows][6]!;
      row.chunk.write('{"posotion":', row.start, 'latin1');
    },
    [6],
  ],
])('after a crash a row that %s is set aside, and costs none of the others', async (_, change, lost) => {
  const file = newFile();
  const store = await open(file);
  await append(store, numbered(0, 10), change);
  await append(store, numbered(10, 15));
  const again = await open(copyOf(file));
  expect(await numbersOf(again)).toEqual(upTo(15).filter((number) => !lost.includes(number)));
  expect(again.events.backlog().aside).toMatchObject({ acknowledged: 1, unsure: 0 });
  await Promise.all([again.close(), store.close()]);
});

test('rows that wait keep to the fields they were written with, also when no table has a row yet', async () => {
  const file = newFile();
  const store = await open(file);
  await append(store, numbered(0, 4), (batch) => {
    for (const { chunk, start } of batch.rows.values()) {
      const at = chunk.indexOf('"source.port":', start);
      if (at >= 0) chunk.write('"source.past":', at, 'latin1');
    }
  });
  const copy = copyOf(file);
  const instance = await DuckDBInstance.create(copy);
  const connection = await instance.connect();
  await connection.run(
    "UPDATE meta SET value = CAST(json_merge_patch(value, '{\"source.port\":null}') AS VARCHAR) WHERE key = 'fields'",
  );
  connection.closeSync();
  instance.closeSync();
  const again = await open(copy);
  const { predicate } = compileKql({ file: 'test', text: 'source.port: 445' }, { now: 0 });
  expect(await again.events.count({ predicate })).toBe(4);
  await Promise.all([again.close(), store.close()]);
});

test('damage in what was acknowledged is said, not passed over', async () => {
  const file = newFile();
  const store = await open(file);
  await append(store, numbered(0, 7));
  await append(store, numbered(7, 15));
  const copy = copyOf(file);
  const [path] = rowFiles(copy);
  const bytes = readFileSync(path!);
  bytes[bytes.indexOf('"event.id":"1"') + 12] = 0x39;
  writeFileSync(path!, bytes);
  await expect(open(copy)).rejects.toMatchObject({
    code: 'STORE-OPEN',
    message: expect.stringContaining('is damaged'),
  });
  await store.close();
});

test('a row that the database refuses costs none of the others, and keeps its document', async () => {
  const store = await open(newFile());
  await append(store, numbered(0, 15), (batch) => {
    const [, row] = [...batch.rows][6]!;
    row.chunk.write('"source.port":"x"', row.chunk.indexOf('"source.port":445', row.start), 'latin1');
  });
  await append(store, numbered(15, 33));
  await store.events.settle();
  expect((await numbersOf(store)).sort((x, y) => x - y)).toEqual(upTo(33));
  const { predicate } = compileKql({ file: 'test', text: 'source.port: 445' }, { now: 0 });
  expect(await store.events.count({ predicate })).toBe(32);
  expect(await store.maintenance.check()).toEqual({ events: 33, problems: [] });
  await store.close();
});

test('rows that are missing before others are said, not passed over', async () => {
  const file = newFile();
  const store = await open(file);
  for (const from of [0, 5, 10]) await append(store, numbered(from, from + 5));
  for (const end of ['.usual.ndjson', '.lists.ndjson']) {
    const copy = copyOf(file);
    rmSync(rowFiles(copy).find((path) => path.endsWith(end))!);
    await expect(open(copy)).rejects.toMatchObject({
      code: 'STORE-OPEN',
      message: expect.stringMatching(/position \d+, which was acknowledged, is missing/),
    });
  }
  await store.close();
});

test('what was not acknowledged because the program ended between the two files is no damage', async () => {
  const file = newFile();
  const store = await open(file);
  await append(store, numbered(0, 5));
  await append(store, numbered(5, 10));
  const copy = copyOf(file);
  for (const path of rowFiles(copy)) {
    const text = readFileSync(path, 'latin1');
    const whole = text.slice(0, text.indexOf('{"held":10'));
    writeFileSync(path, path.endsWith('.lists.ndjson') ? whole.slice(0, -20) : whole, 'latin1');
  }
  const again = await open(copy);
  expect(await numbersOf(again)).toEqual(upTo(10).filter((number) => number !== 5));
  expect((await append(again, numbered(0, 10))).added).toBe(1);
  await Promise.all([again.close(), store.close()]);
});

test('a column that the catalogue has no longer costs no row', async () => {
  const file = newFile();
  const store = await open(file);
  await append(store, numbered(0, 4), (batch) => {
    for (const { chunk, start } of batch.rows.values()) {
      const at = chunk.indexOf('"source.port":', start);
      if (at >= 0) chunk.write('"source.gone":', at, 'latin1');
    }
  });
  const copy = copyOf(file);
  const again = await open(copy);
  expect(await numbersOf(again)).toEqual(upTo(4));
  await Promise.all([again.close(), store.close()]);
});

test('an id with half a character costs none of the others, and is known again', async () => {
  const store = await open(newFile());
  const odd = { ...numbered(0, 1)[0]!, smbastion: { event: { id: 'x\ud800' } } };
  expect((await append(store, [odd, ...numbered(1, 3)])).added).toBe(3);
  expect((await append(store, [odd])).added).toBe(0);
  await store.events.settle();
  expect((await append(store, [odd])).added).toBe(0);
  await store.close();
});
