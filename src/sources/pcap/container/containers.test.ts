import { describe, expect, test } from 'vitest';
import { type ReadResult, readAll, sourceConformance } from '../../../../test/conformance/sources.ts';
import {
  block,
  Conversation,
  enhancedPacket,
  option,
  pcapFile,
  pcapngFile,
  recorded,
  sectionStart,
  START,
} from '../../../../test/tools/packets.ts';
import { pcapSource } from '../pcap.ts';

const pcap = pcapSource([]);
const CLIENT = { ip: '10.1.2.30', port: 50_212 };
const SERVER = { ip: '10.1.9.20', port: 445 };
const packets = recorded(
  new Conversation(CLIENT, SERVER).handshake().say(0, 'request').say(1, 'an answer').close().packets,
  START + 0.123,
);

/** What stays the same in every container: all but the place in the file. */
function flowsOf({ events }: ReadResult): unknown {
  return events.map(({ id, document }) => ({ id, document }));
}

const inPcap = flowsOf(readAll(pcap, pcapFile(packets)));

sourceConformance(pcap, [
  { name: 'pcapng', bytes: pcapngFile(packets), events: 1 },
  { name: 'pcapng, big-endian', bytes: pcapngFile(packets, { isBig: true }), events: 1 },
]);

describe('one capture in every container gives the same events with the same ids', () => {
  const nano = option(9, Buffer.from([9]));
  const binary = option(9, Buffer.from([0x80 | 20]));
  const offset = Buffer.alloc(8);
  offset.writeBigInt64LE(-3600n);
  test.each([
    ['pcap, big-endian', pcapFile(packets, { isBig: true })],
    ['pcap, nanoseconds', pcapFile(packets, { isNano: true })],
    ['pcap, a frame check length beside the link type', pcapFile(packets, { linkType: 0xf4000001 })],
    ['pcap, a snap length that lies', pcapFile(packets, { snapBytes: 96 })],
    [
      'pcap joined to another',
      Buffer.concat([pcapFile(packets.slice(0, 4)), pcapFile(packets.slice(4), { isBig: true })]),
    ],
    ['pcapng', pcapngFile(packets)],
    ['pcapng, nanoseconds', pcapngFile(packets, { interfaceOptions: [nano], unitsPerMs: 1e6 })],
    ['pcapng, big-endian', pcapngFile(packets, { isBig: true })],
    [
      'pcapng, times an hour ahead and an offset',
      pcapngFile(
        packets.map((packet) => ({ ...packet, time: packet.time + 3_600_000 })),
        { interfaceOptions: [option(14, offset)] },
      ),
    ],
    [
      'pcapng, unknown blocks between',
      Buffer.concat([
        sectionStart(),
        block(0x77, Buffer.alloc(70_000)),
        ...packets.map((packet) => enhancedPacket(packet)),
      ]),
    ],
    [
      'pcapng, two sections of other orders',
      Buffer.concat([pcapngFile(packets.slice(0, 3)), pcapngFile(packets.slice(3), { isBig: true })]),
    ],
  ])('%s', (_name, bytes) => {
    expect(flowsOf(readAll(pcap, bytes))).toEqual(inPcap);
  });

  test('units of a power of two keep microseconds', () => {
    const bytes = pcapngFile(packets, { interfaceOptions: [binary] });
    const [event] = readAll(pcap, inBinaryUnits(bytes)).events;
    expect(event?.document['@timestamp']).toBe('2026-01-12T09:00:00.007123Z');
  });
});

/** Times of `packets` in units of 2^-20 s, written over those of a capture. */
function inBinaryUnits(bytes: Buffer): Buffer {
  let at = bytes.length;
  for (const { time } of [...packets].reverse()) {
    at -= bytes.readUInt32LE(at - 4);
    const units = BigInt(Math.round((time / 1000) * 2 ** 20));
    bytes.writeUInt32LE(Number(units >> 32n), at + 12);
    bytes.writeUInt32LE(Number(units & 0xffffffffn), at + 16);
  }
  return bytes;
}

describe('pcapng', () => {
  test('names of interfaces, drops of the recorder, secrets that are not read', () => {
    const drops = Buffer.alloc(8);
    drops.writeBigUInt64LE(7n);
    const bytes = Buffer.concat([
      sectionStart({ interfaceOptions: [option(2, Buffer.from('tap0'))], blocks: [block(10, Buffer.alloc(20))] }),
      ...packets.map((packet) => enhancedPacket(packet)),
      block(5, Buffer.concat([Buffer.alloc(12), option(5, drops), Buffer.alloc(4)])),
    ]);
    const { events, faults, skipped } = readAll(pcap, bytes);
    expect(events[0]?.document['observer']).toMatchObject({ ingress: { interface: { name: 'tap0' } } });
    expect(faults.map(({ samples }) => samples[0]?.message)).toEqual(['the recorder says that it lost 7 packets']);
    expect(faults[0]?.samples[0]?.isAssumption).toBe(true);
    expect(skipped).toEqual({ 'pcapng block of decryption secrets, not read': 1 });
  });

  test('simple packets have the time of the packet before, and are cut at the snap length', () => {
    const [first, ...others] = packets;
    const simple = others.map(({ bytes }) => {
      const length = Buffer.alloc(4);
      length.writeUInt32LE(bytes.length);
      return block(3, Buffer.concat([length, bytes.subarray(0, 60)]));
    });
    const { events } = readAll(
      pcap,
      Buffer.concat([sectionStart({ snapBytes: 60 }), enhancedPacket(first!), ...simple]),
    );
    expect(events[0]?.document).toMatchObject({
      event: { duration: 0 },
      smb: { truncated: true, flow: { bytes: { client: 7, server: 9 } } },
    });
  });

  test('a packet of an interface nobody described is a fault', () => {
    const bytes = Buffer.concat([sectionStart(), enhancedPacket(packets[0]!)]);
    bytes.writeUInt32LE(9, bytes.length - enhancedPacket(packets[0]!).length + 8);
    expect(readAll(pcap, bytes).faults[0]?.samples[0]?.message).toContain('interface 9');
  });
});

describe('damage', () => {
  const whole = pcapFile(packets);
  const record = (index: number) => 24 + packets.slice(0, index).reduce((sum, { bytes }) => sum + 16 + bytes.length, 0);

  test('a record whose length cannot be costs what stands up to the next good one', () => {
    const bytes = Buffer.from(whole);
    bytes.writeUInt32LE(0x7fffffff, record(2) + 8);
    const { events, faults } = readAll(pcap, bytes);
    expect(faults[0]?.samples[0]).toMatchObject({
      code: 'pcap.record',
      offset: record(2),
      message: expect.stringContaining(`${record(3) - record(2)} bytes were skipped`),
    });
    expect(events[0]?.document).toMatchObject({ source: { packets: 4 }, destination: { packets: 3 } });
  });

  test('foreign bytes between records are skipped', () => {
    const at = record(3);
    const bytes = Buffer.concat([whole.subarray(0, at), Buffer.alloc(5000, 0xee), whole.subarray(at)]);
    const { events, faults } = readAll(pcap, bytes);
    expect(faults[0]?.samples[0]?.message).toContain('5000 bytes were skipped');
    expect(flowsOf({ events } as ReadResult)).toEqual(inPcap);
  });

  test('a megabyte without a packet ends the reading', () => {
    const bytes = Buffer.concat([
      whole.subarray(0, record(3)),
      Buffer.alloc(1_200_000, 0xee),
      whole.subarray(record(3)),
    ]);
    const { events, faults } = readAll(pcap, bytes, { chunk: 100_000 });
    expect(faults[0]?.samples[0]?.message).toContain('the rest of the file is not read');
    expect(events[0]?.document).toMatchObject({ source: { packets: 2 } });
  });

  test('a file that ends inside of a record says where', () => {
    const { faults } = readAll(pcap, whole.subarray(0, -3));
    expect(faults[0]?.samples[0]).toMatchObject({ code: 'pcap.truncated', offset: record(packets.length - 1) });
  });

  test('a block whose length cannot be', () => {
    const parts = packets.map((packet) => enhancedPacket(packet));
    parts[2]!.writeUInt32LE(0x40000000, 4);
    const { events, faults } = readAll(pcap, Buffer.concat([sectionStart(), ...parts]), { chunk: 77 });
    expect(faults[0]?.samples[0]?.message).toContain(`${parts[2]!.length} bytes were skipped to the next block`);
    expect(events[0]?.document).toMatchObject({ source: { packets: 4 } });
  });
});
