import { expect, test } from 'vitest';
import { countOf, formatBytes, formatCount, formatElapsed, formatRange, formatTime, listOf } from './figures.ts';

test.each([
  [formatCount(0), '0'],
  [formatCount(999), '999'],
  [formatCount(12_345_678), '12,345,678'],
  [countOf(1, 'file was', 'files were'), '1 file was'],
  [countOf(1_000, 'event'), '1,000 events'],
  [formatBytes(1), '1 B'],
  [formatBytes(999), '999 B'],
  [formatBytes(1_000), '1.0 kB'],
  [formatBytes(9_990), '10 kB'],
  [formatBytes(999_600), '1.0 MB'],
  [formatBytes(4_200_000), '4.2 MB'],
  [formatBytes(5.3e18), '5,300 PB'],
  [formatElapsed(0), '0.0 s'],
  [formatElapsed(1_234), '1.2 s'],
  [formatElapsed(9_960), '10 s'],
  [formatElapsed(200_000), '3 min 20 s'],
  [formatTime(Date.UTC(2026, 2, 3, 14, 5, 12, 999)), '2026-03-03 14:05:12'],
  [formatTime(NaN), 'no time'],
  [formatRange(Date.UTC(2026, 2, 3, 14), Date.UTC(2026, 2, 3, 15)), '2026-03-03 14:00 to 15:00 UTC'],
  [formatRange(Date.UTC(2026, 2, 3), Date.UTC(2026, 2, 5)), '2026-03-03 00:00 to 2026-03-05 00:00 UTC'],
  [formatRange(0, 1_000), '1970-01-01 00:00 UTC'],
  [formatRange(NaN, 0), ''],
  [listOf([]), ''],
  [listOf(['a']), 'a'],
  [listOf(['a', 'b', 'c']), 'a, b and c'],
])('%s', (text, expected) => {
  expect(text).toBe(expected);
});
