import { expect, test } from 'vitest';
import { Dedupe } from './dedupe.ts';
import { hash53, hash64, lanes } from './text-hash.ts';

test('knows a pair of event and rule, through every growth', () => {
  const dedupe = new Dedupe(1_000_000, () => expect.unreachable());
  const ids = Array.from({ length: 20_000 }, (_, i) => `event-${i}`);
  for (const id of ids) expect(dedupe.add(id, 1)).toBe(true);
  for (const id of ids) expect(dedupe.add(id, 1)).toBe(false);
  for (const id of ids) expect(dedupe.add(id, 2)).toBe(true);
  expect(dedupe.size).toBe(40_000);
});

test('short ids of many rules do not meet', () => {
  const dedupe = new Dedupe(1_000_000, () => expect.unreachable());
  for (let rule = 0; rule < 100; rule++) {
    for (let unit = 32; unit < 127; unit++) expect(dedupe.add(String.fromCharCode(unit), rule)).toBe(true);
  }
});

test('at the limit it says so, still knows what it holds, and takes no more', () => {
  let reached = 0;
  const dedupe = new Dedupe(2, () => reached++);
  expect(['a', 'b', 'c', 'c', 'a'].map((id) => dedupe.add(id, 0))).toEqual([true, true, true, true, false]);
  expect([reached, dedupe.size]).toEqual([2, 2]);
});

test('hashes of similar texts are different and spread', () => {
  const seen = new Set<string>();
  const low = new Set<number>();
  const numbers = new Set<number>();
  for (let i = 0; i < 100_000; i++) {
    hash64(`id${i}`, 3);
    seen.add(`${lanes[0]} ${lanes[1]}`);
    low.add(lanes[0]! & 0xffff);
    numbers.add(hash53(`10.0.${i >> 8}.${i & 255}`));
  }
  expect([seen.size, numbers.size]).toEqual([100_000, 100_000]);
  expect(low.size).toBeGreaterThan(40_000);
  expect(hash53('a')).toBeLessThan(2 ** 53);
});
