import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { timeRanges } from './time-ranges.ts';

test('times that are near are one range, and years between two others are left out', () => {
  const year = 365 * 86_400_000;
  expect(timeRanges([5, 3, 4])).toEqual([[3, 5]]);
  expect(timeRanges([2 * year, 0, 1, 2 * year + 9])).toEqual([
    [0, 1],
    [2 * year, 2 * year + 9],
  ]);
});

test('few ranges hold every time', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 1e13 }), { minLength: 1, maxLength: 200 }), (times) => {
      const ranges = timeRanges(times);
      expect(ranges.length).toBeLessThanOrEqual(16);
      for (const time of times) expect(ranges.some(([from, to]) => time >= from && time <= to)).toBe(true);
    }),
  );
});
