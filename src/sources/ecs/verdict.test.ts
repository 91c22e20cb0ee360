import { expect, test } from 'vitest';
import { readAll } from '../../../test/conformance/sources.ts';
import { parseCidr } from '../../base/address/cidr.ts';
import { fieldId } from '../../event/field.ts';
import { Networks } from '../../event/networks.ts';
import { jsonSource } from '../json/reader.ts';
import { ecsDialect } from './dialect.ts';

/** The networks of the test table in detections §2.5. */
const networks = new Networks({ inside: [parseCidr('150.1.0.0/16')!, parseCidr('2001:67c:1::/48')!] });
const source = jsonSource([ecsDialect]);

function facts(document: object, names: readonly string[]): unknown[] {
  const found: unknown[] = [];
  const each = (view: { get(id: number): unknown }) => found.push(...names.map((name) => view.get(fieldId(name))));
  const { faultCount } = readAll(source, JSON.stringify(document), { networks, each });
  expect(faultCount).toBe(0);
  return found;
}

/** A connection as an ECS document. */
function connection(from: string, to: string, more: object = {}): object {
  const [fromIp, fromPort] = split(from);
  const [toIp, toPort] = split(to);
  return {
    '@timestamp': '2025-04-30T12:00:00Z',
    event: { category: ['network'], dataset: 'test' },
    source: { ip: fromIp, port: fromPort ?? 50_001 },
    destination: { ip: toIp, port: toPort },
    network: { transport: 'tcp' },
    ...more,
  };
}

/** Splits `address port`. */
function split(text: string): [string, number | undefined] {
  const [address = '', port] = text.split(' ');
  return [address, port === undefined ? undefined : Number(port)];
}

const zeek = (state: string, sent?: number, received?: number) => ({
  event: { category: ['network'], dataset: 'zeek.connection', module: 'zeek' },
  zeek: {
    session_id: 'C1',
    connection: { state, ...(sent === undefined ? {} : { orig_bytes: sent, resp_bytes: received }) },
  },
});
const dataset = (name: string) => ({ event: { category: ['network'], dataset: name } });
const SMB = '8.8.4.4 445';

test.each<[string, object, string | undefined, string | undefined, unknown]>([
  ['1 Zeek SF', connection('10.0.0.5', SMB, zeek('SF', 9000, 30_000)), 'egress', 'established', 'port'],
  ['2 Zeek SF, 2 MB', connection('10.0.0.5', SMB, zeek('SF', 2_000_000, 30_000)), 'egress', 'moved', 'port'],
  ['3 Zeek S0', connection('10.0.0.5', SMB, zeek('S0')), 'egress', 'attempted', 'port'],
  ['4 Zeek REJ', connection('10.0.0.5', SMB, zeek('REJ')), 'egress', 'refused', 'port'],
  [
    '5 PAN-OS deny',
    connection('10.0.0.5', SMB, {
      event: { category: ['network'], type: ['denied', 'connection'], dataset: 'panw.panos', action: 'flow_denied' },
      panw: { panos: { action: 'deny', sub_type: 'deny' } },
    }),
    'egress',
    'refused',
    'port',
  ],
  [
    '6 PAN-OS allow, incomplete',
    connection('10.0.0.5', SMB, {
      event: { category: ['network'], type: ['allowed', 'end', 'connection'], dataset: 'panw.panos' },
      panw: { panos: { action: 'allow', sub_type: 'end' } },
      source: { ip: '10.0.0.5', port: 50_001, packets: 1, bytes: 74 },
      network: { transport: 'tcp', application: 'incomplete' },
    }),
    'egress',
    'attempted',
    'port',
  ],
  ['10 port 139', connection('192.168.1.9', '8.8.4.4 139'), 'egress', 'unknown', 'port'],
  ['11 documentation range', connection('10.0.0.5', '203.0.113.9 445'), undefined, 'unknown', 'port'],
  ['12 globally reachable anycast', connection('10.0.0.5', '192.0.0.9 445'), 'egress', 'unknown', 'port'],
  ['13 deprecated relay', connection('10.0.0.5', '192.88.99.1 445'), 'egress', 'unknown', 'port'],
  ['14 this network', connection('10.0.0.5', '0.1.2.3 445'), undefined, 'unknown', 'port'],
  ['15 shared space is inside', connection('10.0.0.5', '100.64.1.1 445'), 'internal', 'unknown', 'port'],
  ['16 shared space out', connection('100.64.1.1', SMB), 'egress', 'unknown', 'port'],
  ['17 own public range out', connection('150.1.2.3', SMB), 'egress', 'unknown', 'port'],
  ['18 own public range', connection('10.0.0.5', '150.1.2.3 445'), 'internal', 'unknown', 'port'],
  ['19 IPv6 unique local out', connection('fd00::5', '2a00:1450::1 445'), 'egress', 'unknown', 'port'],
  ['20 own IPv6 prefix out', connection('2001:67c:1::5', '2a00:1450::1 445'), 'egress', 'unknown', 'port'],
  ['21 two global IPv6', connection('2a02:1::5', '2a00:1450::1 445'), 'undecided', 'unknown', 'port'],
  [
    '22 same, the sensor says outbound',
    connection('2a02:1::5', '2a00:1450::1 445', { network: { transport: 'tcp', direction: 'outbound' } }),
    'egress',
    'unknown',
    'port',
  ],
  ['23 v4-mapped', connection('10.0.0.5', '::ffff:8.8.4.4 445'), 'egress', 'unknown', 'port'],
  ['24 NAT64 out', connection('fd00::5', '64:ff9b::808:404 445'), 'egress', 'unknown', 'port'],
  ['25 NAT64 of a private address', connection('fd00::5', '64:ff9b::a00:1 445'), 'internal', 'unknown', 'port'],
  ['26 unique local', connection('10.0.0.5', 'fc00::1 445'), 'internal', 'unknown', 'port'],
  ['27 link local', connection('10.0.0.5', 'fe80::1 445'), 'internal', 'unknown', 'port'],
  ['28 UDP 445', connection('10.0.0.5', SMB, { network: { transport: 'udp' } }), 'egress', 'unknown', undefined],
  [
    '29 QUIC with ALPN smb',
    connection('10.0.0.5', '8.8.4.4 443', { network: { transport: 'udp' }, tls: { next_protocol: 'smb' } }),
    'egress',
    'unknown',
    'quic',
  ],
  [
    '29 QUIC with ALPN h3',
    connection('10.0.0.5', '8.8.4.4 443', { network: { transport: 'udp' }, tls: { next_protocol: 'h3' } }),
    'egress',
    'unknown',
    undefined,
  ],
  [
    '30 SMB by content',
    connection('10.0.0.5', '8.8.4.4 8445', { network: { transport: 'tcp', protocol: 'smb' } }),
    'egress',
    'unknown',
    'protocol',
  ],
  [
    '31 zeek.smb survives',
    connection('10.0.0.5', '8.8.4.4 1445', dataset('zeek.smb')),
    'egress',
    'established',
    'protocol',
  ],
  [
    '32 half from the server',
    connection('8.8.4.4 445', '10.0.0.5 50123', dataset('netflow.log')),
    'egress',
    'unknown',
    'port',
  ],
  ['33 the other way', connection('8.8.4.4 50123', '10.0.0.5 445'), 'ingress', 'unknown', 'port'],
  [
    '34 no destination address',
    { ...connection('10.0.0.5', SMB), destination: { port: 445 } },
    'undecided',
    'unknown',
    'port',
  ],
  ['35 upper case', connection('10.0.0.5', SMB, { network: { transport: 'TCP' } }), 'egress', 'unknown', 'port'],
  [
    '36 authentication only',
    connection('10.0.0.5', SMB, { event: { category: ['authentication'] } }),
    'egress',
    'unknown',
    'port',
  ],
])('row %s', (_, document, direction, outcome, evidence) => {
  expect(facts(document, ['smb.flow.direction', 'smb.flow.outcome', 'smb.flow.evidence'])).toEqual([
    direction,
    outcome,
    evidence,
  ]);
});

test('row 9: lines of one uid: SMB established, credentials sent', () => {
  const names = ['smb.flow.outcome', 'smb.flow.credentials_sent', 'smb.auth.mechanism'];
  expect(facts(connection('10.0.0.5', SMB, dataset('zeek.ntlm')), names)).toEqual(['established', true, 'ntlm']);
  expect(facts(connection('10.0.0.5', SMB, dataset('zeek.smb_files')), names)).toEqual([
    'established',
    undefined,
    undefined,
  ]);
  expect(facts(connection('10.0.0.5', '10.0.0.1 88', dataset('zeek.kerberos')), names)[1], 'no SMB').toBeUndefined();
});

test('row 32: the client of a half from the server is its destination', () => {
  const document = connection('8.8.4.4 445', '10.0.0.5 50123', {
    netflow: { tcp_control_bits: 0x14 },
    source: { ip: '8.8.4.4', port: 445, packets: 1, bytes: 40 },
  });
  expect(
    facts(document, ['client.ip', 'server.ip', 'smb.flow.reversed', 'smb.flow.outcome', 'smb.flow.refused_by']),
  ).toEqual(['10.0.0.5', '8.8.4.4', true, 'refused', 'reset']);
});

test('row 35: the repair is listed, so that the classic rule can look at it', () => {
  expect(
    facts(connection('10.0.0.5', SMB, { network: { transport: 'TCP' } }), [
      'network.transport',
      'smb.flow.transport',
      'smb.repairs',
    ]),
  ).toEqual(['tcp', 'tcp', ['network.transport']]);
});

const counters = (sent: [number, number] | undefined, received: [number, number] | undefined, more: object = {}) => ({
  '@timestamp': '2025-10-24T10:00:00Z',
  event: { category: ['network'], dataset: 'network_traffic.flow', action: 'network_flow' },
  source: { ip: '10.4.4.4', port: 50_001, ...(sent ? { bytes: sent[0], packets: sent[1] } : {}) },
  destination: { ip: '8.8.4.4', port: 445, ...(received ? { bytes: received[0], packets: received[1] } : {}) },
  network: { transport: 'tcp' },
  ...more,
});

test.each<[string, object, string, string | undefined]>([
  ['no answer counted', counters([198, 3], undefined), 'attempted', undefined],
  ['an answer of zero packets', counters([198, 3], [0, 0]), 'attempted', undefined],
  ['one small packet each way', counters([66, 1], [54, 1]), 'unknown', undefined],
  ['three packets each way', counters([198, 3], [198, 3]), 'established', undefined],
  ['filled packets each way', counters([900, 2], [700, 2]), 'established', undefined],
  ['much payload', counters([80_000, 60], [4400, 40]), 'moved', undefined],
  ['headers alone', counters([66_000, 1000], [66_000, 1000]), 'established', undefined],
  [
    'Packetbeat without dataset',
    counters([900, 5], [700, 5], { event: { action: 'network_flow' }, type: 'flow', agent: { type: 'packetbeat' } }),
    'established',
    undefined,
  ],
])('flow sensor: %s', (_, document, outcome, refusedBy) => {
  expect(facts(document, ['smb.flow.outcome', 'smb.flow.refused_by'])).toEqual([outcome, refusedBy]);
});

const written = (event: object, more: object = {}) =>
  connection('10.0.0.5', SMB, { event: { category: ['network'], ...event }, ...more });

test.each<[string, object, string | undefined, string | undefined]>([
  ['firewall: denied', written({ type: ['connection', 'denied'] }), 'refused', 'policy'],
  ['firewall: drop', written({ action: 'firewall-drop' }), 'refused', 'policy'],
  ['firewall: flow_dropped', written({ action: 'flow_dropped' }), 'refused', 'policy'],
  ['firewall: blocked', written({ action: 'Blocked' }), 'refused', 'policy'],
  ['a word that only looks like it', written({ action: 'raindrops_counted' }), 'unknown', undefined],
  ['firewall: allowed, no counters', written({ type: ['allowed'] }), 'attempted', undefined],
  ['firewall: reset by the server', written({ type: ['allowed'], action: 'server-rst' }), 'refused', 'reset'],
  [
    'firewall: counters both ways',
    {
      ...written({ type: ['allowed'] }),
      source: { ip: '10.0.0.5', bytes: 900 },
      destination: { ip: '8.8.4.4', port: 445, bytes: 700 },
    },
    'established',
    undefined,
  ],
  [
    'a lone RST of a sensor that says nothing is no handshake',
    {
      ...written({}),
      source: { ip: '10.0.0.5', bytes: 74, packets: 1 },
      destination: { ip: '8.8.4.4', port: 445, bytes: 54, packets: 1 },
    },
    'unknown',
    undefined,
  ],
  [
    'an explicit zero of any sensor',
    { ...written({}), source: { ip: '10.0.0.5', packets: 3 }, destination: { ip: '8.8.4.4', port: 445, packets: 0 } },
    'attempted',
    undefined,
  ],
  ['endpoint agent', written({ action: 'connection_attempted' }), 'attempted', undefined],
  [
    'filtering platform permits',
    written({ code: '5156', provider: 'Microsoft-Windows-Security-Auditing' }),
    'attempted',
    undefined,
  ],
  [
    'filtering platform blocks',
    written({ code: '5157', provider: 'Microsoft-Windows-Security-Auditing' }),
    'refused',
    'policy',
  ],
  ['Sysmon sees it begin', written({ code: '3', provider: 'Microsoft-Windows-Sysmon' }), 'attempted', undefined],
  [
    'Suricata flow',
    written({ dataset: 'suricata.eve' }, { suricata: { eve: { event_type: 'flow', flow: { state: 'new' } } } }),
    'attempted',
    undefined,
  ],
  [
    'Suricata flow, reset',
    written(
      { dataset: 'suricata.eve' },
      { suricata: { eve: { event_type: 'flow', flow: { state: 'new' }, tcp: { rst: true } } } },
    ),
    'refused',
    'reset',
  ],
  [
    'Suricata smb',
    written(
      { dataset: 'suricata.eve' },
      { suricata: { eve: { event_type: 'smb', smb: { command: 'SMB2_COMMAND_CREATE' } } } },
    ),
    'established',
    undefined,
  ],
  [
    'Suricata alert blocked',
    written({ dataset: 'suricata.eve' }, { suricata: { eve: { event_type: 'alert', alert: { action: 'blocked' } } } }),
    'refused',
    'policy',
  ],
  ['Zeek half seen', written({}, { zeek: { connection: { state: 'OTH' } } }), 'unknown', undefined],
  [
    'a file event is about no connection',
    { '@timestamp': '2025-10-24T10:00:00Z', event: { category: ['file'], action: 'blocked' } },
    undefined,
    undefined,
  ],
])('outcome: %s', (_, document, outcome, refusedBy) => {
  expect(facts(document, ['smb.flow.outcome', 'smb.flow.refused_by'])).toEqual([outcome, refusedBy]);
});

const flow = (sent: number, received: number, final: boolean) => ({
  ...counters(undefined, undefined),
  source: { ip: '10.4.4.4', port: 50_001, bytes: sent },
  destination: { ip: '8.8.4.4', port: 445, bytes: received },
  flow: { id: 'EQQA', final },
});

test('three documents of one flow, counters in bytes only', () => {
  const lines = [flow(900, 700, false), flow(5200, 3100, false), flow(9800, 4400, true)];
  const { events } = readAll(source, lines.map((line) => JSON.stringify(line)).join('\n'), { networks });
  expect(new Set(events.map((event) => event.id)).size).toBe(3);
  for (const { document } of events) {
    expect(document).toMatchObject({
      network: { community_id: '1:gNEXR4susd/JXDCFTHRCGPwRk1w=' },
      flow: { id: 'EQQA' },
      client: { ip: '10.4.4.4' },
      smb: { flow: { outcome: 'established' } },
    });
  }
});
