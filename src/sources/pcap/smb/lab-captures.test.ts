/** Captures of a laboratory with known contents, and public ones: what every file shows must be told, and no more. */
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { fields } from '../../../event/field.ts';
import { type FlatEvent, readCapture, readCaptureBytes } from '../../../../test/tools/read-capture.ts';
import { evidencePath } from '../../../../test/tools/evidence-folder.ts';

const FOLDER = evidencePath('pcap');
const hasData = existsSync(FOLDER);
const note = hasData ? '' : ' (skipped: no captures here)';
const variant = (name: string) => readCapture(`${FOLDER}/lab/variants/${name}`);
const messages = (name: string) => variant(name).of('smb.flow')[0]!['smb.facts.messages'];
const lab = (name: string) => readCapture(`${FOLDER}/lab/${name}.pcap`);
const only = (events: readonly FlatEvent[], field: string) => events.map((event) => event[field]);
const countOf = (events: readonly FlatEvent[], field: string, value: unknown) =>
  events.filter((event) => event[field] === value).length;

/** @returns a little-endian pcap file with no more than so many bytes of each packet */
function snapped(path: string, length: number): Buffer {
  const bytes = readFileSync(path);
  const parts = [bytes.subarray(0, 24)];
  for (let at = 24; at < bytes.length; at += 16 + bytes.readUInt32LE(at + 8)) {
    const head = Buffer.from(bytes.subarray(at, at + 16));
    head.writeUInt32LE(Math.min(length, head.readUInt32LE(8)), 8);
    parts.push(head, bytes.subarray(at + 16, at + 16 + head.readUInt32LE(8)));
  }
  return Buffer.concat(parts);
}

/** Facts of the first connection, by file. */
const FACTS: Readonly<Record<string, FlatEvent>> = {
  dialect_NT1: {
    'smb.dialect': 'NT LANMAN 1.0',
    'smb.version': 'SMB1',
    'smb.smb1.used': true,
    'smb.signing.seen': 'none',
  },
  dialect_SMB2_02: { 'smb.dialect': '2.0.2', 'smb.signing.seen': 'none', 'smb.smb1.used': false },
  dialect_SMB2_10: { 'smb.dialect': '2.1', 'smb.signing.algorithm': 'HMAC-SHA256' },
  dialect_SMB3_00: { 'smb.dialect': '3.0', 'smb.signing.algorithm': 'AES-CMAC', 'smb.encryption.seen': 'none' },
  dialect_SMB3_02: { 'smb.dialect': '3.0.2', 'smb.signing.seen': 'none' },
  dialect_SMB3_11: {
    'smb.dialect': '3.1.1',
    'smb.signing.offered.client': true,
    'smb.signing.offered.server': true,
    'smb.signing.required.client': false,
    'smb.signing.required.server': false,
    'smb.signing.seen': 'none',
    'smb.encryption.offered.server': true,
    'smb.encryption.seen': 'none',
    'smb.flow.outcome': 'moved',
    'smb.facts.users': ['CORP\\alice'],
    'smb.facts.shares': ['IPC$', 'DATA'],
    'smb.facts.files.renamed': 1,
    'smb.facts.bytes.written': 9152,
  },
  netbios_139_NT1: { 'smb.version': 'SMB1', 'server.port': 139, 'smb.facts.bytes.written': 10_008 },
  netbios_139_SMB2: { 'smb.version': 'SMB2', 'server.port': 139, 'smb.facts.shares': ['IPC$', 'DATA'] },
  signing_required_SMB311: {
    'smb.signing.required.client': true,
    'smb.signing.required.server': false,
    'smb.signing.seen': 'all',
    'smb.encryption.seen': 'none',
  },
  server_signing_mandatory_SMB21min: { 'smb.signing.required.server': true, 'smb.signing.seen': 'all' },
  encrypted_SMB311: {
    'smb.encryption.seen': 'all',
    'smb.encryption.required.server': false,
    'smb.encryption.client_chosen': true,
    'smb.encryption.cipher': 'AES-128-GCM',
    'smb.signing.seen': undefined,
    'smb.facts.users': ['CORP\\alice'],
  },
  encrypted_SMB300: {
    'smb.encryption.seen': 'all',
    'smb.encryption.client_chosen': true,
    'smb.encryption.cipher': 'AES-128-CCM',
  },
  server_encrypt_required: {
    'smb.encryption.required.server': true,
    'smb.encryption.client_chosen': false,
    'smb.encryption.seen': 'all',
  },
  guest_and_anonymous: { 'smb.auth.guest': true, 'smb.auth.anonymous': false, 'smb.facts.shares': ['IPC$', 'PUBLIC'] },
  rpc_named_pipes_rpcclient: { 'smb.facts.pipes': ['srvsvc'], 'smb.facts.interfaces': ['srvsvc'] },
  'rpc_admin_share_impacket_2.1': {
    'smb.dialect': '2.1',
    'smb.facts.shares': ['IPC$', 'ADMIN$', 'C$'],
    'smb.facts.pipes': ['svcctl', 'samr', 'lsarpc', 'winreg', 'srvsvc', 'spoolss', 'netdfs'],
    'smb.facts.bytes.written': 150_002,
  },
  rpc_admin_share_impacket_1: { 'smb.version': 'SMB1', 'smb.facts.bytes.written': 150_002 },
  'rpc_admin_as_root_impacket_3.0': { 'smb.encryption.seen': 'all', 'smb.facts.users': ['CORP\\root'] },
  rpc_admin_as_root_rpcclient_SMB311: { 'smb.facts.users': ['CORP\\root'] },
  ipv6_ula_SMB311: { 'client.ip': 'fd20::101', 'server.ip': 'fd20::10', 'smb.dialect': '3.1.1' },
  internet_leak_public_server: {
    'smb.flow.credentials_sent': true,
    'smb.facts.users': ['CORP\\alice'],
  },
  internet_leak_syn_only_dropped: { 'smb.flow.outcome': 'attempted', 'smb.dialect': undefined },
  lateral_scan_42_hosts_445: { 'smb.flow.outcome': 'refused' },
  bad_password_spray: { 'smb.facts.logons.failed': 1, 'smb.facts.users': undefined },
};

/** Writes and renames of a capture. */
function workOf(name: string): readonly unknown[] {
  return lab(name)
    .of('smb.file')
    .filter((file) => ['smb-file-write', 'smb-file-rename'].includes(String(file['event.action'])))
    .map((file) => [file['event.action'], file['file.name'], file['smb.file.bytes_written']]);
}

describe.skipIf(!hasData)(`captures of the laboratory${note}`, () => {
  test.each(Object.entries(FACTS))('%s', (name, facts) => {
    const [flow] = lab(name).of('smb.flow');
    expect(Object.fromEntries(Object.keys(facts).map((field) => [field, flow![field]]))).toEqual(facts);
  });

  test('one session: folder, file, rename, deletions, an open of nothing', () => {
    const files = lab('dialect_SMB3_11').of('smb.file');
    expect(countOf(files, 'event.action', 'smb-file-create')).toBe(1);
    expect(countOf(files, 'event.action', 'smb-file-delete')).toBe(2);
    expect(files.find((file) => file['event.action'] === 'smb-file-rename')).toMatchObject({
      'file.path': '\\\\10.20.0.10\\data\\d_SMB3_11\\b.dat',
      'smb.file.previous_name': 'd_SMB3_11\\a.dat',
    });
    expect(files.find((file) => file['event.action'] === 'smb-file-write')).toMatchObject({
      'file.size': 9152,
      'smb.file.bytes_written': 9152,
      'user.name': 'alice',
    });
    expect(files.find((file) => file['event.outcome'] === 'failure')).toMatchObject({
      'file.name': 'nosuch.txt',
      'smb.status': 'STATUS_OBJECT_NAME_NOT_FOUND',
    });
  });

  test('the same work is told the same in every dialect', () => {
    const first = workOf('dialect_SMB2_02');
    expect(first).toHaveLength(2);
    for (const name of ['dialect_SMB2_10', 'dialect_SMB3_00', 'dialect_SMB3_02', 'dialect_SMB3_11', 'dialect_NT1'])
      expect(workOf(name)).toEqual(first);
  });

  test('guest, then anonymous without the flag for it', () => {
    const logons = lab('guest_and_anonymous').of('smb.session');
    expect(only(logons, 'smb.auth.guest').slice(0, 2)).toEqual([true, false]);
    expect(only(logons, 'smb.auth.anonymous').slice(0, 2)).toEqual([false, true]);
  });

  test('a spray: two accounts fail six times each, the third does not exist and is let in as guest', () => {
    const logons = lab('bad_password_spray').of('smb.session');
    const failed = logons.filter((logon) => logon['event.outcome'] === 'failure');
    expect(only(failed, 'user.name').sort()).toEqual([...Array(6).fill('alice'), ...Array(6).fill('bob')]);
    expect(new Set(only(failed, 'smb.status'))).toEqual(new Set(['STATUS_LOGON_FAILURE']));
    const guests = logons.filter((logon) => logon['smb.auth.guest'] === true);
    expect(only(guests, 'user.name')).toEqual(Array(6).fill('admin'));
  });

  test('a refused share', () => {
    const trees = lab('bad_password_spray').of('smb.tree');
    expect(only(trees, 'smb.status')).toContain('STATUS_BAD_NETWORK_NAME');
  });

  test('calls over pipes, one refused', () => {
    const calls = lab('rpc_admin_as_root_rpcclient_SMB311').of('smb.rpc');
    expect(only(calls, 'smb.rpc.operation')).toEqual(expect.arrayContaining(['BaseInitiateShutdown', 'StartServiceW']));
    expect(calls.find((call) => call['smb.rpc.operation'] === 'CreateServiceW')).toMatchObject({
      'event.outcome': 'failure',
      'smb.rpc.status': 'nca_op_rng_error',
      'service.name': 'TESTSVC',
      'smb.service.image_path': 'C:\\x.exe',
    });
  });

  test('a program on an admin share is told at once and at its close', () => {
    for (const name of ['rpc_admin_share_impacket_2.1', 'rpc_admin_share_impacket_1']) {
      const writes = lab(name)
        .of('smb.file')
        .filter((file) => file['event.action'] === 'smb-file-write');
      expect(writes).toHaveLength(2);
      expect(writes[0]).toMatchObject({ 'smb.file.magic': 'MZ', 'smb.file.written': true, 'smb.share.admin': true });
      expect(writes[1]).toMatchObject({ 'smb.file.bytes_written': 150_002 });
    }
  });

  test('a session with the Internet', () => {
    const flows = lab('internet_leak_public_server').of('smb.flow');
    expect(flows.find((flow) => flow['network.type'] === 'ipv4')).toMatchObject({
      'smb.flow.direction': 'egress',
      'smb.flow.outcome': 'established',
    });
  });

  test('a client of old dialects is refused by a server that demands encryption', () => {
    const { of } = lab('server_encrypt_required');
    expect(of('smb.negotiate').map((one) => one['event.outcome'])).toEqual(['success', 'failure']);
  });

  test('every event of every capture has known fields and an id of its own', () => {
    for (const name of Object.keys(FACTS)) {
      const { ids, events } = lab(name);
      expect(new Set(ids).size, name).toBe(ids.length);
      const names = new Set(events.flatMap((event) => Object.keys(event)));
      expect([...names].filter((field) => fields.find(field) === undefined)).toEqual([]);
    }
  });
});

/** Messages of the undamaged captures. */
const MESSAGES: Readonly<Record<string, number>> = { dialect_SMB2_10: 92, dialect_NT1: 60, dialect_SMB3_11: 88 };

/** Variants that carry every message. */
const COMPLETE = [
  'dialect_SMB2_10.reorder10.pcap',
  'dialect_SMB2_10.dup5.pcap',
  'dialect_SMB2_10.bigendian.pcap',
  'dialect_SMB2_10.qinq.pcap',
  'dialect_SMB2_10.vlan100.pcap',
  'dialect_SMB2_10.rawip.pcap',
  'dialect_SMB2_10.sll.pcap',
  'dialect_SMB3_11.nsec.pcap',
  'dialect_SMB3_11.pcapng',
  'dialect_SMB3_11.pcap.gz',
  'dialect_NT1.reorder10.pcap',
  'dialect_NT1.dup5.pcap',
];

describe.skipIf(!hasData)(`variants of the captures${note}`, () => {
  test.each(COMPLETE)('%s: every message, the same events with the same ids', (name) => {
    const [base] = name.split('.') as [string];
    const truth = lab(base);
    const read = variant(name);
    expect(read.of('smb.flow')[0]!['smb.facts.messages']).toBe(MESSAGES[base]);
    const smb = ({ ids, events }: typeof read) =>
      ids.filter((_, i) => events[i]!['event.dataset'] !== 'smb.flow').sort();
    expect(smb(read)).toEqual(smb(truth));
  });

  test('a snap length of 128 bytes shows every message', () => {
    expect(messages('dialect_SMB2_10.snap128.pcap')).toBe(92);
  });

  test('a snap length that cuts headers leaves open what it hides, and shows that messages are encrypted', () => {
    const read = readCaptureBytes(snapped(`${FOLDER}/lab/encrypted_SMB311.pcap`, 120));
    const [flow] = read.of('smb.flow');
    expect(flow).toMatchObject({ 'smb.version': 'SMB2', 'smb.encryption.seen': 'all' });
    // Of these stands in the capture only what came before the snap length.
    for (const hidden of ['encryption.offered', 'encryption.required', 'signing.offered', 'signing.required']) {
      for (const side of ['client', 'server']) expect(flow).not.toHaveProperty([`smb.${hidden}.${side}`]);
    }
    for (const hidden of ['guest', 'anonymous']) expect(flow).not.toHaveProperty([`smb.auth.${hidden}`]);
  });

  test('a file that ends in a record shows all before it', () => {
    expect(messages('dialect_SMB2_10.truncated_tail.pcap')).toBe(92);
  });

  test.each([
    ['dialect_SMB2_10.drop1.pcap', 91],
    ['dialect_NT1.drop1.pcap', 58],
    ['dialect_SMB2_10.midstream.pcap', 67],
    ['dialect_NT1.midstream.pcap', 37],
  ])('%s: every message that was recorded (%i)', (name, count) => {
    expect(messages(name)).toBe(count);
  });
});

const anomalies = (name: string) => only(readCapture(`${FOLDER}/public/${name}`).of('smb.anomaly'), 'smb.anomaly.name');

describe.skipIf(!hasData)(`public captures${note}`, () => {
  test('an exploit that worked: broken rules, then the implant answers', () => {
    const names = anomalies('eternalblue-success-unpatched-win7.pcap');
    expect(new Set(names)).toEqual(new Set(['smb1-unused-trans2', 'smb1-mixed-transaction', 'smb1-implant']));
  });

  test('one that did not: nothing', () => {
    expect(anomalies('eternalblue-failed-patched-win7.pcap')).toEqual([]);
  });

  test.each(['smb1.pcap', 'smb2.pcap', 'smb2_krb.pcap', 'smb3.pcap', 'smb311.pcap', 'smb2readwrite.pcap'])(
    'honest traffic breaks no rule: %s',
    (name) => {
      expect(anomalies(name)).toEqual([]);
    },
  );

  test('a logon with Kerberos tells its service, not its user', () => {
    const [logon] = readCapture(`${FOLDER}/public/smb2_krb.pcap`).of('smb.session');
    expect(logon).toMatchObject({
      'smb.auth.mechanism': 'kerberos',
      'smb.auth.spn': 'cifs/phxlabbal821.techlab.susq.com',
      'smb.auth.ticket_etype': 18,
      'event.outcome': 'success',
    });
    expect(logon).not.toHaveProperty('user.name');
  });

  test('a share that demands encryption', () => {
    const { of } = readCapture(`${FOLDER}/public/smb3.pcap`);
    expect(of('smb.flow')[0]).toMatchObject({
      'smb.facts.shares_encrypted': ['ENCRYPTED'],
      'smb.encryption.seen': 'all',
    });
  });
});
