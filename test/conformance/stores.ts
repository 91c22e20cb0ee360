import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Document, Scalar } from '../../src/event/document.ts';
import { DocumentEvent } from '../../src/event/document-event.ts';
import { fields } from '../../src/event/field.ts';
import { Networks } from '../../src/event/networks.ts';
import { compileKql } from '../../src/query/kql/compile-kql.ts';
import { compareCodePoints } from '../../src/query/compile/text-order.ts';
import { ALL, type Predicate } from '../../src/query/predicate.ts';
import type { EventSearch, EventStore, StoredEvent } from '../../src/store/event-store.ts';
import type { Store } from '../../src/store/store.ts';
import { FIELDS, leafNodes, plainEvent, predicate, show, view } from '../tools/arbitrary-predicates.ts';
import { holds, type PlainEvent } from '../tools/plain-meaning.ts';

/** A store for one test. */
export interface StoreUnderTest {
  readonly store: Pick<Store, 'events' | 'close'>;
  /** What is found after the machine stopped at this moment. */
  readonly afterCrash: () => Promise<Pick<Store, 'events' | 'close'>>;
}

const NETWORKS = new Networks();
const event = new DocumentEvent(NETWORKS);

async function append(store: EventStore, documents: readonly Document[]) {
  const batch = store.batch();
  for (const document of documents) {
    event.point(document);
    batch.add(event);
  }
  return store.append(batch);
}

function idOf(document: Document): string {
  event.point(document);
  return event.id();
}

async function all(store: EventStore, search: Partial<EventSearch> = {}): Promise<StoredEvent[]> {
  const found: StoredEvent[] = [];
  let after: string | undefined;
  do {
    const page = await store.search({ predicate: ALL, order: 'oldest', limit: 3, ...search, after });
    expect(page.events.length).toBeLessThanOrEqual(search.limit ?? 3);
    found.push(...page.events);
    after = page.next;
  } while (after !== undefined);
  return found;
}

const MINUTE = 60_000;
const at = (minute: number, more: Document = {}): Document => ({
  '@timestamp': new Date(1_772_375_400_000 + minute * MINUTE).toISOString(),
  ...more,
});

const minuteOf = (timeMs: number) => (timeMs - 1_772_375_400_000) / MINUTE;

const isIt = (value: string): Predicate => {
  return { kind: 'equals', field: fields.get('smbastion.event.id'), value, fold: false };
};

/** An event of one of a few ids; seconds since the first minute. */
interface OfOneId {
  readonly id: string;
  readonly second: number;
  readonly began: number | undefined;
  readonly isList: boolean;
}

const ofOneId = ({ id, second, began, isList }: OfOneId): Document => ({
  ...at(second / 60, { 'smbastion.event.id': id }),
  ...(began !== undefined && { event: { start: at(began / 60)['@timestamp'] } }),
  ...(isList && { 'file.name': ['a', 'b'] }),
});

const isOne = (one: OfOneId, other: OfOneId) =>
  one.id === other.id && [other.second - one.second, other.began! - one.began!].some((gap) => Math.abs(gap) <= 10);

const sentBy = (ip: string | string[], sent: number, received?: number): Document => ({
  client: { ip, bytes: sent },
  ...(received !== undefined && { server: { bytes: received } }),
});

/** What any store of events must do. */
export function storeConformance(name: string, open: () => Promise<StoreUnderTest>): void {
  describe(name, () => {
    test('an event is stored once, however often it is appended', async () => {
      const { events: store, close } = (await open()).store;
      const documents = [at(0), at(1), at(2, { tags: ['a', 'b'] }), { message: 'no time' }];
      expect(await append(store, [...documents, at(0)])).toEqual({ added: 4, known: [], position: 4 });
      const [again, overlapping] = await Promise.all([append(store, documents), append(store, [at(2), at(3), at(1)])]);
      expect([again.added, again.known.toSorted()]).toEqual([0, documents.map(idOf).toSorted()]);
      expect(overlapping).toEqual({ added: 2, known: [idOf(at(1))], position: 6 });
      expect(await append(store, [])).toEqual({ added: 0, known: [], position: 6 });
      expect(await store.count({ predicate: ALL })).toBe(6);
      await close();
    });

    test('events of one id are one when their times are near or they began together, however the batches are cut', async () => {
      const document = fc.record({
        id: fc.constantFrom('a', 'b'),
        second: fc.constantFrom(0, 4, 9, 14, 23, 900_000),
        began: fc.option(fc.constantFrom(-3600, -3595, 0), { nil: undefined }),
        isList: fc.boolean(),
        isLast: fc.boolean(),
      });
      const property = fc.asyncProperty(fc.array(document, { maxLength: 12 }), async (documents) => {
        const { events: store, close } = (await open()).store;
        const expected: OfOneId[] = [];
        for (const one of documents) if (!expected.some((other) => isOne(one, other))) expected.push(one);
        let added = 0;
        let waiting: Document[] = [];
        for (const [i, one] of documents.entries()) {
          waiting.push(ofOneId(one));
          if (!one.isLast && i < documents.length - 1) continue;
          const result = await append(store, waiting);
          added += result.added;
          waiting = [];
        }
        expect(added).toBe(expected.length);
        const found = (await all(store)).map(({ id, timeMs }) => `${id} ${minuteOf(timeMs) * 60}`);
        expect(found.toSorted()).toEqual(expected.map(({ id, second }) => `${id} ${second}`).toSorted());
        await close();
      });
      await fc.assert(property, { numRuns: 30 });
    });

    test('an event is found by its identity, alone and beside what the matcher decides', async () => {
      const { events: store, close } = (await open()).store;
      const documents = [
        at(0, { message: 'One' }),
        at(1, { message: 'Two', client: { ip: ['10.0.0.1', '10.0.0.2'] } }),
      ];
      await append(store, documents);
      const found = async (search: Predicate) =>
        (await all(store, { predicate: search })).map((one) => one.document['message']);
      expect(await Promise.all(documents.map((one) => found(isIt(idOf(one)))))).toEqual([['One'], ['Two']]);
      const anywhere = compileKql({ file: 'query', text: '*wo*' }, { now: 0 }).predicate;
      expect(await found({ kind: 'and', parts: [isIt(idOf(documents[1]!)), anywhere] })).toEqual(['Two']);
      expect(await found({ kind: 'and', parts: [isIt(idOf(documents[0]!)), anywhere] })).toEqual([]);
      expect(await found({ kind: 'or', parts: [isIt(idOf(documents[0]!)), anywhere] })).toEqual(['One', 'Two']);
      expect(await found({ kind: 'not', part: isIt(idOf(documents[0]!)) })).toEqual(['Two']);
      await close();
    });

    test('positions grow in the order of storing and go on after a crash', async () => {
      const { store, afterCrash } = await open();
      expect(await store.events.position()).toBe(0);
      await append(store.events, [at(9), at(8, { 'file.name': ['a', 'b'] }), at(7)]);
      await Promise.all([append(store.events, [at(1)]), append(store.events, [at(0), at(9)])]);
      expect(await store.events.position()).toBe(5);
      const found = await afterCrash();
      expect(await found.events.position()).toBe(5);
      expect(await append(found.events, [at(5), at(5)])).toEqual({ added: 1, known: [], position: 6 });

      const positions = (await all(found.events, {})).map(({ timeMs, position }) => [minuteOf(timeMs), position]);
      expect(positions.slice(0, 3)).toEqual([[0, 5], [1, 4], [5, 6]]); // biome-ignore format: pairs
      expect(positions.map(([, position]) => position).sort()).toEqual([1, 2, 3, 4, 5, 6]);
      const behind = { predicate: ALL, afterPosition: 3 };
      expect((await all(found.events, behind)).map(({ position }) => position)).toEqual([5, 4, 6]);
      expect(await found.events.count({ ...behind, toPosition: 4 })).toBe(1);
      expect(await found.events.count({ ...behind, toPosition: 3 })).toBe(0);
      await Promise.all([store.close(), found.close()]);
    });

    test('when an event was stored is known, and part of it unless it says so itself', async () => {
      const { events: store, close } = (await open()).store;
      const said = '2026-03-01T00:00:00.000Z';
      const documents: Document[] = [
        at(0),
        at(1, { event: { ingested: said, kind: 'event' } }),
        at(2, { event: { ingested: 'some day' } }),
        at(3, { event: 'text' }),
        at(4, { event: { ingested: null }, 'file.name': ['a', 'b'] }),
      ];
      const beforeMs = Date.now();
      await append(store, documents);
      const afterMs = Date.now();
      const stored = await all(store);
      for (const { ingestedMs } of stored) {
        expect(ingestedMs).toBeGreaterThanOrEqual(beforeMs);
        expect(ingestedMs).toBeLessThanOrEqual(afterMs);
      }
      const field = fields.get('event.ingested');
      const written = stored.map(({ document }) => {
        event.point(document);
        return event.get(field.id);
      });
      expect(written).toEqual(stored.map(({ ingestedMs }, i) => (i === 1 ? Date.parse(said) : ingestedMs)));
      expect(stored[2]!.document['event']).toMatchObject({ ingested: expect.stringMatching(/^20/) });
      expect(await store.count({ predicate: { kind: 'range', field, op: '>=', value: beforeMs } })).toBe(4);
      await close();
    });

    test('what was acknowledged is there after a crash', async () => {
      const { store, afterCrash } = await open();
      for (let round = 0; round < 3; round++) {
        await append(store.events, [at(round), at(round, { 'file.name': ['a', 'b'] })]);
      }
      const found = await afterCrash();
      expect(await all(found.events)).toEqual(await all(store.events));
      expect(await append(found.events, [at(0)])).toMatchObject({ added: 0, known: [idOf(at(0))] });
      await Promise.all([store.close(), found.close()]);
    });

    test('a document comes back as it was, with where it was read', async () => {
      const { events: store, close } = (await open()).store;
      const said = { ingested: '2026-03-01T00:00:00.000Z' };
      const document = {
        ...at(0),
        user: { name: ['a', 1, null] },
        odd: { 'x.y': { z: 1.5 } },
        text: 'é\0"\\',
        event: said,
      };
      const place = { file: 'a.jsonl', format: 'ecs', line: 7 };
      const batch = store.batch();
      event.point(document, place);
      const [id, stored] = [event.id(), event.document()];
      batch.add(event);
      await store.append(batch);
      expect(await all(store)).toMatchObject([
        { id, timeMs: 1_772_375_400_000, position: 1, provenance: place, document: stored },
      ]);
      await close();
    });

    test('a batch says the id of each event it takes, and when they came in', async () => {
      const { events: store, close } = (await open()).store;
      const batch = store.batch(1_772_400_000_250);
      event.point(at(0, { event: { ingested: '2001-01-01T00:00:00Z', action: 'a' } }));
      const id = event.id();
      expect([batch.add(event), batch.add(event), batch.size]).toEqual([id, undefined, 1]);
      await store.append(batch);
      const [{ document, ingestedMs }] = (await all(store)) as [StoredEvent];
      expect(ingestedMs).toBe(1_772_400_000_250);
      expect(document['event']).toEqual({ ingested: '2026-03-01T21:20:00.250Z', action: 'a' });
      const ingested = fields.get('event.ingested');
      expect(await store.topValues({ predicate: ALL }, ingested, 1)).toEqual([{ value: 1_772_400_000_250, count: 1 }]);
      await close();
    });

    test('events of a stretch of time are those from its beginning to before its end', async () => {
      const { events: store, close } = (await open()).store;
      await append(store, [at(0), at(1), at(2), { message: 'no time' }]);
      const from = 1_772_375_400_000;
      expect(await store.count({ predicate: ALL, fromMs: from, beforeMs: from + 2 * MINUTE })).toBe(2);
      expect((await all(store, { fromMs: from + 1 })).map(({ timeMs }) => timeMs - from)).toEqual([MINUTE, 2 * MINUTE]);
      expect(await store.histogram({ predicate: ALL, fromMs: from }, 2 * MINUTE)).toEqual([
        { fromMs: from, count: 2 },
        { fromMs: from + 2 * MINUTE, count: 1 },
      ]);
      await close();
    });

    test('numbers are added up by the values of a field', async () => {
      const { events: store, close } = (await open()).store;
      await append(store, [
        at(0, sentBy('10.0.0.1', 5)),
        at(1, sentBy('10.0.0.1', 7, 100)),
        at(2, sentBy(['10.0.0.2', '10.0.0.1'], 1, 1)),
        at(3, sentBy('10.0.0.3', 2 ** 40)),
        at(4, { client: { bytes: 9 } }),
      ]);
      const [by, sent, received] = ['client.ip', 'client.bytes', 'server.bytes'].map((field) => fields.get(field));
      expect(await store.sums({ predicate: ALL }, by!, [sent!, received!], 3)).toEqual([
        { value: '10.0.0.3', sum: 2 ** 40 },
        { value: '10.0.0.1', sum: 114 },
        { value: '10.0.0.2', sum: 2 },
      ]);
      expect(await store.sums({ predicate: ALL, afterPosition: 4 }, by!, [sent!], 3)).toEqual([]);
      await close();
    });

    test('a page begins only where one ended', async () => {
      const { events: store, close } = (await open()).store;
      await expect(all(store, {})).resolves.toEqual([]);
      const search = store.search({ predicate: ALL, order: 'oldest', limit: 1, after: "'; DROP TABLE events" });
      await expect(search).rejects.toMatchObject({ code: 'STORE-CURSOR' });
      await close();
    });

    test('searches, counts and values are those of the events that match', async () => {
      const { events: store, close } = (await open()).store;
      const events = storable(fc.sample(plainEvent, 150));
      await append(
        store,
        [...events.values()].map(({ document }) => document),
      );
      const nodes = fc.sample(fc.oneof(predicate, ...leafNodes), 60);
      let matches = 0;
      let hasValues = 0;
      for (const [i, node] of nodes.entries()) {
        const order = i % 2 === 0 ? 'oldest' : 'newest';
        const expected = [...events.values()].filter(({ plain }) => holds(node, plain));
        matches += expected.length;
        const ids = expected
          .map(({ id, timeMs }) => ({ id, timeMs }))
          .sort((x, y) => x.timeMs - y.timeMs || compareCodePoints(x.id, y.id));
        if (order === 'newest') ids.reverse();
        const found = await all(store, { predicate: node, order, limit: 40 });
        expect(found.map(({ id, timeMs }) => ({ id, timeMs }))).toEqual(ids);
        hasValues += await expectValues(store, { predicate: node, order, limit: 30 }, found);
        await expectFigures(
          store,
          node,
          expected.map(({ plain }) => plain),
          i,
        );
      }
      expect(matches).toBeGreaterThan(500);
      expect(hasValues).toBeGreaterThan(100);
      await close();
    });
  });
}

interface Storable {
  readonly id: string;
  readonly timeMs: number;
  readonly document: Document;
  readonly plain: PlainEvent;
}

/** Events with a time each, by id: equal ones are one. Two share a time now and then. */
function storable(samples: readonly PlainEvent[]): ReadonlyMap<string, Storable> {
  const events = samples.map((sample, i): Storable => {
    const { values, elements } = show(sample);
    const timeMs = 1_772_375_400_000 + Math.floor(i / 2) * MINUTE;
    const document = { ...view.document(), '@timestamp': timeMs };
    event.point(document);
    return { id: event.id(), timeMs, document, plain: { values: { ...values, '@timestamp': [timeMs] }, elements } };
  });
  return new Map(events.map((one) => [one.id, one]));
}

/** Values are those that views of the documents give. */
async function expectValues(
  store: EventStore,
  search: Omit<EventSearch, 'after'>,
  found: readonly StoredEvent[],
): Promise<number> {
  const asked = FIELDS.filter(({ type }) => type !== 'nested').map(({ name }) => fields.get(name));
  const expected = found.slice(0, search.limit).map(({ id, timeMs, position, provenance, document }) => {
    event.point(document, provenance);
    return { id, timeMs, position, provenance, values: asked.map((field) => event.get(field.id)) };
  });
  const values = await store.values({ ...search, fields: asked });
  if (values) expect(values).toEqual(expected);
  const some = found.filter((_, i) => i % 3 === 0).sort((x, y) => x.position - y.position);
  expect(await store.at(some.map(({ position }) => position).reverse())).toEqual(some);
  return values?.length ?? 0;
}

async function expectFigures(
  store: EventStore,
  node: Predicate,
  matching: readonly PlainEvent[],
  i: number,
): Promise<void> {
  expect(await store.count({ predicate: node })).toBe(matching.length);
  const field = FIELDS.filter(({ type }) => type !== 'nested')[i % (FIELDS.length - 1)]!;
  const counts = new Map<Scalar, number>();
  for (const { values } of matching) {
    for (const value of new Set(values[field.name] ?? [])) counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  const top = await store.topValues({ predicate: node }, fields.get(field.name), 5);
  expect(top.map(({ count }) => count)).toEqual([...counts.values()].sort((x, y) => y - x).slice(0, 5));
  for (const { value, count } of top) expect([value, counts.get(value)]).toEqual([value, count]);
  const histogram = await store.histogram({ predicate: node }, 10 * MINUTE);
  expect(histogram.reduce((sum, { count }) => sum + count, 0)).toBe(matching.length);
  expect(histogram.every(({ fromMs }) => fromMs % (10 * MINUTE) === 0)).toBe(true);
}
