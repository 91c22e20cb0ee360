import { describe, expect, test } from 'vitest';
import { readAll } from '../../../../test/conformance/sources.ts';
import { Conversation, ethernet, pcapFile, recorded, START } from '../../../../test/tools/packets.ts';
import { pcapSource } from '../pcap.ts';

const pcap = pcapSource([]);
const hex = (text: string) => Buffer.from(text.replaceAll(' ', ''), 'hex');
const v4 = new Conversation({ ip: '10.1.2.30', port: 50_212 }, { ip: '10.1.9.20', port: 445 });
const v6 = new Conversation({ ip: 'fd00::30', port: 50_212 }, { ip: 'fd00::20', port: 445 });
for (const talk of [v4, v6]) talk.handshake().say(0, 'x').close();

function readFrames(linkType: number, frame: (packet: Buffer) => Buffer, packets = v4.packets) {
  return readAll(
    pcap,
    pcapFile(
      packets.map((packet, index) => ({ time: START + index, bytes: frame(packet) })),
      { linkType },
    ),
  );
}

const expected = readAll(pcap, pcapFile(recorded(v4.packets))).events.map(({ id }) => id);
const expectedV6 = readAll(pcap, pcapFile(recorded(v6.packets))).events.map(({ id }) => id);
const mac = '02000000000102000000000a';

describe('every link type leads to the same flow', () => {
  test.each<[string, number, string]>([
    ['loopback, little-endian', 0, '02000000'],
    ['loopback, big-endian', 0, '00000002'],
    ['loopback of OpenBSD', 108, '00000002'],
    ['raw IP', 101, ''],
    ['raw IP of BSD', 12, ''],
    ['raw IPv4', 228, ''],
    ['cooked Linux', 113, '0000 0001 0006 020000000001 0000 0800'],
    ['cooked Linux 2', 276, '0800 0000 00000002 0001 00 06 0200000000010000'],
    ['PPP', 9, '0021'],
    ['PPP with address and control', 50, 'ff03 0021'],
    ['PPP, protocol in one byte', 9, '21'],
    ['VLAN', 1, `${mac} 8100 0064 0800`],
    ['QinQ', 1, `${mac} 88a8 00c8 8100 0064 0800`],
    ['four tags', 1, `${mac} 9100 0001 9200 0002 88a8 0003 8100 0004 0800`],
    ['MPLS, two labels', 1, `${mac} 8847 00010040 00020140`],
    ['PPPoE', 1, `${mac} 8864 11 00 0001 0100 0021`],
  ])('%s', (_name, linkType, head) => {
    const { events, faultCount } = readFrames(linkType, (packet) => Buffer.concat([hex(head), packet]));
    expect(events.map(({ id }) => id)).toEqual(expected);
    expect(faultCount).toBe(0);
  });

  test.each<[string, number, string]>([
    ['loopback of Linux', 0, '0a000000'],
    ['loopback of FreeBSD', 0, '1c000000'],
    ['loopback of macOS', 0, '0000001e'],
    ['raw IP', 14, ''],
    ['raw IPv6', 229, ''],
    ['PPP', 9, '0057'],
    ['MPLS', 1, `${mac} 8847 00010140`],
  ])('IPv6: %s', (_name, linkType, head) => {
    const { events } = readFrames(linkType, (packet) => Buffer.concat([hex(head), packet]), v6.packets);
    expect(events.map(({ id }) => id)).toEqual(expectedV6);
  });

  test('the padding of short Ethernet frames is no payload', () => {
    const { events } = readFrames(1, (packet) => Buffer.concat([ethernet(packet), Buffer.alloc(6)]));
    expect(events[0]?.document).toMatchObject({ smb: { flow: { bytes: { client: 1, server: 0 } } } });
  });
});

describe('what is not read is counted', () => {
  test.each<[string, number, string, string]>([
    ['802.11', 105, '', 'packet of link type 105 (802.11), which is not read'],
    ['any other', 147, '', 'packet of link type 147, which is not read'],
    ['NetBEUI', 1, `${mac} 0030 f0f0 03`, 'NetBEUI frame (SMB without IP), not analysed'],
  ])('%s', (_name, linkType, head, reason) => {
    const { events, skipped } = readFrames(linkType, (packet) => Buffer.concat([hex(head), packet]));
    expect(events).toEqual([]);
    expect(skipped).toEqual({ [reason]: v4.packets.length });
  });

  test('frames that end in their header are passed over', () => {
    for (const linkType of [0, 1, 9, 12, 113, 276]) {
      for (let size = 0; size < 24; size++) {
        expect(readFrames(linkType, () => Buffer.alloc(size, 0x81)).events).toEqual([]);
      }
    }
  });
});
