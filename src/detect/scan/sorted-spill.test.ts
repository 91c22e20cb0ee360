import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { KeptDocuments, NO_DOCUMENT } from './kept-documents.ts';
import { type SpillCodec, SortedSpill } from './sorted-spill.ts';
import { TemporaryFiles } from './temporary-files.ts';

type Row = readonly [key: number, text: string];

const codec: SpillCodec<Row> = {
  compare: (one, other) => one[0] - other[0],
  encode: (row) => JSON.stringify(row),
  decode: (line) => JSON.parse(line) as Row,
};
const folder = mkdtempSync(join(tmpdir(), 'smbastion-test-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const rows = fc.array(fc.tuple(fc.integer({ min: 0, max: 9 }), fc.string({ unit: 'binary' })), { maxLength: 80 });

test('spilled or not, records come sorted, equal ones as they were added, as often as asked', () => {
  fc.assert(
    fc.property(rows, fc.integer({ min: 1, max: 20 }), (list, limit) => {
      const files = new TemporaryFiles(1e9, () => expect.unreachable(), folder);
      const spill = new SortedSpill(codec, limit, files);
      for (const row of list) spill.add(row);
      const expected = [...list].sort((one, other) => one[0] - other[0]);
      expect([...spill]).toEqual(expected);
      expect([...spill]).toEqual(expected);
      expect(spill.hasRuns).toBe(list.length >= limit);
      files.close();
    }),
  );
});

test('records longer than the buffers', () => {
  const files = new TemporaryFiles(1e9, () => expect.unreachable(), folder);
  const spill = new SortedSpill(codec, 2, files);
  const long = [5, 4, 3, 2, 1].map((key): Row => [key, String(key).repeat(key === 3 ? 3_000_000 : 70_000)]);
  for (const row of long) spill.add(row);
  expect([...spill]).toEqual([...long].reverse());
  files.close();
});

test('a spent byte budget loses records, says how many, and keeps the rest in order', () => {
  let lost = 0;
  const files = new TemporaryFiles(50, (count) => (lost += count), folder);
  const spill = new SortedSpill(codec, 1, files);
  for (const key of [9, 8, 7, 6, 5]) spill.add([key, 'ten chars!']);
  expect([...spill].map(([key]) => key)).toEqual([8, 9]);
  expect(lost).toBe(3);
  files.close();
});

test('a folder that cannot be written loses records and does not throw', () => {
  let lost = 0;
  const files = new TemporaryFiles(1e9, (count) => (lost += count), join(folder, 'absent', 'deep'));
  const spill = new SortedSpill(codec, 1, files);
  spill.add([1, '']);
  expect([...spill]).toEqual([]);
  expect(lost).toBe(1);
  files.close();
});

test('close removes everything', () => {
  const own = mkdtempSync(join(folder, 'own-'));
  const files = new TemporaryFiles(1e9, () => {}, own);
  const spill = new SortedSpill(codec, 1, files);
  spill.add([1, 'secret']);
  expect(readdirSync(own)).toHaveLength(1);
  files.close();
  files.close();
  expect(readdirSync(own)).toEqual([]);
  expect(existsSync(own)).toBe(true);
});

test('documents are the same from memory and from the file', () => {
  const files = new TemporaryFiles(1e9, () => {}, folder);
  const kept = new KeptDocuments(2, Infinity, files);
  const documents = Array.from({ length: 2000 }, (_, i) => ({
    i,
    text: 'é\n\u2028'.repeat(i % 7),
    inner: { list: [i] },
  }));
  const tickets = documents.map((document) => kept.keep(document));
  expect(tickets.map((ticket) => kept.load(ticket))).toEqual(documents);
  kept.release(tickets[0]!);
  expect(kept.load(tickets[0]!)).toBeUndefined();
  expect(kept.load(NO_DOCUMENT)).toBeUndefined();
  files.close();
});

test('a few huge documents go to the file as many small ones do', () => {
  const files = new TemporaryFiles(1e9, () => {}, folder);
  const kept = new KeptDocuments(1000, 2_500, files);
  const documents = Array.from({ length: 6 }, (_, i) => ({ i, text: 'x'.repeat(1000) }));
  const tickets = documents.map((document) => kept.keep(document));
  expect(tickets.map((ticket) => ticket > 0)).toEqual([true, true, true, false, false, false]);
  expect(tickets.map((ticket) => kept.load(ticket))).toEqual(documents);
  kept.release(tickets[0]!);
  expect(kept.keep({ i: 7 })).toBeGreaterThan(0);
  files.close();
});

test('a few huge records go to the file as many small ones do', () => {
  const files = new TemporaryFiles(1e9, () => {}, folder);
  const spill = new SortedSpill<string>(
    {
      compare: (x, y) => (x < y ? -1 : x > y ? 1 : 0),
      encode: JSON.stringify,
      decode: JSON.parse,
      chars: (x) => x.length,
    },
    1000,
    files,
  );
  const texts = ['c', 'b', 'a'].map((letter) => letter.repeat(20 * 1024 * 1024));
  for (const text of texts) spill.add(text);
  expect(spill.hasRuns).toBe(true);
  expect([...spill].map((text) => text.charAt(0))).toEqual(['a', 'b', 'c']);
  files.close();
});
