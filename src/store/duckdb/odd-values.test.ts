/** What came is kept byte for byte, so DuckDB reads spellings of JSON that we never write. One bad line would cost all of its batch. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { EventView } from '../../event/view.ts';
import { Networks } from '../../event/networks.ts';
import { JsonRecordReader, prepareDialects } from '../../sources/json/record-reader.ts';
import { jsonDialects } from '../../sources/registry.ts';
import { DEFAULT_SOURCE_SETTINGS } from '../../sources/source.ts';
import { openStore } from '../open-store.ts';
import type { Store } from '../store.ts';

const VALUES = [
  '1e999',
  '-1e999',
  '1e-999',
  '9'.repeat(400),
  `-${'9'.repeat(25)}`,
  `0.${'1'.repeat(500)}`,
  '1E+05',
  '-0',
  '-0.0',
  '18446744073709551616',
  '"\\u0000"',
  '"a\\u0000b"',
  '"\u007f"',
  '"\\/"',
  '"\u2028"',
  '"\uffff"',
  '"\ufeff"',
  '"\\uFFFF"',
  '[[[[[[]]]]]]',
  '{"a":{"b":{}}}',
  '[1e999]',
  '"\\ud83d\\ude00"',
  '"\\ud83d"',
];

const networks = new Networks();
const folder = mkdtempSync(join(tmpdir(), 'smbastion-odd-'));
let store: Store;

beforeAll(async () => {
  store = await openStore(join(folder, 'events.duckdb'), networks);
});

afterAll(async () => {
  await store.close();
  rmSync(folder, { recursive: true });
});

test('values in every spelling are stored in one batch and read back', async () => {
  const batch = store.events.batch();
  const context = { file: 'x', networks, settings: DEFAULT_SOURCE_SETTINGS, skipped: () => {} };
  const reader = new JsonRecordReader(prepareDialects(jsonDialects), {
    ...context,
    faults: { add: () => {} } as never,
  });
  const texts = VALUES.map((value, i) => {
    const time = `2026-03-01T10:00:${String(i).padStart(2, '0')}Z`;
    return `{"@timestamp":"${time}","event":{"dataset":"x"},"labels":{"x":${value}},"source":{"bytes":${value}},"zeek":{"x":${value}}}`;
  });
  for (const text of texts) {
    const bytes = Buffer.from(text);
    // Only what comes again is known by its shape.
    for (const sink of [() => {}, (event: EventView) => void batch.add(event)]) {
      reader.read(bytes, 0, bytes.length, undefined, undefined, sink);
    }
  }
  await store.events.append(batch);
  const { events } = await store.events.search({ predicate: { kind: 'all' }, order: 'oldest', limit: 100 });
  expect(events.map(({ document }) => plain(document['labels']))).toEqual(
    texts.map((text) => plain((JSON.parse(text) as { labels: unknown }).labels)),
  );
});

/** Half characters become U+FFFD. */
function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value).replaceAll('\\ud83d"', '\ufffd"'));
}
