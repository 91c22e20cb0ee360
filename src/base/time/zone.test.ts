import { expect, test } from 'vitest';
import { timeZoneOf } from './zone.ts';

/** Zone, wall clock, moment in UTC. */
const MOMENTS: readonly (readonly [string, string, string])[] = [
  ['UTC', '2025-10-24T12:01:39', '2025-10-24T12:01:39'],
  ['Europe/Paris', '2025-10-24T12:01:39', '2025-10-24T10:01:39'],
  ['Europe/Paris', '2025-01-24T12:01:39', '2025-01-24T11:01:39'],
  ['Europe/Paris', '2025-03-30T01:59:59', '2025-03-30T00:59:59'],
  ['Europe/Paris', '2025-03-30T02:30:00', '2025-03-30T01:30:00'],
  ['Europe/Paris', '2025-03-30T03:00:00', '2025-03-30T01:00:00'],
  ['Europe/Paris', '2025-10-26T01:59:59', '2025-10-25T23:59:59'],
  ['Europe/Paris', '2025-10-26T02:30:00', '2025-10-26T00:30:00'],
  ['Europe/Paris', '2025-10-26T03:00:00', '2025-10-26T02:00:00'],
  ['America/New_York', '2025-03-09T03:00:00', '2025-03-09T07:00:00'],
  ['America/New_York', '2025-11-02T01:30:00', '2025-11-02T05:30:00'],
  ['Asia/Kathmandu', '2025-06-01T00:00:00', '2025-05-31T18:15:00'],
  ['Australia/Lord_Howe', '2025-10-05T03:00:00', '2025-10-04T16:00:00'],
];

test.each(MOMENTS)('%s: %s is %s UTC', (zone, wall, utc) => {
  const ms = timeZoneOf(zone)!.toUtc(Date.parse(`${wall}Z`));
  expect(new Date(ms).toISOString()).toBe(`${utc}.000Z`);
});

test('a zone that does not exist is undefined', () => {
  expect(timeZoneOf('Mars/Olympus')).toBeUndefined();
});
