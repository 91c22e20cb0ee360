import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { noSeverities } from '../severity-order.ts';
import { bucketTimeline, stepWords } from './timeline-buckets.ts';
import { niceMaximum } from './timeline-chart.ts';

const HOUR = 3_600_000;

test('bars lose no finding and stay between 12 and 48', () => {
  const hour = fc.record({ time: fc.integer({ min: -1e5, max: 1e7 }), high: fc.nat(9), low: fc.nat(9) });
  fc.assert(
    fc.property(fc.array(hour, { minLength: 1, maxLength: 40 }), (hours) => {
      const timeline = hours.map(({ time, high, low }) => ({
        time: time * HOUR,
        counts: { ...noSeverities(), high, low },
      }));
      const { bars, stepMs } = bucketTimeline(timeline)!;
      expect(bars.length).toBeGreaterThanOrEqual(12);
      expect(bars.length).toBeLessThanOrEqual(48);
      for (let i = 1; i < bars.length; i++) expect(bars[i]!.time - bars[i - 1]!.time).toBe(stepMs);
      const wanted = hours.reduce((sum, { high, low }) => sum + high + low, 0);
      expect(bars.reduce((sum, bar) => sum + bar.total, 0)).toBe(wanted);
    }),
  );
});

test('a timeline without times is none', () => {
  expect(bucketTimeline([])).toBeUndefined();
  expect(bucketTimeline([{ time: NaN, counts: noSeverities() }])).toBeUndefined();
});

test.each([
  [HOUR, 'hour'],
  [6 * HOUR, '6 hours'],
  [24 * HOUR, 'day'],
  [28 * 24 * HOUR, '28 days'],
])('stepWords(%i) = %s', (step, words) => {
  expect(stepWords(step)).toBe(words);
});

test.each([
  [0, 1],
  [1, 1],
  [3, 4],
  [5, 6],
  [7, 10],
  [41, 60],
  [1_000, 1_000],
])('niceMaximum(%i) = %i', (value, maximum) => {
  expect(niceMaximum(value)).toBe(maximum);
});
