import { expect, test } from 'vitest';
import { sampleAlert, sampleRule } from '../../../test/conformance/reports-sample.ts';
import type { Document } from '../../event/document.ts';
import { DocumentEvent } from '../../event/document-event.ts';
import { Networks } from '../../event/networks.ts';
import type { Alert, AlertLeg } from '../alert.ts';
import type { RuleOverrides } from '../rule.ts';
import { AlertBuilder } from './alert-builder.ts';
import { alertCodec, compareAlerts } from './alert-codec.ts';
import { toAlertDocument } from './alert-document.ts';
import { alertId, termParts } from './alert-id.ts';
import { commonDocument, withTerms } from './common-document.ts';
import { applyOverrides } from './overrides.ts';
import { reasonOf } from './reason.ts';

const networks = new Networks();
const viewOf = (document: Document) => new DocumentEvent(networks, document);
const rule = sampleRule({ id: 'test' });

const reason = (document: Document, template = '', facts: Partial<Alert> = {}) => {
  const given = sampleRule({ id: 'test', name: 'Test rule', reason: template });
  return reasonOf(sampleAlert(given, 'a', { document, ...facts }), viewOf(document));
};

test.each<[Document, string]>([
  [{}, 'Test rule'],
  [
    {
      source: { ip: '10.0.0.5', port: 50_000 },
      destination: { ip: '8.8.4.4', port: 445 },
      network: { transport: 'tcp' },
    },
    '10.0.0.5 to 8.8.4.4:445, outcome unknown',
  ],
  [
    {
      source: { ip: 'fd00::5', port: 50_000 },
      destination: { ip: 'fd00::6', port: 445 },
      smb: { flow: { outcome: 'moved' } },
    },
    'fd00::5 to [fd00::6]:445, moved',
  ],
  [
    {
      source: { ip: '10.0.0.5' },
      host: { name: 'fs01' },
      user: { name: 'ann', domain: 'CORP' },
      event: { code: '5145' },
      smb: { share: { path: '\\\\*\\ADMIN$' }, file: { path: 'x\\y.exe' } },
    },
    '10.0.0.5 to fs01, as CORP\\ann, share ADMIN$, file x\\y.exe, event 5145',
  ],
  [
    { host: { name: 'fs01' }, smb: { rpc: { interface: 'svcctl', operation: 'CreateServiceW' } } },
    'on fs01, call svcctl CreateServiceW',
  ],
  [{ source: { ip: '10.0.0.5' }, user: { name: 'ann' } }, 'from 10.0.0.5, as ann'],
])('reason of %j', (document, expected) => {
  expect(reason(document)).toBe(expected);
});

test.each<[string, string]>([
  ['{host.name} by {user.name}', 'fs01 by ann, bob'],
  ['{host.name} {user.domain}', 'fs01 -'],
  ['on {host.name}[ as {user.domain}][ by {user.name}]', 'on fs01 by ann, bob'],
  ['{host.name}[: {user.name} of {user.domain}]', 'fs01'],
  ['[a word] [ {host.name}', '[a word] [ fs01'],
  ['{alert.count} times, {alert.level}', '1 times, -'],
  ['at {@timestamp}', 'at 2026-03-01T00:00:00.000Z'],
  ['{not a field} {"json"}', '{not a field} {"json"}'],
  ['{file.name}', 'x\\x1b[31m\\u{202e}txt.exe'],
])('template %s', (template, expected) => {
  const document = {
    '@timestamp': '2026-03-01T00:00:00Z',
    host: { name: 'fs01' },
    user: { name: ['ann', 'bob'] },
    file: { name: 'x\u001b[31m\u202etxt.exe' },
  };
  expect(reason(document, template)).toBe(expected);
});

const leg = (name: string, event: string, time: number): Omit<AlertLeg, 'what'> => {
  return { name, state: 'matched', event, time, why: undefined };
};

/** Five failed logons, a logon, and no logoff; documents of the first and the last event were kept. */
function legsDraft(template: string) {
  const builder = new AlertBuilder(sampleRule({ id: 'test', name: 'Test rule', reason: template }), networks);
  const time = Date.UTC(2026, 2, 1);
  const documents: Record<string, Document> = {
    e0: { source: { ip: '10.0.0.5' }, user: { name: 'ann' }, host: { name: 'fs01' } },
    e5: { source: { ip: '10.0.0.6' }, user: { name: 'ann' }, host: { name: 'fs01' } },
  };
  const failed = [0, 1, 2, 3, 4].map((i) => leg('failed-logon', `e${i}`, time + i * 1000));
  const legs = [...failed, leg('logon', 'e5', time + 7000.25)];
  return builder.build({
    id: 'a1',
    document: commonDocument(Object.values(documents)),
    originalTime: time,
    lastTime: time + 7000.25,
    members: legs.map(({ event, time: at }) => {
      return { id: event!, time: at, provenance: { file: 'x', format: 'evtx' }, document: documents[event!] };
    }),
    memberCount: 6,
    sequence: {
      keys: [{ field: 'winlog.logon.id', value: '0x1f' }],
      legs: [...legs, { name: 'logoff', state: 'missing', event: undefined, time: Number.NaN, why: undefined }],
      spanMs: 7000.25,
      grade: undefined,
    },
    exceptedBy: undefined,
  });
}

test.each<[string, string]>([
  ['', 'failed-logon ×5, then logon, then no logoff in 7 s: on fs01, as ann'],
  ['{failed-logon.source.ip}, then {logon.source.ip} on {host.name}', '10.0.0.5, then 10.0.0.6 on fs01'],
  ['{winlog.logon.id} {source.ip} {logoff.host.name} {other.host.name}[ {logon.user.domain}]', '0x1f - - -'],
  ['{alert.count} events in {alert.span}', '6 events in 7 s'],
])('template %s over legs', (template, expected) => {
  expect(legsDraft(template).reason).toBe(expected);
});

test('the document of an alert of several events tells its timeline', () => {
  const { kibana, smbastion, host } = toAlertDocument(legsDraft('')) as Record<string, Document>;
  expect(kibana).toMatchObject({ alert: { uuid: 'a1', group: { id: 'a1' } } });
  expect(host).toEqual({ name: 'fs01' });
  expect(smbastion).toMatchObject({
    sequence: { keys: [{ field: 'winlog.logon.id', value: '0x1f' }], span_ms: 7000.25 },
    member_count: 6,
  });
  const legs = smbastion!['legs'] as Document[];
  expect(legs.length).toBe(7);
  expect(legs[5]).toEqual({
    name: 'logon',
    state: 'matched',
    event: 'e5',
    '@timestamp': '2026-03-01T00:00:07.000250Z',
    after_ms: 7000.25,
    what: '10.0.0.6 to fs01, as ann',
  });
  expect(legs[6]).toEqual({ name: 'logoff', state: 'missing' });
});

test('long values and long lists are cut', () => {
  const text = reason({ process: { command_line: 'x'.repeat(40_000) }, user: { name: 'abcdefgh'.split('') } });
  expect(text.length).toBeLessThan(250);
  expect(text).toContain('as a, b, c, d, e and 3 more');
});

const overrides = (given: Partial<RuleOverrides>): RuleOverrides => {
  return { severity: [], riskScoreField: undefined, nameField: undefined, ...given };
};
const mapping = [
  { field: 'log.level', value: 'bad', severity: 'high' as const },
  { field: 'log.level', value: 'bad', severity: 'critical' as const },
  { field: 'log.level', value: 'fine', severity: 'low' as const },
];

test.each<[RuleOverrides, Document, object]>([
  [overrides({}), {}, { name: 'test', severity: 'medium', riskScore: 47, notes: [] }],
  [overrides({ severity: mapping }), { log: { level: 'bad' } }, { severity: 'critical', riskScore: 47, notes: [] }],
  [overrides({ severity: mapping }), { log: { level: 'fine' } }, { severity: 'low' }],
  [overrides({ severity: mapping }), { log: { level: 'odd' } }, { severity: 'medium', notes: [] }],
  [overrides({ riskScoreField: 'event.risk_score' }), { event: { risk_score: 12.5 } }, { riskScore: 12.5, notes: [] }],
  [
    overrides({ riskScoreField: 'event.risk_score' }),
    { event: { risk_score: 101 } },
    { riskScore: 47, notes: [expect.stringContaining('0 to 100')] },
  ],
  [
    overrides({ riskScoreField: 'event.risk_score' }),
    {},
    { riskScore: 47, notes: [expect.stringContaining('absent')] },
  ],
  [overrides({ nameField: 'rule.name' }), { rule: { name: ' ET SMB ' } }, { name: 'ET SMB', notes: [] }],
  [
    overrides({ nameField: 'rule.name' }),
    { rule: { name: ' ' } },
    { name: 'test', notes: [expect.stringContaining('absent')] },
  ],
])('overrides %j over %j', (given, document, expected) => {
  expect(applyOverrides({ ...rule, overrides: given }, viewOf(document), 'medium', 47)).toMatchObject(expected);
});

test('what events have in common', () => {
  const one = { a: 1, b: { c: [1, 2], d: 'x' }, e: { f: 1 }, only: 1 };
  const other = { b: { d: 'x', c: [1, 2], more: 1 }, a: 1, e: { f: 2 } };
  expect(commonDocument([one, other])).toEqual({ a: 1, b: { c: [1, 2], d: 'x' } });
  expect(Object.keys(commonDocument([one, other]))).toEqual(['a', 'b']);
  expect(commonDocument([])).toEqual({});
  expect(
    commonDocument([JSON.parse('{"__proto__":{"x":1},"a":1}'), JSON.parse('{"__proto__":{"x":1},"a":1}')]),
  ).toEqual({ a: 1 });
});

test('terms are added where they are absent, and only there', () => {
  const inner = { name: 'fs01' };
  const document: Document = { host: inner };
  const whole = withTerms(document, [
    { field: 'host.name', value: 'other' },
    { field: 'host.id', value: '7' },
    { field: 'server.port', value: '445' },
  ]);
  expect(whole).toEqual({ host: { name: 'fs01', id: '7' }, server: { port: 445 } });
  expect(withTerms(document, [{ field: 'host.name', value: 'other' }])).toBe(document);
  expect(inner).toEqual({ name: 'fs01' });
});

test('ids: order of fields is of no meaning, lengths are', () => {
  const one = termParts([
    { field: 'a', value: '1' },
    { field: 'b', value: '2' },
  ]);
  expect(
    termParts([
      { field: 'b', value: '2' },
      { field: 'a', value: '1' },
    ]),
  ).toEqual(one);
  expect(alertId(rule, ['ab', 'c'], undefined)).not.toBe(alertId(rule, ['a', 'bc'], undefined));
  expect(alertId(rule, ['a'], 'x')).not.toBe(alertId(rule, ['a'], undefined));
});

test('the alert document, whole', () => {
  const given = sampleRule({
    id: 'test',
    buildingBlock: true,
    threat: [
      { technique: 'T1021.002', name: 'SMB/Windows Admin Shares', tactic: 'Lateral Movement', attackVersion: '18' },
    ],
  });
  const document = {
    '@timestamp': '2026-03-03T14:05:12Z',
    event: { kind: 'event', code: '5145' },
    host: { name: 'fs01' },
  };
  const alert = new AlertBuilder(given, networks).build({
    id: 'a1',
    document,
    originalTime: Date.UTC(2026, 2, 3, 14, 5, 12),
    lastTime: Date.UTC(2026, 2, 3, 14, 5, 12) + 0.25,
    members: [{ id: 'e1', time: Number.NaN, provenance: { file: 'x.evtx', format: 'evtx', offset: 512 }, document }],
    memberCount: 1,
    exceptedBy: 'x1',
  });
  expect(toAlertDocument(alert)).toMatchInlineSnapshot(`
    {
      "@timestamp": "2026-03-03T14:05:12.000250Z",
      "event": {
        "code": "5145",
        "kind": "signal",
      },
      "host": {
        "name": "fs01",
      },
      "kibana": {
        "alert": {
          "ancestors": [
            {
              "depth": 0,
              "id": "e1",
              "index": "x.evtx",
              "type": "event",
            },
          ],
          "building_block_type": "default",
          "depth": 1,
          "last_detected": "2026-03-03T14:05:12.000250Z",
          "original_event": {
            "code": "5145",
            "kind": "event",
          },
          "original_time": "2026-03-03T14:05:12.000Z",
          "reason": "on fs01, event 5145",
          "risk_score": 73,
          "rule": {
            "author": [
              "smbastion",
            ],
            "description": "",
            "execution": {
              "uuid": "6d777ab3-a9e9-5af7-b376-69f29cc5a5bd",
            },
            "false_positives": [],
            "license": "Apache-2.0",
            "name": "test",
            "parameters": {
              "datasets": [],
            },
            "references": [],
            "revision": 0,
            "risk_score": 73,
            "rule_id": "test",
            "severity": "high",
            "tags": [],
            "threat": [
              {
                "framework": "MITRE ATT&CK",
                "tactic": {
                  "name": "Lateral Movement",
                },
                "technique": [
                  {
                    "id": "T1021",
                    "subtechnique": [
                      {
                        "id": "T1021.002",
                        "name": "SMB/Windows Admin Shares",
                      },
                    ],
                  },
                ],
                "version": "18",
              },
            ],
            "type": "query",
            "uuid": "6f1f0f5e-0d5b-5d8a-9f35-2b1f5f6f7a01",
            "version": 1,
          },
          "severity": "high",
          "start": "2026-03-03T14:05:12.000Z",
          "status": "active",
          "uuid": "a1",
          "workflow_assignee_ids": [],
          "workflow_status": "open",
          "workflow_tags": [],
        },
        "space_ids": [
          "default",
        ],
      },
      "smbastion": {
        "exception": {
          "id": "x1",
        },
        "member_count": 1,
        "members": [
          {
            "file": "x.evtx",
            "format": "evtx",
            "id": "e1",
            "offset": 512,
          },
        ],
      },
    }
  `);
  expect(document.event.kind).toBe('event');
});

test('alerts are the same when written and read', () => {
  const whole = sampleAlert(rule, 'a', {
    lastTime: Number.NaN,
    group: { terms: [], count: 2, cardinality: [], from: Number.NaN, to: 5 },
    finding: {
      key: [],
      level: 'x',
      steps: [{ name: 'x', severity: 'low', time: Number.NaN }],
      connections: { x: 1 },
      bytesClient: 0,
      bytesServer: 0,
      raised: undefined,
    },
    sequence: {
      keys: [],
      legs: [{ name: 'x', state: 'missing', event: undefined, time: Number.NaN, what: undefined, why: 'y' }],
      spanMs: 0,
      grade: undefined,
    },
    suppression: { terms: [], start: 1, end: Number.NaN, count: 0 },
    exceptedBy: 'y',
    notes: ['n'],
  });
  const codec = alertCodec(new Map([[rule.id, rule]]));
  for (const alert of [whole, sampleAlert(rule, 'b')]) expect(codec.decode(codec.encode(alert))).toEqual(alert);
});

const at = (id: string, originalTime: number) => ({ ...sampleAlert(rule, id), originalTime });

test('order of alerts: time, then id, no time last', () => {
  const list = [at('c', Number.NaN), at('b', 2), at('a', 2), at('d', 1), at('0', Number.NaN)];
  expect(list.sort(compareAlerts).map(({ id }) => id)).toEqual(['d', 'a', 'b', '0', 'c']);
});
