import { afterEach, beforeEach, expect, test } from 'vitest';
import { memoryStore } from '../../../test/tools/memory-store.ts';
import { DEFAULT_INGEST_LIMITS } from '../../config/ingest-settings.ts';
import { Networks } from '../../event/networks.ts';
import { DEFAULT_SOURCE_SETTINGS } from '../../sources/source.ts';
import type { Store } from '../../store/store.ts';
import { Intake } from './intake.ts';
import { Uploads } from './uploads.ts';

let store: Store;
let uploads: Uploads;
let nowMs = 0;
beforeEach(async () => {
  store = await memoryStore();
  nowMs = 1_772_375_400_000;
  const settings = { networks: new Networks(), settings: DEFAULT_SOURCE_SETTINGS, limits: DEFAULT_INGEST_LIMITS };
  uploads = new Uploads(new Intake({ store, ...settings, now: () => nowMs }));
});
afterEach(() => store.close());

const begin = (owner: string) => uploads.begin(owner, 'a.json', undefined);
const BUSY = expect.objectContaining({ code: 'API-BUSY' });
const MISSING = expect.objectContaining({ code: 'API-NOT-FOUND' });

test('one key takes a quarter of the places, and leaves the others to others', async () => {
  for (let i = 0; i < 8; i++) begin('key a');
  expect(() => begin('key a')).toThrow(BUSY);
  for (const owner of ['key b', 'key c', 'local']) for (let i = 0; i < 8; i++) begin(owner);
  expect(() => begin('key d')).toThrow(BUSY);
});

test('an upload of which nothing comes for a minute gives way, the longest idle first, and only when its place is needed', async () => {
  const first = begin('key a');
  nowMs += 1_000;
  const others = Array.from({ length: 7 }, () => begin('key a'));
  const taken = uploads.announce('key a', others[0]!);
  nowMs += 59_000;
  expect(() => uploads.find('key a', first)).not.toThrow();
  const next = begin('key a');
  expect(() => uploads.find('key a', first)).toThrow(MISSING);
  expect(() => begin('key a')).toThrow(BUSY);
  nowMs += 60_000;
  for (let i = 0; i < 7; i++) begin('key a');
  // A piece of it is on its way.
  expect(() => uploads.find('key a', others[0]!)).not.toThrow();
  expect(() => uploads.find('key a', next)).toThrow(MISSING);
  taken();
});

test('an upload is whose who began it', async () => {
  const id = begin('key a');
  for (const ask of ['find', 'announce', 'take'] as const) expect(() => uploads[ask]('key b', id)).toThrow(MISSING);
  await uploads.take('key a', id).end();
  expect(() => uploads.find('key a', id)).toThrow(MISSING);
});

test('pieces on their way are limited, also of uploads that have ended', async () => {
  const id = begin('key a');
  const taken = Array.from({ length: 8 }, () => uploads.announce('key a', id));
  await uploads.take('key a', id).end();
  const other = begin('key a');
  expect(() => uploads.announce('key a', other)).toThrow(BUSY);
  expect(() => uploads.announce('key b', begin('key b'))).not.toThrow();
  taken[0]!();
  expect(() => uploads.announce('key a', other)).not.toThrow();
});
