import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, expect, test } from 'vitest';
import type { Document } from '../../../event/document.ts';
import { DocumentEvent } from '../../../event/document-event.ts';
import { fields } from '../../../event/field.ts';
import { Networks } from '../../../event/networks.ts';
import { compileKql } from '../../../query/kql/compile-kql.ts';
import { ALL, type Predicate } from '../../../query/predicate.ts';
import { openStore, restoreStore } from '../../open-store.ts';
import type { Store } from '../../store.ts';
import { DEFAULT_STORE_SETTINGS } from '../../store-settings.ts';

const folder = mkdtempSync(join(tmpdir(), 'smbastion-maintenance-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const networks = new Networks();
let files = 0;
const newFile = () => join(folder, `${files++}.duckdb`);
const DAY = 86_400_000;
const NOW = Date.parse('2026-03-10T00:00:00Z');

async function append({ events }: Store, documents: readonly Document[], ingestedMs: number): Promise<void> {
  const batch = events.batch(ingestedMs);
  for (const document of documents) batch.add(new DocumentEvent(networks, document));
  await events.append(batch);
}

const numbered = (from: number, to: number, more: Document = {}): Document[] =>
  Array.from({ length: to - from }, (_, i) => ({ '@timestamp': NOW, 'event.id': String(from + i), ...more }));

test('events that came in too long ago are removed, and positions go on', async () => {
  const file = newFile();
  const store = await openStore(file, networks);
  await append(store, numbered(0, 3), NOW - 40 * DAY);
  await append(store, numbered(3, 5, { 'user.name': ['a', 'b'] }), NOW - 31 * DAY);
  await append(store, numbered(5, 9), NOW - 29 * DAY);
  const found = async () => (await store.events.at([1, 4, 6])).map(({ position }) => position);
  expect(await found()).toEqual([1, 4, 6]);
  const removed = await store.maintenance.retain({ maxBytes: 1e12, keepMs: 30 * DAY }, NOW);
  expect(removed).toMatchObject({ byAge: 5, bySize: 0 });
  expect(await found()).toEqual([6]);
  expect(await store.events.count({ predicate: ALL })).toBe(4);
  expect((await store.maintenance.retain({ maxBytes: 1e12, keepMs: 0 }, NOW)).byAge).toBe(4);
  await store.close();
  const again = await openStore(file, networks);
  expect(await again.events.position()).toBe(9);
  await append(again, numbered(20, 21), NOW);
  expect(await again.events.position()).toBe(10);
  await again.close();
});

test('the oldest events are removed when the file is too large', async () => {
  const store = await openStore(newFile(), networks);
  for (let round = 0; round < 4; round++) {
    const texts = numbered(round * 500, round * 500 + 500).map((one, i) => ({
      ...one,
      message: randomText(round * 500 + i),
    }));
    await append(store, texts, NOW);
  }
  const settings = { keepMs: 365 * DAY };
  await store.maintenance.retain({ ...settings, maxBytes: 1e12 }, NOW);
  const bytes = await store.maintenance.bytes();
  const { byAge, bySize } = await store.maintenance.retain({ ...settings, maxBytes: bytes / 2 }, NOW);
  expect([byAge, bySize > 900 && bySize < 1300]).toEqual([0, true]);
  const [oldest] = (await store.events.search({ predicate: ALL, order: 'oldest', limit: 2000 })).events
    .map(({ position }) => position)
    .sort((x, y) => x - y);
  expect(oldest).toBe(bySize + 1);
  await store.close();
});

/** A text that cannot be compressed well, the same for the same number. */
function randomText(seed: number): string {
  let state = seed + 1;
  return Array.from({ length: 1_500 }, () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return String.fromCharCode(33 + ((state >>> 16) % 90));
  }).join('');
}

test('a copy answers as the store did', async () => {
  const file = newFile();
  const store = await openStore(file, networks);
  const documents: Document[] = [
    { '@timestamp': NOW, 'source.ip': 'fe80::1', 'user.name': ['a', 'b'], 'host.ip': ['10.0.0.1', '2001:db8::ffff'] },
    { '@timestamp': NOW + 1, 'source.ip': '10.0.0.9', winlog: { event_data: { ShareName: 'C$' } }, tags: ['x'] },
    {
      '@timestamp': NOW + 2,
      threat: { enrichments: [{ indicator: { ip: 'fe80::7', type: 'y' } }] },
      message: "it's \u0000",
    },
  ];
  await append(store, documents, NOW);
  await store.desk.put({ kind: 'value-list', id: 'one', document: { why: 'test' }, by: 'me', atMs: NOW });
  const copy = join(folder, 'copy');
  expect(await store.maintenance.backUp(copy, NOW)).toMatchObject({ folder: copy });
  await append(store, numbered(0, 1), NOW);

  const target = newFile();
  const waiting = join(`${target}.rows`, '0000000000000009.usual.ndjson');
  mkdirSync(dirname(waiting));
  writeFileSync(waiting, 'what an earlier store of that name left');
  await restoreStore(copy, target, networks);
  expect(existsSync(waiting)).toBe(true);
  const restored = await openStore(target, networks);
  const search = { predicate: ALL, order: 'oldest', limit: 10 } as const;
  const before = (await store.events.search(search)).events.filter(({ position }) => position <= 3);
  expect((await restored.events.search(search)).events).toEqual(before);
  for (const text of [
    'source.ip:"fe80::/16"',
    'host.ip:"2001:db8::/32"',
    'winlog.event_data.ShareName:C$',
    'user.name:b',
    'threat.enrichments:{ indicator.ip:"fe80::7" }',
  ]) {
    const { predicate } = compileKql({ file: 'test', text }, { now: NOW });
    expect([text, await restored.events.count({ predicate })]).toEqual([text, 1]);
  }
  expect(await restored.desk.get('value-list', 'one')).toMatchObject({ document: { why: 'test' } });
  expect(await restored.events.position()).toBe(3);
  expect(await restored.maintenance.check()).toEqual({ events: 3, problems: [] });
  await expect(restoreStore(copy, target, networks)).rejects.toMatchObject({ code: 'STORE-OPEN' });
  await expect(restoreStore(folder, newFile(), networks)).rejects.toMatchObject({ code: 'STORE-BACKUP' });

  const second = join(folder, 'second', 'store.duckdb');
  mkdirSync(dirname(second));
  const whole = readFileSync(join(copy, 'events.parquet'));
  const damaged = Buffer.from(whole);
  damaged[20]! ^= 1;
  for (const bytes of [damaged, 'no parquet']) {
    writeFileSync(join(copy, 'events.parquet'), bytes);
    await expect(restoreStore(copy, second, networks)).rejects.toMatchObject({ code: 'STORE-BACKUP' });
    expect(readdirSync(dirname(second))).toEqual([]);
  }
  writeFileSync(join(copy, 'events.parquet'), whole);
  writeFileSync(`${second}.wal`, 'of a database that was moved away');
  await expect(restoreStore(copy, second, networks)).rejects.toMatchObject({ code: 'STORE-OPEN' });
  rmSync(`${second}.wal`);
  writeFileSync(`${second}.restoring`, 'what one that was killed left');
  await restoreStore(copy, second, networks);
  expect(readdirSync(dirname(second))).toEqual(['store.duckdb']);
  await Promise.all([store.close(), restored.close()]);
});

async function change(file: string, ...statements: readonly string[]): Promise<void> {
  const instance = await DuckDBInstance.create(file);
  const connection = await instance.connect();
  for (const statement of statements) await connection.run(statement);
  connection.closeSync();
  instance.closeSync();
}

test('a copy with a column that no field has any more is restored', async () => {
  const file = newFile();
  await openStore(file, networks).then((store) => store.close());
  await change(
    file,
    'ALTER TABLE events ADD COLUMN "file.past" VARCHAR[]',
    `INSERT INTO events VALUES (1, 0, 0, 'a', '{}', '{"file":{"name":"x"}}', NULL, ['y'])`,
  );
  const store = await openStore(file, networks);
  const copy = join(folder, 'past');
  await store.maintenance.backUp(copy, NOW);
  await restoreStore(copy, newFile(), networks);
  const manifest = join(copy, 'backup.json');
  writeFileSync(manifest, readFileSync(manifest, 'utf8').replace('"VARCHAR[]"', '"INTEGER; DROP TABLE events"'));
  await expect(restoreStore(copy, newFile(), networks)).rejects.toMatchObject({ code: 'STORE-BACKUP' });
  await store.close();
});

test('what is wrong in a store is found', async () => {
  const file = newFile();
  const store = await openStore(file, networks);
  await append(store, numbered(0, 10), NOW);
  expect(await store.maintenance.check()).toEqual({ events: 10, problems: [] });
  await store.close();
  await change(file, 'INSERT INTO events SELECT * FROM events WHERE position = 4');
  const damaged = await openStore(file, networks);
  const { events, problems } = await damaged.maintenance.check();
  expect([events, problems]).toEqual([
    11,
    [
      '1 event stands in it more than once',
      '1 position is given to more than one event',
      '1 event of the table events is not in the order of positions',
    ],
  ]);
  await damaged.close();
});

test('one id at times that are far from each other is no damage', async () => {
  const store = await openStore(newFile(), networks);
  const times = ['2026-03-01T10:00:00Z', '2026-03-01T10:00:09Z', '2026-03-01T11:00:00Z'];
  await append(
    store,
    times.map((time) => ({ '@timestamp': time, smbastion: { event: { id: 'a' } } })),
    NOW,
  );
  expect(await store.maintenance.check()).toEqual({ events: 2, problems: [] });
  await store.close();
});

test('a store of a newer program is left alone', async () => {
  const file = newFile();
  await (await openStore(file, networks)).close();
  await change(file, "UPDATE meta SET value = '99' WHERE key = 'schema'");
  await expect(openStore(file, networks)).rejects.toMatchObject({ code: 'STORE-VERSION' });
});

test('a store of the first version is brought up to date', async () => {
  const file = newFile();
  const first = await openStore(file, networks);
  await append(first, [{ '@timestamp': '2026-03-01T10:00:00Z', message: 'old' }], NOW);
  await first.close();
  for (const table of ['events', 'events_lists']) await change(file, `ALTER TABLE ${table} DROP COLUMN changes`);
  await change(file, "UPDATE meta SET value = '1' WHERE key = 'schema'");
  const store = await openStore(file, networks);
  await append(store, [{ '@timestamp': '2026-03-01T10:00:01Z', message: 'new' }], NOW);
  const page = await store.events.search({ predicate: { kind: 'all' }, order: 'oldest', limit: 10 });
  expect(page.events.map(({ document }) => document['message'])).toEqual(['old', 'new']);
  await store.close();
});

/** A question over messages that takes long. */
function slowPredicate(): Predicate {
  const field = fields.get('message');
  const parts = Array.from({ length: 200 }, (_, i): Predicate => {
    return { kind: 'regex', field, pattern: `(a|b){${i + 1}}c`, flags: {}, mode: 'search' };
  });
  return { kind: 'or', parts };
}

test('a question that takes too long is stopped', async () => {
  const store = await openStore(newFile(), networks, { ...DEFAULT_STORE_SETTINGS, queryMs: 1 });
  await append(store, numbered(0, 20_000, { message: 'a'.repeat(200) }), NOW);
  const slow = store.events.count({ predicate: slowPredicate() });
  await expect(slow).rejects.toMatchObject({ code: 'STORE-TIMEOUT' });
  await store.close();
});

test('a question that nobody waits for any more is stopped, and no further one is asked for it', async () => {
  const store = await openStore(newFile(), networks);
  await append(store, numbered(0, 20_000, { message: 'a'.repeat(200) }), NOW);
  const asker = new AbortController();
  const query = { predicate: slowPredicate(), signal: asker.signal };
  const slow = store.events.count(query);
  asker.abort();
  await expect(slow).rejects.toMatchObject({ code: 'STORE-TIMEOUT' });
  await expect(store.events.search({ ...query, order: 'newest', limit: 1 })).rejects.toMatchObject({
    code: 'STORE-TIMEOUT',
  });
  await store.close();
});
