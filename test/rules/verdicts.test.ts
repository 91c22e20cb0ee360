/**
 * The table of verdicts of "SMB to the Internet": what the classic rule says of a document, and what the improved one
 * says. Each row is written in the format its document would come in and goes the way of a user's file.
 */
import { expect, test } from 'vitest';
import { parseCidr } from '../../src/base/address/cidr.ts';
import { parseExceptions } from '../../src/detect/exceptions/load-exceptions.ts';
import type { Severity } from '../../src/event/severity.ts';
import { Networks } from '../../src/event/networks.ts';
import { type Evidence, type Found, NOW, scanEvidence, shippedRules } from './scan-evidence.ts';

/** The site's own public blocks. */
const networks = new Networks({ inside: ['150.1.0.0/16', '2001:67c:1::/48'].map((text) => parseCidr(text)!) });

const { rules } = shippedRules();
const ruleOf = (id: string) => ({ ...rules.find((rule) => rule.id === id)!, enabled: true });
const CLASSIC = ruleOf('exposure-egress-classic');
const IMPROVED = ruleOf('exposure-egress');
const INGRESS = ruleOf('exposure-ingress');

const START = Date.UTC(2026, 2, 10, 9);
const MINUTE = 60_000;
const DAY = 1440 * MINUTE;

type Fields = Readonly<Record<string, unknown>>;

/** Documents, one a line, keys with dots. */
const ecs = (...documents: readonly Fields[]): Evidence => ({
  name: 'ecs.jsonl',
  text: documents.map((document) => `${JSON.stringify(document)}\n`).join(''),
});

/** Counters of a connection that shook hands and spoke, and of one packet that nobody answered. */
const SPOKEN = {
  'source.bytes': 9000,
  'source.packets': 20,
  'destination.bytes': 7000,
  'destination.packets': 18,
};

/** A network document of a connection; more fields replace its own. */
function flow(source: string, destination: string | undefined, more: Fields = {}): Fields {
  const [sourceIp, sourcePort] = endpoint(source, 50_123);
  const [ip, port] = endpoint(destination ?? '', 445);
  return {
    '@timestamp': new Date(START).toISOString(),
    'event.category': ['network'],
    'event.dataset': 'network_traffic.flow',
    'source.ip': sourceIp,
    'source.port': sourcePort,
    ...(destination === undefined ? {} : { 'destination.ip': ip }),
    'destination.port': port,
    'network.transport': 'tcp',
    ...SPOKEN,
    ...more,
  };
}

/** `10.0.0.5`, `10.0.0.5 139`, `fd00::5 445`. */
function endpoint(text: string, otherwise: number): [string, number] {
  const [ip = '', port] = text.split(' ');
  return [ip, port === undefined ? otherwise : Number(port)];
}

/** A Zeek conn.log; each connection is client, server, state and payload each way. */
function conn(...rows: readonly { to: string; state: string; bytes?: [number, number]; at?: number }[]): Evidence {
  const head = [
    '#separator \\x09',
    '#set_separator\t,',
    '#empty_field\t(empty)',
    '#unset_field\t-',
    '#path\tconn',
    '#fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tproto\tservice\torig_bytes\tresp_bytes\tconn_state' +
      '\torig_pkts\torig_ip_bytes\tresp_pkts\tresp_ip_bytes',
    '#types\ttime\tstring\taddr\tport\taddr\tport\tenum\tstring\tcount\tcount\tstring\tcount\tcount\tcount\tcount',
  ];
  const lines = rows.map(({ to, state, bytes, at = 0 }, i) => {
    const time = ((START + at) / 1000).toFixed(6);
    const [sent, received] = bytes ?? ['-', '-'];
    const packets = bytes
      ? [Math.ceil(bytes[0] / 1000) + 3, bytes[0] + 2000, Math.ceil(bytes[1] / 1000) + 3, bytes[1] + 2000]
      : state === 'REJ'
        ? [1, 52, 1, 40]
        : [1, 52, 0, 0];
    const row = [time, `Cv${i}`, '10.0.0.5', 51_000 + i, to, 445, 'tcp', bytes ? 'smb' : '-', sent, received, state];
    return [...row, ...packets].join('\t');
  });
  return { name: 'conn.log', text: `${[...head, ...lines].join('\n')}\n` };
}

/** One line of a PAN-OS TRAFFIC log. */
function panos(subType: string, application: string, action: string, bytes: [number, number], packets: number) {
  const [sent, received] = bytes;
  const reason = action === 'deny' ? 'policy-deny' : 'aged-out';
  const counters = `${sent + received},${sent},${received},${packets}`;
  const text =
    `1,2026/03/10 09:00:00,007051000012345,TRAFFIC,${subType},2561,2026/03/10 09:00:00,10.0.0.5,8.8.4.4,0.0.0.0,0.0.0.0,` +
    `rule 1,,,${application},vsys1,trust,untrust,ethernet1/1,ethernet1/2,fwd,,71234,1,51515,445,0,0,0x19,tcp,${action},` +
    `${counters},2026/03/10 08:59:58,2,any,,7001,0x0,10.0.0.0-10.255.255.255,United States,,${packets},0,${reason},` +
    `0,0,0,0,,pa1,from-policy`;
  return { name: 'traffic.log', text: `<14>Mar 10 09:00:00 pa1 ${text}\n` };
}

/** Row 9: a connection with its lines of files and logons, all of one uid. */
function connectionWithLines(): Evidence[] {
  const base = { uid: 'Cv9', 'id.orig_h': '10.0.0.5', 'id.orig_p': 51_515, 'id.resp_h': '8.8.4.4', 'id.resp_p': 445 };
  const line = (log: string, second: number, more: Fields) =>
    JSON.stringify({ _path: log, ts: START / 1000 + second, ...base, ...more });
  const files = Array.from({ length: 12 }, (_, i) =>
    line('smb_files', i + 1, { action: 'SMB::FILE_OPEN', path: '\\\\out\\docs', name: `plan${i}.docx`, size: 1200 }),
  );
  const logons = ['anna', 'anna'].map((username, i) =>
    line('ntlm', 0.2 + i, { username, hostname: 'PC7', domainname: 'EXA', success: true }),
  );
  const whole = line('conn', 0, {
    proto: 'tcp',
    service: 'smb,ntlm',
    duration: 20,
    orig_bytes: 9000,
    resp_bytes: 30_000,
    conn_state: 'SF',
    orig_pkts: 40,
    orig_ip_bytes: 11_000,
    resp_pkts: 40,
    resp_ip_bytes: 32_000,
  });
  return [whole, ...files, ...logons].map((text, i) => ({ name: `row9-${i}.jsonl`, text: `${text}\n` }));
}

const attempt = { 'source.bytes': 66, 'source.packets': 1, 'destination.bytes': 0, 'destination.packets': 0 };
const quic = { 'network.transport': 'udp', 'destination.port': 443, 'event.dataset': 'network_traffic.quic' };

/** What the improved rule says: one text a finding, `level severity`, with `raised` where attempts were many. */
interface Row {
  readonly row: string;
  readonly what: string;
  readonly evidence: readonly Evidence[];
  /** Alerts of the classic rule. */
  readonly classic: number;
  readonly improved: readonly string[];
  /** Counters of the improved rule. */
  readonly counted?: Readonly<Record<string, number>>;
}

/** By outcome, where the document says that the connection was established and spoke. */
const BY_OUTCOME = ['spoken high'];

const table: readonly Row[] = [
  {
    row: '1',
    what: 'Zeek SF, 9 kB and 30 kB',
    evidence: [conn({ to: '8.8.4.4', state: 'SF', bytes: [9000, 30_000] })],
    classic: 1,
    improved: ['spoken high'],
  },
  {
    row: '2',
    what: 'the same, 2 MB sent',
    evidence: [conn({ to: '8.8.4.4', state: 'SF', bytes: [2_000_000, 30_000] })],
    classic: 1,
    improved: ['moved critical'],
  },
  {
    row: '3',
    what: 'the same, S0',
    evidence: [conn({ to: '8.8.4.4', state: 'S0' })],
    classic: 1,
    improved: ['attempted low'],
  },
  {
    row: '4',
    what: 'the same, REJ',
    evidence: [conn({ to: '8.8.4.4', state: 'REJ' })],
    classic: 1,
    improved: ['refused low'],
  },
  {
    row: '5',
    what: 'PAN-OS deny',
    evidence: [panos('drop', 'not-applicable', 'deny', [74, 0], 1)],
    classic: 1,
    improved: ['refused low'],
  },
  {
    row: '5, as a document',
    what: 'PAN-OS deny, event.type denied',
    evidence: [
      ecs(
        flow('10.0.0.5', '8.8.4.4', {
          'event.dataset': 'panw.panos',
          'event.type': ['denied', 'connection'],
          'event.action': 'flow_denied',
          ...attempt,
        }),
      ),
    ],
    classic: 1,
    improved: ['refused low'],
  },
  {
    row: '6',
    what: 'PAN-OS allow, application incomplete, 1 packet',
    evidence: [panos('end', 'incomplete', 'allow', [74, 0], 1)],
    classic: 1,
    improved: ['attempted low'],
  },
  {
    row: '7',
    what: 'S0 to 6 outside servers in 40 minutes',
    evidence: [
      conn(...Array.from({ length: 6 }, (_, i) => ({ to: `8.8.4.${i + 1}`, state: 'S0', at: i * 8 * MINUTE }))),
    ],
    classic: 6,
    improved: Array.from({ length: 6 }, () => 'attempted medium raised'),
  },
  {
    row: '8',
    what: 'one flow: three interim documents and a final one',
    evidence: [
      ecs(
        ...[1, 2, 3, 4].map((i) =>
          flow('10.0.0.5', '8.8.4.4', {
            '@timestamp': new Date(START + i * 10_000).toISOString(),
            'flow.id': 'EAT/////AP//////CP8AAAEKAAAFCAgEBL3DvQE',
            'flow.final': i === 4,
            'event.action': 'network_flow',
            'source.bytes': 2000 * i,
            'source.packets': 5 * i,
            'destination.bytes': 1500 * i,
            'destination.packets': 5 * i,
          }),
        ),
      ),
    ],
    classic: 4,
    improved: ['spoken high'],
  },
  {
    row: '9',
    what: 'Zeek conn, 12 smb_files and 2 ntlm lines of one uid',
    evidence: connectionWithLines(),
    classic: 15,
    improved: ['credentials critical'],
  },
  {
    row: '10',
    what: 'port 139',
    evidence: [ecs(flow('192.168.1.9', '8.8.4.4 139'))],
    classic: 1,
    improved: BY_OUTCOME,
  },
  {
    row: '11',
    what: 'a documentation address',
    evidence: [ecs(flow('10.0.0.5', '203.0.113.9'))],
    classic: 0,
    improved: [],
    counted: { 'special destination': 1 },
  },
  {
    row: '12',
    what: '192.0.0.9 is globally reachable',
    evidence: [ecs(flow('10.0.0.5', '192.0.0.9'))],
    classic: 0,
    improved: BY_OUTCOME,
  },
  {
    row: '13',
    what: '192.88.99.1 is special no longer',
    evidence: [ecs(flow('10.0.0.5', '192.88.99.1'))],
    classic: 0,
    improved: BY_OUTCOME,
  },
  {
    row: '14',
    what: '0.0.0.0/8',
    evidence: [ecs(flow('10.0.0.5', '0.1.2.3'))],
    classic: 1,
    improved: [],
    counted: { 'special destination': 1 },
  },
  { row: '15', what: 'to 100.64/10', evidence: [ecs(flow('10.0.0.5', '100.64.1.1'))], classic: 0, improved: [] },
  {
    row: '16',
    what: 'from 100.64/10',
    evidence: [ecs(flow('100.64.1.1', '8.8.4.4'))],
    classic: 0,
    improved: BY_OUTCOME,
  },
  {
    row: '17',
    what: 'from a public block of ours',
    evidence: [ecs(flow('150.1.2.3', '8.8.4.4'))],
    classic: 0,
    improved: BY_OUTCOME,
  },
  {
    row: '18',
    what: 'to a public block of ours',
    evidence: [ecs(flow('10.0.0.5', '150.1.2.3'))],
    classic: 1,
    improved: [],
  },
  {
    row: '19',
    what: 'from a unique local address',
    evidence: [ecs(flow('fd00::5', '2a00:1450::1'))],
    classic: 0,
    improved: BY_OUTCOME,
  },
  {
    row: '20',
    what: 'from an IPv6 block of ours',
    evidence: [ecs(flow('2001:67c:1::5', '2a00:1450::1'))],
    classic: 0,
    improved: BY_OUTCOME,
  },
  {
    row: '21',
    what: 'global to global, direction not known',
    evidence: [ecs(flow('2a02:1::5', '2a00:1450::1'))],
    classic: 0,
    improved: [],
    counted: { undecided: 1 },
  },
  {
    row: '22',
    what: 'the same, said to be outbound',
    evidence: [ecs(flow('2a02:1::5', '2a00:1450::1', { 'network.direction': 'outbound' }))],
    classic: 0,
    improved: BY_OUTCOME,
  },
  {
    row: '23',
    what: 'to an IPv4-mapped address',
    evidence: [ecs(flow('10.0.0.5', '::ffff:8.8.4.4'))],
    classic: 1,
    improved: BY_OUTCOME,
  },
  {
    row: '24',
    what: 'through NAT64 to 8.8.4.4',
    evidence: [ecs(flow('fd00::5', '64:ff9b::808:404'))],
    classic: 0,
    improved: BY_OUTCOME,
  },
  {
    row: '25',
    what: 'through NAT64 to 10.0.0.1',
    evidence: [ecs(flow('fd00::5', '64:ff9b::a00:1'))],
    classic: 0,
    improved: [],
  },
  {
    row: '26',
    what: 'to a unique local address',
    evidence: [ecs(flow('10.0.0.5', 'fc00::1'))],
    classic: 1,
    improved: [],
  },
  {
    row: '27',
    what: 'to a link-local address',
    evidence: [ecs(flow('10.0.0.5', 'fe80::1'))],
    classic: 0,
    improved: [],
  },
  {
    row: '28',
    what: 'UDP 445',
    evidence: [ecs(flow('10.0.0.5', '8.8.4.4', { 'network.transport': 'udp' }))],
    classic: 0,
    improved: [],
  },
  {
    row: '29 smb',
    what: 'QUIC with ALPN smb',
    evidence: [ecs(flow('10.0.0.5', '8.8.4.4', { ...quic, 'tls.next_protocol': 'smb' }))],
    classic: 0,
    improved: BY_OUTCOME,
  },
  {
    row: '29 h3',
    what: 'QUIC with ALPN h3',
    evidence: [ecs(flow('10.0.0.5', '8.8.4.4', { ...quic, 'tls.next_protocol': 'h3' }))],
    classic: 0,
    improved: [],
  },
  {
    row: '30',
    what: 'port 8445, recognised as SMB',
    evidence: [ecs(flow('10.0.0.5', '8.8.4.4 8445', { 'network.protocol': 'smb' }))],
    classic: 0,
    improved: BY_OUTCOME,
  },
  {
    row: '31',
    what: 'event.dataset zeek.smb on port 1445',
    evidence: [ecs(flow('10.0.0.5', '8.8.4.4 1445', { 'event.dataset': 'zeek.smb' }))],
    classic: 1,
    improved: BY_OUTCOME,
  },
  {
    row: '32',
    what: 'the answer half of a NetFlow record',
    evidence: [ecs(flow('8.8.4.4 445', '10.0.0.5 50123', { 'event.dataset': 'netflow.log' }))],
    classic: 0,
    improved: BY_OUTCOME,
  },
  { row: '33', what: 'inbound', evidence: [ecs(flow('8.8.4.4', '10.0.0.5'))], classic: 0, improved: [] },
  {
    row: '34',
    what: 'no destination.ip',
    evidence: [ecs(flow('10.0.0.5', undefined))],
    classic: 1,
    improved: [],
    counted: { undecided: 1 },
  },
  {
    row: '35',
    what: 'network.transport written TCP',
    evidence: [ecs(flow('10.0.0.5', '8.8.4.4', { 'network.transport': 'TCP' }))],
    classic: 0,
    improved: BY_OUTCOME,
  },
];

test.each(table.map((row) => [row.row, row.what, row] as const))('row %s: %s', (_, __, row) => {
  const found = scanEvidence([CLASSIC, IMPROVED], row.evidence, { networks });
  expect(found.faults).toEqual([]);
  expect(alertsOf(found, CLASSIC.id).length, 'classic').toBe(row.classic);
  expect(verdictsOf(found), 'improved').toEqual(row.improved);
  expect(countersOf(found), 'counted').toEqual(row.counted ?? {});
});

test('rows 1 to 35 are all here', () => {
  const numbers = new Set(table.map(({ row }) => Number.parseInt(row, 10)));
  expect([...numbers].sort((x, y) => x - y)).toEqual(Array.from({ length: 35 }, (_, i) => i + 1));
});

test('the classic rule has the schedule and rank of its source document, and is off', () => {
  const { type, severity, riskScore, intervalMs, lookBackMs, maxSignals } = CLASSIC;
  expect({ type, severity, riskScore, intervalMs, lookBackMs, maxSignals }).toEqual({
    type: 'query',
    severity: 'high',
    riskScore: 73,
    intervalMs: 5 * MINUTE,
    lookBackMs: 9 * MINUTE,
    maxSignals: 100,
  });
  const off = rules.filter(({ enabled }) => !enabled);
  expect(off.map(({ id }) => id)).toEqual([CLASSIC.id]);
});

test.each<[string, Fields, number]>([
  ['dataset network_traffic.flow without a category', { 'event.category': undefined }, 1],
  ['category network_traffic', { 'event.category': 'network_traffic', 'event.dataset': 'other' }, 1],
  ['another category and dataset', { 'event.category': 'web', 'event.dataset': 'other' }, 0],
  ['port 446', { 'destination.port': 446 }, 0],
  ['source 172.31.255.255', { 'source.ip': '172.31.255.255' }, 1],
  ['source 172.32.0.0', { 'source.ip': '172.32.0.0' }, 0],
])('classic: %s', (_, more, alerts) => {
  expect(scanEvidence([CLASSIC], [ecs(flow('10.0.0.5', '8.8.4.4', more))], { networks }).alerts).toHaveLength(alerts);
});

const EXCLUDED = `10.255.255.255 127.0.0.1 169.254.1.1 172.16.0.1 192.0.0.1 192.0.0.8 192.0.0.9 192.0.0.10 192.0.0.170
  192.0.0.171 192.0.2.1 192.31.196.1 192.52.193.1 192.168.255.255 192.88.99.1 224.0.0.1 239.255.255.255 100.64.0.1
  192.175.48.1 198.19.255.255 198.51.100.1 203.0.113.1 255.255.255.255 ::1 fe80::1 ff02::1`;

test.each(EXCLUDED.split(/\s+/))('classic: %s is excluded', (address) => {
  expect(scanEvidence([CLASSIC], [ecs(flow('10.0.0.5', address))], { networks }).alerts).toEqual([]);
});

test.each(['11.0.0.0', '100.128.0.1', '172.32.0.0', '192.0.1.1', '192.169.0.0', '198.20.0.1', '223.255.255.255'])(
  'classic: %s is not',
  (address) => {
    expect(scanEvidence([CLASSIC], [ecs(flow('10.0.0.5', address))], { networks }).alerts).toHaveLength(1);
  },
);

test('rows 1 and 2: what is proven adds its techniques', () => {
  expect(techniquesOf(table[0]!.evidence)).not.toContain('T1048');
  expect(techniquesOf(table[1]!.evidence)).toContain('T1048');
  expect(techniquesOf(connectionWithLines())).toContain('T1187');
});

test('row 8: bytes of interim documents are not added up', () => {
  const { alerts } = scanEvidence([IMPROVED], table.find(({ row }) => row === '8')!.evidence, { networks });
  expect(alerts[0]!.memberCount).toBe(4);
  expect(alerts[0]!.finding!.bytesClient).toBeLessThanOrEqual(8000);
  expect(Object.values(alerts[0]!.finding!.connections)).toEqual([1]);
});

test('row 32: the client of an answer half is the inside address', () => {
  const { alerts } = scanEvidence([IMPROVED], table.find(({ row }) => row === '32')!.evidence, { networks });
  expect(alerts[0]!.finding!.key.map(({ value }) => value)).toEqual([
    '10.0.0.5',
    '8.8.4.4',
    '445',
    'tcp',
    '2026-03-10',
  ]);
});

test('row 33: inbound is the business of exposure-ingress', () => {
  const { alerts } = scanEvidence([IMPROVED, INGRESS], [ecs(flow('8.8.4.4', '10.0.0.5'))], { networks });
  expect(alerts.map(({ rule }) => rule.id)).toEqual([INGRESS.id]);
});

test('row 36: authentication alone opens no finding, and joins the one of its connection', () => {
  const logon = flow('10.0.0.5', '8.8.4.4', {
    'event.category': ['authentication'],
    'event.dataset': 'zeek.ntlm',
    'event.outcome': 'success',
    'user.name': 'anna',
  });
  const alone = scanEvidence([CLASSIC, IMPROVED], [ecs(logon)], { networks });
  expect(alone.alerts).toEqual([]);
  const joined = scanEvidence([CLASSIC, IMPROVED], [ecs(flow('10.0.0.5', '8.8.4.4'), logon)], { networks });
  expect(alertsOf(joined, CLASSIC.id)).toHaveLength(1);
  expect(verdictsOf(joined)).toEqual(['credentials critical']);
  expect(alertsOf(joined, IMPROVED.id)[0]!.memberCount).toBe(2);
  const other = scanEvidence([IMPROVED], [ecs(flow('10.0.0.5', '8.8.8.8'), logon)], { networks });
  expect(other.alerts.map(({ memberCount }) => memberCount)).toEqual([1]);
});

test('row 37: an exception ends at its minute, judged by the time of the event', () => {
  const april = ecs(flow('10.0.0.5', '8.8.4.4', { '@timestamp': '2026-04-30T23:59:59.999Z' }));
  const may = ecs(flow('10.0.0.5', '8.8.4.4', { '@timestamp': '2026-05-01T00:00:00.000Z' }));

  expect(scanExcepted(april, '2026-05-01T00:00:00Z').alerts).toEqual([]);
  expect(scanExcepted(april, '2026-05-01T00:00:00Z').excepted.map(({ exceptedBy }) => exceptedBy)).toEqual([
    'cloud-files',
    'cloud-files',
  ]);
  expect(verdictsOf(scanExcepted(may, '2026-05-01T00:00:00Z'))).toEqual(BY_OUTCOME);
  expect(scanExcepted(may, '"never"').alerts).toEqual([]);
});

test('row 38: on the same day one finding that rises, on the next day a second one', () => {
  const same = scanEvidence([CLASSIC, IMPROVED], [attemptThenSession(60 * MINUTE)], { networks });
  expect(alertsOf(same, CLASSIC.id)).toHaveLength(2);
  expect(verdictsOf(same)).toEqual(['spoken high']);
  const steps = alertsOf(same, IMPROVED.id)[0]!.finding!.steps;
  expect(steps[0]).toMatchObject({ name: 'attempted', severity: 'low', time: START });
  expect(steps.find(({ name }) => name === 'spoken')).toMatchObject({ severity: 'high', time: START + 60 * MINUTE });

  const next = scanEvidence([CLASSIC, IMPROVED], [attemptThenSession(DAY)], { networks });
  expect(alertsOf(next, CLASSIC.id)).toHaveLength(2);
  expect(verdictsOf(next)).toEqual(['attempted low', 'spoken high']);
});

test('a connection that another source calls refused is no longer unknown', () => {
  const silent = flow('10.0.0.5', '8.8.4.4', { 'event.dataset': 'some.sensor' });
  for (const name of Object.keys(SPOKEN)) delete (silent as Record<string, unknown>)[name];
  expect(verdictsOf(scanEvidence([IMPROVED], [ecs(silent)], { networks }))).toEqual(['unknown high']);
  const denied = { ...silent, 'event.dataset': 'some.firewall', 'event.type': ['connection', 'denied'] };
  expect(verdictsOf(scanEvidence([IMPROVED], [ecs(silent, denied)], { networks }))).toEqual(['refused low']);
});

test('four servers in an hour stay low, and so do five in more than an hour', () => {
  expect(severitiesOfTries(4, 10 * MINUTE)).toEqual(new Set(['low']));
  expect(severitiesOfTries(5, 10 * MINUTE)).toEqual(new Set(['medium']));
  expect(severitiesOfTries(5, 20 * MINUTE)).toEqual(new Set(['low']));
});

function alertsOf(found: Found, id: string) {
  return found.alerts.filter(({ rule }) => rule.id === id);
}

function verdictsOf(found: Found): string[] {
  return alertsOf(found, IMPROVED.id).map(({ finding, severity }) =>
    [finding!.level, severity, ...(finding!.raised === undefined ? [] : ['raised'])].join(' '),
  );
}

function countersOf(found: Found): Record<string, number> {
  const counters = found.rules.find(({ rule }) => rule.id === IMPROVED.id)!.counters;
  return Object.fromEntries(counters.map(({ name, count }) => [name, count]));
}

function techniquesOf(evidence: readonly Evidence[]): string[] {
  return scanEvidence([IMPROVED], evidence, { networks }).alerts[0]!.threat.map(({ technique }) => technique);
}

function attemptThenSession(later: number): Evidence {
  return conn({ to: '8.8.4.4', state: 'S0' }, { to: '8.8.4.4', state: 'SF', bytes: [9000, 30_000], at: later });
}

function severitiesOfTries(servers: number, gap: number): Set<Severity> {
  const tries = Array.from({ length: servers }, (_, i) => ({ to: `8.8.4.${i + 1}`, state: 'S0', at: i * gap }));
  return new Set(scanEvidence([IMPROVED], [conn(...tries)], { networks }).alerts.map(({ severity }) => severity));
}

function scanExcepted(evidence: Evidence, expires: string): Found {
  return scanEvidence([CLASSIC, IMPROVED], [evidence], { networks, exceptions: cloudFiles(expires) });
}

function cloudFiles(expires: string) {
  const text = `[[exception]]
id = "cloud-files"
name = "cloud files"
rules = ["exposure-egress", "exposure-egress-classic"]
owner = "storage team"
reason = "cloud file service"
expires = ${expires}
[[exception.item]]
entries = [{ field = "server.ip", operator = "in_range", value = "8.8.4.0/24" }]
`;
  return parseExceptions([{ file: 'exceptions.toml', text }], { lists: new Map(), now: NOW }).exceptions;
}
