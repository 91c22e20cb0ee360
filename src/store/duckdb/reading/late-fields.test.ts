import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { makeOlder } from '../../../../test/tools/older-store.ts';
import type { Document } from '../../../event/document.ts';
import { DocumentEvent } from '../../../event/document-event.ts';
import { fields } from '../../../event/field.ts';
import { Networks } from '../../../event/networks.ts';
import { compileEql } from '../../../query/eql/compile-eql.ts';
import { compileKql } from '../../../query/kql/compile-kql.ts';
import { ALL, type Predicate } from '../../../query/predicate.ts';
import { openStore, restoreStore } from '../../open-store.ts';
import type { Store } from '../../store.ts';

const folder = mkdtempSync(join(tmpdir(), 'smbastion-late-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const networks = new Networks();
let files = 0;
const newFile = () => join(folder, `${files++}.duckdb`);
const START = 1_772_375_400_000;

/** Fields that the catalogue of an earlier program did not have. */
const LATER = ['file.name', 'file.size', 'source.ip', 'tags', 'threat.enrichments'];

const documents = (from: number, to: number): Document[] =>
  Array.from({ length: to - from }, (_, i) => {
    const n = from + i;
    return {
      '@timestamp': START + n * 1_000,
      event: { id: String(n), action: n % 2 === 0 ? 'read' : 'write' },
      file: { name: `f${n % 3}`, size: n },
      source: { ip: n % 2 === 0 ? '10.0.0.1' : 'fe80::1' },
      user: { name: n % 4 === 0 ? ['a', 'b'] : 'a' },
      tags: n % 3 === 0 ? ['x', 'y'] : 'x',
      ...(n % 3 === 0 && { threat: { enrichments: [{ indicator: { type: 'bad' } }] } }),
    };
  });

async function append({ events }: Store, all: readonly Document[]): Promise<void> {
  const batch = events.batch();
  for (const document of all) batch.add(new DocumentEvent(networks, document));
  await events.append(batch);
}

/** @returns a store of an earlier program with ten events, opened with today's */
async function olderStore(file: string): Promise<Store> {
  const older = await openStore(file, networks);
  await append(older, documents(0, 10));
  await older.close();
  await makeOlder(file, LATER);
  return openStore(file, networks);
}

const FILE = fields.get('file.name');
const kql = (text: string) => compileKql({ file: 'test', text }, { now: 0 }).predicate;
const PREDICATES: readonly (readonly [string, Predicate])[] = [
  ...[
    'file.name:f1',
    'not file.name:f1',
    'file.size >= 5 and file.size < 15',
    'source.ip:"fe80::/16" or event.action:read',
    'not (source.ip:10.0.0.1 and user.name:b)',
    'tags:y',
    'file.name:*',
    'not tags:*',
    'threat.enrichments:{ indicator.type:bad }',
    'threat.enrichments:{ not indicator.type:good } and not file.size:3',
    'user.name:b',
  ].map((text) => [text, kql(text)] as const),
  ...['length(file.name) == 2 and file.size > 3', 'not (add(file.size, 1) == 4)'].map((text) => {
    const { query } = compileEql({ file: 'test', text: `any where ${text}` }, { now: 0 });
    return [text, query.kind === 'event' ? query.predicate : ALL] as const;
  }),
  [
    'compared',
    { kind: 'not', part: { kind: 'compare', field: FILE, other: fields.get('event.id'), op: 'suffix', fold: false } },
  ],
];

/** What a store answers to all that can be asked of it. */
async function answers({ events }: Store, range: object = {}): Promise<unknown> {
  const user = fields.get('user.name');
  const size = fields.get('file.size');
  const said: unknown[] = [];
  for (const [text, predicate] of [...PREDICATES, ['all', ALL] as const]) {
    const query = { predicate, ...range };
    const page = await events.search({ ...query, order: 'oldest', limit: 100 });
    said.push([
      text,
      await events.count(query),
      page.events.map(({ id }) => id),
      await events.topValues(query, FILE, 10),
      await events.topValues(query, fields.get('source.ip'), 10),
      await events.sums(query, FILE, [size], 10),
      await events.sums(query, user, [size], 10),
      await events.histogram(query, 5_000),
    ]);
  }
  return said;
}

const valuesOf = ({ events }: Store, range: object) =>
  events.values({
    predicate: kql('file.name:*'),
    order: 'oldest',
    limit: 100,
    fields: [fields.get('file.size')],
    ...range,
  });

test('fields that came later get columns, and what older events say of them is found', async () => {
  const file = newFile();
  const store = await olderStore(file);
  const whole = await openStore(newFile(), networks);
  await append(whole, documents(0, 10));
  for (const one of [whole, store]) await append(one, documents(10, 20));
  expect(await answers(store)).toEqual(await answers(whole));
  const old = { beforeMs: START + 9_500 };
  expect(await answers(store, old)).toEqual(await answers(whole, old));
  // Columns alone tell of what came since, whether it is chosen by position or by time.
  for (const late of [{ afterPosition: 10 }, { fromMs: START + 10_000 }]) {
    expect(await answers(store, late)).toEqual(await answers(whole, late));
    expect(await valuesOf(store, late)).toEqual(await valuesOf(whole, late));
    expect(await valuesOf(store, late)).toHaveLength(10);
  }
  expect(await valuesOf(store, {})).toBe(undefined);
  await store.close();
  const again = await openStore(file, networks);
  expect(await answers(again)).toEqual(await answers(whole));

  const copy = join(folder, 'copy');
  await again.maintenance.backUp(copy, START);
  const target = newFile();
  await restoreStore(copy, target, networks);
  const restored = await openStore(target, networks);
  expect(await answers(restored)).toEqual(await answers(whole));
  await Promise.all([again.close(), restored.close(), whole.close()]);
});

test('once the events of before are gone, columns tell of all', async () => {
  const store = await olderStore(newFile());
  await new Promise((resolve) => setTimeout(resolve, 5));
  const now = Date.now();
  await append(store, documents(10, 20));
  expect(await valuesOf(store, {})).toBe(undefined);
  await store.maintenance.retain({ keepMs: 0, maxBytes: 1e12 }, now);
  expect(await valuesOf(store, {})).toHaveLength(10);
  await store.close();
});

test('a field that has another type today, or is back, gets a new column', async () => {
  const file = newFile();
  const whole = await openStore(newFile(), networks);
  let store = await openStore(file, networks);
  for (let from = 0; from < 30; from += 10) {
    for (const one of [whole, store]) await append(one, documents(from, from + 10));
    await store.close();
    // A program of another catalogue wrote what stands there, and the column with it.
    const wasText = 'VARCHAR VARCHAR[] then';
    await makeOlder(file, [], {
      'file.size': wasText,
      'file.name': wasText,
      'user.name': wasText,
      'file.past': wasText,
    });
    store = await openStore(file, networks);
    expect(await answers(store)).toEqual(await answers(whole));
  }
  await Promise.all([store.close(), whole.close()]);
});
