import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sampleRule } from '../../../test/conformance/reports-sample.ts';
import type { Document } from '../../event/document.ts';
import { DocumentEvent } from '../../event/document-event.ts';
import { fields } from '../../event/field.ts';
import { Networks } from '../../event/networks.ts';
import { ALL, type Predicate } from '../../query/predicate.ts';
import { compileEql } from '../../query/eql/compile-eql.ts';
import { compileKql } from '../../query/kql/compile-kql.ts';
import { toAlertDocument } from '../alerts/alert-document.ts';
import type { Rule, Suppression } from '../rule.ts';
import { engineLimits, ENGINE_LIMITS, LimitLog } from './limits.ts';
import { Scan, type ScanOptions } from './scan.ts';
import { scanDocuments } from './scan-documents.ts';

const kql = (text: string) => compileKql({ file: 'query', text }, { now: 0 }).predicate;
const query = (text: string, given: Partial<Rule> = {}) => {
  return sampleRule({ id: given.id ?? 'test-query', predicate: kql(text), ...given });
};

const START = Date.UTC(2026, 2, 1);

function event(id: string, minute: number, given: Document = {}): Document {
  return {
    '@timestamp': new Date(START + minute * 60_000).toISOString(),
    smbastion: { event: { id } },
    event: { dataset: 'windows.security', code: '5145', category: ['network'] },
    source: { ip: '10.0.0.5' },
    host: { name: 'fs01' },
    ...given,
  };
}

const ids = (run: ReturnType<typeof scanDocuments>) => run.alerts.map(({ members }) => members[0]!.id);

test('one alert for each matching event, in order of time', () => {
  const documents = [event('b', 5), event('a', 3), event('c', 1, { host: { name: 'other' } })];
  expect(ids(scanDocuments([query('host.name: fs01')], documents))).toEqual(['a', 'b']);
});

test('an event read twice counts once for each rule', () => {
  const documents = [event('a', 3), event('a', 3), event('b', 3)];
  const run = scanDocuments([query('host.name: fs01'), query('event.code: 5145', { id: 'second' })], documents);
  expect(run.rules.map(({ matches, alerts }) => [matches, alerts])).toEqual([
    [2, 2],
    [2, 2],
  ]);
  expect(run.events).toBe(3);
});

test('when nothing more is remembered, alerts stay single all the same', () => {
  const documents = [event('a', 3), event('b', 3), event('b', 3)];
  const run = scanDocuments([query('host.name: fs01')], documents, { limits: { 'matches-remembered': 1 } });
  expect(ids(run).sort()).toEqual(['a', 'b']);
  expect(run.limits).toMatchObject([{ name: 'matches-remembered', limit: 1, count: 2 }]);
  expect(run.limits[0]!.consequence).toMatch(/twice/);
});

const idOf = (rule: Rule, id: string) => scanDocuments([rule], [event(id, 0)]).alerts[0]!.id;

test('ids of alerts do not change with the version of the rule, but with rule and event', () => {
  const first = idOf(query('*'), 'a');
  expect(first).toMatch(/^[0-9a-f]{32}$/);
  expect(idOf(query('*', { version: 9 }), 'a')).toBe(first);
  expect(idOf(query('*'), 'b')).not.toBe(first);
  expect(idOf(query('*', { id: 'other' }), 'a')).not.toBe(first);
});

/** An exception of the first rule only, for events of one host. */
function silencing(host: string): NonNullable<ScanOptions['exceptionsFor']> {
  return (rule) => {
    if (rule.id !== 'test-query') return undefined;
    return (view) => (view.get(fields.get('host.name').id) === host ? { id: 'x1' } : undefined);
  };
}

test('exceptions silence single events, which stay to be shown', () => {
  const exceptionsFor = silencing('fs01');
  const documents = [event('a', 1), event('b', 2, { host: { name: 'fs02' } }), event('a', 1)];
  const run = scanDocuments([query('*'), query('*', { id: 'second' })], documents, { exceptionsFor });
  expect(run.alerts.map(({ rule, exceptedBy, members }) => [rule.id, members[0]!.id, exceptedBy]).sort()).toEqual([
    ['second', 'a', undefined],
    ['second', 'b', undefined],
    ['test-query', 'a', 'x1'],
    ['test-query', 'b', undefined],
  ]);
  expect(run.rules.map(({ matches, alerts, excepted }) => [matches, alerts, excepted])).toEqual([
    [2, 1, 1],
    [2, 2, 0],
  ]);
  expect(run.alertCount).toBe(3);
});

test('a silenced event does not count towards a threshold; what is silenced alone is shown apart', () => {
  const threshold = { field: ['source.ip'], value: 2, cardinality: [], windowMs: 600_000 };
  const rule = query('*', { type: 'threshold', threshold });
  const exceptionsFor = silencing('scanner');
  const scanner = { host: { name: 'scanner' } };
  const documents = [event('a', 1), event('b', 2, scanner), event('c', 3, scanner)];
  const { alerts } = scanDocuments([rule], documents, { exceptionsFor });
  expect(alerts.map(({ memberCount, exceptedBy }) => [memberCount, exceptedBy])).toEqual([[2, 'x1']]);
});

test('counters count and never alert', () => {
  const counters = [{ name: 'undecided', when: kql('host.name: fs02'), hint: 'add your prefixes' }];
  const run = scanDocuments([query('host.name: nobody', { counters })], [event('a', 1, { host: { name: 'fs02' } })]);
  expect(run.alerts).toEqual([]);
  expect(run.rules[0]!.counters).toEqual([{ name: 'undecided', count: 1, hint: 'add your prefixes' }]);
  expect(scanDocuments([query('*', { counters })], [event('a', 1)]).rules[0]!.counters).toEqual([]);
});

test('figures of the summary', () => {
  const pair = { destination: { ip: '10.0.9.9' } };
  const documents = [
    event('a', 0, pair),
    event('b', 59, pair),
    event('c', 60),
    { ...event('d', 0), '@timestamp': '1601-01-01T00:00:00Z', event: {} },
  ];
  const rules = [query('source.ip: *'), query('event.code: 5145', { id: 'second', severity: 'critical' })];
  const run = scanDocuments(rules, documents);
  expect(run.datasets).toEqual([
    { dataset: 'windows.security', events: 3 },
    { dataset: '(none)', events: 1 },
  ]);
  expect([run.firstTime, run.lastTime]).toEqual([START, START + 3_600_000]);
  expect(run.bySeverity).toEqual({ low: 0, medium: 0, high: 4, critical: 3 });
  expect(run.timeline.slice(1)).toEqual([
    { time: START, counts: { low: 0, medium: 0, high: 2, critical: 2 } },
    { time: START + 3_600_000, counts: { low: 0, medium: 0, high: 1, critical: 1 } },
  ]);
  expect(run.topPairs).toEqual([
    { client: '10.0.0.5', server: '10.0.9.9', alerts: 4, worst: 'critical' },
    { client: '10.0.0.5', server: 'fs01', alerts: 3, worst: 'critical' },
  ]);
  expect(scanDocuments([], []).firstTime).toBeNaN();
});

test('datasets and pairs beyond their limits are said', () => {
  const documents = Array.from({ length: 4 }, (_, i) => {
    return event(`e${i}`, i, { event: { dataset: `d${i}` }, host: { name: `h${i}` } });
  });
  const run = scanDocuments([query('*')], documents, { limits: { 'datasets-named': 2, 'pairs-counted': 3 } });
  expect(run.datasets.map(({ dataset, events }) => `${dataset} ${events}`)).toEqual(['(other) 2', 'd0 1', 'd1 1']);
  expect(run.topPairs).toHaveLength(3);
  expect(run.limits.map(({ name, count }) => [name, count])).toEqual([
    ['datasets-named', 2],
    ['pairs-counted', 1],
  ]);
});

const minutes = (ms: number) => (ms - START) / 60_000;
const suppression = (given: Partial<Suppression> = {}): Suppression => {
  return { groupBy: ['source.ip'], durationMs: 10 * 60_000, missing: 'suppress', ...given };
};

test.each<[string, Partial<Suppression>, [string, number, Document?][], string[]]>([
  [
    'later ones only count',
    {},
    [
      ['a', 0],
      ['b', 5],
      ['c', 10],
    ],
    ['a 2 0..10'],
  ],
  [
    'slides from the last match',
    {},
    [
      ['a', 0],
      ['b', 10],
      ['c', 20],
      ['d', 30.5],
    ],
    ['a 2 0..20', 'd 0 30.5..30.5'],
  ],
  [
    'whole run',
    { durationMs: undefined },
    [
      ['a', 0],
      ['b', 5000],
    ],
    ['a 1 0..5000'],
  ],
  [
    'order of reading is of no meaning',
    {},
    [
      ['c', 20],
      ['a', 0],
      ['b', 10],
    ],
    ['a 2 0..20'],
  ],
  [
    'groups apart',
    {},
    [
      ['a', 0],
      ['b', 1, { source: { ip: '10.0.0.6' } }],
    ],
    ['a 0 0..0', 'b 0 1..1'],
  ],
  [
    'absent group: one group',
    {},
    [
      ['a', 0, { source: {} }],
      ['b', 1, { source: {} }],
    ],
    ['a 1 0..1'],
  ],
  [
    'absent group: each speaks',
    { missing: 'doNotSuppress' },
    [
      ['a', 0, { source: {} }],
      ['b', 1, { source: {} }],
      ['c', 2],
      ['d', 3],
    ],
    ['a -', 'b -', 'c 1 2..3'],
  ],
])('suppression: %s', (_, given, rows, expected) => {
  const documents = rows.map(([id, minute, more]) => event(id, minute, more));
  const run = scanDocuments([query('*', { suppression: suppression(given) })], documents);
  const shown = run.alerts.map(({ members, suppression: its }) => {
    return `${members[0]!.id} ${its ? `${its.count} ${minutes(its.start)}..${minutes(its.end)}` : '-'}`;
  });
  expect(shown).toEqual(expected);
  expect(run.rules[0]!.suppressed).toBe(rows.length - expected.length);
});

test('suppression says the same in any order of reading, with next to no memory, and whole documents', () => {
  const rule = query('*', { suppression: suppression() });
  const tiny = { 'group-matches-in-memory': 2, 'documents-in-memory': 1, 'alerts-in-memory': 1 };
  const row = fc.record({ host: fc.nat(2), minute: fc.nat(50), rank: fc.nat(1e6) });
  fc.assert(
    fc.property(fc.array(row, { maxLength: 30 }), (rows) => {
      const documents = rows.map(({ host, minute }, i) => event(`e${i}`, minute, { source: { ip: `10.0.0.${host}` } }));
      const mixed = documents.map((_, i) => i).sort((one, other) => rows[one]!.rank - rows[other]!.rank);
      const plain = scanDocuments([rule], documents);
      const other = scanDocuments(
        [rule],
        mixed.map((i) => documents[i]!),
        { limits: tiny },
      );
      const told = (run: typeof plain) =>
        run.alerts.map(({ id, document, members, suppression: its }) => [id, document, members.map((m) => m.id), its]);
      expect(told(other)).toEqual(told(plain));
      // The first of a group is more than the duration behind all before it.
      const first = rows.filter(({ host, minute }) => {
        return !rows.some((b) => b.host === host && b.minute < minute && b.minute >= minute - 10);
      });
      expect(plain.alerts).toHaveLength(new Set(first.map(({ host, minute }) => `${host} ${minute}`)).size);
    }),
  );
});

test('suppression lists up to 100 members and closes groups at its limit', () => {
  const documents = Array.from({ length: 150 }, (_, i) => event(`e${i}`, i / 100));
  const [alert] = scanDocuments([query('*', { suppression: suppression() })], documents).alerts;
  expect([alert!.members.length, alert!.memberCount, alert!.suppression!.count]).toEqual([100, 150, 149]);
  const two = [event('a', 0), event('b', 1, { source: { ip: '10.0.0.6' } }), event('c', 2)];
  const run = scanDocuments([query('*', { suppression: suppression() })], two, { limits: { 'suppression-groups': 1 } });
  expect(run.alerts).toHaveLength(3);
  expect(run.limits).toMatchObject([{ name: 'suppression-groups', count: 2 }]);
});

const FIELDS = ['event.dataset', 'event.code', 'event.action', 'smb.share.name', 'event.category', 'host.name'];
const VALUES = ['a', 'b', 'A', 'c'];
const field = fc.constantFrom(...FIELDS).map((name) => fields.get(name));
const text = fc.constantFrom(...VALUES);
const leaf = fc.oneof(
  fc.record({ kind: fc.constant('equals' as const), field, value: text, fold: fc.boolean() }),
  fc.record({
    kind: fc.constant('oneOf' as const),
    field,
    values: fc.uniqueArray(text, { minLength: 1 }),
    fold: fc.boolean(),
  }),
  fc.record({ kind: fc.constant('exists' as const), field }),
  fc.record({ kind: fc.constantFrom('prefix' as const, 'contains' as const), field, text, fold: fc.boolean() }),
  fc.record({
    kind: fc.constant('range' as const),
    field,
    op: fc.constantFrom('<' as const, '>=' as const),
    value: text,
  }),
);
const predicates = fc.letrec<{ node: Predicate }>((tie) => ({
  node: fc.oneof(
    { depthSize: 'small' },
    leaf,
    fc.array(tie('node'), { minLength: 1, maxLength: 3 }).map((parts): Predicate => ({ kind: 'and', parts })),
    fc.array(tie('node'), { minLength: 1, maxLength: 3 }).map((parts): Predicate => ({ kind: 'or', parts })),
    tie('node').map((part): Predicate => ({ kind: 'not', part })),
    fc.constantFrom<Predicate>(ALL, { kind: 'none' }),
  ),
})).node;
const values = fc.uniqueArray(fc.constantFrom(...VALUES), { maxLength: 2 });
const documents = fc.array(fc.tuple(...FIELDS.map(() => values)), { maxLength: 12 }).map((rows) => {
  return rows.map((row, i): Document => {
    const named = Object.fromEntries(
      FIELDS.flatMap((name, column) => (row[column]!.length > 0 ? [[name, row[column]!]] : [])),
    );
    return { ...named, 'smbastion.event.id': `e${i}` };
  });
});

test('the index changes nothing but the time it takes', () => {
  fc.assert(
    fc.property(fc.array(predicates, { minLength: 1, maxLength: 6 }), documents, (list, events) => {
      const rules = list.map((predicate, i) => {
        const counters = [{ name: 'n', when: list[(i + 1) % list.length]!, hint: '' }];
        return sampleRule({ id: `rule-${i}`, predicate, counters });
      });
      const found = (useIndex: boolean) => {
        const { alerts, rules: results } = scanDocuments(rules, events, { useIndex });
        return JSON.stringify([
          alerts.map(toAlertDocument),
          results.map(({ matches, counters }) => [matches, counters]),
        ]);
      };
      expect(found(true)).toBe(found(false));
    }),
    { numRuns: 500 },
  );
});

test('alerts are the same from memory and from a temporary file, walked twice', () => {
  const events = Array.from({ length: 50 }, (_, i) => event(`e${i}`, (i * 37) % 50));
  const { ['@timestamp']: _, ...timeless } = event('timeless', 0);
  const networks = new Networks();
  const walk = (limit: number) => {
    const scan = new Scan({ rules: [query('*')], networks, limits: { 'alerts-in-memory': limit } });
    const view = new DocumentEvent(networks);
    for (const document of [timeless, ...events]) {
      view.point(document);
      scan.onEvent(view);
    }
    const findings = scan.finish();
    const walks = [1, 2].map(() => [...findings.alerts]);
    findings.close();
    return walks;
  };
  const [memory, again] = walk(1000);
  expect(again).toEqual(memory);
  for (const spilled of walk(7)) {
    expect(spilled).toEqual(memory);
    expect(JSON.stringify(spilled.map(toAlertDocument))).toBe(JSON.stringify(memory!.map(toAlertDocument)));
  }
  expect(memory!.at(-1)!.members[0]!.id).toBe('timeless');
});

test('a hundred thousand keys do not fill the memory', { timeout: 120_000 }, () => {
  const networks = new Networks();
  const threshold = { field: ['user.name'], value: 2, cardinality: [], windowMs: 60_000 };
  const newTerms = { fields: ['user.name'], historyMs: 86_400_000, learnMs: 86_400_000 };
  const level = { name: 'seen', when: ALL, severity: 'low' as const, riskScore: 21, threat: [] };
  const finding = {
    key: ['user.name'],
    perDay: true,
    member: ['user.name'],
    join: undefined,
    levels: [level],
    raise: [],
  };
  const rules = [
    query('*', { id: 'a', type: 'threshold', threshold }),
    query('*', { id: 'b', type: 'new_terms', newTerms }),
    query('*', { id: 'c', type: 'finding', finding }),
  ];
  const scan = new Scan({ rules, networks });
  const view = new DocumentEvent(networks);
  const count = 100_000;
  for (let i = 0; i < count; i++) {
    view.point(event(`e${i}`, i / 1000, { user: { name: `user-${i}` } }));
    scan.onEvent(view);
  }
  const findings = scan.finish();
  let alerts = 0;
  for (const alert of findings.alerts) if (alert.finding) alerts++;
  const used = process.memoryUsage().heapUsed;
  findings.close();
  expect(alerts).toBe(count);
  expect(findings.limits).toEqual([]);
  expect(used).toBeLessThan(600 * 1024 * 1024);
});

test('limits: defaults, changes, and the order in which they are said', () => {
  expect(engineLimits({ 'pairs-counted': 3 })).toMatchObject({ 'pairs-counted': 3, 'matches-remembered': 4_194_304 });
  const log = new LimitLog(engineLimits());
  log.reached('pairs-counted', 2);
  log.reached('matches-remembered');
  log.reached('pairs-counted');
  expect(log.list().map(({ name, count }) => [name, count])).toEqual([
    ['matches-remembered', 1],
    ['pairs-counted', 3],
  ]);
  for (const { why } of ENGINE_LIMITS) expect(why).not.toBe('');
});

test('a huge event is found whole and shown cut, with a word about it', () => {
  const huge = event('a', 1, { message: `${'x'.repeat(2_000_000)} needle`, user: { name: 'ada' } });
  const run = scanDocuments([query('message: needle')], [huge, event('b', 2, { message: 'needle' })]);
  expect(ids(run)).toEqual(['a', 'b']);
  const { document } = run.alerts[0]!;
  expect(String(document['message']).length).toBeLessThan(20_000);
  expect(document['user']).toEqual({ name: 'ada' });
  expect(run.limits).toMatchObject([{ name: 'document-chars', count: 1 }]);
});

test('building blocks are given and counted apart', () => {
  const rules = [query('host.name: fs01', { buildingBlock: true }), query('event.code: 5145', { id: 'second' })];
  const run = scanDocuments(rules, [event('a', 3)]);
  expect(run.alerts.map(({ rule, isBuildingBlock }) => [rule.id, isBuildingBlock]).sort()).toEqual([
    ['second', false],
    ['test-query', true],
  ]);
  expect(run.alertCount).toBe(1);
  expect(run.rules.map(({ alerts, buildingBlocks }) => [alerts, buildingBlocks])).toEqual([
    [0, 1],
    [1, 0],
  ]);
  const document = toAlertDocument(run.alerts.find(({ isBuildingBlock }) => isBuildingBlock)!);
  expect(document['kibana']).toMatchObject({ alert: { building_block_type: 'default' } });
});

const names = (letter: string) => Array.from({ length: 100 }, (_, i) => `${letter}${i}`);

test('an event with very many values in two fields is not tried in full, with a word about it', () => {
  const eql = compileEql({ file: 'query', text: 'any where concat(user.name, host.name) == "none"' }, { now: 0 });
  if (eql.query.kind !== 'event') throw new Error('no event query');
  const rule = sampleRule({ id: 'test-query', predicate: eql.query.predicate });
  const run = scanDocuments([rule], [event('a', 1, { user: { name: names('u') }, host: { name: names('h') } })]);
  expect(run.alerts).toEqual([]);
  expect(run.limits).toMatchObject([{ name: 'expression-combinations', limit: 4096, count: 1 }]);
});
