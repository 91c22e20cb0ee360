import { describe, expect, test } from 'vitest';
import { readAll } from '../../../../test/conformance/sources.ts';
import {
  Conversation,
  ethernet,
  fragmentsOf,
  ip,
  pcapFile,
  recorded,
  START,
  tcp,
  udp,
} from '../../../../test/tools/packets.ts';
import { StreamRecorder } from '../../../../test/tools/stream-recorder.ts';
import { CaptureParser } from '../capture-parser.ts';
import { pcapSource } from '../pcap.ts';

const CLIENT = { ip: '10.1.2.30', port: 50_212 };
const SERVER = { ip: '10.1.9.20', port: 445 };
const V6 = { client: { ip: 'fd00::30', port: 50_212 }, server: { ip: 'fd00::20', port: 445 } };
const TEXT = Array.from({ length: 3000 }, (_, index) => String.fromCharCode(97 + (index % 26))).join('');

function read(packets: readonly Buffer[]) {
  const recorder = new StreamRecorder();
  const result = readAll(
    { ...pcapSource([]), open: (context) => new CaptureParser(context, { protocols: [recorder], datagrams: [] }) },
    pcapFile(recorded(packets)),
  );
  return { ...result, text: recorder.streams.map(({ sides }) => sides[0]).join() };
}

const talk = (client = CLIENT, server = SERVER) => new Conversation(client, server).handshake().say(0, TEXT).packets;

describe('fragments', () => {
  const packets = talk();
  const cut = (size: number, order: (pieces: Buffer[]) => Buffer[] = (pieces) => pieces) => [
    ...packets.slice(0, 3),
    ...order(fragmentsOf(packets[3]!, size)),
  ];

  test.each<[string, Buffer[]]>([
    ['in order', cut(1000)],
    ['backwards', cut(1000, (pieces) => pieces.reverse())],
    ['of eight bytes', cut(8).slice(0, 3).concat(fragmentsOf(packets[3]!, 8))],
    ['twice', cut(504, (pieces) => pieces.flatMap((piece, index) => (index === 0 ? [piece] : [piece, piece])))],
    ['IPv6', [...talk(V6.client, V6.server).slice(0, 3), ...fragmentsOf(talk(V6.client, V6.server)[3]!, 808)]],
  ])('%s are put together', (_name, list) => {
    const { text, faultCount } = read(list);
    expect(text).toBe(TEXT);
    expect(faultCount).toBe(0);
  });

  test('the first copy of a byte counts, and a difference is told', () => {
    const pieces = fragmentsOf(packets[3]!, 1000);
    const other = Buffer.from(pieces[1]!);
    other.fill('X', 20);
    const { text, faults } = read([...packets.slice(0, 3), pieces[0]!, pieces[1]!, other, ...pieces.slice(2)]);
    expect(text).toBe(TEXT);
    expect(faults[0]?.samples[0]?.message).toContain('1000 bytes of two IP fragments differ');
  });

  test('that never come are counted', () => {
    const { text, skipped } = read(cut(1000).slice(0, -1));
    expect(text).toBe('');
    expect(skipped).toEqual({ 'IP packet of which fragments are missing': 1 });
  });

  test('that lie about their place are faults', () => {
    const [, second] = fragmentsOf(packets[3]!, 1000);
    second!.writeUInt16BE(0x3fff, 6);
    expect(read([second!]).faults[0]?.code).toBe('pcap.fragment');
  });
});

const hex = (text: string) => Buffer.from(text.replaceAll(' ', ''), 'hex');

const join = (head: string, rest: Buffer) => Buffer.concat([hex(head), rest]);

describe('tunnels', () => {
  const outer = { from: '172.16.0.1', to: '172.16.0.2' };
  const overUdp = (port: number) => (payload: Buffer) =>
    udp({ ip: outer.from, port: 40_000 }, { ip: outer.to, port }, payload);
  const over = (protocol: number) => (payload: Buffer) => ip(outer.from, outer.to, protocol, payload);

  test.each<[string, (packet: Buffer) => Buffer, object]>([
    ['VXLAN', (packet) => overUdp(4789)(join('08000000 00002a00', ethernet(packet))), { kind: 'vxlan', id: '42' }],
    ['GENEVE', (packet) => overUdp(6081)(join('00006558 00000700', ethernet(packet))), { kind: 'geneve', id: '7' }],
    [
      'GENEVE with options and IP inside',
      (packet) => overUdp(6081)(join('01000800 00000700 01020304', packet)),
      { kind: 'geneve', id: '7' },
    ],
    ['GRE', (packet) => over(47)(join('00000800', packet)), { kind: 'gre' }],
    [
      'GRE with key and sequence',
      (packet) => over(47)(join('30000800 00000009 00000001', packet)),
      { kind: 'gre', id: '9' },
    ],
    ['GRE with a bridged frame', (packet) => over(47)(join('00006558', ethernet(packet))), { kind: 'gre' }],
    [
      'ERSPAN II',
      (packet) => over(47)(join('100088be 00000001 10010064 00000000', ethernet(packet))),
      { kind: 'erspan', id: '100' },
    ],
    ['ERSPAN I', (packet) => over(47)(join('000088be', ethernet(packet))), { kind: 'erspan' }],
    ['IP in IP', (packet) => over(4)(packet), { kind: 'ipip' }],
  ])('%s', (_name, wrap, tunnel) => {
    const { text, events } = read(talk().map(wrap));
    expect(text).toBe(TEXT);
    expect(events[0]?.document).toMatchObject({
      source: { ip: CLIENT.ip },
      smb: { tunnel: { ...tunnel, source: { ip: outer.from }, destination: { ip: outer.to } } },
    });
  });

  test('IPv6 in IPv4', () => {
    const { text, events } = read(talk(V6.client, V6.server).map(over(41)));
    expect(text).toBe(TEXT);
    expect(events[0]?.document).toMatchObject({ network: { type: 'ipv6' } });
  });

  test('one level is opened', () => {
    expect(read(talk().map((packet) => over(4)(over(4)(packet)))).events).toEqual([]);
  });

  test('what is no tunnel on the port of one is left alone', () => {
    expect(
      read([overUdp(4789)(Buffer.from('0800000000002a00', 'hex')), overUdp(6081)(Buffer.from('hello there'))])
        .faultCount,
    ).toBe(0);
  });
});

describe('headers of IPv6', () => {
  const base = talk(V6.client, V6.server);
  /** Puts extension headers between the header and TCP. */
  const extended = (first: number, extension: string) =>
    base.map((packet) => {
      const extra = Buffer.from(extension.replaceAll(' ', ''), 'hex');
      const header = Buffer.from(packet.subarray(0, 40));
      header.writeUInt16BE(packet.length - 40 + extra.length, 4);
      header[6] = first;
      return Buffer.concat([header, extra, packet.subarray(40)]);
    });

  test.each<[string, number, string]>([
    ['hop by hop', 0, '06 00 010400000000'],
    ['destination options of 16 bytes', 60, '06 01 010c 000000000000000000000000'],
    ['routing, then a whole packet as fragment', 43, '2c 00 000000000000 06 00 0000 00000001'],
    ['authentication', 51, '06 04 0000 00000001 00000001 000000000000000000000000'],
  ])('%s', (_name, first, extension) => {
    const { text, faultCount } = read(extended(first, extension));
    expect(text).toBe(TEXT);
    expect(faultCount).toBe(0);
  });

  test('more extensions than are followed', () => {
    expect(read(extended(60, '3c00010400000000'.repeat(9) + '0600010400000000')).faults[0]?.code).toBe('pcap.ip');
  });
});

describe('lengths', () => {
  test('0 in IPv4 is what was captured (offload)', () => {
    const packets = talk().map((packet) => {
      packet.writeUInt16BE(0, 2);
      return packet;
    });
    expect(read(packets).text).toBe(TEXT);
  });

  test.each<[string, (packet: Buffer) => void, string]>([
    ['an IP header shorter than it can be', (packet) => (packet[0] = 0x44), 'pcap.ip'],
    ['a total below the header', (packet) => packet.writeUInt16BE(19, 2), 'pcap.ip'],
    ['a TCP header longer than the packet', (packet) => packet.writeUInt16BE(39, 2), 'pcap.tcp'],
    ['a TCP header shorter than it can be', (packet) => (packet[32] = 0x40), 'pcap.tcp'],
  ])('%s', (_name, change, code) => {
    const packet = tcp({ from: CLIENT, to: SERVER, seq: 1, flags: 'S' });
    change(packet);
    const { events, faults } = read([packet]);
    expect(events).toEqual([]);
    expect(faults[0]).toMatchObject({ code, samples: [{ offset: 24, message: expect.stringContaining('packet 1') }] });
  });

  test('capture time is not used for order', () => {
    const packets = talk().map((bytes, index) => ({ time: START - index * 1000, bytes: ethernet(bytes) }));
    const recorder = new StreamRecorder();
    const source = {
      ...pcapSource([]),
      open: (context: never) => new CaptureParser(context, { protocols: [recorder], datagrams: [] }),
    };
    const { events } = readAll(source, pcapFile(packets));
    expect(recorder.streams[0]?.sides[0]).toBe(TEXT);
    expect(events[0]?.document).toMatchObject({ event: { start: '2026-01-12T08:59:57.000000Z', duration: 3e9 } });
  });
});
