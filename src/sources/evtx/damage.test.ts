/** Damaged and hostile logs: no throw, no hang, the fault where the damage is, and every record beside it unharmed. */
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { seededRandom } from '../../../test/conformance/sources.ts';
import type { EvtxRecord } from '../../../test/tools/evtx-writer/description.ts';
import { writeEvtx } from '../../../test/tools/evtx-writer/write-evtx.ts';
import { readEvtxRecords, type ShownLog, type ShowOptions } from '../../../test/tools/read-evtx-records.ts';
import { FaultLog } from '../../base/fault.ts';
import { Networks } from '../../event/networks.ts';
import { DEFAULT_SOURCE_SETTINGS } from '../source.ts';
import { EvtxFaults } from './evtx-faults.ts';
import { ChunkContext } from './record/chunk-context.ts';
import { materialise } from './record/materialise.ts';
import { Slots } from './record/slots.ts';
import { toXml } from './record/to-xml.ts';
import { evidencePath } from '../../../test/tools/evidence-folder.ts';

const contextOf = () => ({
  file: 'log',
  faults: new FaultLog(),
  networks: new Networks(),
  settings: DEFAULT_SOURCE_SETTINGS,
  skipped: () => {},
});

const CHUNK = 4096;
const FIRST = CHUNK + 512;

const event = (recordId: number, parts: Partial<EvtxRecord> = {}): EvtxRecord => ({
  recordId,
  time: '2026-03-02T10:00:00.0000000Z',
  provider: { name: 'Microsoft-Windows-Security-Auditing' },
  channel: 'Security',
  computer: 'FS01.office.example',
  eventId: 5140,
  eventData: [
    ['ShareName', 'string', '\\\\*\\ADMIN$'],
    ['IpAddress', 'string', '10.1.2.3'],
    ['AccessMask', 'hex32', 1],
  ],
  ...parts,
});

const THREE = [event(1), event(2), event(3)];

/** Reads it, and everything in it. */
function read(bytes: Buffer, options: ShowOptions = {}): ShownLog {
  return readEvtxRecords(bytes, { ...options, each: (record) => void toXml(record) });
}

/** Where the records of the first chunk begin. */
function recordsOf(bytes: Buffer): number[] {
  const starts: number[] = [];
  for (let at = FIRST; bytes.readUInt32LE(at) === 0x2a2a; at += bytes.readUInt32LE(at + 4)) starts.push(at);
  return starts;
}

/** A log of three records, changed by hand; `second` is where the second record begins. */
function damaged(change: (bytes: Buffer, second: number) => void, records = THREE): Buffer {
  const bytes = writeEvtx({ records });
  change(bytes, recordsOf(bytes)[1]!);
  return bytes;
}

const idsOf = (log: ShownLog) => log.records.map(({ system }) => system['recordId']);

describe('damage costs what it hits, and is told at its place', () => {
  const cases: readonly (readonly [string, (bytes: Buffer, second: number) => void, string[], string, number])[] = [
    ['the magic of a record', (b, r) => b.writeUInt32LE(0x1234, r), ['1', '3'], 'evtx.record-resync', 0],
    ['a record of 0 bytes', (b, r) => b.writeUInt32LE(0, r + 4), ['1', '3'], 'evtx.record-size', 0],
    ['a record beyond its chunk', (b, r) => b.writeUInt32LE(0xfffffff8, r + 4), ['1', '3'], 'evtx.record-size', 0],
    ['a size that is no multiple of 8', (b, r) => b.writeUInt32LE(99, r + 4), ['1', '3'], 'evtx.record-size', 0],
    [
      'the copy of the size',
      (b, r) => b.writeUInt32LE(8, r + b.readUInt32LE(r + 4) - 4),
      ['1', '2', '3'],
      'evtx.record-copy',
      0,
    ],
    ['the first token', (b, r) => b.writeUInt8(0xff, r + 24), ['1', '3'], 'evtx.record-body', 0],
    ['65,535 values', (b, r) => b.writeUInt32LE(65_535, r + 38), ['1', '3'], 'evtx.record-body', 0],
    ['4 billion values', (b, r) => b.writeUInt32LE(0xffffffff, r + 38), ['1', '3'], 'evtx.record-body', 0],
    ['a value longer than the record', (b, r) => b.writeUInt16LE(0xffff, r + 42), ['1', '3'], 'evtx.record-body', 0],
  ];
  test.each(cases)('%s', (_name, change, ids, code, place) => {
    let second = 0;
    const bytes = damaged((b, r) => {
      second = r;
      change(b, r);
    });
    const log = read(bytes);
    expect(idsOf(log)).toEqual(ids);
    expect(log.faults).toEqual([`${code}@${second + place}`]);
  });

  test('a definition that is not where the record says', () => {
    let second = 0;
    const log = read(
      damaged((b, r) => {
        second = r;
        b.writeUInt32LE(600, r + 34);
      }),
    );
    expect(idsOf(log)).toEqual(['1', '3']);
    expect(log.faults.map((fault) => fault.split('@')[0])).toEqual(['evtx.template-offset', 'evtx.record-body']);
    expect(log.faults[1]).toBe(`evtx.record-body@${second}`);
  });

  test('a definition longer than its record', () => {
    const bytes = writeEvtx({ records: THREE });
    bytes.writeUInt32LE(50_000, FIRST + 24 + 4 + 10 + 20);
    const log = read(bytes);
    expect(log.faults[0]).toBe(`evtx.template-size@${FIRST + 38}`);
    expect(log.faults.at(-1)).toMatch(/^evtx\.record-body@/);
  });

  test('the magic of a chunk: its records are read all the same', () => {
    const bytes = writeEvtx({ records: THREE });
    bytes.writeUInt8(0, CHUNK);
    const log = read(bytes);
    expect(idsOf(log)).toEqual(['1', '2', '3']);
    expect(log.faults).toEqual([`evtx.chunk-magic@${CHUNK}`]);
  });

  test('bytes that are no chunk cost themselves, wherever the next one begins', () => {
    const whole = writeEvtx({ records: THREE, options: { chunksOf: 1 } });
    const filler = Buffer.alloc(1024, 'x');
    const log = read(Buffer.concat([whole.subarray(0, CHUNK), filler, whole.subarray(CHUNK)]));
    expect(idsOf(log)).toEqual(['1', '2', '3']);
    expect(log.faults).toEqual([`evtx.chunk-magic@${CHUNK}`]);
    const torn = Buffer.concat([whole.subarray(0, CHUNK + 30 * 512), whole.subarray(CHUNK + 65_536)]);
    expect(idsOf(read(torn))).toEqual(['1', '2', '3']);
    expect(read(torn).faults).toEqual([`evtx.chunk-truncated@${CHUNK}`]);
  });

  test('the words of a chunk inside of a record hide nothing', () => {
    const text = Buffer.alloc(4096);
    for (let at = 0; at + 64 <= text.length; at += 8) text.write('ElfChnk\0', at, 'latin1');
    const fake = event(2, { eventData: [['Payload', 'binary', text.toString('hex').toUpperCase()]] });
    const bytes = writeEvtx({ records: [event(1), fake, event(3)] });
    // Inside of the payload, at a sector, with the size a header has.
    const at = Math.ceil((recordsOf(bytes)[1]! - CHUNK + 1500) / 512) * 512 + CHUNK;
    bytes.write('ElfChnk\0', at, 'latin1');
    bytes.writeUInt32LE(128, at + 40);
    expect(idsOf(read(bytes))).toEqual(['1', '2', '3']);
    expect(read(bytes).faults).toEqual([]);
  });
});

describe('hostile values', () => {
  test.each([
    ['FILETIME 0', 0n],
    ['FILETIME 2^64-1', 0xffff_ffff_ffff_ffffn],
  ])('%s is no time', (_name, ticks) => {
    const time = '2026-03-02T10:00:00.7654321Z';
    const bytes = writeEvtx({ records: [event(1, { eventData: [['When', 'filetime', time]], recordId: 7 })] });
    // The time of the event stands in a slot of its own; both it and the value hold other ticks than the header.
    const wanted = Buffer.alloc(8);
    wanted.writeBigUInt64LE((BigInt(Date.parse('2026-03-02T10:00:00Z')) + 11_644_473_600_000n) * 10_000n + 7_654_321n);
    const at = bytes.indexOf(wanted, FIRST);
    expect(at).toBeGreaterThan(0);
    bytes.writeBigUInt64LE(ticks, at);
    const log = read(bytes);
    expect(log.records[0]!.data['When']).toBeUndefined();
    expect(log.faults).toEqual([`evtx.value-size@${at}`]);
  });

  test('an array of 20,000 empty texts', () => {
    const items = Array.from({ length: 20_000 }, () => '');
    const log = read(writeEvtx({ records: [event(1, { eventData: [[null, 'string[]', items]] }), event(2)] }));
    expect(idsOf(log)).toEqual(['1', '2']);
    expect(log.records[0]!.data['Data']!.length).toBe(4096);
    expect(log.faults[0]).toMatch(/^evtx\.value-size@/);
  });

  test('a GUID used again for a different template gives each record its own names', () => {
    const first = writeEvtx({ records: [event(1)] });
    const other = writeEvtx({
      records: [
        event(2, {
          eventData: [
            ['OtherName', 'string', 'x'],
            ['IpAddress', 'string', 'y'],
            ['AccessMask', 'hex32', 2],
          ],
        }),
      ],
    });
    const guidOf = (bytes: Buffer) => bytes.subarray(FIRST + 42, FIRST + 58);
    guidOf(first).copy(guidOf(other));
    first.copy(other, FIRST + 30, FIRST + 30, FIRST + 34);
    expect(Object.keys(read(first).records[0]!.data)).toEqual(['ShareName', 'IpAddress', 'AccessMask']);
    expect(Object.keys(read(other).records[0]!.data)).toEqual(['OtherName', 'IpAddress', 'AccessMask']);
  });
});

/** A log whose second record is an instance of `<Event>%0</Event>` inside of an instance of itself, and so on. */
function selfNested(levels: number): Buffer {
  const bytes = writeEvtx({ records: [event(1), event(2, { eventData: [['Filler', 'string', 'x'.repeat(2000)]] })] });
  const start = recordsOf(bytes)[1]!;
  let at = start + 24;
  const put = (...values: number[]) => values.forEach((value) => bytes.writeUInt8(value, at++));
  const put32 = (value: number) => (at = bytes.writeUInt32LE(value, at));
  const end = start + bytes.readUInt32LE(start + 4) - 4;
  let definition = 0;
  for (let level = 0; level < levels; level++) {
    put(0x0f, 1, 1, 0, 0x0c, 1);
    put32(0xabcd);
    if (level === 0) {
      definition = at + 4 - CHUNK;
      put32(definition);
      put32(0);
      put32(0xabcd);
      at = bytes.fill(0, at, at + 12) && at + 12;
      const body = at + 4;
      at = body;
      put(0x0f, 1, 1, 0, 0x01, 0xff, 0xff, 0, 0, 0, 0);
      put32(at + 4 - CHUNK);
      put(0, 0, 0, 0, 0, 0, 5, 0, ...Buffer.from('Event\0', 'utf16le'));
      put(0x02, 0x0d, 0, 0, 0x21, 0x04, 0x00);
      bytes.writeUInt32LE(at - body, body - 4);
    } else {
      put32(definition);
    }
    put32(1);
    bytes.writeUInt16LE(end - at - 4, at);
    bytes.writeUInt16LE(0x21, at + 2);
    at += 4;
  }
  return bytes;
}

test.each([
  [8, undefined],
  [9, 'more than 8 fragments inside of each other'],
  [40, 'more than 8 fragments inside of each other'],
])('an event %d times inside of itself ends at the limit', (levels, problem) => {
  const bytes = selfNested(levels);
  const second = recordsOf(bytes)[1]!;
  expect(idsOf(read(bytes))).toEqual(['1']);
  expect(read(bytes).faults).toEqual([`evtx.record-body@${second}`]);
  const chunk = new ChunkContext(new EvtxFaults(contextOf()));
  chunk.bind(bytes.subarray(CHUNK), CHUNK);
  const start = second - CHUNK;
  const end = start + bytes.readUInt32LE(second + 4) - 4;
  // Behind the last level stands text, which is no fragment, unless the limit comes first.
  const found = materialise(chunk, new Slots(), start + 24, end).problem;
  if (problem === undefined) expect(found).toMatch(/is no token|tokens|element/);
  else expect(found).toBe(problem);
});

test('a name that points anywhere never hangs: every offset of a small log', () => {
  const bytes = writeEvtx({ records: [event(1), event(2)] });
  const [first, second] = recordsOf(bytes);
  for (let at = first! + 24; at < second!; at++) {
    const changed = Buffer.from(bytes);
    // Offsets of the place itself, of the record and of the end of the chunk.
    for (const value of [at - CHUNK, 512, 65_530, 0xffff_ffff]) {
      changed.writeUInt32LE(value, at);
      read(changed);
    }
  }
}, 60_000);

const REAL = evidencePath('evtx/attack');
const SAMPLES = ['psexec-admin-share', 'secretsdump', 'psexec-service-system-log'];
const note = existsSync(REAL) ? '' : ' (skipped: no sample logs here)';
const real = SAMPLES.map((name) => [
  name,
  note === '' ? readFileSync(`${REAL}/${name}.evtx`) : Buffer.alloc(0),
]) as readonly (readonly [string, Buffer])[];
const written = writeEvtx({
  records: [...THREE, event(4, { form: 'templateless' }), event(5, { form: 'literal-nested' })],
});

test.each([['a written log', written] as const, ...(note === '' ? real : [])])(
  'cut anywhere: %s',
  (_name, bytes) => {
    const whole = read(bytes);
    const end = recordsOf(bytes).at(-1)! + 2000;
    for (let cut = 0; cut < bytes.length; cut += cut < Math.min(end, CHUNK + 3000) ? 1 : 509) {
      const log = read(bytes.subarray(0, cut));
      expect(log.records).toEqual(whole.records.slice(0, log.records.length));
      if (cut > 0) expect(log.faultCount).toBeGreaterThan(0);
    }
  },
  120_000,
);

test.each([['a written log', written] as const, ...(note === '' ? real : [])])(
  'a flipped bit never throws, and harms no record before it: %s',
  (_name, bytes) => {
    const random = seededRandom(11);
    const whole = read(bytes);
    const starts = recordsOf(bytes).slice(0, whole.records.length);
    const end = starts.at(-1)! + 1000;
    for (let i = 0; i < 1000; i++) {
      const changed = Buffer.from(bytes);
      const at = Math.floor(random() * end);
      changed[at]! ^= 1 << Math.floor(random() * 8);
      const before = starts.filter((start) => start + bytes.readUInt32LE(start + 4) <= at).length;
      const log = read(changed, { carve: i % 4 === 0 });
      // The headers of file and chunk are no part of any record; what they break is tested above.
      if (at >= FIRST) expect(log.records.slice(0, before)).toEqual(whole.records.slice(0, before));
    }
  },
  120_000,
);

test.skipIf(note !== '')(`the same log has the same records each time${note}`, () => {
  for (const [, bytes] of real) expect(read(bytes, { carve: true })).toEqual(read(bytes, { carve: true }));
});
