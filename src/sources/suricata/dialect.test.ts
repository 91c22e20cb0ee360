import { expect, test } from 'vitest';
import { readAll, sourceConformance } from '../../../test/conformance/sources.ts';
import { fieldId } from '../../event/field.ts';
import type { EventView } from '../../event/view.ts';
import { jsonSource } from '../json/reader.ts';
import { suricataDialect } from './dialect.ts';

const source = jsonSource([suricataDialect]);
const linesOf = (lines: readonly (object | string)[]) =>
  lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n');

function read(lines: readonly (object | string)[], each: (view: EventView) => void = () => {}) {
  const { events, skipped, faults, faultCount } = readAll(source, linesOf(lines), { each, file: 'eve.json' });
  return {
    documents: events.map((event) => event.document),
    ids: events.map((event) => event.id),
    skipped,
    faults,
    faultCount,
  };
}

/** Values of fields of the only event. */
function facts(line: object | string, names: readonly string[]): unknown[] {
  const found: unknown[] = [];
  read([line], (view) => found.push(...names.map((name) => view.get(fieldId(name)))));
  return found;
}

const TUPLE = { src_ip: '10.7.0.15', src_port: 51022, dest_ip: '8.8.4.4', dest_port: 445, proto: 'TCP' };
const base = (type: string, more: object = {}) => ({
  timestamp: '2025-10-24T12:00:40.000000+0200',
  flow_id: 1234567890123,
  event_type: type,
  ...TUPLE,
  ...more,
});
const flow = (counters: readonly number[], state: string, more: object = {}, tcp: object = {}) =>
  base('flow', {
    flow: {
      pkts_toserver: counters[0],
      bytes_toserver: counters[1],
      pkts_toclient: counters[2],
      bytes_toclient: counters[3],
      state,
      ...more,
    },
    tcp,
  });

const SAMPLE =
  '{"timestamp":"2025-10-24T12:00:40.000000+0200","flow_id":1234567890123,"event_type":"flow","src_ip":"10.7.0.15","src_port":51022,"dest_ip":"8.8.4.4","dest_port":445,"proto":"TCP","app_proto":"failed","flow":{"pkts_toserver":3,"pkts_toclient":0,"bytes_toserver":198,"bytes_toclient":0,"start":"2025-10-24T12:00:33.000000+0200","end":"2025-10-24T12:00:40.000000+0200","age":7,"state":"new","reason":"timeout","alerted":false},"tcp":{"tcp_flags":"02","syn":true,"state":"syn_sent"}}';

test('a flow that was never answered gives the expected document', () => {
  const { documents, faultCount } = read([SAMPLE]);
  expect(documents).toHaveLength(1);
  expect(documents[0]).toMatchObject({
    '@timestamp': '2025-10-24T10:00:40.000000Z',
    event: {
      kind: 'event',
      category: ['network'],
      type: ['connection', 'start'],
      dataset: 'suricata.flow',
      outcome: 'unknown',
      start: '2025-10-24T10:00:33.000000Z',
      end: '2025-10-24T10:00:40.000000Z',
      duration: 7_000_000_000,
    },
    source: { ip: '10.7.0.15', port: 51022, bytes: 198, packets: 3 },
    destination: { ip: '8.8.4.4', port: 445, bytes: 0, packets: 0 },
    client: { ip: '10.7.0.15', port: 51022 },
    server: { ip: '8.8.4.4', port: 445 },
    network: {
      transport: 'tcp',
      type: 'ipv4',
      bytes: 198,
      packets: 3,
      community_id: '1:fqenM6XJeT6jMHJ0sBUTNmmk7uY=',
    },
    smb: { flow: { outcome: 'attempted', direction: 'egress', evidence: 'port' } },
    suricata: {
      eve: {
        flow_id: '1234567890123',
        flow: { state: 'new', reason: 'timeout', alerted: false, age: 7 },
        tcp: { tcp_flags: '02', state: 'syn_sent' },
      },
    },
  });
  expect(documents[0]).not.toHaveProperty('network.protocol');
  expect(faultCount).toBe(0);
});

test.each<[string, object, string, string | undefined]>([
  ['never answered', flow([3, 198, 0, 0], 'new'), 'attempted', undefined],
  ['answered by reset', flow([1, 74, 1, 54], 'new', {}, { rst: true }), 'refused', 'reset'],
  [
    'closed by reset at once',
    flow([1, 74, 1, 54], 'closed', {}, { rst: true, tcp_flags_tc: '14' }),
    'refused',
    'reset',
  ],
  [
    'accepted, then reset',
    flow([3, 206, 1, 74], 'closed', {}, { rst: true, tcp_flags_tc: '12' }),
    'established',
    undefined,
  ],
  ['data, then reset', flow([20, 3000, 20, 9000], 'closed', {}, { rst: true }), 'established', undefined],
  ['established', flow([20, 3000, 20, 9000], 'established'), 'established', undefined],
  ['upload', flow([60, 80_000, 40, 2640], 'closed'), 'moved', undefined],
  ['download', flow([40, 2640, 60, 80_000], 'closed'), 'moved', undefined],
  ['headers alone never move data', flow([2000, 132_000, 2000, 132_000], 'closed'), 'established', undefined],
  ['dropped by the sensor', flow([1, 74, 0, 0], 'new', { action: 'drop' }), 'refused', 'policy'],
  [
    'cut after it was established',
    flow([20, 3000, 20, 9000], 'established', { action: 'drop' }),
    'established',
    'policy',
  ],
  ['bypassed with data', flow([20, 3000, 20, 9000], 'bypassed'), 'established', undefined],
  ['bypassed without', flow([1, 74, 0, 0], 'bypassed'), 'unknown', undefined],
  ['a state nobody knows', flow([1, 74, 1, 74], 'half-open'), 'unknown', undefined],
])('outcome of a flow: %s', (_, line, outcome, refusedBy) => {
  expect(facts(line, ['smb.flow.outcome', 'smb.flow.refused_by'])).toEqual([outcome, refusedBy]);
});

test('payload is what headers leave, and more for IPv6 headers', () => {
  const names = ['smb.flow.bytes.client', 'smb.flow.bytes.server'];
  expect(facts(flow([10, 1660, 2, 100], 'closed'), names)).toEqual([1000, 0]);
  const v6 = { ...flow([10, 1860, 2, 172], 'closed'), src_ip: 'fd00::5', dest_ip: '2a00:1450::1' };
  expect(facts(v6, names)).toEqual([1000, 0]);
});

test('a flow picked up in its middle has its client at the other end', () => {
  const line = {
    ...flow([10, 1660, 2, 532], 'closed'),
    src_ip: '8.8.4.4',
    src_port: 445,
    dest_ip: '10.7.0.15',
    dest_port: 51022,
  };
  expect(
    facts(line, ['client.ip', 'server.ip', 'smb.flow.reversed', 'smb.flow.bytes.client', 'smb.flow.bytes.server']),
  ).toEqual(['10.7.0.15', '8.8.4.4', true, 400, 1000]);
});

test.each<[string, object, string]>([
  ['SYN only', { tcp_flags: '02' }, 'attempted'],
  ['data pushed', { tcp_flags: '1b' }, 'established'],
  ['nothing said', {}, 'unknown'],
  ['SYN and ACK say nothing of the other half', { tcp_flags: '12' }, 'unknown'],
])('outcome of half a flow: %s', (_, tcp, outcome) => {
  expect(facts(base('netflow', { netflow: { pkts: 3, bytes: 198 }, tcp }), ['smb.flow.outcome'])).toEqual([outcome]);
});

test('half a flow from the server says reset, and who is the client', () => {
  const line = base('netflow', {
    netflow: { pkts: 1, bytes: 54 },
    tcp: { tcp_flags: '14' },
    src_ip: '8.8.4.4',
    src_port: 445,
    dest_ip: '10.5.5.5',
    dest_port: 50123,
  });
  expect(facts(line, ['client.ip', 'smb.flow.outcome', 'smb.flow.refused_by'])).toEqual([
    '10.5.5.5',
    'refused',
    'reset',
  ]);
});

const smb = (id: number, command: string, more: object = {}, session = '4398046511201123456') =>
  JSON.stringify(
    base('smb', { smb: { id, dialect: '3.11', command: `SMB2_COMMAND_${command}`, SESSION: 0, tree_id: 5, ...more } }),
  ).replace('"SESSION":0', `"session_id":${session}`);

test('user and share of earlier lines are joined, and 64-bit ids keep their digits', () => {
  const { documents } = read([
    smb(1, 'SESSION_SETUP', {
      status: 'STATUS_SUCCESS',
      tree_id: 0,
      ntlmssp: { domain: 'CORP', user: 'svc_scan', host: 'WS1' },
    }),
    smb(2, 'TREE_CONNECT', { status: 'STATUS_SUCCESS', share: '\\\\fs01\\c$', share_type: 'FILE' }),
    smb(3, 'CREATE', {
      status: 'STATUS_SUCCESS',
      filename: 'Windows\\Temp\\a.exe',
      disposition: 'FILE_CREATE',
      size: 0,
    }),
    smb(4, 'CREATE', { status: 'STATUS_SUCCESS', filename: 'other.txt' }, '4398046511201123457'),
  ]);
  expect(documents[0]).toMatchObject({
    event: { category: ['network', 'authentication'], action: 'session_setup', outcome: 'success' },
    user: { name: 'svc_scan', domain: 'CORP' },
    source: { domain: 'WS1' },
    smb: { session: { id: '4398046511201123456' }, auth: { mechanism: 'ntlm' }, flow: { credentials_sent: true } },
  });
  expect(documents[0]).not.toHaveProperty('smb.joined');
  expect(documents[1]).toMatchObject({
    smb: { share: { path: '\\\\fs01\\c$', name: 'C$', type: 'DISK', admin: true } },
  });
  expect(documents[2]).toMatchObject({
    event: { action: 'create', category: ['network', 'file'], type: ['connection', 'protocol', 'creation'] },
    user: { name: 'svc_scan', domain: 'CORP' },
    file: { name: 'a.exe', extension: 'exe', path: '\\\\fs01\\c$\\Windows\\Temp\\a.exe', size: 0 },
    smb: {
      command: 'create',
      version: 'SMB2',
      dialect: '3.1.1',
      share: { path: '\\\\fs01\\c$', name: 'C$' },
      local_path: 'C:\\Windows\\Temp\\a.exe',
      joined: ['user.name', 'user.domain', 'smb.share.path', 'smb.share.type'],
      flow: { outcome: 'established', spoken: true },
    },
  });
  expect(documents[3], 'the last digit of the session id differs').not.toHaveProperty('user');
});

test('a join is forgotten after an hour of event time', () => {
  const late = smb(3, 'CREATE', { filename: 'a.txt' }).replace('T12:00:40', 'T13:00:41');
  const { documents } = read([smb(1, 'SESSION_SETUP', { ntlmssp: { domain: 'CORP', user: 'u', host: 'W' } }), late]);
  expect(documents[1]).not.toHaveProperty('user');
});

test('a pipe is no file, and its RPC call has a name', () => {
  const { documents } = read([
    smb(1, 'TREE_CONNECT', { named_pipe: '\\\\fs01\\IPC$', share_type: 'PIPE' }),
    smb(2, 'CREATE', { filename: 'svcctl', status: 'STATUS_SUCCESS' }),
    smb(3, 'IOCTL', {
      status: 'STATUS_SUCCESS',
      dcerpc: {
        request: 'REQUEST',
        response: 'RESPONSE',
        opnum: 12,
        call_id: 2,
        interfaces: [{ uuid: '367abb81-9844-35f1-ad32-98f038001003', version: '2.0' }],
      },
    }),
  ]);
  expect(documents[1]).toMatchObject({
    event: { category: ['network'] },
    smb: { pipe: { name: 'svcctl' }, share: { name: 'IPC$', type: 'PIPE' } },
  });
  expect(documents[1]).not.toHaveProperty('file.path');
  expect(documents[2]).toMatchObject({
    event: { action: 'CreateServiceW', outcome: 'success' },
    smb: {
      command: 'ioctl',
      rpc: {
        interface: 'svcctl',
        operation: 'CreateServiceW',
        opnum: 12,
        uuid: '367abb81-9844-35f1-ad32-98f038001003',
      },
      flow: { outcome: 'established' },
    },
  });
});

test.each<[string, object, unknown[]]>([
  ['access denied', { status: 'STATUS_ACCESS_DENIED', status_code: '0xc0000022' }, ['STATUS_ACCESS_DENIED', 'failure']],
  ['a number Suricata cannot name', { status: '3221225506' }, ['STATUS_ACCESS_DENIED', 'failure']],
  ['code only', { status_code: '0xc000006d' }, ['STATUS_LOGON_FAILURE', 'failure']],
  ['more to come', { status: 'STATUS_MORE_PROCESSING_REQUIRED' }, ['STATUS_MORE_PROCESSING_REQUIRED', 'unknown']],
  ['no status', {}, [undefined, 'unknown']],
  ['DOS error of an old server', { status: 'ERRnoaccess' }, ['ERRnoaccess', 'failure']],
])('status: %s', (_, more, expected) => {
  expect(facts(smb(1, 'CREATE', more), ['smb.status', 'event.outcome'])).toEqual(expected);
});

test('a rename is a change with both names', () => {
  const line = smb(1, 'SET_INFO', {
    rename: { from: 'plan\\q4.xlsx', to: 'plan\\q4.xlsx.lock' },
    status: 'STATUS_SUCCESS',
  });
  expect(
    facts(line, [
      'event.action',
      'smb.command',
      'event.type',
      'smb.file.previous_name',
      'smb.file.path',
      'smb.file.extension_added',
    ]),
  ).toEqual(['rename', 'set_info', ['connection', 'protocol', 'change'], 'plan\\q4.xlsx', 'plan\\q4.xlsx.lock', true]);
});

test('a written file has moved data, a refused write has not', () => {
  const names = ['smb.flow.outcome', 'smb.flow.moved'];
  expect(facts(smb(1, 'WRITE', { filename: 'a', share: '\\\\s\\d', status: 'STATUS_SUCCESS' }), names)).toEqual([
    'moved',
    true,
  ]);
  expect(facts(smb(1, 'WRITE', { filename: 'a', share: '\\\\s\\d', status: 'STATUS_ACCESS_DENIED' }), names)).toEqual([
    'established',
    undefined,
  ]);
});

test('unknown dialect, share root and sensors’ silence about signing stay absent', () => {
  const line = smb(1, 'CREATE', { dialect: 'unknown', filename: '<share_root>' });
  expect(
    facts(line, ['smb.dialect', 'smb.file.path', 'smb.signing.used', 'smb.encryption.used', 'smb.auth.guest']),
  ).toEqual([undefined, undefined, undefined, undefined, undefined]);
});

const alert = (more: object = {}) =>
  base('alert', {
    // The packet that fired went from the server to the client.
    src_ip: '8.8.4.4',
    src_port: 445,
    dest_ip: '10.7.0.15',
    dest_port: 51022,
    app_proto: 'smb',
    alert: {
      action: 'allowed',
      gid: 1,
      signature_id: 2025649,
      rev: 3,
      signature: 'Example signature',
      category: 'Attempted Administrator Privilege Gain',
      severity: 1,
      metadata: { mitre_technique_id: ['T1021'] },
    },
    flow: {
      src_ip: '10.7.0.15',
      src_port: 51022,
      dest_ip: '8.8.4.4',
      dest_port: 445,
      pkts_toserver: 4,
      pkts_toclient: 4,
    },
    ...more,
  });

test('an alert is turned to the flow’s own direction', () => {
  const { documents } = read([alert()]);
  expect(documents[0]).toMatchObject({
    event: { kind: 'alert', severity: 1, type: ['info', 'allowed'], dataset: 'suricata.alert' },
    source: { ip: '10.7.0.15', packets: 4 },
    destination: { ip: '8.8.4.4' },
    client: { ip: '10.7.0.15' },
    server: { ip: '8.8.4.4', port: 445 },
    rule: { id: '2025649', name: 'Example signature', version: '3' },
    threat: { technique: { id: ['T1021'] } },
    smb: { flow: { outcome: 'established', direction: 'egress' } },
  });
});

test('an alert without flow addresses is oriented by port 445', () => {
  expect(facts(alert({ flow: {} }), ['client.ip', 'smb.flow.reversed'])).toEqual(['10.7.0.15', true]);
});

test('a blocked alert: refused before SMB was spoken, cut after', () => {
  const blocked = { alert: { action: 'blocked', signature_id: 1, signature: 'x' } };
  const names = ['smb.flow.outcome', 'smb.flow.refused_by', 'event.type'];
  expect(facts(alert({ ...blocked, app_proto: 'failed' }), names)).toEqual(['refused', 'policy', ['info', 'denied']]);
  expect(facts(alert(blocked), names)).toEqual(['established', 'policy', ['info', 'denied']]);
});

test('a file on SMB has moved', () => {
  const line = base('fileinfo', { app_proto: 'smb', fileinfo: { filename: 'dir\\a.exe', size: 1234, sha256: 'ab' } });
  expect(facts(line, ['file.name', 'smb.file.path', 'file.size', 'file.hash.sha256', 'smb.flow.outcome'])).toEqual([
    'a.exe',
    'dir\\a.exe',
    1234,
    'ab',
    'moved',
  ]);
});

const krb = (more: object) =>
  base('krb5', { dest_port: 88, krb5: { cname: 'alice', realm: 'CORP.EXAMPLE', sname: 'cifs/fs01', ...more } });

test('Kerberos: a ticket is a success, an error a failure', () => {
  const names = ['event.outcome', 'user.name', 'user.domain', 'smb.auth.spn', 'network.protocol'];
  expect(facts(krb({ msg_type: 'KRB_TGS_REP' }), names)).toEqual([
    'success',
    'alice',
    'CORP.EXAMPLE',
    'cifs/fs01',
    'kerberos',
  ]);
  expect(facts(krb({ msg_type: 'KRB_ERROR', cname: '<empty>' }), names).slice(0, 2)).toEqual(['failure', undefined]);
});

test('other records keep all they have below suricata.eve; statistics are skipped with a reason', () => {
  const { documents, skipped } = read([
    base('anomaly', { anomaly: { type: 'stream', event: 'stream.pkt_broken_ack' }, packet_info: { linktype: 1 } }),
    { timestamp: '2025-10-24T12:00:40.000000+0200', event_type: 'stats', stats: { uptime: 5 } },
  ]);
  expect(documents).toHaveLength(1);
  expect(documents[0]).toMatchObject({
    event: { dataset: 'suricata.anomaly' },
    suricata: { eve: { event_type: 'anomaly', anomaly: { type: 'stream', event: 'stream.pkt_broken_ack' } } },
  });
  expect(skipped).toEqual({ 'Suricata statistics (event_type stats)': 1 });
});

test('values out of range are located faults and the rest of the line is kept', () => {
  const bad = { ...flow([3, -5, 0, 0], 'new'), src_port: 70_000, src_ip: 'not-an-address' };
  const { documents, faults } = read([bad]);
  expect(documents[0]).toMatchObject({ source: { address: 'not-an-address', packets: 3 }, destination: { port: 445 } });
  expect(documents[0]).not.toHaveProperty('source.port');
  expect(documents[0]).not.toHaveProperty('source.bytes');
  const [group] = faults;
  expect(group?.code).toBe('suricata.value');
  expect(group?.samples[0]).toMatchObject({ file: 'eve.json', line: 1 });
});

test('a second read and another order of lines give the same ids; different lines have different ids', () => {
  const lines = [
    SAMPLE,
    smb(1, 'CREATE', { filename: 'a' }),
    smb(2, 'CREATE', { filename: 'b' }),
    alert(),
    base('anomaly', { n: 1 }),
  ];
  const first = read(lines).ids;
  expect(new Set(first).size).toBe(lines.length);
  expect(read(lines).ids).toEqual(first);
  expect(read(lines.toReversed()).ids.toSorted()).toEqual(first.toSorted());
});

sourceConformance(source, [
  { name: 'Suricata flow', bytes: `${SAMPLE}\n`, events: 1 },
  {
    name: 'Suricata SMB session',
    bytes: linesOf([
      smb(1, 'SESSION_SETUP', { tree_id: 0, ntlmssp: { domain: 'CORP', user: 'svc', host: 'WS1' } }),
      smb(2, 'CREATE', { filename: 'Windows\\a.exe', dcerpc: { interfaces: [{ uuid: 'x' }], opnum: 7 } }),
      alert(),
    ]),
    events: 3,
  },
]);

test('a share of a megabyte is kept for later lines by its beginning', () => {
  const share = `\\\\fs01\\${'x'.repeat(1_000_000)}`;
  const lengths: number[] = [];
  read([smb(1, 'TREE_CONNECT', { status: 'STATUS_SUCCESS', share }), smb(2, 'CREATE', { filename: 'a' })], (view) => {
    lengths.push(String(view.get(fieldId('smb.share.name'))).length);
  });
  expect(lengths[0]).toBe(1_000_000);
  expect(lengths[1]).toBeGreaterThan(400);
  expect(lengths[1]).toBeLessThan(600);
});
