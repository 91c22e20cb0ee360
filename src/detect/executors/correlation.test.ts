import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sampleRule } from '../../../test/conformance/reports-sample.ts';
import type { Document } from '../../event/document.ts';
import { fields } from '../../event/field.ts';
import type { CorrelationMember, ResolvedCorrelation, SigmaCorrelation } from '../../query/sigma/correlation.ts';
import { toCorrelationPart } from '../correlation/correlation-part.ts';
import type { Rule } from '../rule.ts';
import { scanDocuments } from '../scan/scan-documents.ts';
import type { ExceptedMember } from '../exceptions/member-exceptions.ts';

const START = Date.UTC(2026, 2, 1);

const toFields = (names: readonly string[]) => names.map((name) => fields.get(name));

/** Events of an action; `by` are the fields of its group, of which the first present one of each list counts. */
function member(
  action: string | ResolvedCorrelation,
  by: readonly (readonly string[])[],
  values: readonly string[] = [],
) {
  return {
    name: typeof action === 'string' ? action : 'inner',
    source:
      typeof action === 'string'
        ? {
            kind: 'events',
            predicate: { kind: 'equals', field: fields.get('event.action'), value: action, fold: false },
          }
        : { kind: 'correlation', correlation: action },
    groupBy: by.map(toFields),
    fields: values.map((name) => toFields([name])),
  } satisfies CorrelationMember;
}

function correlation(given: Partial<SigmaCorrelation>, members: readonly CorrelationMember[]): ResolvedCorrelation {
  return {
    definition: {
      type: 'event_count',
      rules: members.map(({ name }) => name),
      groupBy: ['host.name'],
      timespanMs: 60_000,
      condition: { kind: 'bounds', bounds: [{ op: 'gte', value: 3 }] },
      fields: [],
      percentile: 50,
      aliases: new Map(),
      generate: false,
      ...given,
    },
    members,
  };
}

function ruleOf(resolved: ResolvedCorrelation, given: Partial<Rule> = {}): Rule {
  const made = toCorrelationPart(resolved, 0);
  if (typeof made === 'string') throw new Error(made);
  return sampleRule({ id: 'test', type: 'correlation', legs: made.legs, correlation: made.part, ...given });
}

/** `failed@1.5 fs01 ann` is that action at 1.5 s on that host by that user; `-` leaves one out. */
const events = (text: string): Document[] =>
  text.split(', ').map((one, index) => {
    const [head, host = 'fs01', user = '-'] = one.split(' ');
    const [action, seconds] = head!.split('@');
    return {
      '@timestamp': new Date(START + Number(seconds) * 1000).toISOString(),
      smbastion: { event: { id: `e${index}` } },
      event: { action, dataset: 'test.events', category: ['host'] },
      ...(host === '-' ? {} : { host: { name: host } }),
      ...(user === '-' ? {} : { user: { name: user } }),
    };
  });

const HOST = [['host.name']];
const threeFailed = correlation({}, [member('failed', HOST)]);

test('an alert of a count: group, members, timeline, sentence', () => {
  const rule = ruleOf(threeFailed);
  const { alerts } = scanDocuments([rule], events('failed@9 fs01 bob, failed@0 fs01 ann, failed@3 fs01 ann, other@1'));
  expect(alerts.length).toBe(1);
  expect(alerts[0]).toMatchObject({
    reason: '3 events in 9 s for host.name fs01',
    originalTime: START,
    lastTime: START + 9000,
    memberCount: 3,
    members: [{ id: 'e1' }, { id: 'e2' }, { id: 'e0' }],
    group: { count: 3, cardinality: [] },
    sequence: { keys: [{ field: 'host.name', value: 'fs01' }], spanMs: 9000 },
    document: { host: { name: 'fs01' }, event: { action: 'failed' } },
  });
  expect(alerts[0]!.document['user']).toBeUndefined();
  expect(alerts[0]!.sequence!.legs.map(({ name, what }) => [name, what])).toEqual([
    ['failed', 'on fs01, as ann'],
    ['failed', 'on fs01, as ann'],
    ['failed', 'on fs01, as bob'],
  ]);
});

test.each<[string, ResolvedCorrelation, string, string[]]>([
  [
    'distinct values, in the sentence',
    correlation(
      { type: 'value_count', fields: ['user.name'], condition: { kind: 'bounds', bounds: [{ op: 'gte', value: 2 }] } },
      [member('failed', HOST, ['user.name'])],
    ),
    'failed@0 fs01 ann, failed@1 fs01 ann, failed@2, failed@3 fs01 bob',
    ['3 events in 3 s, 2 accounts for host.name fs01'],
  ],
  [
    'a value read from text',
    correlation(
      { type: 'value_sum', fields: ['user.name'], condition: { kind: 'bounds', bounds: [{ op: 'gt', value: 5 }] } },
      [member('failed', HOST, ['user.name'])],
    ),
    'failed@0 fs01 2, failed@1 fs01 x, failed@2 fs01 3.5',
    ['failed ×2 in 2 s: on fs01'],
  ],
  [
    'several rules, a field of its own for each',
    correlation(
      { type: 'temporal', groupBy: ['who'], condition: { kind: 'bounds', bounds: [{ op: 'gte', value: 2 }] } },
      [member('a', [['user.name']]), member('b', [['winlog.computer_name', 'host.name']])],
    ),
    'a@0 - ann, b@1 ann, b@2 bob',
    ['a, then b in 1 s: who ann'],
  ],
  [
    'without group everything is one',
    correlation({ groupBy: [] }, [member('failed', [])]),
    'failed@0 h1, failed@1 -, failed@2 h2',
    ['3 events in 2 s'],
  ],
  [
    'a field that no event of the rule has',
    correlation({}, [member('failed', [[]])]),
    'failed@0, failed@0, failed@0',
    [],
  ],
])('%s', (_, resolved, text, expected) => {
  expect(scanDocuments([ruleOf(resolved)], events(text)).alerts.map(({ reason }) => reason)).toEqual(expected);
});

test('a figure that is computed is noted', () => {
  const sum = correlation(
    { type: 'value_sum', fields: ['process.pid'], condition: { kind: 'bounds', bounds: [{ op: 'gt', value: 5 }] } },
    [member('a', [['host.name']], ['process.pid'])],
  );
  const all = events('a@0, a@1').map((event) => ({ ...event, process: { pid: 4 } }));
  expect(scanDocuments([ruleOf(sum)], all).alerts[0]!.notes).toEqual(['sum of process.pid: 8']);
});

test('a correlation of a correlation: all events are members, what the firing has in common joins it', () => {
  const inner = correlation({}, [member('failed', HOST)]);
  // The outer group is a field that the inner one does not group by: it counts where all members agree.
  const outer = correlation(
    {
      type: 'temporal_ordered',
      groupBy: ['user.name'],
      condition: { kind: 'bounds', bounds: [{ op: 'gte', value: 2 }] },
    },
    [member(inner, [['user.name']]), member('logon', [['user.name']])],
  );
  const text = 'failed@0 fs01 ann, failed@1 fs01 ann, failed@2 fs01 ann, logon@3 fs02 ann';
  const { alerts } = scanDocuments([ruleOf(outer)], events(text));
  expect(alerts.map(({ reason, memberCount }) => [reason, memberCount])).toEqual([
    ['failed ×3, then logon in 3 s: as ann', 4],
  ]);
  const mixed = scanDocuments([ruleOf(outer)], events(text.replace('failed@1 fs01 ann', 'failed@1 fs01 bob')));
  expect(mixed.alerts).toEqual([]);
  expect(mixed.rules[0]!.counters.map(({ name, count }) => [name, count])).toEqual([['without group', 1]]);
});

test('what could not be used is counted', () => {
  const few = correlation(
    { condition: { kind: 'bounds', bounds: [{ op: 'lte', value: 1 }] }, type: 'value_count', fields: ['user.name'] },
    [member('failed', HOST, ['user.name'])],
  );
  const { alerts, rules } = scanDocuments(
    [ruleOf(few)],
    [
      ...events('failed@0 fs01 ann, failed@1 -, failed@2 fs01 -'),
      { event: { action: 'failed' }, host: { name: 'fs01' }, user: { name: 'ann' } },
    ],
  );
  expect(alerts).toEqual([]);
  expect(rules[0]!.counters.map(({ name, count }) => [name, count])).toEqual([
    ['without time', 1],
    ['without group', 1],
    ['without value', 1],
    ['open at the end of the evidence', 1],
  ]);
});

const exceptionsFor = () => (view: { get(id: number): unknown }) =>
  view.get(fields.get('user.name').id) === 'scanner' ? { id: 'x1' } : undefined;

test('an event that an exception silences does not count', () => {
  const all = events('failed@0 fs01 scanner, failed@1 fs01 ann, failed@2 fs01 ann, failed@3 fs02 ann');
  expect(scanDocuments([ruleOf(threeFailed)], all, { exceptionsFor }).alerts).toEqual([]);
});

const memberExceptionsFor = () => ({
  holdFor: (view: { get(id: number): unknown }) => (exceptionsFor()(view) ? ['x1'] : []),
  silencing: (members: readonly ExceptedMember[]) =>
    members.find(({ silencers }) => silencers.length > 0)?.silencers[0],
});

test('an exception that is tested on what was found silences the whole of it', () => {
  const all = events('failed@0 fs01 scanner, failed@1 fs01 ann, failed@2 fs01 ann, failed@3 fs02 ann');
  const { alerts, rules } = scanDocuments([ruleOf(threeFailed)], all, { memberExceptionsFor });
  expect(alerts.map(({ exceptedBy, memberCount }) => [exceptedBy, memberCount])).toEqual([['x1', 3]]);
  expect(rules[0]).toMatchObject({ excepted: 1, alerts: 0 });
});

test('more members than are listed: the number is the true one, and the limit is said', () => {
  const four = correlation({ condition: { kind: 'bounds', bounds: [{ op: 'gte', value: 4 }] } }, [
    member('failed', HOST),
  ]);
  const all = events('failed@0, failed@1, failed@2, failed@3');
  const { alerts, limits } = scanDocuments([ruleOf(four)], all, { limits: { 'correlation-members': 2 } });
  expect(alerts[0]).toMatchObject({ memberCount: 4, members: [{ id: 'e0' }, { id: 'e3' }] });
  expect(limits.map(({ name }) => name)).toEqual(['correlation-members']);
});

test('alerts do not depend on the order of reading, on double reading or on what goes to disk', () => {
  const resolved = correlation(
    { type: 'temporal', timespanMs: 10_000, condition: { kind: 'bounds', bounds: [{ op: 'gte', value: 2 }] } },
    [member(threeFailed, HOST), member('logon', HOST)],
  );
  const arbitrary = fc.record({
    resolved: fc.constantFrom(
      resolved,
      threeFailed,
      correlation({ condition: { kind: 'bounds', bounds: [{ op: 'lte', value: 2 }] } }, [member('failed', HOST)]),
    ),
    all: fc.array(
      fc.record({
        action: fc.constantFrom('failed', 'logon'),
        host: fc.constantFrom('h1', 'h2'),
        at: fc.nat({ max: 90 }),
      }),
      { maxLength: 25 },
    ),
    order: fc.array(fc.nat(), { minLength: 50, maxLength: 50 }),
  });
  fc.assert(
    fc.property(arbitrary, ({ resolved: correlated, all, order }) => {
      const rule = ruleOf(correlated);
      const documents = events(
        ['other@200', ...all.map(({ action, host, at }) => `${action}@${at} ${host}`)].join(', '),
      );
      const shuffled = [...documents, ...documents]
        .map((event, at) => ({ event, rank: order[at % order.length]! + at / 1000 }))
        .sort((one, other) => one.rank - other.rank)
        .map(({ event }) => event);
      const limits = {
        'group-matches-in-memory': 2,
        'documents-in-memory': 2,
        'alerts-in-memory': 2,
        'matches-remembered': 1,
      };
      const { alerts } = scanDocuments([rule], documents);
      expect(scanDocuments([rule], shuffled, { limits }).alerts).toEqual(alerts);
    }),
    { numRuns: 50 },
  );
});
