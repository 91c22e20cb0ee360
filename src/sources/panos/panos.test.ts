import { expect, test } from 'vitest';
import { readAll, sourceConformance } from '../../../test/conformance/sources.ts';
import type { Document } from '../../event/document.ts';
import { panos } from './panos.ts';

const END =
  '1,2025/10/24 12:01:40,007051000012345,TRAFFIC,end,2561,2025/10/24 12:01:39,10.3.1.9,8.8.4.4,198.51.100.7,8.8.4.4,"out, legacy",corp\\svc_scan,,ms-ds-smbv2,vsys1,trust,untrust,ethernet1/1,ethernet1/2,fwd,,71234,1,49811,445,20311,445,0x400053,tcp,allow,151200,148000,3200,142,2025/10/24 12:00:40,45,any,,7001,0x0,10.0.0.0-10.255.255.255,United States,,98,44,tcp-fin,0,0,0,0,,pa1,from-policy';
const BSD = `<14>Oct 24 12:01:40 pa1 ${END}`;
const DROP = END.replace('TRAFFIC,end', 'TRAFFIC,drop')
  .replace('tcp,allow,151200,148000,3200,142', 'tcp,deny,74,74,0,1')
  .replace('ms-ds-smbv2', 'not-applicable')
  .replace(',98,44,tcp-fin', ',1,0,policy-deny');
const PARIS = { settings: { timezone: 'Europe/Paris' } };

/** Sets columns, counted from 1 as the reference does, by their place in the record. */
function withColumns(record: string, columns: Readonly<Record<number, string>>): string {
  const cells: string[] = [];
  for (let at = 0, i = 0; at <= record.length; i++) {
    const cell = /^(?:"(?:[^"]|"")*"|[^,]*)/.exec(record.slice(at))![0];
    cells[i] = cell;
    at += cell.length + 1;
  }
  for (const [column, value] of Object.entries(columns)) cells[Number(column) - 1] = value;
  return Array.from(cells, (cell) => cell ?? '').join(',');
}

function documentOf(line: string, options: Parameters<typeof readAll>[2] = PARIS): Document {
  const result = readAll(panos, `${line}\n`, options);
  expect(result.faults).toEqual([]);
  expect(result.events).toHaveLength(1);
  return result.events[0]!.document;
}

const END_DOCUMENT = {
  '@timestamp': '2025-10-24T10:01:39.000Z',
  event: {
    kind: 'event',
    dataset: 'panw.panos',
    category: ['network'],
    type: ['allowed', 'end', 'connection'],
    action: 'flow_terminated',
    outcome: 'success',
    created: '2025-10-24T10:01:40.000Z',
    start: '2025-10-24T10:00:40.000Z',
    end: '2025-10-24T10:01:25.000Z',
    duration: 45000000000,
    reason: 'tcp-fin',
    sequence: 7001,
    timezone: 'Europe/Paris',
  },
  source: {
    ip: '10.3.1.9',
    port: 49811,
    bytes: 148000,
    packets: 98,
    nat: { ip: '198.51.100.7', port: 20311 },
    user: { name: 'svc_scan', domain: 'corp' },
  },
  destination: {
    ip: '8.8.4.4',
    port: 445,
    bytes: 3200,
    packets: 44,
    nat: { ip: '8.8.4.4', port: 445 },
    geo: { country_name: 'United States' },
  },
  client: { ip: '10.3.1.9' },
  server: { ip: '8.8.4.4', port: 445 },
  user: { name: 'svc_scan', domain: 'corp' },
  rule: { name: 'out, legacy' },
  network: {
    transport: 'tcp',
    type: 'ipv4',
    application: 'ms-ds-smbv2',
    protocol: 'smb',
    bytes: 151200,
    packets: 142,
    community_id: '1:iNjfhifZPME7NrhZ2uUtPzzTifc=',
  },
  observer: {
    type: 'firewall',
    name: 'pa1',
    serial_number: '007051000012345',
    ingress: { zone: 'trust', interface: { name: 'ethernet1/1' } },
    egress: { zone: 'untrust', interface: { name: 'ethernet1/2' } },
  },
  smb: { version: 'SMB2', flow: { outcome: 'moved', moved: true, spoken: true, direction: 'egress' } },
  panw: { panos: { flow_id: '71234', action: 'allow', sub_type: 'end', repeat_count: 1, virtual_sys: 'vsys1' } },
};

test('the record of the reference gives its document', () => {
  const document = documentOf(BSD);
  expect(document).toMatchObject(END_DOCUMENT);
  expect((document['source'] as Document)['geo']).toBeUndefined();
});

test('the same record dropped', () => {
  const document = documentOf(DROP);
  expect(document).toMatchObject({
    event: { action: 'flow_dropped', outcome: 'failure', type: ['denied', 'connection'], reason: 'policy-deny' },
    source: { bytes: 74, packets: 1 },
    destination: { bytes: 0 },
    smb: { flow: { outcome: 'refused', refused_by: 'policy', evidence: 'port' } },
  });
  expect(((document['smb'] as Document)['flow'] as Document)['spoken']).toBeUndefined();
});

/** Header before the record. */
const HEADERS: readonly (readonly [string, string])[] = [
  ['none', ''],
  ['BSD without priority', 'Oct 24 12:01:40 pa1 '],
  ['IETF', '<14>1 2025-10-24T12:01:40+02:00 pa1 - - - - '],
  ['IETF with structured data', '<14>1 2025-10-24T12:01:40.5+02:00 pa1 pan 7 x [a@1 b="c, d"][e@2] '],
  ['IETF without priority', '1 2025-10-24T12:01:40+02:00 pa1 - - - - '],
  ['IETF with a mark of UTF-8', '<14>1 2025-10-24T12:01:40+02:00 pa1 - - - - \ufeff'],
  ['of a relay, twice', '<13>Oct 24 12:01:41 relay <14>Oct 24 12:01:40 pa1 '],
];

test.each(HEADERS)('header: %s', (_name, header) => {
  const [first, second] = readAll(panos, `${header}${END}\r\n${header}${DROP}\n`, PARIS).events;
  expect(first?.document).toEqual(documentOf(END));
  expect(second?.document).toEqual(documentOf(DROP));
  expect(second?.provenance).toMatchObject({ format: 'panos', line: 2 });
});

const counted = (...messages: string[]) => messages.map((one) => `${Buffer.byteLength(one)} ${one}`).join('');

test('octet counting: line ends inside messages do not part them', () => {
  const result = readAll(
    panos,
    counted(BSD, `${BSD.replace(',end,', ',start,')}\n`, `<14>Oct 24 12:01:40 pa1 ${DROP}`),
    PARIS,
  );
  expect(result.faults).toEqual([]);
  expect(result.events.map(({ document }) => (document['event'] as Document)['action'])).toEqual([
    'flow_terminated',
    'flow_started',
    'flow_dropped',
  ]);
  expect(result.events[1]?.provenance).toEqual({ file: 'sample', format: 'panos', offset: counted(BSD).length + 4 });
});

test('octet counting: a wrong count costs its messages, not the rest', () => {
  const good = counted(BSD);
  for (const wrong of [`9${BSD}`, `999999999 ${BSD}`, `99999999 ${BSD}`, `5 ${BSD}`, `0 ${BSD}`, 'nothing']) {
    const result = readAll(panos, `${good}${wrong}${good}${good}`, PARIS);
    expect(
      result.faults.map((group) => group.code),
      wrong,
    ).toContain('panos.frame');
    expect(result.events.length, wrong).toBeGreaterThanOrEqual(3);
  }
  const cut = readAll(panos, (good + good).slice(0, -20), PARIS);
  expect(cut.events).toHaveLength(1);
  expect(cut.faults).toMatchObject([{ code: 'panos.frame', count: 1 }]);
});

test('quotes and braces', () => {
  const rule = withColumns(END, { 12: '"a ""b"", c"' });
  expect(documentOf(rule)).toMatchObject({ rule: { name: 'a "b", c' }, observer: { name: 'pa1' } });
  const links = withColumns(END, { 66: 'uuid', 70: '{1,{2,3},4}', 71: 'cluster' });
  expect(documentOf(links)).toMatchObject({
    rule: { uuid: 'uuid' },
    panw: { panos: { link_switches: '{1,{2,3},4}', sdwan_cluster: 'cluster' } },
  });
  expect(documentOf(withColumns(END, { 12: 'open{brace' }))).toMatchObject({
    rule: { name: 'open{brace' },
    observer: { name: 'pa1' },
  });
});

test('versions: columns that were appended are ignored, records that end early are read', () => {
  expect(documentOf(`${withColumns(END, { 92: '' })}${',x'.repeat(600)}`)).toMatchObject(END_DOCUMENT);
  expect(documentOf(END.split(',').slice(0, 44).join(','))).toMatchObject({
    event: { outcome: 'success' },
    network: { bytes: 151200 },
    smb: { flow: { outcome: 'moved' } },
  });
});

/** Configured zone, high-resolution time, then @timestamp, event.start and event.timezone. */
const ZONES: readonly (readonly [string | undefined, string | undefined, string, string, string])[] = [
  ['Europe/Paris', undefined, '2025-10-24T10:01:39.000Z', '2025-10-24T10:00:40.000Z', 'Europe/Paris'],
  ['America/New_York', undefined, '2025-10-24T16:01:39.000Z', '2025-10-24T16:00:40.000Z', 'America/New_York'],
  [undefined, '2025-10-24T12:01:39.123+02:00', '2025-10-24T10:01:39.123Z', '2025-10-24T10:00:40.000Z', '+02:00'],
  [
    'Europe/Paris',
    '2025-10-24T12:01:39.123+02:00',
    '2025-10-24T10:01:39.123Z',
    '2025-10-24T10:00:40.000Z',
    'Europe/Paris',
  ],
];

test.each(ZONES)('times: zone %s, high-resolution time %s', (timezone, precise, timestamp, start, shown) => {
  const line = precise === undefined ? END : withColumns(END, { 103: precise, 104: 'x' });
  expect(documentOf(line, { settings: { timezone } })).toMatchObject({
    '@timestamp': timestamp,
    event: { start, timezone: shown },
  });
});

test.each([undefined, 'Mars/Olympus'])('times: with zone %s they are UTC, and that is said once', (timezone) => {
  const result = readAll(panos, `${END}\n${DROP}\n`, { settings: { timezone } });
  expect(result.faults).toMatchObject([{ code: 'panos.timezone', count: 1 }]);
  expect(result.events[0]?.document).toMatchObject({
    '@timestamp': '2025-10-24T12:01:39.000Z',
    event: { timezone: 'unknown' },
  });
});

/** Changed columns, then outcome, who refused, event.outcome, event.type. */
const OUTCOMES: readonly (readonly [Record<number, string>, string, string | undefined, string, string[]])[] = [
  [{ 15: 'incomplete', 33: '198', 34: '0' }, 'attempted', undefined, 'unknown', ['allowed', 'end', 'connection']],
  [{ 15: 'incomplete', 47: 'tcp-rst-from-server' }, 'refused', 'reset', 'failure', ['allowed', 'end', 'connection']],
  [
    { 15: 'insufficient-data', 33: '400', 34: '300' },
    'established',
    undefined,
    'success',
    ['allowed', 'end', 'connection'],
  ],
  [{ 33: '60000', 34: '3200' }, 'established', undefined, 'success', ['allowed', 'end', 'connection']],
  [{ 33: '70000', 45: '98' }, 'established', undefined, 'success', ['allowed', 'end', 'connection']],
  [{ 33: '3200', 34: '148000' }, 'moved', undefined, 'success', ['allowed', 'end', 'connection']],
  [{ 5: 'start', 33: '200', 34: '74' }, 'established', undefined, 'success', ['allowed', 'start', 'connection']],
  [{ 15: 'not-applicable' }, 'unknown', undefined, 'unknown', ['allowed', 'end', 'connection']],
  [{ 5: 'deny', 31: 'reset both' }, 'refused', 'policy', 'failure', ['denied', 'connection']],
  [{ 31: 'drop-icmp' }, 'refused', 'policy', 'failure', ['denied', 'connection']],
  [{ 31: 'reset-server' }, 'refused', 'policy', 'failure', ['denied', 'connection']],
];

test.each(OUTCOMES)('outcome of %j is %s', (columns, outcome, refusedBy, eventOutcome, types) => {
  const document = documentOf(withColumns(END, columns));
  const flow = (document['smb'] as Document)['flow'] as Document;
  const event = document['event'] as Document;
  expect([flow['outcome'], flow['refused_by'], event['outcome'], event['type']]).toEqual([
    outcome,
    refusedBy,
    eventOutcome,
    types,
  ]);
});

test('payload is without headers, so that a handshake is not taken for SMB', () => {
  const document = documentOf(withColumns(END, { 15: 'insufficient-data', 33: '280', 34: '206', 45: '4', 46: '3' }));
  expect((document['smb'] as Document)['flow']).toMatchObject({ bytes: { client: 16, server: 8 } });
  expect(((document['smb'] as Document)['flow'] as Document)['spoken']).toBeUndefined();
});

test('a start says nothing of an end', () => {
  const event = documentOf(withColumns(END, { 5: 'start', 37: '0' }))['event'] as Document;
  expect([event['action'], event['end'], event['duration']]).toEqual(['flow_started', undefined, undefined]);
});

test('actions are written in one way', () => {
  expect(documentOf(withColumns(END, { 31: 'Reset Both' }))).toMatchObject({
    panw: { panos: { action: 'reset-both' } },
  });
});

test('translated addresses of zero are absent', () => {
  const document = documentOf(withColumns(END, { 10: '0.0.0.0', 11: '0.0.0.0', 27: '0', 28: '0' }));
  expect((document['source'] as Document)['nat']).toBeUndefined();
  expect((document['destination'] as Document)['nat']).toBeUndefined();
});

/** Source zone, destination zone, network.direction. */
const DIRECTIONS: readonly (readonly [string, string, string | undefined])[] = [
  ['Trust', 'untrust', 'outbound'],
  ['untrust', 'trust', 'inbound'],
  ['trust', 'trust', 'internal'],
  ['untrust', 'untrust', 'external'],
  ['trust', 'dmz', undefined],
];

test.each(DIRECTIONS)('zones %s to %s: %s', (from, to, direction) => {
  const settings = { timezone: 'Europe/Paris', insideZones: ['trust'], outsideZones: ['untrust'] };
  const document = documentOf(withColumns(END, { 17: from, 18: to }), { settings });
  expect((document['network'] as Document)['direction']).toBe(direction);
});

const idsOf = (...lines: string[]) =>
  readAll(panos, lines.map((line) => `${line}\n`).join(''), PARIS).events.map((event) => event.id);

test('both lines of a session share an identity that differs by the subtype only', () => {
  const start = withColumns(END, {
    2: '2025/10/24 12:00:41',
    5: 'start',
    7: '2025/10/24 12:00:40',
    32: '74',
    40: '6999',
  });
  const [first, second, again] = idsOf(start, END, BSD);
  expect(first).not.toBe(second);
  expect(again).toBe(second);
  expect(idsOf(withColumns(start, { 5: 'end' }))).toEqual([second]);
  expect(idsOf(withColumns(END, { 36: '2025/10/24 13:00:40' }))).not.toEqual([second]);
  const drops = idsOf(withColumns(DROP, { 23: '0' }), withColumns(DROP, { 23: '0', 40: '7002' }));
  expect(drops[0]).not.toBe(drops[1]);
  expect(readAll(panos, `${END}\n`).events[0]?.id).toBe(second);
});

test('sequence numbers of 64 bits stay exact', () => {
  const document = documentOf(withColumns(END, { 40: '7312345678901234567' }));
  expect(document).toMatchObject({ panw: { panos: { sequence_number: '7312345678901234567' } } });
  expect((document['event'] as Document)['sequence']).toBeUndefined();
});

test('what is no TRAFFIC record is counted', () => {
  const lines = [
    BSD,
    '<30>Oct 24 12:01:40 web1 sshd[7]: Accepted publickey for root',
    END.replace('TRAFFIC,end', 'THREAT,url'),
    END.replace('TRAFFIC,end', 'SYSTEM,general'),
    END.replace('TRAFFIC,end', 'SYSTEM,general'),
    END.replace('TRAFFIC,end', 'ODDITY,x'),
    '',
    DROP,
  ];
  const result = readAll(panos, `${lines.join('\n')}\n`, PARIS);
  expect(result.events).toHaveLength(2);
  expect(result.faults).toEqual([]);
  expect(result.skipped).toEqual({
    'syslog message that is no PAN-OS record': 1,
    'PAN-OS THREAT record': 1,
    'PAN-OS SYSTEM record': 2,
    'PAN-OS record of an unknown type': 1,
  });
});

/** Line, events, faults. */
const DAMAGED: readonly (readonly [string, string, number, readonly string[]])[] = [
  ['a record that ends before its action', `${END.split(',').slice(0, 25).join(',')}\n`, 0, ['panos.columns']],
  ['a half last line', `${END}\n${END.slice(0, 300)}`, 1, ['panos.columns']],
  ['a quote never closed', `${END.replace('legacy"', 'legacy')}\n`, 0, ['panos.csv']],
  ['a port of 70000', `${withColumns(END, { 26: '70000' })}\n`, 1, ['panos.value']],
  ['a negative counter', `${withColumns(END, { 33: '-5' })}\n`, 1, ['panos.value']],
  ['a day that does not exist', `${withColumns(END, { 36: '2025/02/30 12:00:40' })}\n`, 1, ['panos.value']],
  ['a line longer than the limit', `${END}${'x'.repeat(5000)}\n${END}\n`, 1, ['panos.too_long']],
];

test.each(DAMAGED)('%s is a located fault', (_name, text, events, codes) => {
  const result = readAll(panos, text, { settings: { timezone: 'Europe/Paris', maxRecordBytes: 4000 } });
  expect(result.faults.map((group) => group.code)).toEqual(codes);
  expect(result.faults[0]).toMatchObject({ count: 1, samples: [{ line: expect.any(Number) }] });
  expect(result.events).toHaveLength(events);
});

test('invalid UTF-8 is a fault and the record is read', () => {
  const bytes = Buffer.from(`${END}\n`);
  bytes[bytes.indexOf('legacy')] = 0xff;
  const result = readAll(panos, bytes, PARIS);
  expect(result.faults.map((group) => group.code)).toEqual(['panos.utf8']);
  expect(result.events).toHaveLength(1);
});

test('a line of opening braces or quotes does not take for ever', () => {
  for (const filler of ['{', '"', ',"', '{"']) {
    const line = withColumns(END, { 54: filler.repeat(200_000) });
    const start = performance.now();
    readAll(panos, `${line}\n`, PARIS);
    expect(performance.now() - start).toBeLessThan(2000);
  }
});

sourceConformance(panos, [
  { name: 'lines', bytes: `${BSD}\n<14>Oct 24 12:01:40 pa1 ${DROP}\n`, events: 2, ...PARIS },
  { name: 'octet counting', bytes: counted(BSD, `<14>Oct 24 12:01:40 pa1 ${DROP}`), events: 2, ...PARIS },
  { name: 'bare, without zone', bytes: `${END}\n`, events: 1, faults: 1 },
]);
