import { expect, test } from 'vitest';
import { compileDatePart } from './date-part.ts';

/** The part of a moment, found by asking for every number it could be. */
function partOf(part: Parameters<typeof compileDatePart>[0], moment: string, zone?: string): number | undefined {
  const value = Date.parse(moment);
  const numbers = Array.from({ length: part === 'year' ? 3000 : 60 }, (_, number) => number);
  return numbers.find((wanted) => compileDatePart(part, wanted, zone)(value));
}

test.each([
  ['minute', '2026-03-01T14:07:59.999Z', 7],
  ['hour', '2026-03-01T23:59:59Z', 23],
  ['hour', '2026-03-02T00:00:00Z', 0],
  ['day', '2024-02-29T12:00:00Z', 29],
  ['month', '2025-12-31T23:59:59Z', 12],
  ['year', '1969-12-31T23:59:59Z', 1969],
  ['hour', '1969-12-31T23:59:59Z', 23],
  // Weeks of ISO 8601 around New Year.
  ['week', '2020-12-31T12:00:00Z', 53],
  ['week', '2021-01-03T23:59:59Z', 53],
  ['week', '2021-01-04T00:00:00Z', 1],
  ['week', '2019-12-30T00:00:00Z', 1],
  ['week', '2026-01-01T00:00:00Z', 1],
] as const)('%s of %s is %i', (part, moment, expected) => {
  expect(partOf(part, moment)).toBe(expected);
});

test.each([
  ['hour', '2026-01-01T00:30:00Z', 'Europe/Vienna', 1],
  ['hour', '2026-07-01T00:30:00Z', 'Europe/Vienna', 2],
  ['year', '2025-12-31T23:30:00Z', 'Europe/Vienna', 2026],
  ['minute', '2026-01-01T00:00:00Z', 'Asia/Kathmandu', 45],
  ['day', '2026-01-01T03:00:00Z', 'America/New_York', 31],
] as const)('%s of %s in %s is %i', (part, moment, zone, expected) => {
  expect(partOf(part, moment, zone)).toBe(expected);
});

test('a text that is a time is read, anything else has no parts', () => {
  const isTen = compileDatePart('hour', 10, undefined);
  expect(isTen('2026-03-01T10:00:00Z')).toBe(true);
  expect(isTen('ten')).toBe(false);
  expect(isTen(true)).toBe(false);
});

test('a zone that does not exist is a bug of whoever made the node', () => {
  expect(() => compileDatePart('hour', 1, 'Europe/Nowhere')).toThrow('no time zone');
});
