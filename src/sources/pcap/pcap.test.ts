import { describe, expect, test } from 'vitest';
import { readAll, sourceConformance } from '../../../test/conformance/sources.ts';
import { Conversation, ethernet, pcapFile, recorded, START, tcp } from '../../../test/tools/packets.ts';
import { pcapSource } from './pcap.ts';

const pcap = pcapSource([]);

const CLIENT = { ip: '10.1.2.30', port: 50_212 };
const SERVER = { ip: '10.1.9.20', port: 445 };
const V6 = [
  { ip: 'fd00::30', port: 50_300 },
  { ip: 'fd00::20', port: 445 },
] as const;

const talk = () => new Conversation(CLIENT, SERVER).handshake().say(0, 'request').say(1, 'an answer').close().packets;

sourceConformance(pcap, [
  { name: 'a connection', bytes: pcapFile(recorded(talk())), events: 1 },
  {
    name: 'big-endian nanoseconds, IPv6, an attempt',
    bytes: pcapFile(
      recorded([
        ...new Conversation(...V6).handshake().say(0, 'x').packets,
        tcp({ from: { ...CLIENT, port: 40_000 }, to: SERVER, seq: 7, flags: 'S' }),
      ]),
      { isBig: true, isNano: true },
    ),
    events: 2,
  },
]);

describe('the event of a connection', () => {
  test('as a document', () => {
    const [event] = readAll(pcap, pcapFile(recorded(talk()))).events;
    expect(event?.document).toEqual({
      '@timestamp': '2026-01-12T09:00:00.007000Z',
      event: {
        kind: 'event',
        category: ['network'],
        type: ['connection', 'start', 'end'],
        action: 'smb-flow',
        dataset: 'smb.flow',
        outcome: 'success',
        start: '2026-01-12T09:00:00.000000Z',
        end: '2026-01-12T09:00:00.007000Z',
        duration: 7_000_000,
        sequence: 1,
      },
      source: { ip: CLIENT.ip, port: CLIENT.port, mac: '02-00-00-00-00-0A', bytes: 207, packets: 5 },
      destination: { ip: SERVER.ip, port: 445, mac: '02-00-00-00-00-01', bytes: 129, packets: 3 },
      client: { ip: CLIENT.ip, port: CLIENT.port },
      server: { ip: SERVER.ip, port: 445 },
      network: {
        transport: 'tcp',
        type: 'ipv4',
        bytes: 336,
        packets: 8,
        community_id: event?.document['network'] && expect.stringMatching(/^1:/),
      },
      observer: { type: 'sensor' },
      related: { ip: [CLIENT.ip, SERVER.ip] },
      smb: {
        client: { place: 'inside' },
        server: { place: 'inside' },
        flow: {
          bytes: { client: 7, server: 9 },
          client_by: 'handshake',
          direction: 'internal',
          end: 'fin',
          evidence: 'port',
          outcome: 'established',
          tcp_flags: { client: ['syn', 'ack', 'psh', 'fin'], server: ['syn', 'ack', 'psh', 'fin'] },
          transport: 'tcp',
          tries: 1,
        },
      },
    });
    expect(event?.provenance).toEqual({ file: 'sample', format: 'pcap', offset: 24 });
  });

  test('foreign connections give none', () => {
    const web = new Conversation(CLIENT, { ip: '10.1.9.9', port: 80 }).handshake().say(0, 'GET / HTTP/1.1').close();
    expect(readAll(pcap, pcapFile(recorded(web.packets))).events).toEqual([]);
  });

  test('frames behind VLAN tags', () => {
    const packets = talk().map((bytes, index) => ({ time: START + index, bytes: ethernet(bytes, [100, 7]) }));
    const [event] = readAll(pcap, pcapFile(packets)).events;
    expect(event?.document['network']).toMatchObject({ vlan: { id: '100' }, inner: { vlan: { id: '7' } } });
  });
});
