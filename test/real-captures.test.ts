/** Real captures, where the shared evidence is at hand: what was recorded in a laboratory is known exactly. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import type { Document } from '../src/event/document.ts';
import { sources } from '../src/sources/registry.ts';
import { readAll } from './conformance/sources.ts';
import { evidencePath } from './tools/evidence-folder.ts';

const DATA = evidencePath('');
const LAB = join(DATA, 'pcap/lab');
const hasEvidence = existsSync(LAB);
const pcap = sources.get('pcap');

interface Flow {
  readonly id: string;
  readonly source: { ip: string; port: number; packets: number; bytes: number };
  readonly destination: { ip: string; port: number; packets: number; bytes: number };
  readonly flow: Document;
}

function load(file: string): Buffer {
  const bytes = readFileSync(file);
  return file.endsWith('.gz') ? gunzipSync(bytes) : bytes;
}

function flowsIn(bytes: Buffer): Flow[] {
  return readAll(pcap, bytes)
    .events.filter(({ document }) => (document['event'] as Document)['dataset'] === 'smb.flow')
    .map(({ id, document }) => ({ id, ...(document as object), flow: (document['smb'] as Document)['flow'] }) as Flow)
    .sort((x, y) => x.source.port - y.source.port);
}

const flows = (name: string) => flowsIn(load(join(LAB, name)));

/** Packets and payload of each side, as an independent reader counts them. */
const KNOWN: readonly (readonly [file: string, port: number, packets: readonly [number, number], outcome: string])[] = [
  ['dialect_NT1.pcap', 45_918, [44, 42], 'moved'],
  ['dialect_SMB2_10.pcap', 45_936, [60, 58], 'moved'],
  ['ipv6_ula_SMB311.pcap', 49_604, [37, 30], 'moved'],
  ['internet_leak_public_server.pcap', 35_944, [20, 18], 'established'],
];

if (!hasEvidence) test.skip('needs real captures, which are not here', () => {});

describe.runIf(hasEvidence)('laboratory captures', () => {
  test.each(KNOWN)('%s', (file, port, packets, outcome) => {
    const [flow] = flows(file);
    expect(flow?.source.port).toBe(port);
    expect([flow?.source.packets, flow?.destination.packets]).toEqual(packets);
    expect(flow?.flow['outcome']).toBe(outcome);
  });

  test('SYNs that a firewall dropped are attempts', () => {
    const attempts = flows('internet_leak_syn_only_dropped.pcap').map(
      ({ flow }) => `${flow['outcome']} ${flow['tries']}`,
    );
    expect(attempts).toEqual(Array(5).fill('attempted 3'));
  });

  test('a scan that was refused everywhere', () => {
    const scan = flows('lateral_scan_42_hosts_445.pcap');
    expect(scan).toHaveLength(43);
    expect(scan.every(({ flow }) => flow['outcome'] === 'refused' && flow['refused_by'] === 'reset')).toBe(true);
  });

  test('variants of one capture have the same flow with the same id', () => {
    const names = readdirSync(join(LAB, 'variants'));
    expect(names.length).toBeGreaterThan(15);
    for (const name of names) {
      const [base] = flows(`${name.split('.')[0]}.pcap`);
      const found = flows(`variants/${name}`);
      expect(found, name).toHaveLength(1);
      const [flow] = found;
      expect(flow?.source.ip, name).toBe(base?.source.ip);
      // Bodies that the snap length cut prove no transfer.
      if (!name.includes('snap')) expect(flow?.flow['outcome'], name).toBe(base?.flow['outcome']);
      if (name.includes('midstream')) continue;
      expect(flow?.id, name).toBe(base?.id);
      if (name.includes('drop') || name.includes('truncated')) continue;
      expect(flow?.flow['bytes'], name).toEqual(base?.flow['bytes']);
      expect([flow?.source.packets, flow?.destination.packets], name).toEqual([
        base?.source.packets,
        base?.destination.packets,
      ]);
    }
  });

  test('cut at every 97th byte: what was before the cut is read', () => {
    const bytes = load(join(LAB, 'dialect_SMB2_10.pcap'));
    let packets = 0;
    for (let end = 24 + 16; end < bytes.length; end += 97) {
      const [flow] = flowsIn(bytes.subarray(0, end));
      const now = flow ? flow.source.packets + flow.destination.packets : 0;
      expect(now).toBeGreaterThanOrEqual(packets);
      packets = now;
    }
    expect(packets).toBeGreaterThan(110);
  });

  test('what is known of a kind of events rules out nothing that its events have', () => {
    const kinds = new Set<unknown>();
    for (const folder of [LAB, join(LAB, 'variants'), join(DATA, 'pcap/public')]) {
      for (const name of readdirSync(folder).filter((file) => file.includes('.pcap'))) {
        readAll(pcap, load(join(folder, name)), {
          each: (event) => {
            const { facts: its } = event;
            if (!its) return;
            kinds.add(its);
            event.each(({ id, name: field }, value) => {
              expect([name, field, its.canHave(id)]).toEqual([name, field, true]);
              expect([name, field, its.known(id) ?? [value].flat()]).toEqual([name, field, [value].flat()]);
            });
          },
        });
      }
    }
    expect(kinds.size).toBeGreaterThan(12);
  });
});

const exports = (name: string) =>
  readAll(pcap, readFileSync(join(DATA, 'netflow', name))).events.map(({ document }) => document as never as Flow);

/** Ends and counters of the IPv4 connections to port 445. */
const facts = (list: readonly Flow[]) =>
  list
    .filter(({ source, destination }) => source.ip.includes('.') && destination.port === 445)
    .map(({ source, destination }) => ({ source, destination }));

describe.runIf(existsSync(join(DATA, 'netflow')))('flow exports', () => {
  test('v5, v9 and IPFIX tell the same of the same traffic', () => {
    const [v5, v9, ipfix] = ['nfv5', 'nfv9', 'nfv10'].map((name) =>
      facts(exports(`${name}_internet_leak_public_server.pcap`)),
    );
    expect(v5).toHaveLength(1);
    expect(v9).toEqual(v5);
    expect(ipfix).toEqual(v5);
  });

  test('they agree with the packets themselves', () => {
    const [told] = facts(exports('nfv9_internet_leak_public_server.pcap'));
    const packets = flows('internet_leak_public_server.pcap').find(({ source }) => source.port === told?.source.port);
    expect(packets?.source).toMatchObject(told!.source);
    expect(packets?.destination).toMatchObject(told!.destination);
  });
});
