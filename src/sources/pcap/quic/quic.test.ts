import { describe, expect, test } from 'vitest';
import { readAll, seededRandom, sourceConformance } from '../../../../test/conformance/sources.ts';
import { pcapFile, recorded, udp } from '../../../../test/tools/packets.ts';
import { clientHello, cryptoFrame, initialPacket } from '../../../../test/tools/quic.ts';
import { pcapSource } from '../pcap.ts';
import { readClientHello } from './client-hello.ts';
import { clientInitialKeys, QUIC_VERSIONS } from './initial-keys.ts';

const pcap = pcapSource([]);
const CLIENT = { ip: '10.1.2.30', port: 50_443 };
const SERVER = { ip: '198.51.100.9', port: 443 };
const ID = Buffer.from('8394c8f03e515708', 'hex');
const OTHER_ID = Buffer.from('1122334455667788', 'hex');
const VERSION_2 = 0x6b3343cf;

const read = (packets: readonly Buffer[]) => readAll(pcap, pcapFile(recorded(packets)));
const first = (frames: Buffer, version = 1) => udp(CLIENT, SERVER, initialPacket({ version, keyId: ID, frames }));
const hello = clientHello(['smb'], 'FS01.example.org');

describe('keys of Initial packets', () => {
  test.each([
    ['1', 1, '1f369613dd76d5467730efcbe3b1a22d', 'fa044b2f42a3fd3b46fb255c', '9f50449e04a0e810283a1e9933adedd2'],
    [
      '2',
      VERSION_2,
      '8b1a0bc121284290a29e0971b5cd045d',
      '91f73e2351d8fa91660e909f',
      '45b95e15235d6f45a6b19cbcb0294ba9',
    ],
  ])('of version %s are those of the standard', (_name, version, key, iv, headerProtection) => {
    const keys = clientInitialKeys(QUIC_VERSIONS.get(version)!, ID);
    expect([keys.key, keys.iv, keys.headerProtection].map((part) => part.toString('hex'))).toEqual([
      key,
      iv,
      headerProtection,
    ]);
  });
});

sourceConformance(pcap, [
  { name: 'SMB over QUIC', bytes: pcapFile(recorded([first(cryptoFrame(0, hello))])), events: 1 },
]);

describe('SMB over QUIC', () => {
  test('is known by the handshake, with the server asked for', () => {
    const [event] = read([first(cryptoFrame(0, hello))]).events;
    expect(event?.document).toMatchObject({
      event: { dataset: 'smb.quic', action: 'smb-quic', outcome: 'unknown' },
      source: { ...CLIENT, packets: 1 },
      destination: { ...SERVER },
      network: { protocol: 'smb', transport: 'udp' },
      tls: { next_protocol: ['smb'], client: { server_name: 'fs01.example.org' } },
      smb: {
        quic: { version: '1', sni: 'fs01.example.org', answered: false },
        flow: { outcome: 'attempted', evidence: ['protocol', 'quic'] },
      },
    });
  });

  test.each<[string, Buffer[]]>([
    ['version 2', [first(cryptoFrame(0, hello), VERSION_2)]],
    [
      'with padding and pings before',
      [first(Buffer.concat([Buffer.alloc(9), Buffer.from([1, 1]), cryptoFrame(0, hello)]))],
    ],
    [
      'in frames in any order, overlapping',
      [first(Buffer.concat([cryptoFrame(20, hello.subarray(20)), cryptoFrame(0, hello.subarray(0, 30))]))],
    ],
    ['one of several protocols', [first(cryptoFrame(0, clientHello(['h3', 'smb'])))]],
  ])('%s', (_name, packets) => {
    expect(read(packets).events.map(({ document }) => (document['smb'] as { quic: object }).quic)).toHaveLength(1);
  });

  test('over several datagrams, the last first', () => {
    const long = clientHello(['smb'], 'fs01', 1500);
    const part = (from: number, to: number, number: number) =>
      udp(
        CLIENT,
        SERVER,
        initialPacket({ version: 1, keyId: ID, number, frames: cryptoFrame(from, long.subarray(from, to)) }),
      );
    // The last datagram comes second: keys are made of the id of the first packet that is seen, whichever it is.
    const packets = [part(1000, 1600, 1), part(0, 1000, 0)];
    expect(read(packets).events).toHaveLength(1);
    expect(read(packets.slice(0, 1)).events).toEqual([]);
  });

  test('is established when both sides have left the handshake', () => {
    const short = Buffer.from([0x40, ...Buffer.alloc(30)]);
    const answer = Buffer.from([0xc0, 0, 0, 0, 1, ...Buffer.alloc(1300)]);
    const packets = [first(cryptoFrame(0, hello)), udp(SERVER, CLIENT, answer)];
    expect(read(packets).events[0]?.document).toMatchObject({
      smb: { quic: { answered: true }, flow: { outcome: 'attempted' } },
    });
    packets.push(udp(CLIENT, SERVER, short), udp(SERVER, CLIENT, short));
    expect(read(packets).events[0]?.document).toMatchObject({ smb: { flow: { outcome: 'established' } } });
  });
});

describe('what is no SMB over QUIC gives nothing', () => {
  test.each<[string, Buffer]>([
    ['another protocol', first(cryptoFrame(0, clientHello(['h3'], 'www.example.org')))],
    ['no hello', first(cryptoFrame(0, Buffer.alloc(200, 9)))],
    [
      'keys that do not fit',
      udp(
        CLIENT,
        SERVER,
        initialPacket({ version: 1, keyId: ID, destinationId: OTHER_ID, frames: cryptoFrame(0, hello) }),
      ),
    ],
    [
      'a version of the future',
      udp(CLIENT, SERVER, Buffer.concat([Buffer.from('c07a7a7a7a', 'hex'), Buffer.alloc(1300)])),
    ],
    ['noise', udp(CLIENT, SERVER, Buffer.alloc(1400, 0xc3))],
    [
      'a short datagram',
      udp(CLIENT, SERVER, initialPacket({ version: 1, keyId: ID, frames: cryptoFrame(0, hello) }).subarray(0, 900)),
    ],
  ])('%s', (_name, packet) => {
    expect(read([packet]).events).toEqual([]);
  });

  test('a hello of lying lengths is read without harm', () => {
    const random = seededRandom(3);
    for (let i = 0; i < 3000; i++) {
      const damaged = Buffer.from(hello);
      for (let flips = 0; flips < 3; flips++)
        damaged[Math.floor(random() * damaged.length)] = Math.floor(random() * 256);
      const known = readClientHello(damaged);
      if (typeof known === 'object') expect(known.protocols.every((name) => name.length <= 255)).toBe(true);
    }
  });
});
