import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatTimestamp, parseIsoTime, parseTimestamp, toMicroseconds } from './timestamp.ts';

describe('reading', () => {
  test.each([
    ['2025-10-24T12:00:40.000000+0200', '2025-10-24T10:00:40.000Z'],
    ['2025-10-24T12:00:40.5+02:00', '2025-10-24T10:00:40.500Z'],
    ['2025-10-24 12:00:40', '2025-10-24T12:00:40.000Z'],
    ['2025-10-24', '2025-10-24T00:00:00.000Z'],
    ['2024-02-29T23:59:59.999Z', '2024-02-29T23:59:59.999Z'],
    ['2025-10-24T10:00:40,250Z', '2025-10-24T10:00:40.250Z'],
  ])('%s', (text, expected) => expect(formatTimestamp(parseTimestamp(text)!)).toBe(expected));

  test.each([
    '',
    '-',
    'now',
    '2025-13-01',
    '2025-02-29',
    '2025-02-30T00:00:00.000Z',
    '2025-10-24T25:00:00Z',
    '2025-10-24T10:60:00.000Z',
    '2025-10-24T10:00:0x.000Z',
    '20251024',
    '2025-10-24T10:00:40.000000000000Zx',
  ])('%j is none', (text) => expect(parseTimestamp(text)).toBeUndefined());

  test('the quick way and the long way agree', () => {
    const date = fc.date({ min: new Date('1970-01-02'), max: new Date('2200-01-01'), noInvalidDate: true });
    fc.assert(
      fc.property(date, fc.integer({ min: 0, max: 999 }), fc.boolean(), (day, micros, isLong) => {
        const iso = day.toISOString();
        const text = isLong ? `${iso.slice(0, -1)}${String(micros).padStart(3, '0')}Z` : iso;
        expect(parseTimestamp(text)).toBeCloseTo(parseIsoTime(text)!.ms, 3);
        expect(formatTimestamp(parseTimestamp(text)!, isLong ? 6 : 3)).toBe(text);
      }),
    );
  });
});

test('a time is written as Date writes it, with the microseconds behind', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: -8.64e15, max: 8.64e15 }), { minLength: 2 }),
      fc.nat(999),
      (times, micros) => {
        for (const ms of times.flatMap((one) => [one, one, Math.min(one + 1, 8.64e15)])) {
          expect(formatTimestamp(ms)).toBe(new Date(ms).toISOString());
        }
        const iso = new Date(1_760_000_000_123).toISOString().slice(0, -1);
        expect(formatTimestamp(1_760_000_000_123 + micros / 1000, 6)).toBe(`${iso}${String(micros).padStart(3, '0')}Z`);
      },
    ),
  );
});

test('a time rounded to microseconds is the one that its text says', () => {
  const last = Date.UTC(9999, 11, 31, 23, 59, 59, 999);
  fc.assert(
    fc.property(fc.double({ min: Date.UTC(1601, 0, 1), max: last, noNaN: true }), (ms) => {
      expect(toMicroseconds(ms)).toBe(parseTimestamp(formatTimestamp(ms, 6)));
    }),
  );
  expect(toMicroseconds(1_760_000_000_123 + 0.9999)).toBe(1_760_000_000_124);
  expect([Number.NaN, Infinity, last + 1, -1e15].map(toMicroseconds)).toEqual(Array.from({ length: 4 }));
});
