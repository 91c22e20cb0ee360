import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sampleRule } from '../../../test/conformance/reports-sample.ts';
import type { Document } from '../../event/document.ts';
import { fields } from '../../event/field.ts';
import type { EqlPipe, EqlSample, EqlSequence, EqlStep } from '../../query/eql/eql-query.ts';
import type { Predicate } from '../../query/predicate.ts';
import { toAlertDocument } from '../alerts/alert-document.ts';
import { toMemberDocuments } from '../alerts/member-documents.ts';
import { type ClockFields, EVENT_ORDER, type Rule } from '../rule.ts';
import { scanDocuments } from '../scan/scan-documents.ts';
import { toSequencePart } from '../sequence/sequence-part.ts';

const START = Date.UTC(2026, 2, 1);

const isAction = (value: string): Predicate => {
  return { kind: 'equals', field: fields.get('event.action'), value, fold: false };
};

/** One step; `!` before the action makes it missing. */
function stepOf(action: string, by: readonly string[]): EqlStep {
  const name = action.replace('!', '');
  return {
    predicate: isAction(name),
    key: { fields: by.map((one) => fields.find(one.replace('?', ''))), optional: by.map((one) => one.startsWith('?')) },
    isMissing: action.startsWith('!'),
    name,
    text: `any where event.action == "${name}"`,
  };
}

interface Given {
  readonly by?: readonly string[];
  readonly maxspanMs?: number;
  readonly pipes?: readonly EqlPipe[];
  readonly until?: string;
  readonly sample?: boolean;
  readonly clock?: ClockFields;
  readonly samplesPerKey?: number;
  readonly rule?: Partial<Rule>;
}

/** A rule such as `logon write !logoff`; steps are named after their actions. */
function ruleOf(actions: string, given: Given = {}): Rule {
  const names = actions.split(' ');
  const { by = ['host.name'], maxspanMs = 10_000, pipes = [], until } = given;
  const steps = names.map((action) => stepOf(action, by));
  const query: EqlSequence | EqlSample = given.sample
    ? { kind: 'sample', steps, pipes }
    : { kind: 'sequence', steps, maxspanMs, until: until === undefined ? undefined : stepOf(until, by), pipes };
  const { clock = EVENT_ORDER, samplesPerKey } = given;
  const settings = { ...clock, samplesPerKey, allowedLatenessMs: 0, isCarried: true };
  const { legs, part } = toSequencePart(query, { ...settings, names: names.map((name) => name.replace('!', '')) });
  return sampleRule({ id: 'test', type: 'eql', legs, sequence: part, ...given.rule });
}

/** `logon@1.5 fs01 ann` is that action at 1.5 s on that host by that user; `-` leaves the host out. */
const events = (text: string): Document[] =>
  text.split(', ').map((one, index) => {
    const [head, host, user] = one.split(' ');
    const [action, seconds] = head!.split('@');
    return {
      '@timestamp': new Date(START + Number(seconds) * 1000).toISOString(),
      smbastion: { event: { id: `e${index}` } },
      event: { action, dataset: 'test.events', category: ['host'] },
      ...(host === '-' ? {} : { host: { name: host ?? 'fs01' } }),
      ...(user === undefined ? {} : { user: { name: user } }),
    };
  });

/** `e0 e1 -` for each alert. */
const shown = (rule: Rule, text: string) =>
  scanDocuments([rule], events(text)).alerts.map(({ sequence }) =>
    sequence!.legs.map(({ event }) => event ?? '-').join(' '),
  );

test.each<[string, string, Given, string, string[]]>([
  ['in time order, whatever order they are read in', 'a b', {}, 'b@2, a@1', ['e1 e0']],
  ['apart by key', 'a b', {}, 'a@0 h1, b@1 h2, b@2 h1', ['e0 e2']],
  ['a missing key takes no part', 'a b', {}, 'a@0 -, b@1 -', []],
  ['an optional key may be absent', 'a b', { by: ['?host.name'] }, 'a@0 -, b@1 -, b@2 h1', ['e0 e1']],
  ['without keys', 'a b', { by: [] }, 'a@0 h1, b@1 h2', ['e0 e1']],
  ['maxspan', 'a b', {}, 'a@0, b@10.001', []],
  ['until', 'a b', { until: 'u' }, 'a@0, u@1, b@2', []],
  ['missing between', 'a !x b', {}, 'a@0, b@2', ['e0 - e1']],
  ['missing at the end, the evidence goes on', 'a !b', {}, 'a@0, other@10.001', ['e0 -']],
  ['missing at the end, the evidence ends', 'a !b', {}, 'a@0, other@10', []],
  ['head', 'a b', { pipes: [{ kind: 'head', count: 1 }] }, 'a@5 h1, a@0 h2, b@6 h1, b@7 h2', ['e1 e3']],
  ['tail', 'a b', { pipes: [{ kind: 'tail', count: 1 }] }, 'a@5 h1, a@0 h2, b@6 h1, b@7 h2', ['e0 e2']],
  ['sample', 'a b', { sample: true }, 'b@0 h1, a@90 h1, a@0 h2', ['e1 e0']],
])('%s', (_, actions, given, text, expected) => {
  expect(shown(ruleOf(actions, given), text)).toEqual(expected);
});

test('what could not be used is counted', () => {
  const { rules } = scanDocuments(
    [ruleOf('a !b')],
    [...events('a@0, a@1 -, b@2 -'), { event: { action: 'a' }, host: { name: 'fs01' } }],
  );
  expect(rules[0]!.counters.map(({ name, count }) => [name, count])).toEqual([
    ['without time', 1],
    ['without key', 2],
    ['open at the end of the evidence', 1],
  ]);
  expect(rules[0]!.counters[1]!.hint).toBe('events without host.name take no part');
});

test('an alert holds all its events, what they have in common, and their timeline', () => {
  const rule = ruleOf('logon write !logoff', {
    rule: { reason: '{logon.user.name} logged on to {host.name}, {write.user.name} wrote[, {logoff.user.name} left]' },
  });
  const [alert, ...others] = scanDocuments([rule], events('logon@0 fs01 ann, write@3 fs01 bob, other@11')).alerts;
  expect(others).toEqual([]);
  expect(alert!.reason).toBe('ann logged on to fs01, bob wrote');
  expect(alert).toMatchObject({
    originalTime: START,
    lastTime: START + 3000,
    memberCount: 2,
    members: [{ id: 'e0' }, { id: 'e1' }],
    sequence: { keys: [{ field: 'host.name', value: 'fs01' }], spanMs: 3000 },
  });
  expect(alert!.sequence!.legs.map(({ name, state, what }) => [name, state, what])).toEqual([
    ['logon', 'matched', 'on fs01, as ann'],
    ['write', 'matched', 'on fs01, as bob'],
    ['logoff', 'missing', undefined],
  ]);
  const document = toAlertDocument(alert!);
  expect(document['host']).toEqual({ name: 'fs01' });
  expect(document['user']).toBeUndefined();
  expect(document['kibana']).toMatchObject({ alert: { ancestors: [{ id: 'e0' }, { id: 'e1' }] } });
});

test('events of logs, which hold no host.id, are joined by host.name where a rule for agents asks for the id', () => {
  const rule = ruleOf('a b', { by: ['host.id'] });
  const all = events('a@0 fs01, a@1 fs02, b@2 fs01, b@3 -');
  const { alerts, rules } = scanDocuments([rule], all);
  expect(alerts.map(({ members }) => members.map(({ id }) => id).join(' '))).toEqual(['e0 e2']);
  expect(alerts[0]!.sequence!.keys).toEqual([{ field: 'host.name', value: 'fs01' }]);
  expect(alerts[0]!.document['host']).toEqual({ name: 'fs01' });
  expect(rules[0]!.counters.map(({ name, count }) => [name, count])).toEqual([
    ['without key', 1],
    ['joined by host.name', 3],
  ]);
  // The id of an agent is never the name of a log, even where they are spelled alike.
  const agent = { ...all[2]!, host: { id: 'fs01', name: 'other' } };
  expect(scanDocuments([rule], [all[0]!, agent]).alerts).toEqual([]);
  expect(shown(ruleOf('a b', { by: ['?host.id'] }), 'a@0 fs01, b@1 fs02')).toEqual(['e0 e1']);
});

test('a sample has as many alerts a key as the rule asks for', () => {
  const all = 'a@0, b@1, b@2, a@3 fs02, b@4 fs02';
  expect(shown(ruleOf('a b', { sample: true }), all)).toEqual(['e0 e1', 'e3 e4']);
  expect(shown(ruleOf('a b', { sample: true, samplesPerKey: 2 }), all)).toEqual(['e0 e1', 'e0 e2', 'e3 e4']);
});

const partOf = (document: Document) => (document['kibana'] as { alert: Document }).alert;

test('the members of an alert as documents of their own: building blocks with its group', () => {
  const { alerts } = scanDocuments([ruleOf('a b')], events('a@0 fs01 ann, b@1 fs01 bob'));
  const whole = toAlertDocument(alerts[0]!);
  const members = toMemberDocuments(alerts[0]!);
  expect(partOf(whole)['group']).toEqual({ id: alerts[0]!.id });
  expect(members.map((one) => [one['user'], one['@timestamp'], partOf(one)])).toMatchObject([
    [
      { name: 'ann' },
      '2026-03-01T00:00:00.000Z',
      {
        group: { id: alerts[0]!.id, index: 0 },
        ancestors: [{ id: 'e0' }],
        building_block_type: 'default',
        reason: 'a: on fs01, as ann',
      },
    ],
    [
      { name: 'bob' },
      '2026-03-01T00:00:01.000Z',
      { group: { id: alerts[0]!.id, index: 1 }, ancestors: [{ id: 'e1' }] },
    ],
  ]);
  expect(new Set([whole, ...members].map((one) => partOf(one)['uuid'])).size).toBe(3);
  expect(toMemberDocuments({ ...alerts[0]!, sequence: undefined })).toEqual([]);
});

const idsOf = (rule: Rule, documents: Document[]) =>
  scanDocuments([rule], documents).alerts.map(({ members }) => members.map(({ id }) => id).join(' '));

test('another clock puts events in its own order; only the events of the rule tell how far it has gone', () => {
  const created = { timestamp: 'event.created', tiebreaker: 'event.sequence' };
  // Seen at 0, 1, 2 s; written at 5, 3 and 40 s.
  const all = events('a@0, b@1, b@2').map((event, at) => ({
    ...event,
    event: { ...(event['event'] as Document), created: new Date(START + [5, 3, 40][at]! * 1000).toISOString() },
  }));
  expect(idsOf(ruleOf('a b', { clock: created }), all)).toEqual([]);
  expect(idsOf(ruleOf('b a', { clock: created }), all)).toEqual(['e1 e0']);
  const late = { ...events('other@99')[0]!, smbastion: { event: { id: 'e9' } } };
  expect(idsOf(ruleOf('b !a', { clock: created }), [all[1]!, late])).toEqual([]);
  expect(idsOf(ruleOf('b !a', { clock: created }), [all[1]!, all[2]!])).toEqual(['e1']);
  const { rules } = scanDocuments([ruleOf('a b', { clock: created })], events('a@0'));
  expect(rules[0]!.counters[0]).toMatchObject({
    name: 'without time',
    hint: 'events without event.created cannot be put in order',
  });
});

const exceptionsFor = () => (view: { get(id: number): unknown }) =>
  view.get(fields.get('user.name').id) === 'scanner' ? { id: 'x1' } : undefined;

test('an event that an exception silences takes no part; what is made of silenced events alone is silenced', () => {
  const all = events('a@0 fs01 scanner, b@1 fs01 ann, a@2 fs02 scanner, b@3 fs02 scanner, a@4 fs03 ann, b@5 fs03 ann');
  const { alerts, rules } = scanDocuments([ruleOf('a b')], all, { exceptionsFor });
  expect(alerts.map(({ exceptedBy, members }) => [exceptedBy, ...members.map(({ id }) => id)])).toEqual([
    ['x1', 'e2', 'e3'],
    [undefined, 'e4', 'e5'],
  ]);
  expect(rules[0]).toMatchObject({ matches: 6, excepted: 3, alerts: 1 });
});

test('suppression lets the first of a group speak', () => {
  const suppression = { groupBy: ['host.name'], durationMs: undefined, missing: 'suppress' as const };
  const rule = ruleOf('x x', { rule: { suppression } });
  const { alerts } = scanDocuments([rule], events('x@0, x@1, x@2, x@3, x@4 fs02, x@5 fs02'));
  expect(alerts.map(({ suppression: done, members }) => [done?.count, members.length])).toEqual([
    [2, 6],
    [0, 2],
  ]);
});

test('a sequence found under two keys is one alert', () => {
  const all = events('a@0, b@1').map((event) => ({ ...event, host: { name: ['fs01', 'fs02'] } }));
  expect(scanDocuments([ruleOf('a b')], all).alertCount).toBe(1);
});

test('alerts do not depend on the order of reading, on double reading or on what goes to disk', () => {
  const arbitrary = fc.record({
    actions: fc.constantFrom('a b', 'a b c', 'a a', 'a !x b', 'a !x'),
    all: fc.array(
      fc.record({
        action: fc.constantFrom('a', 'b', 'c', 'x'),
        host: fc.constantFrom('h1', 'h2'),
        at: fc.nat({ max: 40 }),
      }),
      { maxLength: 25 },
    ),
    order: fc.array(fc.nat(), { minLength: 50, maxLength: 50 }),
    pipes: fc.constantFrom<readonly EqlPipe[]>([], [{ kind: 'head', count: 2 }], [{ kind: 'tail', count: 2 }]),
  });
  fc.assert(
    fc.property(arbitrary, ({ actions, all, order, pipes }) => {
      const rule = ruleOf(actions, { pipes });
      const documents = events(all.map(({ action, host, at }) => `${action}@${at} ${host}`).join(', ') || 'other@0');
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
      expect(scanDocuments([rule], shuffled, { useIndex: false }).alerts).toEqual(alerts);
    }),
    { numRuns: 50 },
  );
});
