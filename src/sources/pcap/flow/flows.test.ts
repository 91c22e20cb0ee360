import { describe, expect, test } from 'vitest';
import { readAll } from '../../../../test/conformance/sources.ts';
import { Conversation, icmpUnreachable, pcapFile, recorded, tcp, udp } from '../../../../test/tools/packets.ts';
import type { Document } from '../../../event/document.ts';
import type { EventView } from '../../../event/view.ts';
import { pcapSource } from '../pcap.ts';

const pcap = pcapSource([]);
const CLIENT = { ip: '10.1.2.30', port: 50_212 };
const SERVER = { ip: '10.1.9.20', port: 445 };

const from = (flags: string, seq: number, ack = 0, payload = '') =>
  tcp({ from: CLIENT, to: SERVER, flags, seq, ack, payload });
const back = (flags: string, seq: number, ack = 0, payload = '') =>
  tcp({ from: SERVER, to: CLIENT, flags, seq, ack, payload });

function flowOf(packets: readonly Buffer[]) {
  const { events } = readAll(pcap, pcapFile(recorded(packets)));
  expect(events.length).toBe(1);
  const document = events[0]!.document as Document & { smb: { flow: Document }; event: Document; source: Document };
  return { flow: document.smb.flow, event: document.event, source: document.source, id: events[0]!.id, document };
}

const SYN = from('S', 1000);
const SYN_ACK = back('SA', 5000, 1001);
const ACK = from('A', 1001, 5001);
const REFUSAL = back('RA', 0, 1001);
const BIG = 'x'.repeat(1400);

describe('what became of a connection', () => {
  test.each<[string, Buffer[], string, string?]>([
    ['a SYN', [SYN], 'attempted'],
    ['SYNs again and again', [SYN, from('S', 1000), from('S', 1000)], 'attempted'],
    ['answered by a reset', [SYN, REFUSAL], 'refused', 'reset'],
    ['the answer alone, as a closed port gives it', [REFUSAL], 'refused', 'reset'],
    ['an answer nobody heard', [SYN, SYN_ACK, back('SA', 5000, 1001)], 'attempted'],
    ['the handshake', [SYN, SYN_ACK, ACK], 'established'],
    ['a scan that resets what it opened', [SYN, SYN_ACK, from('R', 1001)], 'established'],
    ['opened, then reset', [SYN, SYN_ACK, ACK, back('RA', 5001, 1001)], 'established'],
    ['given up by the client', [SYN, from('R', 1001)], 'attempted'],
    ['from the middle, both acknowledge', [ACK, back('A', 5001, 1001)], 'established'],
    ['from the middle, one bare ACK', [ACK], 'unknown'],
    ['from the middle, an ACK that is reset', [ACK, back('R', 5001)], 'unknown'],
    ['one side recorded: the client', [SYN, ACK], 'established'],
    ['one side recorded: data', [from('PA', 1001, 5001, 'abc')], 'established'],
    ['one side recorded: the server', [SYN_ACK, back('A', 5001, 1010)], 'established'],
    ['the host is unreachable', [SYN, icmpUnreachable('10.1.9.1', SYN)], 'refused', 'icmp'],
    ['the message alone', [icmpUnreachable('10.1.9.1', SYN)], 'refused', 'icmp'],
    ['unreachable for a moment', [SYN, icmpUnreachable('10.1.9.1', SYN), SYN_ACK, ACK], 'established'],
    [
      '64 KiB one way',
      [SYN, SYN_ACK, ACK, ...Array.from({ length: 47 }, (_, i) => from('A', 1001 + i * 1400, 5001, BIG))],
      'moved',
    ],
    [
      'not quite 64 KiB',
      [SYN, SYN_ACK, ACK, ...Array.from({ length: 46 }, (_, i) => from('A', 1001 + i * 1400, 5001, BIG))],
      'established',
    ],
  ])('%s', (_name, packets, outcome, refusedBy) => {
    const { flow, event } = flowOf(packets);
    expect([flow['outcome'], flow['refused_by']]).toEqual([outcome, refusedBy]);
    expect((event['type'] as string[]).includes('denied')).toBe(outcome === 'refused');
  });

  test('a message that asks for smaller packets refuses nothing', () => {
    expect(flowOf([SYN, icmpUnreachable('10.1.9.1', SYN, 4)]).flow['outcome']).toBe('attempted');
  });
});

describe('who is client', () => {
  test.each<[string, Buffer[], string, string]>([
    ['the sender of the SYN', [SYN], CLIENT.ip, 'handshake'],
    ['the receiver of a SYN with ACK', [SYN_ACK], CLIENT.ip, 'handshake'],
    ['the side without the port of SMB', [back('A', 5001, 1001)], CLIENT.ip, 'port'],
    [
      'the one who opened, although its port is 445',
      [tcp({ from: SERVER, to: CLIENT, seq: 1, flags: 'S' })],
      SERVER.ip,
      'handshake',
    ],
  ])('%s', (_name, packets, ip, by) => {
    const { source, flow, document } = flowOf(packets);
    expect([source['ip'], flow['client_by']]).toEqual([ip, by]);
    expect(document['client']).toMatchObject({ ip });
  });
});

const known = (packets: readonly Buffer[]): unknown[] => {
  const found: unknown[] = [];
  const each = (event: EventView) => found.push(event.id(), event.beganMs?.());
  readAll(pcap, pcapFile(recorded(packets)), { each });
  return found;
};

describe('identity', () => {
  const talk = new Conversation(CLIENT, SERVER).handshake().say(0, 'abc').say(1, 'def').say(0, 'ghi').close().packets;
  const id = flowOf(talk).id;

  test('is the same when packets change places', () => {
    const swapped = [...talk];
    for (let i = 0; i + 1 < swapped.length; i += 3) [swapped[i], swapped[i + 1]] = [swapped[i + 1]!, swapped[i]!];
    expect(flowOf(swapped).id).toBe(id);
  });

  test('and the beginning are the same when the recording stops before the end', () => {
    expect(known(talk.slice(0, -3))).toEqual(known(talk));
    expect(known(talk)[1]).toBeTypeOf('number');
  });

  test('is another for another connection of the same ends', () => {
    expect(flowOf(new Conversation(CLIENT, SERVER, [7, 5000]).handshake().packets).id).not.toBe(id);
  });

  test('without the handshake is that of the lowest number, in whichever order', () => {
    const [one, two] = [from('PA', 1001, 5001, 'abc'), from('PA', 1004, 5001, 'def')];
    expect(flowOf([two, one]).id).toBe(flowOf([one, two]).id);
  });
});

describe('NetBIOS over UDP', () => {
  const asker = { ip: '10.1.2.30', port: 137 };
  const asked = { ip: '198.51.100.9', port: 137 };

  test('is counted for each pair', () => {
    const { flow, source, document } = flowOf([udp(asker, asked, 'question'), udp(asker, asked, 'question')]);
    expect(flow).toMatchObject({ evidence: 'netbios', outcome: 'attempted', bytes: { client: 16, server: 0 } });
    expect(source).toMatchObject({ ip: asker.ip, packets: 2, bytes: 72 });
    expect(document['network']).toMatchObject({ transport: 'udp' });
  });

  test('an answer makes it established', () => {
    expect(flowOf([udp(asker, asked, 'q'), udp(asked, asker, 'a')]).flow['outcome']).toBe('established');
  });

  test('a host that says no refuses', () => {
    const question = udp(asker, asked, 'question');
    const { flow } = flowOf([question, icmpUnreachable('198.51.100.9', question)]);
    expect(flow).toMatchObject({ outcome: 'refused', refused_by: 'icmp' });
  });

  test('other datagrams give nothing', () => {
    const { events } = readAll(pcap, pcapFile(recorded([udp({ ...asker, port: 5000 }, { ...asked, port: 53 }, 'q')])));
    expect(events).toEqual([]);
  });
});
