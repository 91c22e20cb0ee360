import { expect, test } from 'vitest';
import { Sightings } from './sightings.ts';

const HOUR_MS = 3_600_000;

test.each<[number, boolean]>([
  [0, true],
  [24, true],
  [-24, true],
  [25, false],
  [-25, false],
])('an event %i hours away', (hours, expected) => {
  const sightings = new Sightings(10, () => {});
  sightings.add('H', 1, (100 + hours) * HOUR_MS);
  expect(sightings.isSighted('H', 1, 100 * HOUR_MS)).toBe(expected);
  expect(sightings.isSighted('H', 2, 100 * HOUR_MS)).toBe(false);
  expect(sightings.isSighted('G', 1, 100 * HOUR_MS)).toBe(false);
});

test('beyond the limit nothing is called blind, and the limit is said once, however often the same hour shows', () => {
  let reached = 0;
  const sightings = new Sightings(2, () => reached++);
  for (const hour of [0, 0, 1, 2, 3]) sightings.add('H', 0, hour * HOUR_MS);
  expect(reached).toBe(1);
  expect(sightings.isSighted('G', 0, 0)).toBe(true);
});

test('the state is plain data', () => {
  const sightings = new Sightings(10, () => {});
  sightings.add('H', 0, 5 * HOUR_MS);
  const again = new Sightings(10, () => {});
  again.restore(JSON.parse(JSON.stringify(sightings.snapshot())) as ReturnType<Sightings['snapshot']>);
  expect(again.isSighted('H', 0, 6 * HOUR_MS)).toBe(true);
  expect(again.snapshot()).toEqual(sightings.snapshot());
});
