import { afterEach, beforeEach, expect, test } from 'vitest';
import { intakeInto } from '../../../test/tools/memory-intake.ts';
import { memoryStore } from '../../../test/tools/memory-store.ts';
import { ALL } from '../../query/predicate.ts';
import { prepareDialects } from '../../sources/json/record-reader.ts';
import { jsonDialects } from '../../sources/registry.ts';
import type { Store } from '../../store/store.ts';
import { BulkIntake } from './elastic/bulk.ts';
import { readingHere } from './elastic/reading/open-bulk-reading.ts';
import type { Intake } from './intake.ts';
import { replayDeadLetters } from './replay.ts';
import { Upload } from './upload.ts';

const dialects = prepareDialects(jsonDialects);
let store: Store;
beforeEach(async () => {
  store = await memoryStore();
});
afterEach(() => store.close());

const lettersOf = async () => (await store.deadLetters.list(99)).letters;
const replay = async (intake: Intake) => replayDeadLetters(await lettersOf(), intake, store, dialects);
const count = () => store.events.count({ predicate: ALL });

async function bulk(intake: Intake, document: object, id: string): Promise<number> {
  const taking = new BulkIntake(intake, readingHere(intake));
  const body = Buffer.from(`${JSON.stringify({ create: { _id: id } })}\n${JSON.stringify(document)}\n`);
  const origin = { sender: intake.senders.get('bulk', '10.0.0.7'), idScope: 'key 1' };
  const answer = await taking.take(body, 'logs', origin, () => {});
  return (answer['items'] as { create: { status: number } }[])[0]!.create.status;
}

async function load(intake: Intake, text: string) {
  const upload = new Upload(intake, 'a.jsonl', undefined);
  await upload.push(Buffer.from(text));
  return upload.end();
}

const many = (names: number, size = 1) =>
  Object.fromEntries(Array.from({ length: names }, (_, i) => [`n${i}`, 'x'.repeat(size)]));
const document = { '@timestamp': '2026-03-01T10:00:00Z', event: { kind: 'event' } };

test('a document that a limit kept out is whole, is read once the limit is another, and is known when it comes again', async () => {
  const large = { ...document, ...many(300, 400) };
  expect(await bulk(intakeInto(store, { documentNames: 256 }), large, 'Z1')).toBe(400);
  expect(await bulk(intakeInto(store, { documentBytes: 1_024 }), { ...large, n0: 'other' }, 'Z2')).toBe(400);
  const letters = await lettersOf();
  expect(letters.map(({ content }) => content)).toEqual([
    JSON.stringify({ ...large, n0: 'other' }),
    JSON.stringify(large),
  ]);
  const intake = intakeInto(store);
  expect(await replay(intake)).toEqual({ read: 2, unreadable: 0, left: 0 });
  expect([await lettersOf(), await count()]).toEqual([[], 2]);
  expect(await bulk(intake, large, 'Z1')).toBe(409);
  expect(await count()).toBe(2);
});

test('a line of evidence that cannot be read is kept as it is, and read later with the identity of the file', async () => {
  const line = JSON.stringify({ ...document, ...many(300) });
  const first = await load(intakeInto(store, { documentNames: 256 }), `${line}\n{"a":1}\n`);
  expect(first).toMatchObject({ created: 0, unreadable: 2, letters: 2 });
  expect((await lettersOf()).map(({ content }) => content)).toEqual(['{"a":1}', line]);
  const intake = intakeInto(store);
  expect(await replay(intake)).toEqual({ read: 1, unreadable: 1, left: 0 });
  expect(await load(intake, `${line}\n`)).toMatchObject({ created: 0, known: 1 });
  expect((await lettersOf()).map(({ content }) => content)).toEqual(['{"a":1}']);
});

test('all lines of a kind are kept up to a number, the rest is one letter that cannot be read again', async () => {
  const lines = Array.from({ length: 1_003 }, (_, i) => `{"a":${i}}\n`).join('');
  const outcome = await load(intakeInto(store), lines);
  expect(outcome).toMatchObject({ unreadable: 1_003, letters: 1_001 });
  expect(await store.deadLetters.count()).toEqual({ held: 1_001, discarded: 0 });
  const [last] = (await store.deadLetters.list(1)).letters;
  expect(last).toMatchObject({
    origin: { isWhole: false },
    reason: expect.stringContaining('and 2 more of this kind'),
  });
  expect(await replay(intakeInto(store))).toMatchObject({ read: 0, left: 1 });
});

test('a letter of an earlier program is read in a scope of its own, and stays one letter', async () => {
  const letter = { id: 'z', atMs: 1, intake: 'bulk', reason: 'of then', isBase64: false };
  await store.deadLetters.add([
    { ...letter, content: '{"a":1}' },
    { ...letter, id: 'y', content: JSON.stringify(document) },
  ]);
  const intake = intakeInto(store);
  expect(await replay(intake)).toEqual({ read: 1, unreadable: 1, left: 0 });
  expect(await replay(intake)).toEqual({ read: 0, unreadable: 1, left: 0 });
  expect((await lettersOf()).map(({ content }) => content)).toEqual(['{"a":1}']);
});
