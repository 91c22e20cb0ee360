/** Captures made to exhaust their reader: what is held stays within limits, and all is read in time linear in its size. */
import { describe, expect, test } from 'vitest';
import { readAll } from '../../../test/conformance/sources.ts';
import { ethernet, fragmentsOf, pcapFile, type Recorded, START, tcp, udp } from '../../../test/tools/packets.ts';
import { StreamRecorder } from '../../../test/tools/stream-recorder.ts';
import { FaultLog } from '../../base/fault.ts';
import { Networks } from '../../event/networks.ts';
import { DEFAULT_SOURCE_SETTINGS } from '../source.ts';
import { CaptureParser } from './capture-parser.ts';
import type { CaptureLimits } from './limits.ts';
import { pcapSource } from './pcap.ts';

const CLIENT = { ip: '10.1.2.30', port: 50_212 };
const SERVER = { ip: '10.1.9.20', port: 445 };

/** A parser that counts events and keeps none. */
function openParser(limits?: Partial<CaptureLimits>) {
  const faults = new FaultLog();
  const recorder = new StreamRecorder();
  const parser = new CaptureParser(
    {
      file: 'hostile',
      faults,
      networks: new Networks(),
      settings: { ...DEFAULT_SOURCE_SETTINGS, limits },
      skipped: () => {},
    },
    { protocols: [recorder], datagrams: [] },
  );
  return { parser, faults, recorder };
}

/** A frame whose numbers are written over for every record, so that a million packets cost no million buffers. */
function recordOf(bytes: Buffer, time = START): Buffer {
  return pcapFile([{ time, bytes: ethernet(bytes) }]).subarray(24);
}

const HEADER = pcapFile([]);
/** Offsets in a record: source address and port, sequence number. */
const AT = { address: 16 + 14 + 12, port: 16 + 14 + 20, sequence: 16 + 14 + 24 };

describe('a million half-open connections', () => {
  test('stay numbers: no object each, and each is told', () => {
    const { parser, faults } = openParser();
    const record = recordOf(tcp({ from: CLIENT, to: SERVER, seq: 1, flags: 'S' }));
    const chunk = Buffer.concat(Array.from({ length: 1000 }, () => record));
    parser.push(HEADER, () => {});
    globalThis.gc?.();
    const before = process.memoryUsage();
    for (let thousand = 0; thousand < 1000; thousand++) {
      for (let i = 0; i < 1000; i++) {
        chunk.writeUInt32BE(0x0a000000 + thousand * 1000 + i, i * record.length + AT.address);
      }
      parser.push(chunk, () => {});
    }
    const after = process.memoryUsage();
    const grown = after.heapUsed + after.arrayBuffers - before.heapUsed - before.arrayBuffers;
    // 140 bytes each, and twice that where arrays have just grown; an object each would be a gigabyte.
    expect(grown).toBeLessThan(420e6);
    let events = 0;
    parser.end(() => events++);
    // One of them is the event of the capture.
    expect(events).toBe(1_000_001);
    expect(faults.count).toBe(0);
  }, 60_000);

  test('beyond the limit the oldest are told early, and that is said', () => {
    const { parser, faults } = openParser({ 'capture-flows': 1000 });
    const record = recordOf(tcp({ from: CLIENT, to: SERVER, seq: 1, flags: 'S' }));
    let events = 0;
    parser.push(HEADER, () => {});
    for (let i = 0; i < 5000; i++) {
      record.writeUInt32BE(0x0a000000 + i, AT.address);
      parser.push(record, () => events++);
    }
    expect(events).toBe(4000);
    parser.end(() => events++);
    expect(events).toBe(5001);
    expect(faults.list()[0]?.samples[0]).toMatchObject({
      message: 'limit capture-flows (1000) reached: what was idle longest is ended early',
      isAssumption: true,
    });
  });
});

test('connections with payload beyond the limit end early', () => {
  const { parser, recorder, faults } = openParser({ 'capture-streams': 10 });
  const record = recordOf(tcp({ from: CLIENT, to: SERVER, seq: 1, ack: 1, flags: 'PA', payload: 'abc' }));
  parser.push(HEADER, () => {});
  for (let i = 0; i < 50; i++) {
    record.writeUInt32BE(0x0a000000 + i, AT.address);
    parser.push(record, () => {});
  }
  expect(recorder.streams.filter(({ ended }) => ended === undefined)).toHaveLength(10);
  expect(recorder.streams.filter(({ ended }) => ended === 'evicted')).toHaveLength(40);
  expect(faults.list()[0]?.samples[0]?.message).toContain('limit capture-streams (10)');
});

test('a stream that is nothing but holes waits within its limits', () => {
  const { parser, recorder } = openParser();
  const syn = recordOf(tcp({ from: CLIENT, to: SERVER, seq: 0, flags: 'S' }));
  const record = recordOf(
    tcp({ from: CLIENT, to: SERVER, seq: 1, ack: 1, flags: 'A', payload: Buffer.alloc(1400, 97) }),
  );
  const before = process.memoryUsage().arrayBuffers;
  parser.push(Buffer.concat([HEADER, syn]), () => {});
  // Every second segment is missing, from the end to the beginning of every megabyte: the worst order there is.
  for (let mega = 0; mega < 40; mega++) {
    for (let i = 300; i > 0; i--) {
      record.writeUInt32BE(mega * 900_000 + i * 2800 + 1, AT.sequence);
      parser.push(record, () => {});
    }
  }
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(64e6);
  parser.end(() => {});
  expect(recorder.streams[0]?.sides[0].match(/a/g)).toHaveLength(40 * 300 * 1400);
});

test('pieces of one byte behind a hole are bounded by their number', () => {
  const packets: Recorded[] = [{ time: START, bytes: ethernet(tcp({ from: CLIENT, to: SERVER, seq: 0, flags: 'S' })) }];
  for (let i = 20_000; i > 0; i--) {
    packets.push({
      time: START,
      bytes: ethernet(tcp({ from: CLIENT, to: SERVER, seq: 1 + i * 2, ack: 1, flags: 'A', payload: 'a' })),
    });
  }
  const { parser, faults } = openParser();
  parser.push(pcapFile(packets), () => {});
  expect(faults.list()[0]?.samples[0]?.message).toContain('capture-reorder-pieces (8192)');
});

test('fragments that never end, overlap and lie are dropped', () => {
  const whole = udp({ ip: '10.0.0.1', port: 1 }, { ip: '10.0.0.2', port: 2 }, Buffer.alloc(60_000));
  const pieces = fragmentsOf(whole, 8).slice(0, 700);
  const others = Array.from({ length: 3000 }, (_, id) => {
    const piece = Buffer.from(pieces[1]!);
    piece.writeUInt16BE(id, 4);
    return piece;
  });
  const packets = [...pieces.filter((_, index) => index % 2 === 0), ...others, ...pieces].map((bytes) => ({
    time: START,
    bytes: ethernet(bytes),
  }));
  const { faults, skipped } = readAll(pcapSource([]), pcapFile(packets));
  expect(faults[0]?.samples[0]?.message).toContain('limit fragments (1024 packets');
  expect(skipped['IP packet of which fragments are missing']).toBeLessThanOrEqual(1024);
});

test('a file of nothing but headers, of empty records, of zeros is read to its end', () => {
  const headers = Buffer.concat(Array.from({ length: 50_000 }, () => HEADER));
  expect(readAll(pcapSource([]), headers).events).toEqual([]);
  const empty = Buffer.concat([HEADER, Buffer.alloc(1_600_000)]);
  expect(readAll(pcapSource([]), empty, { chunk: 65_536 }).events).toEqual([]);
});
