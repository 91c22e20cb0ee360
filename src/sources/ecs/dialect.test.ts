import { describe, expect, test } from 'vitest';
import { readAll, sourceConformance } from '../../../test/conformance/sources.ts';
import type { Document } from '../../event/document.ts';
import { fieldId } from '../../event/field.ts';
import type { EventView } from '../../event/view.ts';
import { recognise } from '../input/read.ts';
import { jsonSource } from '../json/reader.ts';
import { panos } from '../panos/panos.ts';
import { sources } from '../registry.ts';
import { suricataDialect } from '../suricata/dialect.ts';
import { zeekDialect } from '../zeek/dialect.ts';
import { ecsDialect } from './dialect.ts';

const source = jsonSource([ecsDialect]);
const lines = (objects: readonly object[]) => objects.map((object) => JSON.stringify(object)).join('\n');
const one = (object: object, each?: (view: EventView) => void): Document => {
  const { events, faultCount } = readAll(source, JSON.stringify(object), each ? { each } : {});
  expect(faultCount).toBe(0);
  expect(events).toHaveLength(1);
  return events[0]!.document;
};
const values = (object: object, names: readonly string[]): unknown[] => {
  const found: unknown[] = [];
  one(object, (view) => found.push(...names.map((name) => view.get(fieldId(name)))));
  return found;
};

const FLOW = {
  '@timestamp': '2025-10-24T10:00:00.123456Z',
  event: {
    kind: 'event',
    category: ['network'],
    type: ['connection'],
    dataset: 'zeek.connection',
    duration: 12_500_000_000,
  },
  source: { ip: '10.1.2.30', port: 51_515, bytes: 22_572, packets: 40 },
  destination: { ip: '8.8.4.4', port: 445, bytes: 5720, packets: 31 },
  network: { transport: 'tcp', protocol: 'smb', direction: 'outbound' },
  zeek: { session_id: 'CAbc1', connection: { state: 'SF', history: 'ShADadFf' } },
};

sourceConformance(source, [{ name: 'Zeek through Filebeat', bytes: `${JSON.stringify(FLOW)}\n`, events: 1 }]);

test('a document passes through and gains facts only', () => {
  const document = one({ ...FLOW, own_field: { 'left alone': [1, { a: null }] } });
  expect(document).toMatchObject({ ...FLOW, own_field: { 'left alone': [1, { a: null }] } });
  expect(document).toMatchObject({
    event: { outcome: 'success' },
    client: { ip: '10.1.2.30', port: 51_515 },
    server: { ip: '8.8.4.4', port: 445 },
    network: { type: 'ipv4', bytes: 28_292, packets: 71, community_id: '1:oY5UHYNlZHmQXI6xyeQu+2smBXg=' },
    smb: {
      flow: { outcome: 'established', spoken: true, direction: 'egress', evidence: ['port', 'protocol'] },
      client: { place: 'inside' },
      server: { place: 'outside' },
    },
  });
  expect(document).not.toHaveProperty('smb.repairs');
});

test('what a document says of outcome, client and community id stands', () => {
  const said = {
    ...FLOW,
    event: { ...FLOW.event, outcome: 'unknown' },
    client: { ip: '10.9.9.9' },
    network: { ...FLOW.network, community_id: '1:own' },
    smb: { flow: { outcome: 'attempted' } },
  };
  expect(one(said)).toMatchObject(said);
});

test('nested, dotted and mixed keys give the same document and the same id', () => {
  const { event, ...rest } = FLOW;
  const dotted = {
    ...rest,
    ...Object.fromEntries(Object.entries(event).map(([key, value]) => [`event.${key}`, value])),
    source: undefined,
    'source.ip': '10.1.2.30',
    'source.port': 51_515,
    'source.bytes': 22_572,
    'source.packets': 40,
    'zeek.connection': FLOW.zeek.connection,
    zeek: { session_id: 'CAbc1' },
  };
  const { events } = readAll(source, lines([FLOW, dotted]));
  expect(events[1]!.document).toEqual(events[0]!.document);
  expect(events[1]!.id).toBe(events[0]!.id);
});

test.each<[string, object, string, unknown, string[] | undefined]>([
  ['a port as text', { source: { port: '445' } }, 'source.port', 445, ['source.port']],
  ['a counter as text', { source: { bytes: '12' } }, 'source.bytes', 12, ['source.bytes']],
  ['a text that is no number', { source: { bytes: 'many' } }, 'source.bytes', undefined, undefined],
  ['a flag as text', { tls: { established: 'true' } }, 'tls.established', true, ['tls.established']],
  ['transport in capitals', { network: { transport: 'TCP' } }, 'network.transport', 'tcp', ['network.transport']],
  ['protocol in capitals', { network: { protocol: 'SMB' } }, 'network.protocol', 'smb', ['network.protocol']],
  ['category as text', { event: { category: 'network' } }, 'event.category', ['network'], ['event.category']],
  ['a list of one', { source: { ip: ['10.0.0.1'] } }, 'source.ip', '10.0.0.1', ['source.ip']],
  ['a list of one text port', { source: { port: ['445'] } }, 'source.port', 445, ['source.port']],
  ['lists that are lists', { tags: ['a'], related: { ip: ['10.0.0.1'] } }, 'tags', 'a', undefined],
  [
    'a time without zone',
    { event: { start: '2025-10-24 10:00:00.5' } },
    'event.start',
    Date.UTC(2025, 9, 24, 10, 0, 0, 500),
    ['event.start'],
  ],
  ['milliseconds as time', { event: { start: 1_761_300_000_123 } }, 'event.start', 1_761_300_000_123, undefined],
  ['digits in a keyword field', { event: { code: 5145 } }, 'event.code', '5145', undefined],
  ['a mapped address', { source: { ip: '::ffff:8.8.4.4' } }, 'source.ip', '8.8.4.4', undefined],
  ['an address that is none', { source: { ip: 'fs01' } }, 'source.ip', undefined, undefined],
])('repair: %s', (_, part, field, value, repairs) => {
  const object = { '@timestamp': '2025-10-24T10:00:00Z', ...part };
  expect(values(object, [field, 'smb.repairs'])).toEqual([value, repairs]);
});

test('repairs stand in the document, and what cannot be repaired stays as it was', () => {
  const document = one({
    '@timestamp': '2025-10-24 10:00:00',
    event: { category: 'network' },
    source: { ip: ['10.0.0.5'], port: '50001', bytes: 'many' },
    destination: { ip: '8.8.4.4', port: 445 },
    network: { transport: 'TCP' },
  });
  expect(document).toMatchObject({
    '@timestamp': '2025-10-24T10:00:00Z',
    event: { category: ['network'] },
    source: { ip: '10.0.0.5', port: 50_001, bytes: 'many' },
    network: { transport: 'tcp' },
    smb: { repairs: ['@timestamp', 'event.category', 'source.ip', 'source.port', 'network.transport'] },
  });
});

test('a 64-bit id keeps its digits', () => {
  const text = '{"@timestamp":"2025-10-24T10:00:00Z","winlog":{"record_id":4398046511201123456}}';
  const found: unknown[] = [];
  readAll(source, text, { each: (view) => found.push(view.get(fieldId('winlog.record_id'))) });
  expect(found).toEqual(['4398046511201123456']);
});

test.each<[string, object, string | undefined]>([
  ['event.dataset', { event: { dataset: 'zeek.smb' } }, 'zeek.smb'],
  ['data stream', { data_stream: { dataset: 'system.security' } }, 'system.security'],
  ['Packetbeat flow', { type: 'flow', agent: { type: 'packetbeat' } }, 'flow'],
  ['another type', { type: 'dns', agent: { type: 'packetbeat' } }, undefined],
])('dataset from %s', (_, part, dataset) => {
  expect(values({ '@timestamp': '2025-10-24T10:00:00Z', ...part }, ['event.dataset'])).toEqual([dataset]);
});

test.each([
  ['logs-zeek.connection-default', 'zeek.connection'],
  ['.ds-logs-system.security-prod-2025.10.24-000001', 'system.security'],
  ['winlogbeat-8.17.0', 'winlogbeat'],
  ['my-index', undefined],
])('dataset from index %s', (_index, dataset) => {
  const hit = { _index, _id: 'x', _source: { '@timestamp': '2025-10-24T10:00:00Z' } };
  expect(values(hit, ['event.dataset'])).toEqual([dataset]);
});

test('hits of a search are read one by one', () => {
  const hits = [{ _index: 'logs-zeek.connection-default', _id: 'a', _source: FLOW }];
  const { events, faultCount } = readAll(source, JSON.stringify({ took: 1, hits: { total: 1, hits } }));
  expect([events.length, faultCount]).toEqual([1, 0]);
  expect(events[0]!.document).toMatchObject(FLOW);
});

test('lines that are hits: fields and document are those of the source, the id is the hit’s', () => {
  const hit = { _index: 'logs-zeek.connection-default', _id: '9f2c', _score: 1, _source: FLOW };
  const { events, faultCount } = readAll(source, lines([hit, hit, { ...hit, _id: '9f2d' }, FLOW]));
  expect(faultCount).toBe(0);
  expect(events[0]!.document).toEqual(events[3]!.document);
  expect(events[0]!.id).toBe(events[1]!.id);
  expect(new Set(events.map((event) => event.id)).size).toBe(3);
});

test('an _id is an identity within its index, however the index is spelled, and of one time', () => {
  const hit = (_index: string, more: object = {}) => ({ _index, _id: '1', _source: { ...FLOW, ...more } });
  const { events } = readAll(
    source,
    lines([
      hit('logs-zeek.connection-default'),
      hit('.ds-logs-zeek.connection-default-2026.01.01-000001'),
      hit('.ds-logs-zeek.connection-default-2026.02.01-000002', { message: 'sent again' }),
      { create: { _index: 'logs-zeek.connection-default', _id: '1' } },
      FLOW,
      hit('logs-zeek.dns-default'),
      hit('logs-zeek.connection-default', { '@timestamp': '2025-10-24T10:00:01Z' }),
    ]),
  );
  const found = events.map(({ id }) => id);
  expect(found.slice(1, 4)).toEqual([found[0], found[0], found[0]]);
  expect(new Set(found).size).toBe(3);
});

const sent = (object: object, idScope: string | undefined) =>
  readAll(source, lines([object]), { settings: { idScope } }).events[0]!;

describe('what an identity that a document chooses holds for', () => {
  const chosen = { ...FLOW, smbastion: { event: { id: 'a'.repeat(32) } } };
  test.each([
    ['ours', chosen],
    ['ours, in a joined name', { ...FLOW, 'smbastion.event.id': 'b' }],
    ['ours, several', { ...FLOW, smbastion: { event: { id: ['b', 'c'] } } }],
    ['ours, a number', { ...FLOW, smbastion: { event: { id: 7 } } }],
    ['event.id', { ...FLOW, event: { id: 'e1', dataset: 'x' } }],
    ['_id', { _index: 'a', _id: '1', _source: FLOW }],
    ['_id and ours', { _index: 'a', _id: '1', _source: chosen }],
  ])('%s', (_name, object) => {
    const [anybody, once, again, other] = [undefined, 'key 1', 'key 1', 'key 2'].map((scope) => sent(object, scope).id);
    expect(again).toBe(once);
    expect(new Set([anybody, once, other]).size).toBe(3);
    expect(once).toMatch(/^[0-9a-f]{32}$/);
  });

  test('the document says the identity it has', () => {
    expect(sent(chosen, undefined)).toMatchObject({ id: 'a'.repeat(32), document: chosen });
    const { id, document } = sent(chosen, 'key 1');
    expect(document).toMatchObject({ smbastion: { event: { id } } });
    expect(sent({ ...FLOW, smbastion: { event: { id: ['b', 'c'] } } }, 'key 1').document).toMatchObject({
      smbastion: { event: { id: expect.stringMatching(/^[0-9a-f]{32}$/) } },
    });
  });
});

test('a bulk body: action lines are skipped with a reason and give the document its id and index', () => {
  const { '@timestamp': time, ...rest } = FLOW;
  const bare = { '@timestamp': time, ...rest, event: { category: ['network'] } };
  const body = lines([
    { create: { _index: 'logs-zeek.connection-default', _id: '9f2c' } },
    bare,
    { index: {} },
    bare,
    { create: { _index: 'logs-zeek.connection-default', _id: '9f2c' } },
    { ...bare, message: 'sent again' },
  ]);
  const { events, skipped, faultCount } = readAll(source, body);
  expect(faultCount).toBe(0);
  expect(skipped).toEqual({ 'action lines of a bulk request': 3 });
  expect(events[0]!.document).toMatchObject({ event: { dataset: 'zeek.connection' } });
  expect(events[1]!.document).not.toHaveProperty('event.dataset');
  expect(events[2]!.id).toBe(events[0]!.id);
  expect(events[1]!.id).not.toBe(events[0]!.id);
});

test('an object of no ECS shape is not taken', () => {
  const { events, faults } = readAll(source, '{"index":5,"name":"x"}\n{"hello":"world"}');
  expect(events).toHaveLength(0);
  expect(faults.map((group) => [group.code, group.count])).toEqual([['json.unknown', 2]]);
});

const ids = (objects: readonly object[]) => readAll(source, lines(objects)).events.map((event) => event.id);

test('identity: event.id with its dataset, but not an id of the whole connection', () => {
  const at = { '@timestamp': '2025-10-24T10:00:00Z' };
  const [a, b, c] = ids([
    { ...at, event: { id: 'e1', dataset: 'x' }, message: '1' },
    { ...at, event: { id: 'e1', dataset: 'x' }, message: '2' },
    { ...at, event: { id: 'e1', dataset: 'y' } },
  ]);
  expect(a).toBe(b);
  expect(c).not.toBe(a);
  const [later] = ids([{ '@timestamp': '2025-10-24T10:00:01Z', event: { id: 'e1', dataset: 'x' } }]);
  expect(later).not.toBe(a);
  const [first, second] = ids([
    { ...at, event: { id: 'CAbc1', dataset: 'zeek.smb_files' }, zeek: { session_id: 'CAbc1' }, file: { name: 'a' } },
    { ...at, event: { id: 'CAbc1', dataset: 'zeek.smb_files' }, zeek: { session_id: 'CAbc1' }, file: { name: 'b' } },
  ]);
  expect(first).not.toBe(second);
  const [early, late] = ids([
    { ...at, message: 'x', event: { kind: 'event', ingested: '2025-10-24T10:00:01Z' } },
    { ...at, message: 'x', event: { kind: 'event', ingested: '2025-10-24T11:00:00Z' } },
  ]);
  expect(early).toBe(late);
});

const zeekFile = {
  '@timestamp': '2025-10-24T10:00:03.500Z',
  event: { category: ['network', 'file'], dataset: 'zeek.smb_files', action: 'SMB::FILE_RENAME' },
  source: { ip: '10.1.2.30', port: 51_516 },
  destination: { ip: '10.1.9.20', port: 445 },
  network: { transport: 'tcp' },
  zeek: {
    session_id: 'CAbc2',
    smb_files: {
      action: 'SMB::FILE_RENAME',
      path: '\\\\fs01\\data',
      name: 'plan\\q4.xlsx.lock',
      prev_name: 'plan\\q4.xlsx',
    },
  },
};

test('raw fields of Zeek become smb fields', () => {
  expect(one(zeekFile)).toMatchObject({
    file: { name: 'q4.xlsx.lock', extension: 'lock' },
    smb: {
      share: { path: '\\\\fs01\\data', name: 'DATA', admin: false },
      file: { path: 'plan\\q4.xlsx.lock', previous_name: 'plan\\q4.xlsx', extension_added: true },
      flow: { outcome: 'established', evidence: ['port', 'protocol'], direction: 'internal' },
    },
  });
  const rpc = { endpoint: 'svcctl', operation: 'CreateServiceW', named_pipe: '\\pipe\\svcctl' };
  const names = ['smb.rpc.interface', 'smb.rpc.operation', 'smb.pipe.name'];
  const call = (dce_rpc: object) => ({ ...zeekFile, event: { dataset: 'zeek.dce_rpc' }, zeek: { dce_rpc } });
  expect(values(call(rpc), names)).toEqual(['svcctl', 'CreateServiceW', 'svcctl']);
  expect(values(call({ ...rpc, named_pipe: '49677' }), names)[2]).toBeUndefined();
});

test('raw fields of Suricata become smb fields', () => {
  const eve = {
    event_type: 'smb',
    smb: {
      command: 'SMB2_COMMAND_IOCTL',
      dialect: '3.11',
      status: 'STATUS_SUCCESS',
      dcerpc: { opnum: 12, interfaces: [{ uuid: '367abb81-9844-35f1-ad32-98f038001003' }] },
      ntlmssp: { user: 'svc', domain: 'CORP' },
    },
  };
  expect(one({ ...zeekFile, event: { dataset: 'suricata.eve' }, zeek: undefined, suricata: { eve } })).toMatchObject({
    user: { name: 'svc', domain: 'CORP' },
    network: { protocol: 'smb' },
    smb: {
      command: 'ioctl',
      version: 'SMB2',
      dialect: '3.1.1',
      status: 'STATUS_SUCCESS',
      rpc: { interface: 'svcctl', operation: 'CreateServiceW', opnum: 12 },
      auth: { mechanism: 'ntlm' },
      flow: { credentials_sent: true, spoken: true },
    },
  });
});

const access = (ShareName: string, RelativeTargetName: string) => ({
  '@timestamp': '2025-10-24T10:00:00Z',
  event: { code: '5145', provider: 'Microsoft-Windows-Security-Auditing', dataset: 'system.security' },
  winlog: { event_data: { ShareName, RelativeTargetName, ShareLocalPath: '\\??\\C:\\' } },
});

test('a Windows share access has its share and its pipe', () => {
  const names = ['smb.share.name', 'smb.file.path', 'smb.pipe.name', 'smb.local_path'];
  expect(values(access('\\\\*\\C$', 'Windows\\a.exe'), names)).toEqual([
    'C$',
    'Windows\\a.exe',
    undefined,
    'C:\\Windows\\a.exe',
  ]);
  expect(values(access('\\\\*\\IPC$', 'svcctl'), names)).toEqual(['IPC$', undefined, 'svcctl', undefined]);
});

test('a field that a rule named after the dialect was made is read all the same', () => {
  const late = 'winlog.event_data.NamedByARuleLater';
  expect(
    values({ '@timestamp': '2025-10-24T10:00:00Z', winlog: { event_data: { NamedByARuleLater: 'x' } } }, [late]),
  ).toEqual(['x']);
});

test('nested elements and bare words see the repaired document', () => {
  const seen: string[] = [];
  const elements: unknown[] = [];
  one(
    { ...FLOW, network: { transport: 'TCP' }, threat: { enrichments: [{ indicator: { ip: '8.8.4.4' } }] } },
    (view) => {
      view.each((field, value) => seen.push(`${field.name}=${String(value)}`));
      elements.push(...view.elements(['threat', 'enrichments']));
    },
  );
  expect(seen).toContain('network.transport=tcp');
  expect(seen).toContain('smb.flow.outcome=established');
  expect(elements).toEqual([{ indicator: { ip: '8.8.4.4' } }]);
});

test('what was normalised reads back as the same document with the same id', () => {
  const objects = [
    FLOW,
    zeekFile,
    {
      '@timestamp': '2025-10-24 10:00:00',
      event: { category: 'network' },
      source: { ip: ['10.0.0.5'], port: '50001' },
      network: { transport: 'TCP' },
    },
    { _id: '9f2c', _index: 'logs-zeek.connection-default', _source: { ...FLOW, event: { category: ['network'] } } },
    { '@timestamp': '2025-10-24T10:00:00Z', host: 'a text where an object is expected', event: { code: 5145 } },
  ];
  const first = readAll(source, lines(objects));
  const written = first.events.map(({ document, id }) => ({ ...document, smbastion: { event: { id } } }));
  const again = readAll(source, lines(written));
  expect(again.faultCount).toBe(0);
  expect(again.events.map((event) => event.id)).toEqual(first.events.map((event) => event.id));
  expect(again.events.map((event) => event.document)).toEqual(written);
});

test('what was normalised from Suricata reads back as the same document with the same id', () => {
  const tuple = { src_ip: '10.7.0.15', src_port: 51_022, dest_ip: '8.8.4.4', dest_port: 445, proto: 'TCP' };
  const line = (event_type: string, more: object) => ({
    timestamp: '2025-10-24T12:00:40.000001+0200',
    flow_id: 1,
    event_type,
    vlan: [7],
    ...tuple,
    ...more,
  });
  const reader = jsonSource([suricataDialect, ecsDialect]);
  const first = readAll(
    reader,
    lines([
      line('flow', {
        flow: { pkts_toserver: 3, bytes_toserver: 198, pkts_toclient: 0, bytes_toclient: 0, state: 'new' },
      }),
      line('smb', { smb: { id: 1, command: 'SMB2_COMMAND_CREATE', filename: 'a.exe', session_id: 4, tree_id: 5 } }),
      line('alert', { alert: { action: 'blocked', signature_id: 1, metadata: { mitre_technique_id: ['T1021'] } } }),
      line('dns', { flow: { state: 'established' }, dest_port: 53, dns: { rrname: 'example.com' } }),
    ]),
  );
  const written = first.events.map(({ document, id }) => ({ ...document, smbastion: { event: { id } } }));
  const again = readAll(reader, lines(written));
  expect(again.events.map((event) => event.provenance.format)).toEqual(['ecs', 'ecs', 'ecs', 'ecs']);
  expect(again.events.map((event) => event.id)).toEqual(first.events.map((event) => event.id));
  expect(again.events.map((event) => event.document)).toEqual(written);
});

test('an object where ECS has a text, and a text where ECS has objects, are left alone', () => {
  const odd = {
    '@timestamp': '2025-10-24T10:00:00Z',
    event: { category: { a: 1 } },
    client: 'x',
    network: 'y',
    smb: 'z',
  };
  expect(one(odd)).toMatchObject(odd);
});

test('a document of the Zeek module has the time and duration of Zeek, whose pipeline would have put them in', () => {
  const { '@timestamp': _, event, ...rest } = FLOW;
  const shipped = {
    ...rest,
    '@timestamp': '2026-11-26T21:10:37.169Z',
    event: { ...event, duration: undefined },
    zeek: { session_id: 'CAbc1', connection: { ...FLOW.zeek.connection, ts: 1_761_300_000.123456 } },
    temp: { duration: 1.5 },
  };
  const names = ['@timestamp', 'event.created', 'event.duration', 'smb.flow.outcome'];
  const read = Date.parse('2026-11-26T21:10:37.169Z');
  expect(values(shipped, names)).toEqual([1_761_300_000_123.456, read, 1_500_000_000, 'established']);
  expect(one(shipped)).toMatchObject({
    '@timestamp': '2025-10-24T10:00:00.123456Z',
    event: { created: '2026-11-26T21:10:37.169000Z', duration: 1_500_000_000 },
  });
  const text = { ...shipped, zeek: { connection: { state: 'SF', ts: '2025-10-24T10:00:00.123Z' } } };
  expect(values(text, ['@timestamp'])).toEqual([1_761_300_000_123]);
  expect(values({ ...shipped, zeek: { connection: { state: 'SF', ts: null } } }, ['@timestamp'])).toEqual([read]);
});

test.each([
  ['+02:00', '2025-10-24T10:00:05Z'],
  ['-0530', '2025-10-24T17:30:05Z'],
  ['Europe/Paris', '2025-10-24T10:00:05Z'],
  ['nowhere', '2025-10-24T12:00:05Z'],
])('a document of the PAN-OS module has the times of the firewall, whose clock is at %s', (timezone, time) => {
  const shipped = {
    '@timestamp': '2026-11-26T21:42:08.140Z',
    event: {
      dataset: 'panw.panos',
      timezone,
      created: '2025/10/24 12:00:06',
      start: '2025/10/24 11:59:05',
      duration: '60',
    },
    source: { ip: '10.1.2.30', port: 51_515 },
    destination: { ip: '8.8.4.4', port: 445 },
    network: { transport: 'tcp' },
    panw: { panos: { action: 'deny', endreason: 'policy-deny' } },
    _temp_: { generated_time: '2025/10/24 12:00:05' },
  };
  const ms = Date.parse(time);
  const names = ['@timestamp', 'event.created', 'event.start', 'event.duration', 'smb.flow.refused_by'];
  expect(values(shipped, names)).toEqual([ms, ms + 1000, ms - 60_000, 60_000_000_000, 'policy']);
  const document = one(shipped);
  expect(document['@timestamp']).toBe(time.replace('Z', '.000000Z'));
  expect(document['event']).toMatchObject({ duration: 60_000_000_000 });
});

describe('a line of a sensor that a collector put as text into a document of its own', () => {
  const ZEEK =
    '{"ts":1761300000.123456,"uid":"CAbc1","id.orig_h":"10.1.2.30","id.orig_p":51515,"id.resp_h":"8.8.4.4","id.resp_p":445,"proto":"tcp","conn_state":"SF"}';
  const EVE =
    '{"timestamp":"2025-10-24T10:00:00.123456+0000","event_type":"flow","flow_id":7,"src_ip":"10.1.2.30","src_port":51515,"dest_ip":"8.8.4.4","dest_port":445,"proto":"TCP","flow":{"state":"closed"}}';
  const BEAT = { '@timestamp': '2026-11-26T21:10:27Z', agent: { type: 'filebeat' }, log: { file: { path: '/a' } } };
  const collected = jsonSource([zeekDialect, suricataDialect, ecsDialect]);
  const read = (object: object) => readAll(collected, JSON.stringify(object));
  const alone = (line: string) => readAll(collected, line).events.map(({ id, document }) => ({ id, document }));

  test.each([
    ['Filebeat', { ...BEAT, message: ZEEK }, ZEEK],
    ['a pipeline that keeps the line', { ...BEAT, event: { original: `${EVE}\n` } }, EVE],
    ['Fluent Bit', { '@timestamp': '2026-11-26T21:10:27Z', log: ZEEK }, ZEEK],
    ['Vector', { file: '/a', host: 'h', message: EVE, source_type: 'file', timestamp: '2026-11-26T21:10:27Z' }, EVE],
    ['an export of Elasticsearch', { _index: 'filebeat', _id: '1', _source: { ...BEAT, message: ZEEK } }, ZEEK],
  ])('%s: it is the event of the line', (_, object, line) => {
    const { events, faultCount } = read(object);
    expect(faultCount).toBe(0);
    expect(events.map(({ id, document }) => ({ id, document }))).toEqual(alone(line));
  });

  test.each([
    ['json', ZEEK],
    ['zeek', ZEEK],
    ['json', EVE],
  ])('one that the collector has parsed into an object %s is the same event', (name, line) => {
    const { events, faultCount } = read({ ...BEAT, [name]: JSON.parse(line) });
    const [expected] = alone(line);
    expect([events.length, events[0]!.id, faultCount]).toEqual([1, expected!.id, 0]);
    const { '@timestamp': time, source: from, destination, smb } = expected!.document;
    expect(events[0]!.document).toMatchObject({ '@timestamp': time, source: from, destination, smb });
  });

  test.each([
    ['at its top', { ...BEAT, ...(JSON.parse(ZEEK) as object) }, ZEEK],
    ['at its top', { ...BEAT, ...(JSON.parse(EVE) as object) }, EVE],
    ['below json', { ...BEAT, json: JSON.parse(ZEEK) as object }, ZEEK],
  ])('one that the collector has parsed is known %s behind documents that are ECS', (_, object, line) => {
    const { events } = readAll(collected, lines([FLOW, object, FLOW, object]));
    const [expected] = alone(line);
    expect([events[1]?.id, events[3]?.id]).toEqual([expected!.id, expected!.id]);
  });

  test('a document that says itself what was observed stays as it is', () => {
    const { events } = read({ ...FLOW, message: EVE });
    expect(events[0]!.document).toMatchObject({ message: EVE, source: { bytes: 22_572 } });
  });

  test.each(['{"a":1}', '{"ts":1', `${ZEEK} more`, '{}', 'text'])(
    '%s is nobody\u2019s line: the document is the event',
    (line) => {
      const { events, faultCount } = read({ ...BEAT, message: line });
      expect([events.length, faultCount]).toEqual([1, 0]);
      expect(events[0]!.document).toMatchObject({ ...BEAT, message: line });
    },
  );

  describe('of PAN-OS', () => {
    const TRAFFIC =
      '1,2025/10/24 12:01:40,007051000012345,TRAFFIC,end,2561,2025/10/24 12:01:39,10.3.1.9,8.8.4.4,198.51.100.7,8.8.4.4,out,corp\\svc_scan,,ms-ds-smbv2,vsys1,trust,untrust,ethernet1/1,ethernet1/2,fwd,,71234,1,49811,445,20311,445,0x400053,tcp,allow,151200,148000,3200,142,2025/10/24 12:00:40,45,any,,7001,0x0,10.0.0.0-10.255.255.255,United States,,98,44,tcp-fin,0,0,0,0,,pa1,from-policy';
    const SYSLOG = `<14>Oct 24 12:01:40 pa1 ${TRAFFIC}`;
    const [json] = sources.all.filter(({ id }) => id === 'json');
    const readIn = (object: object) => readAll(json!, JSON.stringify(object));

    test.each([
      ['Filebeat', { ...BEAT, message: SYSLOG }],
      ['omelasticsearch', { message: TRAFFIC, fromhost: 'pa1', facility: 'user', timereported: 'Oct 24 12:01:40' }],
      ['a pipeline that keeps the line', { ...BEAT, event: { original: TRAFFIC } }],
    ])('%s: it is the event of the line', (_, object) => {
      const { events, faults } = readIn(object);
      const log = readAll(panos, `${TRAFFIC}\n`);
      const [expected] = log.events;
      expect(faults.map(({ code }) => code)).toEqual(log.faults.map(({ code }) => code));
      expect(events.map(({ id, document }) => ({ id, document }))).toEqual([
        { id: expected!.id, document: expected!.document },
      ]);
    });

    test.each([
      ['lines', (text: string) => text],
      ['lines behind a byte order mark', (text: string) => `\ufeff${text}`],
      ['an array', (text: string) => `[\n  ${text}\n]`],
      ['an object over several lines', (text: string) => JSON.stringify(JSON.parse(text), undefined, 2)],
    ])('a file of such documents is JSON: %s', (_, written) => {
      const head = Buffer.from(written(JSON.stringify({ ...BEAT, message: SYSLOG })));
      expect(recognise(head, sources.all)?.id).toBe('json');
    });

    test('records that are no connections are counted, text of nobody is the document', () => {
      const threat = readIn({ ...BEAT, message: SYSLOG.replace('TRAFFIC,end', 'THREAT,url') });
      expect([threat.events.length, threat.skipped]).toEqual([0, { 'PAN-OS THREAT record': 1 }]);
      expect(readIn({ ...BEAT, message: '<14>Oct 24 12:01:40 pa1 sshd: hello' }).events).toHaveLength(1);
      const nothing = readIn({ message: 'sshd: hello', fromhost: 'pa1' });
      expect(nothing.faults.map(({ code }) => code)).toEqual(['json.unknown']);
    });
  });

  test('an object that is nothing without its line is a fault when nobody knows the line', () => {
    const { events, faults } = read({ host: 'h', message: '{"a":1}', timestamp: '2026-11-26T21:10:27Z' });
    expect(events).toEqual([]);
    expect(faults.map(({ code }) => code)).toEqual(['json.unknown']);
  });
});
