import { expect, test } from 'vitest';
import { sampleAlert, sampleRule } from '../../../test/conformance/reports-sample.ts';
import type { Document } from '../../event/document.ts';
import { DocumentEvent } from '../../event/document-event.ts';
import { Networks } from '../../event/networks.ts';
import { compileMatcher } from '../../query/compile/matcher.ts';
import type { Alert } from '../alert.ts';
import { parseExceptions } from './load-exceptions.ts';
import { proposeException } from './propose-exception.ts';

const RULE = sampleRule({ id: 'admin-share-write', name: 'Executable written to an admin share' });

const DOCUMENT: Document = {
  '@timestamp': '2026-03-01T08:00:00.500Z',
  event: { code: '5145' },
  source: { ip: '10.0.0.9', port: 50123 },
  user: { name: ['svc', 'SVC'] },
  smb: { share: { name: 'ADMIN$' }, file: { path: 'Temp\\x\'"y.exe' } },
};

function alertOf(changes: Partial<Alert>): Alert {
  const originalTime = Date.UTC(2026, 2, 1, 8, 0, 0, 500);
  return sampleAlert(RULE, '0123456789abcdef0123456789abcdef', { originalTime, document: DOCUMENT, ...changes });
}

const load = (text: string) => parseExceptions([{ file: 'p.toml', text }], { lists: new Map(), now: 0 });
const fill = (text: string) => text.replace('owner = ""', 'owner = "o"').replace('reason = ""', 'reason = "r"');

test('reads as a person would write it', () => {
  expect(proposeException(alertOf({}))).toBe(`[[exception]]
id = "admin-share-write-01234567"
name = "Executable written to an admin share"
rules = ["admin-share-write"]
# Who answers for this exception? It does not load while this is empty.
owner = ""
# Why are these events harmless?
reason = ""
# 30 days after the alert
expires = 2026-03-31T08:00:00Z
[[exception.item]]
entries = [
  { field = "source.ip", operator = "is", value = "10.0.0.9" },
  { field = "user.name", operator = "is", value = "svc" },
  { field = "user.name", operator = "is", value = "SVC" },
  { field = "smb.share.name", operator = "is", value = "ADMIN$" },
  { field = "smb.file.path", operator = "is", value = "Temp\\\\x'\\"y.exe" },
  { field = "event.code", operator = "is", value = "5145" },
]
`);
});

test('does not load before owner and reason are filled in, then holds for its event and no neighbour', () => {
  const text = proposeException(alertOf({}));
  expect(load(text).errors.map((error) => error.place?.sourceLine)).toEqual(['owner = ""', 'reason = ""']);
  const loaded = load(fill(text));
  expect(loaded.errors).toEqual([]);
  const matches = compileMatcher(loaded.exceptions[0]!.predicate);
  expect(matches(new DocumentEvent(new Networks(), DOCUMENT))).toBe(true);
  expect(matches(new DocumentEvent(new Networks(), { ...DOCUMENT, source: { ip: '10.0.0.8' } }))).toBe(false);
  expect(matches(new DocumentEvent(new Networks(), { ...DOCUMENT, user: { name: 'svc' } }))).toBe(false);
});

test('a finding is excepted by its key and by what all its members share', () => {
  const key = [
    { field: 'source.ip', value: '10.0.0.9' },
    { field: 'day', value: '2026-03-01' },
    // Rules that make one alert a day are apart by it; the next day's must be silent, too.
    { field: '@timestamp', value: '2026-03-01' },
  ];
  const finding = { key, level: 'x', steps: [], connections: {}, bytesClient: 0, bytesServer: 0, raised: undefined };
  const document = { destination: { port: 445 } };
  const { exceptions } = load(fill(proposeException(alertOf({ finding, document, memberCount: 7 }))));
  const matches = compileMatcher(exceptions[0]!.predicate);
  const event = { '@timestamp': '2026-03-02T00:00:00Z', source: { ip: '10.0.0.9' }, destination: { port: 445 } };
  expect(matches(new DocumentEvent(new Networks(), event))).toBe(true);
  expect(matches(new DocumentEvent(new Networks(), { ...event, destination: { port: 139 } }))).toBe(false);
});

test('an alert without time needs an end from its reader', () => {
  const text = fill(proposeException(alertOf({ originalTime: Number.NaN, lastTime: Number.NaN })));
  expect(load(text).errors.map((error) => error.place?.sourceLine)).toEqual(['expires = ""']);
});

test('an event without telling fields is named by its id', () => {
  const member = { id: 'abc', time: 0, provenance: { file: '-', format: 'x' }, document: undefined };
  const text = proposeException(alertOf({ document: {}, members: [member] }));
  expect(text).toContain('{ field = "smbastion.event.id", operator = "is", value = "abc" }');
});

test.each([
  [
    { source: { ip: '10.0.0.1' }, destination: { ip: '10.0.0.2', port: 445 } },
    ['source.ip', 'destination.ip', 'destination.port'],
  ],
  [
    { source: { ip: '10.0.0.2', port: 445 }, destination: { ip: '10.0.0.1', port: 50123 } },
    ['source.ip', 'destination.ip'],
  ],
  [
    {
      source: { ip: '10.0.0.2' },
      destination: { port: 50123 },
      client: { ip: '10.0.0.1' },
      server: { ip: '10.0.0.2', port: 445 },
    },
    ['client.ip', 'server.ip', 'server.port'],
  ],
])('%j is told by %j', (document, expected) => {
  const text = proposeException(alertOf({ document }));
  expect([...text.matchAll(/field = "([^"]+)"/g)].map((match) => match[1])).toEqual(expected);
});
