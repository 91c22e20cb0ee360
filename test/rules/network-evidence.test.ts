/**
 * Shipped rules over real captures, flow exports and Zeek logs: what each must be found by, and that all others are silent.
 * Several laboratory captures hold weaknesses that are told of on purpose: plain sessions, guests, SMB1. The evidence is no
 * part of the project; without it all is skipped.
 */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { alertsOfFile, DATA, heardRules } from './real-evidence.ts';

/** Rules that speak, by file; files that are not here give nothing. */
type Verdicts = Readonly<Record<string, readonly string[]>>;

const LAB: Verdicts = {
  'bad_password_spray.pcap': ['guest-session'],
  'dialect_NT1.pcap': ['smb1-used'],
  'dialect_SMB3_00.pcap': ['plain-session'],
  'dialect_SMB3_02.pcap': ['plain-session'],
  'dialect_SMB3_11.pcap': ['plain-session'],
  'guest_and_anonymous.pcap': ['guest-session', 'plain-session'],
  'internet_leak_public_server.pcap': ['exposure-egress'],
  'internet_leak_syn_only_dropped.pcap': ['exposure-egress'],
  'ipv6_ula_SMB311.pcap': ['plain-session'],
  'lateral_scan_42_hosts_445.pcap': ['smb-sweep'],
  'netbios_139_NT1.pcap': ['smb1-used'],
  'netbios_139_SMB2.pcap': ['plain-session'],
  'rpc_admin_as_root_rpcclient_SMB311.pcap': ['remote-service'],
  'rpc_admin_share_impacket_1.pcap': [
    'admin-share-access',
    'admin-share-write',
    'exec-tool-artefacts',
    'smb1-used',
    'unsigned-admin',
  ],
  'rpc_admin_share_impacket_2.1.pcap': [
    'admin-share-access',
    'admin-share-write',
    'exec-tool-artefacts',
    'unsigned-admin',
  ],
  'signing_required_SMB311.pcap': ['plain-session'],
};

/** The attempt that failed against a mended host was recorded without its SMB: broadcasts and pings are left of it. */
const PUBLIC: Verdicts = {
  'eternalblue-success-unpatched-win7.pcap': ['smb1-implant', 'smb1-invariant', 'smb1-used'],
  'smb1_transaction_request.pcap': ['smb1-used'],
  'smb1_transaction_response.pcap': ['smb1-used'],
};

/** Damage and other formats change nothing. */
const VARIANTS: Readonly<Record<string, readonly string[]>> = {
  dialect_NT1: ['smb1-used'],
  dialect_SMB2_10: [],
  dialect_SMB3_11: ['plain-session'],
};

const NETFLOW: Verdicts = {
  'nfv10_internet_leak_public_server.pcap': ['exposure-egress'],
  'nfv5_internet_leak_public_server.pcap': ['exposure-egress'],
  'nfv9_internet_leak_public_server.pcap': ['exposure-egress'],
  'nfv9_lateral_scan_42_hosts_445.pcap': ['smb-sweep'],
};

const isFile = (name: string) => /\.pcap/.test(name);

/** @returns files of a table that are not in their folder */
function lacking(folder: string, table: Verdicts): string[] {
  const files = readdirSync(join(DATA, folder));
  return Object.keys(table).filter((file) => !files.includes(file));
}

/** A suite without a test would be a failure, and nobody would see that something was skipped. */
function orNone(names: readonly string[]): readonly string[] {
  return names.length > 0 ? names : ['no evidence here'];
}

function verdictsOf(folder: string, expected: (file: string) => readonly string[]): void {
  const path = join(DATA, folder);
  const files = existsSync(path) ? readdirSync(path).filter((name) => !name.endsWith('.md')) : [];
  test.skipIf(files.length === 0).each(orNone(files.filter(isFile)))(`${folder}/%s`, async (file) => {
    expect(heardRules(await alertsOfFile(join(path, file), 0))).toEqual(expected(file));
  });
}

describe('captures', () => {
  verdictsOf('pcap/lab', (file) => LAB[file] ?? []);
  verdictsOf('pcap/public', (file) => PUBLIC[file] ?? []);
  verdictsOf('pcap/lab/variants', (file) => VARIANTS[file.split('.')[0]!]!);
  verdictsOf('netflow', (file) => NETFLOW[file] ?? []);

  test.skipIf(!existsSync(DATA))('every verdict is about a file that is there', () => {
    expect([...lacking('pcap/lab', LAB), ...lacking('pcap/public', PUBLIC), ...lacking('netflow', NETFLOW)]).toEqual(
      [],
    );
  });
});

describe('Zeek', () => {
  const path = join(DATA, 'zeek');
  const folders = existsSync(path) ? readdirSync(path) : [];
  test.skipIf(folders.length === 0).each(orNone(folders))(
    'zeek/%s: ordinary work of a domain is no finding',
    async (folder) => {
      expect(heardRules(await alertsOfFile(join(path, folder)))).toEqual([]);
    },
  );
});
