import { expect, test } from 'vitest';
import type { Document } from './document.ts';
import { DocumentEvent } from './document-event.ts';
import { fieldId } from './field.ts';
import { Networks } from './networks.ts';

const networks = new Networks();
const view = (document: Document) => new DocumentEvent(networks, document);

const ROWS: readonly [field: string, document: Document, expected: unknown][] = [
  ['source.ip', { source: { ip: '10.1.2.3' } }, '10.1.2.3'],
  ['source.ip', { 'source.ip': '10.1.2.3' }, '10.1.2.3'],
  ['source.ip', { source: { ip: '::ffff:10.1.2.3' } }, '10.1.2.3'],
  ['source.ip', { source: { ip: 'FE80:0:0::1%eth0' } }, 'fe80::1'],
  ['source.ip', { source: { ip: '-' } }, undefined],
  ['source.ip', { source: { ip: 3 } }, undefined],
  ['host.os.name', { 'host.os': { name: 'x' } }, 'x'],
  ['host.os.name', { host: { 'os.name': 'x' } }, 'x'],
  ['host.os.name', { host: { 'os.name': 'x', os: { name: 'y' } } }, ['y', 'x']],
  ['user.name', { user: [{ name: 'a' }, { name: ['b', null] }] }, ['a', 'b']],
  ['user.name', { user: { name: [] } }, undefined],
  ['user.name', { user: { name: [null, []] } }, undefined],
  ['user.name', { user: { name: '' } }, ''],
  ['user.name', { user: { name: { first: 'a' } } }, undefined],
  ['destination.port', { destination: { port: '445' } }, 445],
  ['destination.port', { destination: { port: ' 445 ' } }, 445],
  ['destination.port', { destination: { port: '0x1bd' } }, undefined],
  ['destination.port', { destination: { port: 'smb' } }, undefined],
  ['destination.port', { destination: { port: 0 } }, 0],
  ['destination.port', { destination: { port: true } }, undefined],
  ['event.risk_score', { event: { risk_score: '-7.5' } }, -7.5],
  ['event.risk_score', { event: { risk_score: '1e999' } }, undefined],
  ['event.code', { event: { code: 5145 } }, '5145'],
  ['event.code', { event: { code: 1e21 } }, '1000000000000000000000'],
  ['event.code', { event: { code: -1.5e-7 } }, '-0.00000015'],
  ['event.code', { event: { code: true } }, 'true'],
  ['smb.share.admin', { smb: { share: { admin: 'true' } } }, true],
  ['smb.share.admin', { smb: { share: { admin: 'no' } } }, undefined],
  ['@timestamp', { '@timestamp': '2026-03-01T14:30:00Z' }, 1772375400000],
  ['@timestamp', { '@timestamp': 1772375400000 }, 1772375400000],
  ['@timestamp', { '@timestamp': '1772375400000' }, 1772375400000],
  ['@timestamp', { '@timestamp': 'yesterday' }, undefined],
  ['@timestamp', { '@timestamp': 1e300 }, undefined],
  ['winlog.event_data.ShareName', { winlog: { event_data: { ShareName: '\\\\*\\IPC$' } } }, '\\\\*\\IPC$'],
  ['server.port', { source: { port: 50123 }, destination: { port: 445 } }, 445],
  ['dns.answers', { dns: { answers: [{ data: '10.0.0.1' }] } }, true],
  ['dns.answers', { dns: { answers: [{ data: null }] } }, undefined],
];

test.each(ROWS)('%s of %j is %j', (field, document, expected) => {
  expect(view(document).get(fieldId(field))).toEqual(expected);
});

test('a view shows the event it points at', () => {
  const event = view({ event: { code: '1' } });
  expect(event.get(fieldId('event.code'))).toBe('1');
  event.point({ event: { code: '2' } }, { file: 'a.json', format: 'ecs', line: 7 });
  expect(event.get(fieldId('event.code'))).toBe('2');
  expect(event.provenance()).toEqual({ file: 'a.json', format: 'ecs', line: 7 });
});

test('each visits catalogued fields once, with derived ones', () => {
  const seen: Record<string, unknown> = {};
  const event = view({
    'destination.port': '445',
    source: { ip: '10.0.0.1' },
    own: { thing: 1 },
    labels: { site: 'x' },
  });
  event.each((field, value) => {
    expect(seen).not.toHaveProperty([field.name]);
    seen[field.name] = value;
  });
  expect(seen).toMatchObject({
    'destination.port': 445,
    'source.ip': '10.0.0.1',
    'labels.site': 'x',
    'server.port': 445,
  });
  expect(seen).not.toHaveProperty(['own.thing']);
});

test('document nests keys, keeps what is written and adds derived fields', () => {
  const given = { 'destination.port': 445, destination: { ip: '10.0.0.9' }, own: { 'a.b': [1, { 'c.d': 2 }] } };
  const made = view(given).document();
  expect(made).toMatchObject({
    destination: { port: 445, ip: '10.0.0.9' },
    own: { a: { b: [1, { c: { d: 2 } }] } },
    server: { port: 445 },
  });
  expect(given).toEqual({
    'destination.port': 445,
    destination: { ip: '10.0.0.9' },
    own: { 'a.b': [1, { 'c.d': 2 }] },
  });
});

test('document keeps values whose names collide', () => {
  expect(view({ own: 5, 'own.x': 1 }).document()).toMatchObject({ own: 5, 'own.x': 1 });
  expect(view({ 'own.x': 1, own: { x: 2 } }).document()).toMatchObject({ own: { x: [1, 2] } });
});

test('elements of a nested field', () => {
  const path = ['threat', 'enrichments'];
  expect(view({ threat: { enrichments: [{ a: 1 }, { 'b.c': 2 }] } }).elements(path)).toEqual([
    { a: 1 },
    { b: { c: 2 } },
  ]);
  expect(view({ 'threat.enrichments': { a: 1 } }).elements(path)).toEqual([{ a: 1 }]);
  expect(view({ 'threat.enrichments.a': 1 }).elements(path)).toEqual([{ a: 1 }]);
  expect(view({}).elements(path)).toEqual([]);
});

test('hasBelow sees groups, also outside the catalogue', () => {
  const event = view({ 'own.group.x': 0, empty: { x: [null] } });
  expect(event.hasBelow(['own'])).toBe(true);
  expect(event.hasBelow(['own', 'group'])).toBe(true);
  expect(event.hasBelow(['empty'])).toBe(false);
  expect(event.hasBelow(['none'])).toBe(false);
});

test('the id is the given one, or depends on everything but what the store adds', () => {
  expect(view({ smbastion: { event: { id: 'abc' } } }).id()).toBe('abc');
  const plain = view({ event: { code: '1' }, b: 1, a: 2 }).id();
  expect(view({ a: 2, 'event.code': '1', b: 1 }).id()).toBe(plain);
  expect(view({ a: 2, b: 1, event: { code: '1', ingested: 'now' }, smbastion: { provenance: { line: 3 } } }).id()).toBe(
    plain,
  );
  expect(view({ event: { code: '2' }, b: 1, a: 2 }).id()).not.toBe(plain);
  expect(plain).toMatch(/^[0-9a-f]{32}$/);
});

test('hostile documents neither throw nor pollute', () => {
  const depth = 100_000;
  const arrays = JSON.parse(`{"user":{"name":${'['.repeat(depth)}"x"${']'.repeat(depth)}}}`) as Document;
  const objects = JSON.parse(`${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`) as Document;
  for (const document of [arrays, objects, JSON.parse('{"__proto__":{"x":1},"__proto__.y":2}') as Document]) {
    const event = view(document);
    expect(event.get(fieldId('user.name'))).toBeUndefined();
    expect(event.id()).toMatch(/^[0-9a-f]{32}$/);
    event.each(() => {});
    JSON.stringify(event.document());
  }
  expect(Object.keys(Object.prototype)).toEqual([]);
});

test('raw values of Windows events are found without case and blanks, as in the log; others are not', () => {
  const event = new DocumentEvent(new Networks(), {
    winlog: { event_data: { IpAddress: '10.0.0.1', 'Threat Name': 'x' }, user_data: { Data: { BackupPath: 'C:' } } },
    'winlog.event_data.Own': 'y',
    labels: { Env: 'z' },
  });
  const value = (name: string) => event.get(fieldId(name));
  expect(value('winlog.event_data.ipaddress')).toBe('10.0.0.1');
  expect(value('winlog.event_data.ThreatName')).toBe('x');
  expect(value('winlog.event_data.OWN')).toBe('y');
  expect(value('winlog.user_data.data.backuppath')).toBe('C:');
  expect(value('winlog.event_data.Absent')).toBeUndefined();
  expect(value('labels.env')).toBeUndefined();
});
