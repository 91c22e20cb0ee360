/** Every laboratory capture, one line a connection: what was negotiated, protected, used, and what became of it. */
import { existsSync, readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { type FlatEvent, readCapture } from '../../../../test/tools/read-capture.ts';
import { evidencePath } from '../../../../test/tools/evidence-folder.ts';

const FOLDER = evidencePath('pcap/lab');
const hasData = existsSync(FOLDER);

const FIELDS = [
  'smb.dialect',
  'smb.signing.seen',
  'smb.encryption.seen',
  'smb.facts.users',
  'smb.facts.shares',
  'smb.facts.pipes',
  'smb.flow.outcome',
];

/** Dialect, signing, encryption, users, shares, pipes, outcome; the number of connections that have it. */
const LINES: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  bad_password_spray: {
    '3.1.1 - - - - - established': 12,
    // An account that the server does not know becomes its guest.
    '3.1.1 none none CORP\\admin IPC$ - established': 6,
    '3.1.1 none none CORP\\alice IPC$ - established': 1,
  },
  dialect_NT1: { 'NT LANMAN 1.0 none none CORP\\alice IPC$+DATA - moved': 1 },
  dialect_SMB2_02: { '2.0.2 none none CORP\\alice IPC$+DATA - moved': 1 },
  dialect_SMB2_10: { '2.1 none none CORP\\alice IPC$+DATA - moved': 1 },
  dialect_SMB3_00: { '3.0 none none CORP\\alice IPC$+DATA - moved': 1 },
  dialect_SMB3_02: { '3.0.2 none none CORP\\alice IPC$+DATA - moved': 1 },
  dialect_SMB3_11: { '3.1.1 none none CORP\\alice IPC$+DATA - moved': 1 },
  encrypted_SMB300: { '3.0 - all CORP\\alice - - established': 1 },
  encrypted_SMB311: { '3.1.1 - all CORP\\alice - - established': 1 },
  guest_and_anonymous: {
    '3.1.1 none none WORKGROUP\\nobodyknown IPC$+PUBLIC - moved': 1,
    '3.1.1 none none - IPC$ srvsvc established': 1,
    '3.1.1 none none - IPC$+PUBLIC - established': 1,
  },
  internet_leak_public_server: {
    '3.1.1 none none CORP\\alice IPC$+PUBLIC - established': 1,
    '3.1.1 none none CORP\\bob IPC$+PUBLIC - established': 1,
  },
  internet_leak_syn_only_dropped: { '- - - - - - attempted': 5 },
  ipv6_ula_SMB311: { '3.1.1 none none CORP\\alice IPC$+DATA - moved': 1 },
  lateral_scan_42_hosts_445: { '- - - - - - refused': 43 },
  netbios_139_NT1: { 'NT LANMAN 1.0 none none CORP\\alice IPC$+DATA - moved': 1 },
  netbios_139_SMB2: { '3.1.1 none none CORP\\alice IPC$+DATA - moved': 1 },
  'rpc_admin_as_root_impacket_3.0': { '3.0 - all CORP\\root - - moved': 1 },
  rpc_admin_as_root_rpcclient_SMB311: {
    '3.1.1 all none CORP\\root IPC$ srvsvc established': 2,
    '3.1.1 all none CORP\\root IPC$ samr established': 1,
    '3.1.1 all none CORP\\root IPC$ lsarpc+svcctl established': 3,
    '3.1.1 all none CORP\\root IPC$ lsarpc+winreg established': 2,
    '3.1.1 all none CORP\\root IPC$ lsarpc+initshutdown established': 1,
  },
  rpc_admin_share_impacket_1: {
    'NT LM 0.12 none none CORP\\alice IPC$+ADMIN$+C$ svcctl+samr+lsarpc+winreg+srvsvc+spoolss+netdfs moved': 1,
  },
  'rpc_admin_share_impacket_2.1': {
    '2.1 none none CORP\\alice IPC$+ADMIN$+C$ svcctl+samr+lsarpc+winreg+srvsvc+spoolss+netdfs moved': 1,
  },
  rpc_named_pipes_rpcclient: {
    '3.1.1 all none CORP\\alice IPC$ srvsvc established': 4,
    '3.1.1 all none CORP\\alice IPC$ samr established': 4,
    '3.1.1 all none CORP\\alice IPC$ lsarpc established': 2,
    '3.1.1 all none CORP\\alice IPC$ spoolss established': 1,
    '3.1.1 all none CORP\\alice IPC$ lsarpc+svcctl established': 1,
    '3.1.1 all none CORP\\alice IPC$ lsarpc+winreg established': 2,
    '3.1.1 all none CORP\\alice IPC$ lsarpc+initshutdown established': 1,
  },
  server_encrypt_required: { '3.1.1 - all CORP\\alice - - established': 1, '- - - - - - established': 1 },
  server_signing_mandatory_SMB21min: {
    '3.1.1 all none CORP\\alice IPC$+DATA - moved': 1,
    '- - - - - - established': 1,
  },
  signing_required_SMB311: { '3.1.1 all none CORP\\alice IPC$+DATA - moved': 1 },
};

function lineOf(flow: FlatEvent): string {
  return FIELDS.map((field) => {
    const value = flow[field];
    return Array.isArray(value) ? value.join('+') : String(value ?? '-');
  }).join(' ');
}

test.skipIf(!hasData).each(Object.entries(LINES))('%s', (name, expected) => {
  const found: Record<string, number> = {};
  for (const flow of readCapture(`${FOLDER}/${name}.pcap`).of('smb.flow')) {
    const line = lineOf(flow);
    found[line] = (found[line] ?? 0) + 1;
  }
  expect(found).toEqual(expected);
});

test.skipIf(!hasData)('every capture has a line', () => {
  const files = readdirSync(FOLDER).filter((file) => file.endsWith('.pcap'));
  expect(files.map((file) => file.replace('.pcap', '')).filter((name) => !(name in LINES))).toEqual([]);
});
