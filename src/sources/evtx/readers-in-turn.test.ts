/** Readers borrow their tables from each other: a log is read alike alone, after others, and in turn with others. */
import { expect, test } from 'vitest';
import type { EvtxRecord } from '../../../test/tools/evtx-writer/description.ts';
import { writeEvtx } from '../../../test/tools/evtx-writer/write-evtx.ts';
import { FaultLog } from '../../base/fault.ts';
import { Networks } from '../../event/networks.ts';
import { DEFAULT_SOURCE_SETTINGS } from '../source.ts';
import { EvtxParser } from './evtx-parser.ts';
import { toXml } from './record/to-xml.ts';

/** Cuts chunks, so that each reader holds the rest of one while another reads. */
const PUSH_BYTES = 40_000;

/** Logs of several chunks, whose templates stand at the same places and are not the same. */
const LOGS = ['Alpha', 'Gamma', 'Delta'].map((name) =>
  writeEvtx({
    records: Array.from(
      { length: 12 },
      (_, i): EvtxRecord => ({
        recordId: i + 1,
        time: '2026-03-02T10:00:00.0000000Z',
        provider: { name: `${name}-Provider` },
        channel: name,
        computer: `${name}.example`,
        eventId: 100 + (i % 3),
        eventData: [[`${name}Value`, 'string', `${name} ${i}`]],
        form: i % 2 === 0 ? 'nested' : 'template',
      }),
    ),
    options: { chunksOf: 4 },
  }),
);

/** A log being read, a push at a time, and what was read of it. */
class Reading {
  readonly shown: string[] = [];
  private readonly bytes: Buffer;
  private readonly parser: EvtxParser;
  private at = 0;

  constructor(bytes: Buffer) {
    this.bytes = bytes;
    const context = {
      file: 'log',
      faults: new FaultLog(),
      networks: new Networks(),
      settings: DEFAULT_SOURCE_SETTINGS,
      skipped: () => {},
    };
    this.parser = new EvtxParser(context, (record) => this.shown.push(toXml(record)));
  }

  /** @returns false when the log is at its end */
  step(): boolean {
    if (this.at >= this.bytes.length) {
      this.parser.end(() => {});
      return false;
    }
    this.parser.push(this.bytes.subarray(this.at, this.at + PUSH_BYTES), () => {});
    this.at += PUSH_BYTES;
    return true;
  }
}

/** One after another. */
function alone(bytes: Buffer): readonly string[] {
  const reading = new Reading(bytes);
  while (reading.step());
  return reading.shown;
}

test('readers that take turns read what each reads alone', () => {
  const expected = LOGS.map(alone);
  expect(expected.map((shown) => shown.length)).toEqual([12, 12, 12]);
  expect(new Set(expected.flat()).size).toBe(36);
  for (let round = 0; round < 3; round++) {
    let open = LOGS.map((bytes) => new Reading(bytes));
    const all = open;
    while (open.length > 0) open = open.filter((reading) => reading.step());
    expect(all.map(({ shown }) => shown)).toEqual(expected);
  }
});
