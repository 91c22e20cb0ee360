import { describe, expect, test } from 'vitest';
import type { EvtxRecord } from '../../../test/tools/evtx-writer/description.ts';
import { writeEvtx } from '../../../test/tools/evtx-writer/write-evtx.ts';
import { readEvtxRecords } from '../../../test/tools/read-evtx-records.ts';
import { ChunkClock } from './chunk-clock.ts';

/** A clock that has gone on by so many milliseconds each time it is looked at. */
function steady(stepMs: number): () => number {
  let time = 0;
  return () => (time += stepMs);
}

/** Records until the time is up, at most a number. */
function recordsOf(clock: ChunkClock, most: number): number {
  clock.begin();
  let records = 0;
  while (records < most && clock.isInTime()) records++;
  return records;
}

const event = (recordId: number): EvtxRecord => ({
  recordId,
  time: '2026-03-02T10:00:00.0000000Z',
  provider: { name: 'Microsoft-Windows-Security-Auditing' },
  channel: 'Security',
  computer: 'FS01',
  eventId: 5140,
});

describe('the time of a chunk', () => {
  test('is no matter for chunks as they are', () => {
    expect(recordsOf(new ChunkClock(steady(12)), 2340)).toBe(2340);
  });

  test('is up after five seconds of slow records, counted anew for each chunk', () => {
    const clock = new ChunkClock(steady(500));
    const records = recordsOf(clock, 2340);
    expect(records).toBeGreaterThan(8);
    expect(records).toBeLessThan(20);
    expect(recordsOf(clock, 2340)).toBe(records);
  });

  test('does not go on while the machine sleeps', () => {
    let time = 0;
    const clock = new ChunkClock(() => (time += time === 0 ? 0.1 : 3_600_000));
    clock.begin();
    expect([1, 2, 3, 4, 5, 6, 7, 8].every(() => clock.isInTime())).toBe(true);
  });
});

test('a chunk that takes too long is left, told, and the next one is read', () => {
  const records = Array.from({ length: 60 }, (_, i) => event(i + 1));
  const bytes = writeEvtx({ records, options: { chunksOf: 30 } });
  // The first chunk is slow.
  let time = 0;
  let looks = 0;
  const log = readEvtxRecords(bytes, { now: () => (time += looks++ < 12 ? 900 : 0.01) });
  const ids = log.records.map(({ system }) => Number(system['recordId']));
  const first = ids.filter((id) => id <= 30);
  expect(first.length).toBeLessThan(30);
  expect(ids.filter((id) => id > 30).length).toBe(30);
  const lost = 4096 + 512 + bytes.readUInt32LE(4096 + 512 + 4);
  expect(log.faults).toEqual([expect.stringMatching(/^evtx\.chunk-time@/)]);
  expect(Number(log.faults[0]!.split('@')[1])).toBeGreaterThan(lost);
});
