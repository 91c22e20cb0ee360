import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { readAll, sourceConformance } from '../../../test/conformance/sources.ts';
import type { Document } from '../../event/document.ts';
import { jsonSource } from '../json/reader.ts';
import { zeekDialect } from './dialect.ts';
import { zeekTsv } from './tsv.ts';
import { evidencePath } from '../../../test/tools/evidence-folder.ts';

const json = jsonSource([zeekDialect]);

const CONN_FIELDS =
  'ts uid id.orig_h id.orig_p id.resp_h id.resp_p proto service duration orig_bytes resp_bytes conn_state local_orig local_resp missed_bytes history orig_pkts orig_ip_bytes resp_pkts resp_ip_bytes tunnel_parents';
const CONN_TYPES =
  'time string addr port addr port enum string interval count count string bool bool count string count count count count set[string]';
const CONN_LINE =
  '1761300000.123456 CAbc1 10.1.2.30 51515 8.8.4.4 445 tcp smb,ntlm,gssapi 12.500000 20480 4096 SF T F 0 ShADadFf 40 22572 31 5720 -';

const tabs = (text: string) => text.replaceAll(' ', '\t');

function header(path: string, fields: string, types?: string): string {
  const lines = ['#separator \\x09', '#set_separator\t,', '#empty_field\t(empty)', '#unset_field\t-', `#path\t${path}`];
  lines.push('#open\t2025-10-24-10-00-00', `#fields\t${tabs(fields)}`);
  if (types !== undefined) lines.push(`#types\t${tabs(types)}`);
  return `${lines.join('\n')}\n`;
}

const CONN = `${header('conn', CONN_FIELDS, CONN_TYPES)}${tabs(CONN_LINE)}\n#close\t2025-10-24-11-00-00\n`;

/** The three spellings of an object whose keys are dotted. */
function spellings(dotted: Record<string, unknown>): Record<string, unknown>[] {
  const underscore: Record<string, unknown> = {};
  const nested: Document = {};
  for (const [key, value] of Object.entries(dotted)) {
    underscore[key.replaceAll('.', '_')] = value;
    const parts = key.split('.');
    let at = nested;
    for (const part of parts.slice(0, -1)) at = (at[part] ??= {}) as Document;
    at[parts.at(-1)!] = value;
  }
  return [dotted, underscore, nested];
}

const readJson = (...objects: unknown[]) =>
  readAll(json, objects.map((object) => `${JSON.stringify(object)}\n`).join(''));

const ID = { uid: 'CAbc2', 'id.orig_h': '10.1.2.30', 'id.orig_p': 51516, 'id.resp_h': '10.1.9.20', 'id.resp_p': 445 };

/** Document of one JSON line. */
function documentOf(object: Record<string, unknown>): Document {
  const result = readJson(object);
  expect(result.faults).toEqual([]);
  expect(result.events).toHaveLength(1);
  return result.events[0]!.document;
}

const connOf = (more: Record<string, unknown>) => documentOf({ _path: 'conn', ts: 1, proto: 'tcp', ...ID, ...more });

const SMB_RENAME = {
  ts: 1761300003.5,
  ...ID,
  action: 'SMB::FILE_RENAME',
  path: '\\\\fs01\\data',
  name: 'plan\\q4.xlsx.lock',
  size: 18432,
  prev_name: 'plan\\q4.xlsx',
};

test('conn: the line of the reference gives its document', () => {
  const result = readAll(zeekTsv, CONN);
  expect(result.faults).toEqual([]);
  expect(result.events).toHaveLength(1);
  const { document, provenance } = result.events[0]!;
  expect(provenance).toEqual({ file: 'sample', format: 'zeek-tsv', line: 9, offset: CONN.indexOf('1761300000') });
  expect(document).toMatchObject({
    '@timestamp': '2025-10-24T10:00:00.123456Z',
    event: {
      kind: 'event',
      category: ['network'],
      type: ['connection', 'start', 'end'],
      dataset: 'zeek.connection',
      outcome: 'success',
      start: '2025-10-24T10:00:00.123456Z',
      end: '2025-10-24T10:00:12.623456Z',
      duration: 12500000000,
    },
    source: { ip: '10.1.2.30', port: 51515, bytes: 22572, packets: 40 },
    destination: { ip: '8.8.4.4', port: 445, bytes: 5720, packets: 31 },
    client: { ip: '10.1.2.30' },
    server: { ip: '8.8.4.4', port: 445 },
    network: {
      transport: 'tcp',
      protocol: 'smb',
      type: 'ipv4',
      direction: 'outbound',
      bytes: 28292,
      packets: 71,
      community_id: '1:oY5UHYNlZHmQXI6xyeQu+2smBXg=',
    },
    smb: {
      flow: {
        outcome: 'established',
        spoken: true,
        bytes: { client: 20480, server: 4096 },
        credentials_sent: true,
        direction: 'egress',
        evidence: ['port', 'protocol'],
      },
      auth: { mechanism: 'ntlm' },
      client: { place: 'inside' },
      server: { place: 'outside' },
    },
    zeek: {
      session_id: 'CAbc1',
      connection: { state: 'SF', history: 'ShADadFf', services: ['smb', 'ntlm', 'gssapi'], local_orig: true },
    },
  });
});

test('smb_files: the rename of the reference gives its document in every spelling', () => {
  for (const spelling of [...spellings(SMB_RENAME), ...spellings(SMB_RENAME).map((one) => ({ smb_files: one }))]) {
    expect(documentOf(spelling)).toMatchObject({
      '@timestamp': '2025-10-24T10:00:03.500000Z',
      event: {
        category: ['network', 'file'],
        type: ['connection', 'protocol', 'change'],
        dataset: 'zeek.smb_files',
        action: 'SMB::FILE_RENAME',
        outcome: 'success',
      },
      source: { ip: '10.1.2.30', port: 51516 },
      destination: { ip: '10.1.9.20', port: 445 },
      network: { transport: 'tcp', protocol: 'smb', community_id: '1:0a4r9DT4z8UHCES2rd+1kEwmadQ=' },
      file: { path: '\\\\fs01\\data\\plan\\q4.xlsx.lock', name: 'q4.xlsx.lock', extension: 'lock', size: 18432 },
      smb: {
        share: { path: '\\\\fs01\\data', name: 'DATA', admin: false },
        file: { path: 'plan\\q4.xlsx.lock', previous_name: 'plan\\q4.xlsx', extension_added: true },
        flow: { outcome: 'established', spoken: true },
      },
      zeek: { session_id: 'CAbc2' },
    });
  }
});

test('dce_rpc: the call of the reference gives its document', () => {
  const line =
    '{"@stream":"dce_rpc","@system":"nsm1","@proc":"zeek","ts":1761300004.0,"uid":"CAbc3","id_orig_h":"10.1.2.30","id_orig_p":51600,"id_resp_h":"10.1.9.20","id_resp_p":445,"rtt":0.0021,"named_pipe":"\\\\pipe\\\\svcctl","endpoint":"svcctl","operation":"CreateServiceW"}\n';
  const result = readAll(json, line);
  expect(result.faults).toEqual([]);
  expect(result.events[0]?.document).toMatchObject({
    event: { dataset: 'zeek.dce_rpc', action: 'CreateServiceW', duration: 2100000, outcome: 'success' },
    network: { protocol: 'smb', community_id: '1:3jjywV0eyJf80mSjLf3+TDtH8b0=' },
    observer: { name: 'nsm1' },
    smb: {
      pipe: { name: 'svcctl' },
      rpc: { interface: 'svcctl', operation: 'CreateServiceW' },
      flow: { outcome: 'established', spoken: true },
    },
  });
});

/** The same observations as TSV (escaped) and as JSON (dotted keys). */
const SAME: readonly (readonly [string, string, string, string, Record<string, unknown>])[] = [
  [
    'conn',
    `${CONN_FIELDS} orig_l2_addr vlan custom`,
    `${CONN_TYPES} string int double`,
    `${CONN_LINE.slice(0, -1)}CTun1,CTun2 00:0d:3a:4d:42:f2 7 0.25`,
    {
      ts: 1761300000.123456,
      uid: 'CAbc1',
      'id.orig_h': '10.1.2.30',
      'id.orig_p': 51515,
      'id.resp_h': '8.8.4.4',
      'id.resp_p': 445,
      proto: 'tcp',
      service: 'smb,ntlm,gssapi',
      duration: 12.50000019,
      orig_bytes: 20480,
      resp_bytes: 4096,
      conn_state: 'SF',
      local_orig: true,
      local_resp: false,
      missed_bytes: 0,
      history: 'ShADadFf',
      orig_pkts: 40,
      orig_ip_bytes: 22572,
      resp_pkts: 31,
      resp_ip_bytes: 5720,
      tunnel_parents: ['CTun1', 'CTun2'],
      orig_l2_addr: '00:0d:3a:4d:42:f2',
      vlan: 7,
      custom: 0.25,
    },
  ],
  [
    'smb_files',
    'ts uid id.orig_h id.orig_p id.resp_h id.resp_p fuid action path name size prev_name times.modified times.accessed',
    'time string addr port addr port string enum string string count string time time',
    '1761300003.500000 CAbc2 10.1.2.30 51516 10.1.9.20 445 - SMB::FILE_RENAME \\\\\\\\fs01\\\\data plan\\\\q4.xlsx.lock 18432 plan\\\\q4.xlsx 1588187912.766740 1588187912.766740',
    { ...SMB_RENAME, 'times.modified': 1588187912.7667403, 'times.accessed': 1588187912.76674 },
  ],
  [
    'smb_mapping',
    'ts uid id.orig_h id.orig_p id.resp_h id.resp_p path service native_file_system share_type',
    'time string addr port addr port string string string string',
    '1761300003.000000 CAbc2 10.1.2.30 51516 10.1.9.20 445 \\\\\\\\fs01\\\\ADMIN$ A: NTFS DISK',
    { ts: 1761300003, ...ID, path: '\\\\fs01\\ADMIN$', service: 'A:', native_file_system: 'NTFS', share_type: 'DISK' },
  ],
  [
    'dns',
    'ts uid id.orig_h id.orig_p id.resp_h id.resp_p proto query rcode rejected answers TTLs version',
    'time string addr port addr port enum string count bool vector[string] vector[interval] string',
    '1761300003.000000 CAbc2 10.1.2.30 51516 10.1.9.20 53 udp fs01 0 F a\\x2cb,c 60.000000,2.500000 2',
    {
      _path: 'dns',
      ts: 1761300003,
      ...ID,
      'id.resp_p': 53,
      proto: 'udp',
      query: 'fs01',
      rcode: 0,
      rejected: false,
      answers: ['a,b', 'c'],
      TTLs: [60, 2.5],
      version: 2,
    },
  ],
];

test.each(SAME)(
  '%s: TSV and the three JSON spellings give the same document and id',
  (path, names, types, line, object) => {
    const tsv = readAll(zeekTsv, `${header(path, names, types)}${tabs(line)}\n`);
    expect(tsv.faults).toEqual([]);
    expect(tsv.events).toHaveLength(1);
    const { document, id } = tsv.events[0]!;
    for (const spelling of spellings(object)) {
      const other = readJson(spelling);
      expect(other.faults).toEqual([]);
      expect(other.events[0]?.document).toEqual(document);
      expect(other.events[0]?.id).toBe(id);
    }
  },
);

test('columns without an ECS name stand below the dataset', () => {
  const [, names, types, line] = SAME[0]!;
  const zeek = readAll(zeekTsv, `${header('conn', names, types)}${tabs(line)}\n`).events[0]?.document['zeek'];
  expect(zeek).toMatchObject({ connection: { tunnel_parents: ['CTun1', 'CTun2'], custom: 0.25 } });
  const dns = SAME[3]!;
  const result = readAll(zeekTsv, `${header('dns', dns[1], dns[2])}${tabs(dns[3])}\n`);
  expect(result.events[0]?.document).toMatchObject({
    event: { dataset: 'zeek.dns', category: ['network'] },
    network: { transport: 'udp' },
    zeek: { dns: { query: 'fs01', rcode: 0, rejected: false, answers: ['a,b', 'c'], TTLs: [60, 2.5], version: '2' } },
  });
});

/** conn_state, payload each way, then outcome, who refused, event.outcome. */
const STATES: readonly (readonly [
  string,
  number | undefined,
  number | undefined,
  string,
  string | undefined,
  string,
])[] = [
  ['S0', 0, undefined, 'attempted', undefined, 'unknown'],
  ['SH', 0, 0, 'attempted', undefined, 'unknown'],
  ['RSTOS0', 0, 0, 'attempted', undefined, 'unknown'],
  ['REJ', 0, 0, 'refused', 'reset', 'failure'],
  ['S1', 10, 10, 'established', undefined, 'success'],
  ['S2', 10, 0, 'established', undefined, 'success'],
  ['S3', 0, 10, 'established', undefined, 'success'],
  ['SF', 65_535, 65_535, 'established', undefined, 'success'],
  ['SF', 65_536, 0, 'moved', undefined, 'success'],
  ['SF', 0, 65_536, 'moved', undefined, 'success'],
  ['RSTO', 10, 10, 'established', undefined, 'success'],
  ['RSTR', 10, 10, 'established', undefined, 'success'],
  ['S0', 70_000, 0, 'attempted', undefined, 'unknown'],
  ['OTH', 10, 10, 'established', undefined, 'success'],
  ['OTH', 0, 10, 'unknown', undefined, 'unknown'],
  ['OTH', 70_000, undefined, 'unknown', undefined, 'unknown'],
  ['RSTRH', 10, 70_000, 'moved', undefined, 'success'],
  ['SHR', 0, 403, 'unknown', undefined, 'unknown'],
  ['NEW', 10, 10, 'unknown', undefined, 'unknown'],
  ['constructor', 10, 10, 'unknown', undefined, 'unknown'],
];

test.each(STATES)('conn: %s with %s and %s bytes is %s', (conn_state, orig, resp, outcome, refusedBy, eventOutcome) => {
  const more = {
    ...(orig === undefined ? {} : { orig_bytes: orig }),
    ...(resp === undefined ? {} : { resp_bytes: resp }),
  };
  const document = connOf({ conn_state, ...more });
  const flow = (document['smb'] as Document)['flow'] as Document;
  expect([flow['outcome'], flow['refused_by'], (document['event'] as Document)['outcome']]).toEqual([
    outcome,
    refusedBy,
    eventOutcome,
  ]);
});

test('words that JavaScript knows are only words', () => {
  for (const word of ['constructor', '__proto__', 'toString']) {
    expect(connOf({ conn_state: word })).toMatchObject({ event: { type: ['connection', 'start'] } });
    expect(documentOf({ ...SMB_RENAME, action: word })).toMatchObject({ event: { action: word } });
    const cmd = documentOf({ ts: 1, ...ID, command: word, version: word, tree_service: word, rtt: 1, status: word });
    expect(cmd).toMatchObject({ smb: { share: { type: word } }, event: { outcome: 'failure' } });
    expect(documentOf({ ts: 1, ...ID, _path: word })['event']).toMatchObject({ type: ['info'] });
  }
});

test('conn: payload is never more than went over the wire or was missed', () => {
  const absurd = {
    conn_state: 'SF',
    orig_bytes: 4_294_000_000,
    resp_bytes: 1681,
    orig_ip_bytes: 1307,
    resp_ip_bytes: 2133,
  };
  expect(connOf(absurd)).toMatchObject({
    smb: { flow: { outcome: 'established', bytes: { client: 1307, server: 1681 } } },
  });
  expect(connOf({ ...absurd, missed_bytes: 70_000 })).toMatchObject({
    smb: { flow: { outcome: 'moved', bytes: { client: 71_307 } } },
  });
});

test('conn: with the SMB port on the originator the client is the responder', () => {
  const more = {
    'id.orig_p': 445,
    'id.resp_p': 51000,
    conn_state: 'OTH',
    orig_bytes: 300,
    resp_bytes: 200,
    history: '^dD',
  };
  expect(connOf(more)).toMatchObject({
    source: { ip: '10.1.2.30', port: 445 },
    client: { ip: '10.1.9.20', port: 51000 },
    server: { ip: '10.1.2.30', port: 445 },
    smb: { flow: { reversed: true, bytes: { client: 200, server: 300 }, spoken: true } },
  });
});

/** What conn says, and a part of the document. */
const CONN_PARTS: readonly (readonly [string, Record<string, unknown>, Document])[] = [
  [
    'services as an array',
    { service: ['smb', 'krb', 'gssapi'] },
    { network: { protocol: 'smb' }, smb: { auth: { mechanism: 'kerberos' } } },
  ],
  ['both mechanisms', { service: 'smb,ntlm,krb' }, { smb: { auth: { mechanism: ['ntlm', 'kerberos'] } } }],
  [
    'a parser that was given up',
    { service: '-smb,gssapi' },
    { network: { protocol: 'gssapi' }, zeek: { connection: { services: ['-smb', 'gssapi'] } } },
  ],
  ['local to local', { local_orig: true, local_resp: true }, { network: { direction: 'internal' } }],
  ['foreign to local', { local_orig: false, local_resp: true }, { network: { direction: 'inbound' } }],
  ['foreign to foreign', { local_orig: false, local_resp: false }, { network: { direction: 'external' } }],
  ['a community id of its own', { community_id: '1:abc' }, { network: { community_id: '1:abc' } }],
  [
    'VLAN and MAC',
    { vlan: 7, orig_l2_addr: '00:0d:3a:4d:42:f2' },
    { network: { vlan: { id: '7' } }, source: { mac: '00-0D-3A-4D-42-F2' } },
  ],
  [
    'IPv6',
    { 'id.orig_h': '2001:DB8::1%eth0', 'id.resp_h': 'fe80:0:0::2' },
    { source: { ip: '2001:db8::1' }, destination: { ip: 'fe80::2' }, network: { type: 'ipv6' } },
  ],
  [
    'a host that is no address',
    { 'id.orig_h': 'client.example' },
    { source: { address: 'client.example', port: 51516 } },
  ],
  ['NTLM in another protocol', { 'id.resp_p': 80, service: 'http,ntlm' }, { network: { protocol: 'http' } }],
  ['ISO time', { ts: '2025-10-24T10:00:03.25Z' }, { '@timestamp': '2025-10-24T10:00:03.250000Z' }],
  ['time in milliseconds', { ts: 1761300003250.5 }, { '@timestamp': '2025-10-24T10:00:03.250500Z' }],
];

test.each(CONN_PARTS)('conn: %s', (_name, more, part) => {
  expect(connOf({ conn_state: 'SF', ...more })).toMatchObject(part);
});

test('conn: what is unknown is absent', () => {
  const document = connOf({ conn_state: 'SF', service: 'http,ntlm', 'id.resp_p': 80 });
  expect((document['network'] as Document)['direction']).toBeUndefined();
  expect((document['smb'] as Document)['auth']).toBeUndefined();
  expect(((document['smb'] as Document)['flow'] as Document)['credentials_sent']).toBeUndefined();
});

/** Kind of log, what it says, and a part of the document. Lines name their log only where it is given. */
const LOGS: readonly (readonly [string, Record<string, unknown>, Document])[] = [
  [
    'smb_mapping',
    { path: '\\\\FS01\\ADMIN$', share_type: 'DISK' },
    {
      event: { dataset: 'zeek.smb_mapping', outcome: 'success' },
      smb: {
        share: { path: '\\\\FS01\\ADMIN$', name: 'ADMIN$', admin: true, type: 'DISK' },
        flow: { outcome: 'established', spoken: true },
      },
    },
  ],
  [
    'smb_files share root',
    { action: 'SMB::FILE_OPEN', path: '\\\\fs01\\data', name: '<share_root>' },
    { event: { type: ['connection', 'protocol', 'access'] }, file: { path: '\\\\fs01\\data', type: 'dir' } },
  ],
  [
    'smb_files admin share',
    { action: 'SMB::FILE_OPEN', path: '\\\\fs01\\C$', name: 'Temp\\a.exe' },
    { smb: { local_path: 'C:\\Temp\\a.exe', share: { admin: true } } },
  ],
  [
    'smb_files write',
    { action: 'SMB::FILE_WRITE', path: '\\\\fs01\\data', name: 'a' },
    { event: { type: ['connection', 'protocol', 'change'] }, smb: { flow: { outcome: 'moved', moved: true } } },
  ],
  [
    'smb_files delete',
    { action: 'SMB::FILE_DELETE', path: '\\\\fs01\\data', name: 'a', fuid: 'F1' },
    { event: { type: ['connection', 'protocol', 'deletion'] }, zeek: { fuid: 'F1' } },
  ],
  [
    'smb_files pipe',
    { action: 'SMB::PIPE_OPEN', path: '\\\\fs01\\IPC$', name: 'svcctl' },
    { event: { category: ['network'] }, smb: { pipe: { name: 'svcctl' }, share: { name: 'IPC$' } } },
  ],
  [
    'smb_cmd',
    {
      command: 'CREATE',
      version: 'SMB2',
      rtt: 0.001,
      status: 'ACCESS_DENIED',
      tree: '\\\\fs01\\data',
      tree_service: 'DISK',
      'referenced_file.action': 'SMB::FILE_OPEN',
      'referenced_file.name': 'x\\y.txt',
      'referenced_file.path': '\\\\fs01\\data',
      'referenced_file.times.modified': 1,
    },
    {
      event: {
        dataset: 'zeek.smb_cmd',
        action: 'CREATE',
        outcome: 'failure',
        duration: 1_000_000,
        category: ['network', 'file'],
      },
      file: { name: 'y.txt', mtime: '1970-01-01T00:00:01.000000Z' },
      smb: {
        command: 'create',
        status: 'STATUS_ACCESS_DENIED',
        version: 'SMB2',
        share: { name: 'DATA', type: 'DISK' },
        flow: { outcome: 'established' },
      },
    },
  ],
  [
    'smb_cmd session setup',
    { command: 'SESSION_SETUP', version: 'SMB2', rtt: 0.001, status: 'MORE_PROCESSING_REQUIRED' },
    { event: { outcome: 'unknown', category: ['network'] } },
  ],
  [
    'smb_cmd read',
    { command: 'READ', version: 'SMB2', rtt: 0.001, status: 'SUCCESS', tree_service: 'DISK' },
    { event: { outcome: 'success' }, smb: { flow: { outcome: 'moved' } } },
  ],
  [
    'smb_cmd read of a pipe',
    { command: 'READ', version: 'SMB2', rtt: 0.001, status: 'SUCCESS', tree_service: 'PIPE' },
    { smb: { flow: { outcome: 'established' }, share: { type: 'PIPE' } } },
  ],
  [
    'smb_cmd negotiate',
    { command: 'NEGOTIATE', version: 'SMB2', rtt: 0.001, status: 'SUCCESS', argument: '3.1.1' },
    { smb: { dialect: '3.1.1' } },
  ],
  [
    'dce_rpc over TCP',
    { 'id.resp_p': 49667, named_pipe: '49667', endpoint: 'drsuapi', operation: 'DRSBind' },
    { network: { protocol: 'dce_rpc', transport: 'tcp' }, smb: { rpc: { interface: 'drsuapi' } } },
  ],
  [
    'dce_rpc with a pipe on another port',
    { 'id.resp_p': 1445, named_pipe: '\\PIPE\\atsvc', endpoint: 'atsvc', operation: 'x' },
    { network: { protocol: 'smb' }, smb: { pipe: { name: 'atsvc' }, flow: { evidence: 'protocol', spoken: true } } },
  ],
  [
    'ntlm',
    {
      username: 'eve',
      hostname: 'WS7',
      domainname: 'CORP',
      server_nb_computer_name: 'FS01',
      server_dns_computer_name: 'fs01.corp',
      server_tree_name: 'corp',
      success: false,
    },
    {
      event: { dataset: 'zeek.ntlm', category: ['network', 'authentication'], outcome: 'failure' },
      user: { name: 'eve', domain: 'CORP' },
      source: { domain: 'WS7' },
      smb: {
        auth: { mechanism: 'ntlm' },
        flow: { credentials_sent: true, outcome: 'established', spoken: true },
        server: { netbios_name: 'FS01', dns_name: 'fs01.corp' },
      },
      zeek: { ntlm: { server_tree_name: 'corp' } },
    },
  ],
  ['ntlm without answer', { hostname: 'WS7', domainname: 'CORP' }, { event: { outcome: 'unknown' } }],
  [
    'ntlm in another protocol',
    { hostname: 'WS7', domainname: 'CORP', 'id.resp_p': 80 },
    { network: { protocol: 'ntlm' } },
  ],
  [
    'kerberos for a file server',
    {
      'id.resp_p': 88,
      request_type: 'TGS',
      client: 'eve/CORP.LOCAL',
      service: 'cifs/FS01',
      success: true,
      till: 2136422885,
      cipher: 'aes256',
    },
    {
      event: { dataset: 'zeek.kerberos', action: 'TGS', outcome: 'success' },
      network: { protocol: 'kerberos' },
      user: { name: 'eve', domain: 'CORP.LOCAL' },
      smb: { auth: { spn: 'cifs/FS01' } },
      zeek: { kerberos: { request_type: 'TGS', cipher: 'aes256', till: '2037-09-13T02:48:05.000000Z' } },
    },
  ],
  [
    'kerberos inside SMB',
    { '@stream': 'kerberos' },
    {
      event: { outcome: 'unknown' },
      network: { transport: 'tcp', protocol: 'smb' },
      smb: { auth: { mechanism: 'kerberos' }, flow: { outcome: 'established', credentials_sent: true, spoken: true } },
    },
  ],
  [
    'notice',
    {
      note: 'SMB::Scan',
      msg: 'scan seen',
      sub: 'x',
      src: '10.0.0.1',
      dst: '10.0.0.2',
      p: 445,
      actions: ['Notice::ACTION_LOG'],
    },
    {
      event: { kind: 'alert', dataset: 'zeek.notice', category: ['network', 'intrusion_detection'] },
      message: 'scan seen',
      rule: { name: 'SMB::Scan' },
      zeek: { notice: { sub: 'x', actions: ['Notice::ACTION_LOG'] } },
    },
  ],
  [
    'files',
    {
      fuid: 'F1',
      source: 'SMB',
      seen_bytes: 70_000,
      total_bytes: 70_000,
      mime_type: 'application/x-dosexec',
      filename: 'data\\a.exe',
      sha256: 'ab',
    },
    {
      event: { dataset: 'zeek.files' },
      file: { name: 'a.exe', size: 70_000, mime_type: 'application/x-dosexec', hash: { sha256: 'ab' } },
      smb: { flow: { outcome: 'moved' } },
      zeek: { fuid: 'F1' },
    },
  ],
  [
    'quic',
    { 'id.resp_p': 443, client_protocol: 'smb', server_name: 'fs01.corp', version: '1' },
    {
      event: { dataset: 'zeek.quic' },
      network: { transport: 'udp' },
      tls: { next_protocol: 'smb', client: { server_name: 'fs01.corp' } },
      smb: { flow: { evidence: 'quic', outcome: 'unknown' } },
      zeek: { quic: { version: '1' } },
    },
  ],
];

test.each(LOGS)('%s', (_name, object, part) => {
  for (const spelling of spellings({ ts: 1761300003.5, ...ID, ...object })) {
    const document = documentOf(spelling);
    expect(document).toMatchObject(part);
    expect((document['event'] as Document)['category']).toContain('network');
  }
});

test('a call over TCP is not SMB, nor is NTLM inside another protocol', () => {
  const rpc = documentOf({
    ts: 1,
    ...ID,
    'id.resp_p': 135,
    named_pipe: '135',
    endpoint: 'epmapper',
    operation: 'ept_map',
  });
  const flow = (rpc['smb'] as Document)['flow'] as Document;
  expect([flow['evidence'], flow['spoken'], (rpc['smb'] as Document)['pipe']]).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
  const ntlm = documentOf({ ts: 1, ...ID, 'id.resp_p': 80, domainname: 'CORP', hostname: 'WS7' });
  expect((ntlm['smb'] as Document)['auth']).toBeUndefined();
});

test('files of older versions name hosts instead of a connection', () => {
  const hosts = {
    _path: 'files',
    ts: 1,
    fuid: 'F1',
    tx_hosts: ['10.0.0.9'],
    rx_hosts: ['10.0.0.1'],
    conn_uids: ['C9'],
  };
  expect(documentOf({ ...hosts, is_orig: false })).toMatchObject({
    source: { ip: '10.0.0.1' },
    destination: { ip: '10.0.0.9' },
    zeek: { session_id: 'C9' },
  });
  expect(documentOf({ ...hosts, is_orig: true })).toMatchObject({ source: { ip: '10.0.0.9' } });
});

test('notice without a connection takes its own addresses', () => {
  const document = documentOf({ ts: 1, note: 'Scan::Address_Scan', src: '10.0.0.1', dst: '10.0.0.2', p: 445 });
  expect(document).toMatchObject({ source: { ip: '10.0.0.1' }, destination: { ip: '10.0.0.2', port: 445 } });
});

/** TSV body below a header, and faults by code. */
const DAMAGED: readonly (readonly [string, string, number, readonly string[]])[] = [
  ['a short line', `${CONN}1.0\tCx\n`, 1, ['zeek.columns']],
  ['a long line', `${CONN}${tabs(CONN_LINE)}\tmore\n`, 1, ['zeek.columns']],
  ['a half last line', `${CONN}${tabs(CONN_LINE).slice(0, 60)}`, 1, ['zeek.columns']],
  ['a last line cut behind its last separator', CONN.slice(0, CONN.indexOf('5720') + 5), 0, ['zeek.columns']],
  ['a last line without line end', CONN.slice(0, CONN.indexOf('#close') - 1), 1, []],
  ['lines without header', tabs(CONN_LINE), 0, ['zeek.header']],
  ['a port of 70000', CONN.replace('51515', '70000'), 1, ['zeek.value']],
  ['a negative counter', CONN.replace('22572', '-2'), 1, ['zeek.value']],
  ['a time that is none', CONN.replace('1761300000.123456', 'noon'), 1, ['zeek.value']],
  ['NaN', CONN.replace('12.500000', 'nan'), 1, ['zeek.value']],
  ['a truth that is none', CONN.replace('\tT\tF\t', '\tT\tmaybe\t'), 1, ['zeek.value']],
  ['a column named twice', CONN.replaceAll('missed_bytes', 'uid'), 1, ['zeek.header']],
  ['too few types', CONN.replace('\tset[string]', ''), 1, ['zeek.header']],
  ['a separator of two characters', CONN.replace('\\x09', '\\x09\\x09'), 1, ['zeek.header']],
];

test.each(DAMAGED)('%s is a located fault', (_name, text, events, codes) => {
  const result = readAll(zeekTsv, text);
  expect(result.faults.map((group) => group.code)).toEqual(codes);
  expect(result.events).toHaveLength(events);
  for (const group of result.faults) {
    expect(group.count).toBe(1);
    expect(group.samples[0]?.line).toBeGreaterThan(0);
  }
});

test('a bad value leaves the rest of its line readable', () => {
  const { document } = readAll(zeekTsv, CONN.replace('51515', '70000')).events[0]!;
  expect(document['source']).toMatchObject({ ip: '10.1.2.30', bytes: 22572 });
  expect((document['source'] as Document)['port']).toBeUndefined();
});

test('invalid UTF-8 is a fault and the line is read', () => {
  const bytes = Buffer.from(CONN);
  bytes[bytes.indexOf('CAbc1')] = 0xff;
  const result = readAll(zeekTsv, bytes);
  expect(result.faults.map((group) => group.code)).toEqual(['zeek.utf8']);
  expect(result.events).toHaveLength(1);
});

test('a line longer than the limit is a fault', () => {
  const result = readAll(zeekTsv, `${CONN}${'x'.repeat(2000)}\n${tabs(CONN_LINE)}\n`, {
    settings: { maxRecordBytes: 1000 },
  });
  expect(result.faults.map((group) => [group.code, group.samples[0]?.line])).toEqual([['zeek.too_long', 11]]);
  expect(result.events).toHaveLength(2);
});

test('escapes are resolved and reserved words are values when escaped', () => {
  const names = 'ts uid id.orig_h id.orig_p id.resp_h id.resp_p action path name prev_name';
  const line = '1.5 C1 10.0.0.1 1 10.0.0.2 445 SMB::FILE_OPEN \\x2d caf\\xc3\\xa9\\\\x41 (empty)';
  const { document } = readAll(zeekTsv, `${header('smb_files', names)}${tabs(line)}\n`).events[0]!;
  expect(document['smb']).toMatchObject({ share: { path: '-' }, file: { path: 'café\\x41' } });
  expect(((document['smb'] as Document)['file'] as Document)['previous_name']).toBeUndefined();
});

test('a header in mid-file changes the columns, and the kind is known by them', () => {
  const plain = (names: string) => `#fields\t${tabs(names)}\n`;
  const first = `${plain('ts uid id.orig_h id.orig_p id.resp_h id.resp_p path share_type')}${tabs('1.0 C1 10.0.0.1 1 10.0.0.2 445 x DISK')}\n`;
  const second = `${plain('uid ts id.resp_h id.resp_p named_pipe endpoint operation')}${tabs('C2 2.0 10.0.0.3 445 srvsvc srvsvc NetrShareEnum')}\n`;
  const result = readAll(zeekTsv, first + second + CONN);
  expect(result.faults).toEqual([]);
  expect(
    result.events.map(({ document }) => [document['@timestamp'], (document['event'] as Document)['dataset']]),
  ).toEqual([
    ['1970-01-01T00:00:01.000000Z', 'zeek.smb_mapping'],
    ['1970-01-01T00:00:02.000000Z', 'zeek.dce_rpc'],
    ['2025-10-24T10:00:00.123456Z', 'zeek.connection'],
  ]);
});

test('another separator, and a mark of UTF-8 at the beginning', () => {
  const text = `\ufeff${CONN.replaceAll('\t', '|').replace('\\x09', '\\x7c')}`;
  expect(readAll(zeekTsv, text).events).toEqual(
    readAll(zeekTsv, CONN).events.map((event) => ({
      ...event,
      provenance: { ...event.provenance, offset: event.provenance.offset! + 3 },
    })),
  );
});

test('lines of one connection that differ have different ids, the same line has the same', () => {
  const open = { ...SMB_RENAME, action: 'SMB::FILE_OPEN' };
  const ids = readJson(SMB_RENAME, open, { ...open, name: 'other' }, open).events.map((event) => event.id);
  expect(new Set(ids).size).toBe(3);
  expect(ids[3]).toBe(ids[1]);
});

test('names of unknown logs are not taken from hostile lines without end', () => {
  const result = readJson(...Array.from({ length: 400 }, (_, i) => ({ _path: `odd${i}`, ts: 1, ...ID })));
  const datasets = new Set(result.events.map(({ document }) => (document['event'] as Document)['dataset']));
  expect(datasets.size).toBeLessThan(300);
  expect(datasets).toContain('zeek.log');
});

const DATA = evidencePath('zeek/');

test.skipIf(!existsSync(DATA))('real logs: every line that is no header is an event, without faults', () => {
  for (const folder of readdirSync(DATA)) {
    for (const name of readdirSync(`${DATA}${folder}`)) {
      const bytes = readFileSync(`${DATA}${folder}/${name}`);
      const lines = bytes
        .toString('utf8')
        .split('\n')
        .filter((line) => line !== '' && !line.startsWith('#'));
      const source = zeekTsv.detect(bytes) > 0 ? zeekTsv : json;
      const result = readAll(source, bytes);
      expect(result.faults, name).toEqual([]);
      expect(result.events.length, name).toBe(lines.length);
      const kind = name === 'conn.log' ? 'zeek.connection' : `zeek.${name.replace('.log', '')}`;
      for (const { document } of result.events) {
        expect(document['event']).toMatchObject({ dataset: kind });
        expect((document['event'] as Document)['category']).toContain('network');
        expect(document['@timestamp']).toMatch(/^20(?:20|23)-/);
      }
    }
  }
});

const SMB_FILES = SAME[1]!;
sourceConformance(zeekTsv, [
  { name: 'conn', bytes: CONN, events: 1 },
  { name: 'smb_files', bytes: `${header('smb_files', SMB_FILES[1], SMB_FILES[2])}${tabs(SMB_FILES[3])}\n`, events: 1 },
]);
sourceConformance(json, [
  {
    name: 'zeek',
    bytes: `${JSON.stringify(SMB_RENAME)}\n${JSON.stringify(spellings({ ...SAME[0]![4] })[2])}\n`,
    events: 2,
  },
]);

test.each([
  ['objects', `"extra":${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`],
  ['lists', `"extra":${'['.repeat(100_000)}1${']'.repeat(100_000)}`],
  ['dots', `"${'a.'.repeat(100_000)}b":1`],
])('%s without end inside a record cost neither the record nor the next', (_, more) => {
  const record = JSON.stringify({ _path: 'conn', ts: 1, proto: 'tcp', ...ID });
  const result = readAll(json, `${record.slice(0, -1)},${more}}\n${record.replace('"ts":1', '"ts":2')}\n`);
  expect(result.events).toHaveLength(2);
  expect(JSON.stringify(result.events[0]!.document)).toContain('more than 200 levels');
});

test('a header of half a million columns takes a moment and says what becomes of its lines', () => {
  const names = Array.from({ length: 500_000 }, (_, i) => `f${i}`).join('\t');
  const { events, faults } = readAll(zeekTsv, `#separator \\x09\n#path\tconn\n#fields\t${names}\n1\t2\n`);
  expect(events).toEqual([]);
  expect(JSON.stringify(faults)).toContain('#fields names 500000 columns, at most 4096 are read');
}, 5_000);
