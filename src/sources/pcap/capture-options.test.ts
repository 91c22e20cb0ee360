/** What may be asked of a capture: VLANs apart, checksums, connections told while they last; and its own event at the end. */
import { describe, expect, test } from 'vitest';
import { readAll, type ReadOptions } from '../../../test/conformance/sources.ts';
import {
  Conversation,
  enhancedPacket,
  ethernet,
  option,
  pcapFile,
  pcapngFile,
  recorded,
  START,
} from '../../../test/tools/packets.ts';
import { type FlatEvent, flat } from '../../../test/tools/read-capture.ts';
import { existsSync, readFileSync } from 'node:fs';
import { pcapSource } from './pcap.ts';
import { evidencePath } from '../../../test/tools/evidence-folder.ts';

const CLIENT = { ip: '10.1.2.30', port: 50_212 };
const SERVER = { ip: '10.1.9.20', port: 445 };
const MINUTE = 60_000;

function read(bytes: Buffer, options: ReadOptions = {}): (FlatEvent & { readonly id: string })[] {
  return readAll(pcapSource([]), bytes, options).events.map(({ document, id }) => ({ ...flat(document), id }));
}

/** A connection of half an hour, a packet a minute. */
const long = () => {
  const conversation = new Conversation(CLIENT, SERVER).handshake();
  for (let i = 0; i < 24; i++) conversation.say(0, `question ${i}`);
  return conversation.close().packets.map((bytes, i) => ({ time: START + i * MINUTE, bytes: ethernet(bytes) }));
};

const captureOf = (bytes: Buffer, options: ReadOptions = {}) =>
  read(bytes, { ...options, withCapture: true }).filter((event) => event['event.dataset'] === 'smb.capture');

const faultsOf = (bytes: Buffer) => {
  const { faults } = readAll(pcapSource([]), bytes, { settings: { verifyChecksums: true } });
  return faults.flatMap(({ samples }) => samples.map(({ code, message }) => `${code} ${message}`));
};

const talk = () => new Conversation(CLIENT, SERVER).handshake().say(0, 'question').say(1, 'answer').close().packets;

describe('VLANs', () => {
  const twice = pcapFile(
    talk().flatMap((bytes, i) =>
      [10, 20].map((vlan, k) => ({ time: START + i * 10 + k * 5, bytes: ethernet(bytes, [vlan]) })),
    ),
  );

  test('the same packets in two VLANs are copies of one connection', () => {
    expect(read(twice)).toHaveLength(1);
  });

  test('and two connections with ids of their own when that is asked', () => {
    const flows = read(twice, { settings: { vlanAware: true } });
    expect(flows.map((flow) => flow['network.vlan.id'])).toEqual(['10', '20']);
    expect(new Set(flows.map(({ id }) => id)).size).toBe(2);
    expect(flows.map((flow) => flow['source.packets'])).toEqual([5, 5]);
  });
});

describe('checksums', () => {
  test('packets without any, as an offloading card leaves them, are counted and read', () => {
    const bytes = pcapFile(recorded(talk()));
    expect(faultsOf(bytes)).toEqual([expect.stringMatching(/^pcap.checksum 8 of 8 packets have wrong checksums/)]);
    expect(readAll(pcapSource([]), bytes).faults).toEqual([]);
    expect(read(bytes, { settings: { verifyChecksums: true } })).toHaveLength(1);
  });

  const lab = evidencePath('pcap/lab/');
  test.skipIf(!existsSync(lab)).each(['dialect_SMB3_11.pcap', 'ipv6_ula_SMB311.pcap'])('%s: all are right', (file) => {
    expect(faultsOf(readFileSync(lab + file))).toEqual([]);
  });

  test.skipIf(!existsSync(lab))('one flipped bit is one wrong packet', () => {
    const bytes = Buffer.from(readFileSync(`${lab}dialect_SMB3_11.pcap`));
    // Time to live of the first packet of IPv4.
    bytes[bytes.indexOf('08004500', 'hex') + 10]! ^= 1;
    expect(faultsOf(bytes)[0]).toMatch(/^pcap.checksum 1 of /);
  });
});

describe('connections that last', () => {
  test('are told every five minutes when that is asked, under one flow', () => {
    const flows = read(pcapFile(long()), { settings: { interimMs: 5 * MINUTE } });
    expect(flows.map((flow) => flow['flow.final'])).toEqual([false, false, false, false, false, true]);
    expect(new Set(flows.map((flow) => flow['flow.id'])).size).toBe(1);
    expect(new Set(flows.map(({ id }) => id)).size).toBe(6);
    const bytes = flows.map((flow) => flow['smb.flow.bytes.client'] as number);
    expect(bytes).toEqual([...bytes].sort((one, other) => one - other));
    expect(flows.map((flow) => (flow['event.type'] as string[]).includes('end'))).toEqual([
      ...Array.from({ length: 5 }, () => false),
      true,
    ]);
  });

  test('and once at their end otherwise', () => {
    const [flow, ...others] = read(pcapFile(long()));
    expect(others).toEqual([]);
    expect(flow).not.toHaveProperty('flow.id');
  });
});

describe('the capture itself', () => {
  test('is told at its end: packets, bytes, time, what was lost', () => {
    const packets = recorded(talk());
    const last = enhancedPacket(packets[0]!, {});
    const bytes = Buffer.concat([
      pcapngFile(packets, { interfaceOptions: [option(2, Buffer.from('eth7'))] }),
      last.subarray(0, last.length - 3),
    ]);
    expect(captureOf(bytes)).toEqual([
      expect.objectContaining({
        'event.action': 'smb-capture',
        'event.start': new Date(START).toISOString().replace('Z', '000Z'),
        'observer.ingress.interface.name': ['eth7'],
        'smb.capture.packets': packets.length,
        'smb.capture.bytes': packets.reduce((sum, packet) => sum + packet.bytes.length, 0),
        'smb.capture.dropped': 0,
        'smb.capture.faults': 1,
      }),
    ]);
  });

  test('has one id however it is cut, and none without a packet', () => {
    const bytes = pcapFile(recorded(talk()));
    expect(captureOf(bytes, { chunk: 7 })[0]?.id).toBe(captureOf(bytes)[0]?.id);
    expect(captureOf(pcapFile([]))).toEqual([]);
  });
});
