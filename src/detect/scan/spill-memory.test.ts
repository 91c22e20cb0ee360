import { expect, test } from 'vitest';
import { type SpillCodec, SortedSpill } from './sorted-spill.ts';
import { TemporaryFiles } from './temporary-files.ts';

const codec: SpillCodec<string> = {
  compare: (one, other) => (one < other ? -1 : one > other ? 1 : 0),
  encode: JSON.stringify,
  decode: (line) => JSON.parse(line) as string,
  chars: (text) => text.length,
};

test('beyond the common limit the spill that holds most writes; all give what they were given', () => {
  const files = new TemporaryFiles(1e9, () => expect.unreachable(), undefined, 100_000);
  const small = new SortedSpill(codec, 1000, files);
  const large = new SortedSpill(codec, 1000, files);
  for (const text of ['b', 'a']) small.add(text);
  const long = Array.from({ length: 300 }, (_, i) => String(999 - i).padEnd(1000, '.'));
  for (const text of long) large.add(text);
  expect(small.hasRuns).toBe(false);
  expect(large.hasRuns).toBe(true);
  expect([...small]).toEqual(['a', 'b']);
  expect([...large]).toEqual([...long].reverse());
  files.close();
});

test('records count also where they have no long texts, and those written do not any more', () => {
  const files = new TemporaryFiles(1e9, () => expect.unreachable(), undefined, 10_000);
  const spills = Array.from({ length: 4 }, () => new SortedSpill(codec, 1000, files));
  for (let i = 0; i < 40; i++) spills[i % 4]!.add(String(i).padStart(2, '0'));
  const written = spills.filter(({ hasRuns }) => hasRuns);
  expect(written.length).toBeGreaterThan(0);
  // 40 records of some 300 bytes are 12 kB: one write makes room for the rest.
  expect(written.length).toBeLessThan(4);
  expect(spills.flatMap((spill) => [...spill]).length).toBe(40);
  files.close();
});
