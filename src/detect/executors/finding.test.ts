import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sampleRule } from '../../../test/conformance/reports-sample.ts';
import type { Document } from '../../event/document.ts';
import { compileKql } from '../../query/kql/compile-kql.ts';
import { toAlertDocument } from '../alerts/alert-document.ts';
import type { Severity } from '../../event/severity.ts';
import type { FindingPart, Rule, Threat } from '../rule.ts';
import { RISK_SCORE } from '../rule.ts';
import { scanDocuments } from '../scan/scan-documents.ts';

const kql = (text: string) => compileKql({ file: 'query', text }, { now: 0 }).predicate;

function level(name: string, when: string, severity: Severity, techniques: readonly string[] = [], bytes?: number) {
  const threat = techniques.map((technique): Threat => ({ technique, attackVersion: '18' }));
  return { name, when: kql(when), severity, riskScore: RISK_SCORE[severity], threat, bytes };
}

const PART: FindingPart = {
  key: ['client.ip', 'server.ip', 'server.port'],
  perDay: true,
  member: ['network.community_id'],
  join: kql('event.dataset: zeek.ntlm and smb.flow.direction: egress'),
  levels: [
    level('refused', 'smb.flow.outcome: refused', 'low'),
    level('attempted', 'smb.flow.outcome: attempted', 'low'),
    level('unknown', 'smb.flow.outcome: unknown', 'high'),
    level('established', 'smb.flow.outcome: established', 'high'),
    level('credentials', 'smb.flow.credentials_sent: true', 'critical', ['T1187']),
    level('moved', 'smb.flow.outcome: moved', 'critical', ['T1048'], 65_536),
  ],
  raise: [
    {
      level: 'attempted',
      groupBy: ['client.ip'],
      distinct: 'server.ip',
      value: 5,
      windowMs: 3_600_000,
      severity: 'medium',
      riskScore: 47,
    },
  ],
};
const rule = (given: Partial<FindingPart> = {}): Rule => {
  return sampleRule({
    id: 'test-egress',
    type: 'finding',
    predicate: kql('smb.flow.direction: egress and smb.flow.evidence: * and not event.dataset: zeek.ntlm'),
    threat: [{ technique: 'T1190', attackVersion: '18' }],
    finding: { ...PART, ...given },
  });
};

const START = Date.UTC(2026, 2, 1, 10);
let serial = 0;

interface Given {
  readonly minute?: number;
  readonly client?: string;
  readonly server?: string;
  readonly port?: number;
  readonly outcome?: string;
  readonly bytes?: readonly [client: number, server: number];
  readonly dataset?: string;
  readonly flow?: string;
  readonly credentials?: boolean;
  readonly id?: string;
}

function event(given: Given = {}): Document {
  const { minute = 0, client = '10.0.0.5', server = '8.8.4.4', port = 50_000, outcome = 'attempted' } = given;
  return {
    '@timestamp': new Date(START + minute * 60_000).toISOString(),
    smbastion: { event: { id: given.id ?? `e${String(serial++).padStart(5, '0')}` } },
    event: { dataset: given.dataset ?? 'zeek.connection', category: ['network'] },
    source: { ip: client, port },
    destination: { ip: server, port: 445 },
    network: { transport: 'tcp' },
    ...(given.flow === undefined ? {} : { flow: { id: given.flow } }),
    smb: {
      flow: {
        outcome,
        ...(given.bytes ? { bytes: { client: given.bytes[0], server: given.bytes[1] } } : {}),
        ...(given.credentials ? { credentials_sent: true } : {}),
      },
    },
  };
}

/** `server level severity; steps; connections; bytes` of each finding. */
const shown = (documents: readonly Document[], given?: Partial<FindingPart>) => {
  return scanDocuments([rule(given)], documents).alerts.map(({ finding, severity, memberCount }) => {
    const { key, level: name, steps, connections, bytesClient, bytesServer, raised } = finding!;
    const rose = steps.map((step) => `${step.name}@${(step.time - START) / 60_000}`).join(' ');
    const counts = Object.entries(connections).map(([rung, count]) => `${rung}:${count}`);
    const bytes = `${bytesClient}/${bytesServer}`;
    return `${key[1]!.value} ${name} ${severity}; ${rose}; ${counts.join(' ')}; ${bytes}; ${memberCount} events${raised ? ' raised' : ''}`;
  });
};

test.each<[string, readonly Given[], string[]]>([
  ['attempted', [{}], ['8.8.4.4 attempted low; attempted@0; attempted:1; 0/0; 1 events']],
  ['refused', [{ outcome: 'refused' }], ['8.8.4.4 refused low; refused@0; refused:1; 0/0; 1 events']],
  ['nothing is known', [{ outcome: 'unknown' }], ['8.8.4.4 unknown high; unknown@0; unknown:1; 0/0; 1 events']],
  [
    'established with few bytes',
    [{ outcome: 'established', bytes: [9000, 30_000] }],
    ['8.8.4.4 established high; established@0; established:1; 9000/30000; 1 events'],
  ],
  [
    'rises: one finding',
    [{ minute: 3 }, { minute: 5, outcome: 'established', port: 50_001, bytes: [1, 2] }],
    ['8.8.4.4 established high; attempted@3 established@5; attempted:1 established:1; 1/2; 2 events'],
  ],
  [
    'a connection stands on its highest rung',
    [{ minute: 5, outcome: 'established' }, { minute: 3 }],
    ['8.8.4.4 established high; attempted@3 established@5; established:1; 0/0; 2 events'],
  ],
  [
    'a better-proven harmless rung does not hide a worse connection',
    [{ outcome: 'unknown' }, { outcome: 'refused', port: 50_001 }],
    ['8.8.4.4 unknown high; refused@0 unknown@0; refused:1 unknown:1; 0/0; 2 events'],
  ],
  [
    'bytes of one event reach a rung',
    [{ outcome: 'established', bytes: [65_536, 0] }],
    ['8.8.4.4 moved critical; established@0 moved@0; moved:1; 65536/0; 1 events'],
  ],
  [
    'one byte less does not',
    [{ outcome: 'established', bytes: [65_535, 65_535] }],
    ['8.8.4.4 established high; established@0; established:1; 65535/65535; 1 events'],
  ],
  [
    'running totals of one flow are not added',
    [
      { minute: 0, outcome: 'established', flow: 'f', bytes: [900, 700] },
      { minute: 1, outcome: 'established', flow: 'f', bytes: [5200, 3100] },
      { minute: 2, outcome: 'established', flow: 'f', bytes: [9800, 4400] },
    ],
    ['8.8.4.4 established high; established@0; established:1; 9800/4400; 3 events'],
  ],
  [
    'differences of one flow are added, and reach a rung',
    [
      { minute: 0, outcome: 'established', flow: 'f', bytes: [40_000, 700] },
      { minute: 1, outcome: 'established', flow: 'f', bytes: [20_000, 3100] },
      { minute: 2, outcome: 'established', flow: 'f', bytes: [9800, 4400] },
    ],
    ['8.8.4.4 moved critical; established@0 moved@2; moved:1; 69800/8200; 3 events'],
  ],
  [
    'reports of several sensors on one connection: the largest',
    [
      { outcome: 'established', bytes: [100, 900] },
      { outcome: 'established', bytes: [400, 300] },
    ],
    ['8.8.4.4 established high; established@0; established:1; 400/900; 2 events'],
  ],
  [
    'lines of one connection join',
    [
      { outcome: 'established' },
      ...Array.from({ length: 12 }, () => ({ dataset: 'zeek.smb_files', outcome: 'established' })),
      { dataset: 'zeek.ntlm', outcome: 'established', credentials: true, minute: 2 },
    ],
    ['8.8.4.4 credentials critical; established@0 credentials@2; credentials:1; 0/0; 14 events'],
  ],
  ['what only joins opens nothing', [{ dataset: 'zeek.ntlm', outcome: 'established', credentials: true }], []],
  [
    'what joins may come first',
    [{ dataset: 'zeek.ntlm', outcome: 'established', credentials: true }, { minute: 1 }],
    ['8.8.4.4 credentials critical; established@0 credentials@0 attempted@1; credentials:1; 0/0; 2 events'],
  ],
  [
    'keys and days apart',
    [{}, { server: '8.8.8.8' }, { minute: 14 * 60 }],
    [
      '8.8.4.4 attempted low; attempted@0; attempted:1; 0/0; 1 events',
      '8.8.8.8 attempted low; attempted@0; attempted:1; 0/0; 1 events',
      '8.8.4.4 attempted low; attempted@840; attempted:1; 0/0; 1 events',
    ],
  ],
])('%s', (_, given, expected) => {
  expect(shown(given.map(event)).sort()).toEqual(expected.sort());
});

const servers = (count: number, minutes: number) => {
  return Array.from({ length: count }, (_, i) => event({ server: `8.8.4.${i + 1}`, minute: i * minutes }));
};

test.each<[string, Document[], number]>([
  ['six servers in 40 minutes', servers(6, 8), 6],
  ['five in an hour, the end included', servers(5, 15), 5],
  ['five in more than an hour', servers(5, 15.1), 0],
  ['four', servers(4, 1), 0],
  ['one server often', Array.from({ length: 9 }, (_, i) => event({ port: 50_000 + i, minute: i })), 0],
  [
    'a later attempt counts',
    [...servers(4, 1), event({ server: '8.8.4.9', minute: 90 }), event({ server: '8.8.4.9', minute: 5, port: 6 })],
    5,
  ],
  ['only those in a window', [...servers(5, 1), event({ server: '8.8.4.9', minute: 300 })], 5],
  ['another client does not count', [...servers(4, 1), event({ server: '8.8.4.9', client: '10.0.0.6' })], 0],
])('raise: %s', (_, documents, raised) => {
  const { alerts } = scanDocuments([rule()], documents);
  const medium = alerts.filter(({ severity }) => severity === 'medium');
  expect(medium).toHaveLength(raised);
  for (const { finding, riskScore } of medium) {
    expect(riskScore).toBe(47);
    expect(finding!.raised).toBe(
      'raised: at least 5 different server.ip of client.ip 10.0.0.5 were attempted within 1h',
    );
  }
});

test('a finding that is worse already is not raised', () => {
  const { alerts } = scanDocuments([rule()], [...servers(5, 1), event({ server: '8.8.4.1', outcome: 'unknown' })]);
  expect(alerts.map(({ severity }) => severity).sort()).toEqual(['high', 'low', 'low', 'low', 'low']);
});

test('the alert shows proof of each rung, techniques and a sentence', () => {
  const documents = [
    ...Array.from({ length: 120 }, (_, i) => event({ minute: i / 10, port: 40_000 + i })),
    event({ minute: 30, outcome: 'moved', bytes: [2_000_000, 30_000], id: 'proof' }),
  ];
  const [alert] = scanDocuments([rule()], documents).alerts;
  expect(alert!.memberCount).toBe(121);
  expect(alert!.members).toHaveLength(100);
  expect(alert!.members.at(-1)).toMatchObject({ id: 'proof', document: { smb: { flow: { outcome: 'moved' } } } });
  expect(alert!.threat.map(({ technique }) => technique)).toEqual(['T1190', 'T1048']);
  expect(alert!.reason).toBe(
    '10.0.0.5 to 8.8.4.4:445: 121 connections (120 attempted, 1 moved), 2.0 MB sent, 30 kB received',
  );
  expect(toAlertDocument(alert!)).toMatchObject({
    source: { ip: '10.0.0.5' },
    event: { kind: 'signal' },
    smbastion: {
      finding: {
        key: [
          { field: 'client.ip', value: '10.0.0.5' },
          { field: 'server.ip', value: '8.8.4.4' },
          { field: 'server.port', value: '445' },
          { field: '@timestamp', value: '2026-03-01' },
        ],
        first_seen: '2026-03-01T10:00:00.000Z',
        last_seen: '2026-03-01T10:30:00.000Z',
        level: 'moved',
        counts: {
          events: 121,
          connections: { attempted: 120, moved: 1 },
          bytes: { client: 2_000_000, server: 30_000 },
        },
      },
    },
  });
});

test('events without time join a finding of no day; events without key are counted', () => {
  const { ['@timestamp']: _, ...timeless } = event();
  const noServer = { ...event(), destination: { port: 445 }, network: { transport: 'tcp', direction: 'outbound' } };
  const { alerts } = scanDocuments([rule()], [timeless]);
  expect(alerts[0]).toMatchObject({ originalTime: Number.NaN, finding: { level: 'attempted' } });
  expect(alerts[0]!.finding!.key.at(-1)!.value).toBe('-');
  const loose = { ...rule(), predicate: kql('event.category: network') };
  expect(scanDocuments([loose], [noServer]).rules[0]!.counters).toMatchObject([{ name: 'without group', count: 1 }]);
});

test('connections beyond the limit still raise the severity, and the limit is said', () => {
  const documents = Array.from({ length: 5 }, (_, i) =>
    event({ port: 100 + i, outcome: i === 4 ? 'moved' : 'attempted' }),
  );
  const { alerts, limits } = scanDocuments([rule()], documents, { limits: { 'finding-connections': 2 } });
  expect(alerts).toMatchObject([{ severity: 'critical', finding: { connections: { attempted: 2 } }, memberCount: 5 }]);
  expect(alerts[0]!.notes).toHaveLength(1);
  expect(limits).toMatchObject([{ name: 'finding-connections', limit: 2, count: 1 }]);
});

const given = fc.record({
  minute: fc.integer({ min: 0, max: 100 }),
  client: fc.constantFrom('10.0.0.5', '10.0.0.6'),
  server: fc.constantFrom('8.8.4.4', '8.8.4.5', '8.8.4.6', '8.8.4.7', '8.8.4.8', '8.8.4.9'),
  port: fc.integer({ min: 1000, max: 1003 }),
  outcome: fc.constantFrom('attempted', 'attempted', 'attempted', 'refused', 'established'),
  dataset: fc.constantFrom('zeek.connection', 'flow', 'zeek.ntlm'),
  bytes: fc.tuple(fc.integer({ min: 0, max: 40_000 }), fc.integer({ min: 0, max: 40_000 })),
  flow: fc.constantFrom('f', 'g'),
});

const text = (run: ReturnType<typeof scanDocuments>) => JSON.stringify(run.alerts.map(toAlertDocument));

test('order of reading, duplicates and temporary files change nothing', () => {
  fc.assert(
    fc.property(fc.array(given, { maxLength: 60 }), fc.infiniteStream(fc.nat()), (list, random) => {
      const documents = list.map((one) => event(one));
      const order = documents.map((document) => ({ document, rank: random.next().value as number }));
      const shuffled = order.sort((x, y) => x.rank - y.rank).map(({ document }) => document);
      const plain = text(scanDocuments([rule()], documents));
      expect(text(scanDocuments([rule()], [...shuffled, ...documents]))).toBe(plain);
      const tiny = {
        'finding-cells-in-memory': 40,
        'documents-in-memory': 3,
        'alerts-in-memory': 2,
        'group-matches-in-memory': 3,
      };
      expect(text(scanDocuments([rule()], shuffled, { limits: tiny }))).toBe(plain);
    }),
    { numRuns: 150 },
  );
});
