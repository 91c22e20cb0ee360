// Writes examples/evidence: one invented working day of an invented office, seen by four sensors.
//
//   10.20.1.0/24 workstations   10.20.5.0/24 servers: .10 DC01, .20 FS01, .30 APP01   10.20.9.5 management host
//
// 09:00 quiet work. 10:12 a phished workstation (10.20.1.23) sweeps for SMB, lists shares, copies a tool to ADMIN$ of
// APP01 and starts it as a service. 10:40 it makes DC01 log on elsewhere. 11:05 it sends files out over SMB. 13:30 files
// on FS01 are renamed one after another. Beside it, harmless things that look similar: a laptop whose SYNs to an outside
// share are dropped by the firewall, a management host that administers, a scanner from outside that is refused.
//
// The output is committed; run this file again after changing it.
import { mkdirSync, writeFileSync } from 'node:fs';

const out = new URL('../examples/evidence/', import.meta.url);
const DAY = Date.UTC(2026, 2, 2) / 1000;
const at = (clock) => {
  const [h, m, s = 0] = clock.split(':').map(Number);
  return DAY + h * 3600 + m * 60 + s;
};
let seed = 7;
const random = () => {
  seed = (seed * 1664525 + 1013904223) % 4294967296;
  return seed / 4294967296;
};
const pick = (n) => Math.floor(random() * n);
let serial = 0;
const uid = () => `C${(1e9 + pick(1e9)).toString(36)}${(serial++).toString(36)}x`;
const port = () => 49152 + pick(16000);

const INTRUDER = '10.20.1.23';
const DC = '10.20.5.10';
const FS = '10.20.5.20';
const APP = '10.20.5.30';
const MANAGEMENT = '10.20.9.5';

// --- Zeek, TSV
const logs = {
  conn: {
    fields:
      'ts uid id.orig_h id.orig_p id.resp_h id.resp_p proto service duration orig_bytes resp_bytes conn_state local_orig local_resp missed_bytes history orig_pkts orig_ip_bytes resp_pkts resp_ip_bytes',
    types:
      'time string addr port addr port enum string interval count count string bool bool count string count count count count',
    rows: [],
  },
  smb_mapping: {
    fields: 'ts uid id.orig_h id.orig_p id.resp_h id.resp_p path service native_file_system share_type',
    types: 'time string addr port addr port string string string string',
    rows: [],
  },
  smb_files: {
    fields:
      'ts uid id.orig_h id.orig_p id.resp_h id.resp_p fuid action path name size prev_name times.modified times.accessed times.created times.changed',
    types: 'time string addr port addr port string enum string string count string time time time time',
    rows: [],
  },
  dce_rpc: {
    fields: 'ts uid id.orig_h id.orig_p id.resp_h id.resp_p rtt named_pipe endpoint operation',
    types: 'time string addr port addr port interval string string string',
    rows: [],
  },
  ntlm: {
    fields:
      'ts uid id.orig_h id.orig_p id.resp_h id.resp_p username hostname domainname server_nb_computer_name server_dns_computer_name server_tree_name success',
    types: 'time string addr port addr port string string string string string string bool',
    rows: [],
  },
};
const row = (log, values) => logs[log].rows.push(values);
const ends = (c) => [c.uid, c.client, c.clientPort, c.server, c.serverPort];
const open = (client, server, serverPort = 445) => ({ uid: uid(), client, clientPort: port(), server, serverPort });

const isLocal = (ip) => (ip.startsWith('10.') || ip.startsWith('fd') ? 'T' : 'F');
function conn(ts, c, { state = 'SF', sent = 4000, got = 3000, service = 'gssapi,ntlm,smb', seconds = 2 } = {}) {
  const answered = state !== 'S0';
  row('conn', [
    ts,
    ...ends(c),
    'tcp',
    answered && state !== 'REJ' ? service : '-',
    answered ? seconds.toFixed(6) : '-',
    answered ? sent : '-',
    answered ? got : '-',
    state,
    isLocal(c.client),
    isLocal(c.server),
    0,
    state === 'SF' ? 'ShADadFf' : state === 'REJ' ? 'Sr' : 'S',
    Math.ceil(sent / 1200) + 4,
    answered ? sent + 300 : 156,
    answered ? Math.ceil(got / 1200) + 4 : 0,
    answered ? got + 300 : 0,
  ]);
}
const mapping = (ts, c, path, type = 'DISK') =>
  row('smb_mapping', [ts, ...ends(c), path, type === 'PIPE' ? 'IPC' : '-', type === 'DISK' ? 'NTFS' : '-', type]);
const file = (ts, c, action, path, name, size, previous = '-') =>
  row('smb_files', [
    ts,
    ...ends(c),
    '-',
    `SMB::${action}`,
    path,
    name,
    size,
    previous,
    ts - 86400,
    ts - 3600,
    ts - 90000,
    ts - 86400,
  ]);
const rpc = (ts, c, pipe, endpoint, operation) =>
  row('dce_rpc', [ts, ...ends(c), '0.001500', `\\pipe\\${pipe}`, endpoint, operation]);
const logon = (ts, c, user, host, ok) =>
  row('ntlm', [ts, ...ends(c), user, host, 'OFFICE', 'FS01', 'fs01.office.example', 'office.example', ok ? 'T' : 'F']);

// Quiet work: people open documents on FS01.
for (let i = 0; i < 120; i++) {
  const ts = at('08:30:00') + i * 250 + pick(200);
  const person = 20 + pick(30);
  const c = open(`10.20.1.${person === 23 ? 24 : person}`, FS);
  conn(ts, c, { sent: 3000 + pick(9000), got: 2000 + pick(40000), seconds: 1 + pick(300) });
  mapping(ts + 0.02, c, '\\\\fs01\\data');
  if (i % 3 === 0)
    file(ts + 0.05, c, 'FILE_OPEN', '\\\\fs01\\data', `team${pick(6)}\\report-${pick(40)}.docx`, 20000 + pick(90000));
}
// Administration from the management host: looks like lateral movement and is not.
for (const clock of ['09:05:10', '15:20:44']) {
  const c = open(MANAGEMENT, APP);
  conn(at(clock), c, { sent: 60000, got: 9000, seconds: 40 });
  mapping(at(clock) + 0.1, c, '\\\\app01\\ADMIN$');
  file(at(clock) + 0.4, c, 'FILE_OPEN', '\\\\app01\\ADMIN$', 'Temp\\agent-update.msi', 0);
}
// 10:12 sweep, then shares are listed on the servers that answered.
for (let host = 1; host <= 60; host++) {
  const c = open(INTRUDER, `10.20.5.${host}`);
  const isThere = [10, 20, 30].includes(host);
  conn(at('10:12:00') + host * 0.4, c, isThere ? { sent: 900, got: 700 } : { state: host % 3 === 0 ? 'REJ' : 'S0' });
}
for (const [index, server] of [DC, FS, APP, '10.20.5.40', '10.20.5.41'].entries()) {
  const c = open(INTRUDER, server);
  const ts = at('10:14:00') + index * 5;
  conn(ts, c);
  mapping(ts + 0.02, c, `\\\\${server}\\IPC$`, 'PIPE');
  rpc(ts + 0.05, c, 'srvsvc', 'srvsvc', 'NetrShareEnum');
}
// Passwords are tried on FS01.
for (let i = 0; i < 14; i++) {
  const c = open(INTRUDER, FS);
  conn(at('10:18:00') + i * 8, c, { sent: 1200, got: 900 });
  logon(at('10:18:00') + i * 8 + 0.1, c, `user${String(i).padStart(2, '0')}`, 'WS23', false);
}
// 10:25 a tool goes to ADMIN$ of APP01 and runs as a service.
{
  const c = open(INTRUDER, APP);
  const ts = at('10:25:03');
  conn(ts, c, { sent: 410000, got: 22000, seconds: 31 });
  logon(ts + 0.1, c, 'svc_backup', 'WS23', true);
  mapping(ts + 0.3, c, '\\\\app01\\ADMIN$');
  file(ts + 0.6, c, 'FILE_OPEN', '\\\\app01\\ADMIN$', 'Temp\\hqkzrm.exe', 0);
  mapping(ts + 1.1, c, '\\\\app01\\IPC$', 'PIPE');
  for (const [i, operation] of ['OpenSCManagerW', 'CreateServiceW', 'StartServiceW'].entries())
    rpc(ts + 1.4 + i * 0.2, c, 'svcctl', 'svcctl', operation);
  file(ts + 28, c, 'FILE_DELETE', '\\\\app01\\ADMIN$', 'Temp\\hqkzrm.exe', 389120);
}
// 10:40 the domain controller is asked to log on elsewhere.
{
  const c = open(INTRUDER, DC);
  conn(at('10:40:11'), c);
  mapping(at('10:40:11') + 0.2, c, '\\\\dc01\\IPC$', 'PIPE');
  rpc(at('10:40:11') + 0.4, c, 'lsarpc', 'efsrpc', 'EfsRpcOpenFileRaw');
}
// 11:05 files leave over SMB; the connection is allowed by nobody's intention.
{
  const c = open(INTRUDER, '8.8.4.4');
  conn(at('11:05:20'), c, { sent: 18_400_000, got: 210_000, seconds: 340 });
  logon(at('11:05:20') + 0.2, c, 'drop', 'WS23', true);
  mapping(at('11:05:20') + 0.5, c, '\\\\8.8.4.4\\in');
  for (let i = 0; i < 4; i++) file(at('11:05:21') + i * 60, c, 'FILE_OPEN', '\\\\8.8.4.4\\in', `fs01-${i}.7z`, 0);
}
// A laptop that still tries its home share: the firewall drops it.
for (let i = 0; i < 9; i++) conn(at('12:00:00') + i * 600, open('10.20.1.41', '8.8.8.8'), { state: 'S0' });
// 13:30 documents on FS01 get a new ending.
{
  const c = open(INTRUDER, FS);
  conn(at('13:30:00'), c, { sent: 30_000_000, got: 29_000_000, seconds: 70 });
  mapping(at('13:30:00') + 0.1, c, '\\\\fs01\\data');
  for (let i = 0; i < 90; i++) {
    const name = `team${i % 6}\\report-${i}.docx`;
    file(at('13:30:01') + i * 0.6, c, 'FILE_RENAME', '\\\\fs01\\data', `${name}.kq7`, 50000 + i, name);
  }
}

const escape = (value) => (typeof value === 'number' ? value : String(value).replaceAll('\\', '\\\\'));
const time = (value) => value.toFixed(6);
mkdirSync(new URL('zeek/', out), { recursive: true });
for (const [path, { fields, types, rows }] of Object.entries(logs)) {
  const lines = rows
    .sort((x, y) => x[0] - y[0])
    .map((values) =>
      values
        .map((value, i) => (types.split(' ')[i] === 'time' && typeof value === 'number' ? time(value) : escape(value)))
        .join('\t'),
    );
  const head = [
    '#separator \\x09',
    '#set_separator\t,',
    '#empty_field\t(empty)',
    '#unset_field\t-',
    `#path\t${path}`,
    '#open\t2026-03-02-00-00-00',
    `#fields\t${fields.replaceAll(' ', '\t')}`,
    `#types\t${types.replaceAll(' ', '\t')}`,
  ];
  writeFileSync(new URL(`zeek/${path}.log`, out), `${[...head, ...lines, '#close\t2026-03-03-00-00-00'].join('\n')}\n`);
}

// --- Suricata at the branch office (10.30.0.0/16): an old scanner that speaks SMB1, and a printer.
const iso = (seconds) => `${new Date(Math.round(seconds * 1000)).toISOString().slice(0, -1)}000+0000`;
const eve = [];
for (const [clock, client, command, extra] of [
  [
    '09:41:00',
    '10.30.2.9',
    'SMB1_COMMAND_NEGOTIATE_PROTOCOL',
    { dialect: 'NT LM 0.12', client_dialects: ['NT LM 0.12'] },
  ],
  [
    '09:41:00.2',
    '10.30.2.9',
    'SMB1_COMMAND_SESSION_SETUP_ANDX',
    { dialect: 'NT LM 0.12', ntlmssp: { domain: 'BRANCH', user: 'scan', host: 'SCANNER' } },
  ],
  [
    '10:02:30',
    '10.30.2.50',
    'SMB2_COMMAND_TREE_CONNECT',
    { dialect: '3.11', share: '\\\\branchfs\\print$', share_type: 'FILE' },
  ],
]) {
  eve.push({
    timestamp: iso(at(clock)),
    flow_id: 1100000000000000 + eve.length,
    event_type: 'smb',
    src_ip: client,
    src_port: port(),
    dest_ip: '10.30.5.2',
    dest_port: 445,
    proto: 'TCP',
    smb: { id: 1, command, status: 'STATUS_SUCCESS', status_code: '0x0', session_id: 77, tree_id: 0, ...extra },
  });
}
mkdirSync(new URL('suricata/', out), { recursive: true });
writeFileSync(new URL('suricata/eve.json', out), `${eve.map((event) => JSON.stringify(event)).join('\n')}\n`);

// --- The firewall: it drops the laptop, and refuses somebody outside.
const paTime = (seconds) =>
  new Date(Math.floor(seconds) * 1000).toISOString().slice(0, 19).replace('T', ' ').replaceAll('-', '/');
const pa = (clock, source, destination, { subtype, application, action, sent, got, packets, reason, from, to }) => {
  const ts = paTime(at(clock));
  const head = `<14>Mar  2 ${clock} fw1 `;
  return `${head}1,${ts},007051000099001,TRAFFIC,${subtype},2561,${ts},${source},${destination},0.0.0.0,0.0.0.0,edge rule,,,${application},vsys1,${from},${to},ethernet1/1,ethernet1/2,fwd,,${61000 + serial++},1,${port()},445,0,0,0x0,tcp,${action},${sent + got},${sent},${got},${packets},${ts},0,any,,${7000 + serial},0x0,10.0.0.0-10.255.255.255,United States,,${packets},0,${reason},0,0,0,0,,fw1,from-policy`;
};
const traffic = [];
for (let i = 0; i < 9; i++) {
  const clock = new Date((at('12:00:00') + i * 600) * 1000).toISOString().slice(11, 19);
  traffic.push(
    pa(clock, '10.20.1.41', '8.8.8.8', {
      subtype: 'drop',
      application: 'not-applicable',
      action: 'deny',
      sent: 74,
      got: 0,
      packets: 1,
      reason: 'policy-deny',
      from: 'trust',
      to: 'untrust',
    }),
  );
}
for (let i = 0; i < 5; i++) {
  traffic.push(
    pa(`03:1${i}:07`, '9.9.9.9', '10.20.5.20', {
      subtype: 'deny',
      application: 'not-applicable',
      action: 'deny',
      sent: 60,
      got: 0,
      packets: 1,
      reason: 'policy-deny',
      from: 'untrust',
      to: 'trust',
    }),
  );
}
mkdirSync(new URL('firewall/', out), { recursive: true });
writeFileSync(new URL('firewall/traffic.log', out), `${traffic.join('\n')}\n`);

// --- A flow sensor that ships to Elastic: one long connection in three reports, and IPv6 that cannot be placed.
const flow = (clock, id, source, destination, sent, got, final, more = {}) => ({
  '@timestamp': new Date(at(clock) * 1000).toISOString(),
  event: {
    kind: 'event',
    category: ['network'],
    type: final ? ['connection', 'end'] : ['connection'],
    action: 'network_flow',
    dataset: 'network_traffic.flow',
    start: new Date((at(clock) - 30) * 1000).toISOString(),
  },
  source: { ip: source, port: 50321, bytes: sent, packets: Math.ceil(sent / 900) },
  destination: { ip: destination, port: 445, bytes: got, packets: Math.ceil(got / 900) },
  network: { transport: 'tcp', type: source.includes(':') ? 'ipv6' : 'ipv4', bytes: sent + got },
  flow: { id, final },
  agent: { type: 'packetbeat', version: '8.17.0' },
  ecs: { version: '8.11.0' },
  ...more,
});
const documents = [
  flow('14:00:10', 'EQQA1', '10.20.1.33', '8.8.4.4', 900, 700, false),
  flow('14:00:20', 'EQQA1', '10.20.1.33', '8.8.4.4', 5200, 3100, false),
  flow('14:00:50', 'EQQA1', '10.20.1.33', '8.8.4.4', 9800, 4400, true),
  flow('14:10:00', 'EQQA2', '2a02:1234::5', '2a00:1450:4001::1', 4000, 4000, true),
];
mkdirSync(new URL('elastic/', out), { recursive: true });
writeFileSync(
  new URL('elastic/flows.ndjson', out),
  `${documents.map((document) => JSON.stringify(document)).join('\n')}\n`,
);
