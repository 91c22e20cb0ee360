import { describe, expect, test } from 'vitest';
import { readAll } from '../../../test/conformance/sources.ts';
import { Conversation, ethernet, pcapFile, recorded, START, udp } from '../../../test/tools/packets.ts';
import { panos, panosDatagrams } from '../panos/panos.ts';
import { pcapSource } from './pcap.ts';

const pcap = pcapSource([panosDatagrams], [panos]);
const FIREWALL = { ip: '10.0.0.1', port: 40_000 };
const COLLECTOR = { ip: '10.0.0.2', port: 514 };
const settings = { timezone: 'UTC' };

const record = (session: number) =>
  `1,2025/10/24 12:01:40,007051000012345,TRAFFIC,end,2561,2025/10/24 12:01:39,10.3.1.9,8.8.4.4,198.51.100.7,8.8.4.4,out,,,ms-ds-smbv2,vsys1,trust,untrust,ethernet1/1,ethernet1/2,fwd,,${session},1,49811,445,20311,445,0x400053,tcp,allow,151200,148000,3200,142,2025/10/24 12:00:40,45,any,,7001,0x0,10.0.0.0-10.255.255.255,United States,,98,44,tcp-fin`;
const message = (session: number) => `<14>Oct 24 12:01:40 pa1 ${record(session)}`;

const read = (packets: readonly Buffer[]) => readAll(pcap, pcapFile(recorded(packets)), { settings });
const known = readAll(panos, `${message(1)}\n${message(2)}\n`, { settings }).events;

describe('logs of a firewall inside a capture', () => {
  test('a message in each datagram', () => {
    const { events, faultCount } = read([1, 2].map((session) => udp(FIREWALL, COLLECTOR, message(session))));
    expect(faultCount).toBe(0);
    expect(events.map(({ id, document }) => ({ id, document }))).toEqual(
      known.map(({ id, document }) => ({ id, document })),
    );
    const size = 16 + 14 + 28 + message(1).length;
    expect(events.map(({ provenance }) => provenance.offset)).toEqual([24, 24 + size]);
  });

  test.each<[string, string]>([
    ['lines', `${message(1)}\n${message(2)}\n`],
    ['counted octets', [1, 2].map((session) => `${message(session).length} ${message(session)}`).join('')],
  ])('a connection of %s, cut anywhere', (_name, text) => {
    const talk = new Conversation(FIREWALL, COLLECTOR).handshake();
    for (let at = 0; at < text.length; at += 300) talk.say(0, text.slice(at, at + 300));
    const { events } = read(talk.close().packets);
    expect(events.map(({ id }) => id)).toEqual(known.map(({ id }) => id));
    expect(events[0]?.provenance).toEqual({ file: 'sample', format: 'panos', offset: expect.any(Number) });
  });

  test('a hole costs the message it stands in', () => {
    const talk = new Conversation(FIREWALL, COLLECTOR).handshake();
    for (const session of [3, 4, 1, 2]) talk.say(0, `${message(session)}\n`);
    const packets = talk.close().packets.filter((_, index) => index !== 4);
    expect(read(packets).events).toHaveLength(3);
  });

  test('other messages are counted, other connections left alone', () => {
    const { events, skipped } = read([
      udp(FIREWALL, COLLECTOR, '<13>Oct 24 12:01:40 host sshd[3]: session opened'),
      ...new Conversation(FIREWALL, COLLECTOR).handshake().say(0, 'hello').close().packets,
    ]);
    expect(events).toEqual([]);
    expect(skipped).toEqual({ 'datagram to port 514 that is no PAN-OS log': 1 });
  });

  test('a datagram cut by the snap length is no message', () => {
    const bytes = ethernet(udp(FIREWALL, COLLECTOR, message(1)));
    expect(readAll(pcap, pcapFile([{ time: START, bytes, snapped: 70 }]), { settings }).events).toEqual([]);
  });
});
