import { describe, expect, test } from 'vitest';
import { sampleRule } from '../../../test/conformance/reports-sample.ts';
import type { Document } from '../../event/document.ts';
import { DocumentEvent } from '../../event/document-event.ts';
import { fields } from '../../event/field.ts';
import { Networks } from '../../event/networks.ts';
import { compileEql } from '../../query/eql/compile-eql.ts';
import type { EqlSequence } from '../../query/eql/eql-query.ts';
import { compileKql } from '../../query/kql/compile-kql.ts';
import type { Alert } from '../alert.ts';
import { toCorrelationPart } from '../correlation/correlation-part.ts';
import type { Rule } from '../rule.ts';
import { scanDocuments } from '../scan/scan-documents.ts';
import { toSequencePart } from '../sequence/sequence-part.ts';
import { LIVE_EVENTS_PER_RULE, LIVE_HORIZON_MS, LiveScan, type LiveScanOptions } from './live-scan.ts';

const NETWORKS = new Networks();

const failedLogons = sampleRule({
  id: 'guess',
  type: 'threshold',
  predicate: compileKql({ file: 'q', text: 'event.action:logon-failed' }, { now: 0 }).predicate,
  threshold: { field: ['user.name'], value: 3, cardinality: [], windowMs: 60_000 },
});

const logCleared = sampleRule({
  id: 'cleared',
  predicate: compileKql({ file: 'q', text: 'event.code:1102' }, { now: 0 }).predicate,
});

const START = Date.parse('2026-03-02T10:00:00Z');
const at = (ms: number, more: Document): Document => ({ '@timestamp': new Date(START + ms).toISOString(), ...more });
const failure = (ms: number, user = 'alice') => at(ms, { 'event.action': 'logon-failed', 'user.name': user });

/** A live scan with the alerts it told, and events given to it as documents. */
function live(rules: readonly Rule[], more: Partial<LiveScanOptions> = {}) {
  const told: Alert[] = [];
  const scan = new LiveScan({ rules, networks: NETWORKS, onAlert: (alert) => told.push(alert), ...more });
  const give = (...documents: Document[]) => {
    for (const document of documents) scan.onEvent(new DocumentEvent(NETWORKS, document));
  };
  return { scan, told, give };
}

test('an alert is told once, when the tick after its last event comes, with the id a file scan gives it', () => {
  const { scan, told, give } = live([failedLogons]);
  const events = [failure(0), failure(1000), failure(2000)];
  give(events[0]!, events[1]!);
  scan.tick();
  expect(told).toEqual([]);
  give(events[2]!);
  scan.tick();
  give(failure(3000));
  scan.tick();
  expect(told.map(({ id }) => id)).toEqual(scanDocuments([failedLogons], events).alerts.map(({ id }) => id));
  expect([scan.events, scan.alerts]).toEqual([4, 1]);
});

test('a rule that one event decides tells each event', () => {
  const { scan, told, give } = live([logCleared, failedLogons]);
  give(at(0, { 'event.code': '1102', 'host.name': 'a' }), at(1, { 'event.code': '1102', 'host.name': 'b' }));
  scan.tick();
  give(at(2, { 'event.code': '1102', 'host.name': 'c' }));
  scan.tick();
  scan.tick();
  expect(told.map(({ document }) => document['host'])).toEqual([{ name: 'a' }, { name: 'b' }, { name: 'c' }]);
});

const flow = (ms: number, outcome: string) =>
  at(ms, { 'source.ip': '10.0.0.1', 'source.port': 5, 'destination.port': 445, 'smb.flow.outcome': outcome });

test('a finding that rises is told again, with its new severity', () => {
  const rule = sampleRule({
    id: 'egress',
    type: 'finding',
    predicate: compileKql({ file: 'q', text: 'server.port:445' }, { now: 0 }).predicate,
    finding: {
      key: ['client.ip'],
      perDay: true,
      member: ['source.port'],
      join: undefined,
      levels: (['attempted', 'moved'] as const).map((name, i) => ({
        name,
        when: compileKql({ file: 'q', text: `smb.flow.outcome:${name}` }, { now: 0 }).predicate,
        severity: (['low', 'critical'] as const)[i]!,
        riskScore: 21,
        threat: [],
      })),
      raise: [],
    },
  });
  const { scan, told, give } = live([rule]);
  for (const [ms, outcome] of [
    [0, 'attempted'],
    [1, 'attempted'],
    [2, 'moved'],
    [3, 'moved'],
  ] as const) {
    give(flow(ms, outcome));
    scan.tick();
  }
  expect(told.map(({ severity }) => severity)).toEqual(['low', 'critical']);
  expect(new Set(told.map(({ id }) => id)).size).toBe(1);
  expect(scan.alerts).toBe(1);
});

/** One event a minute of one host for two hours, looked at each minute: windows go on for longer than events are kept. */
function twoHours(rule: Rule): { told: readonly Alert[]; whole: readonly Alert[] } {
  const { scan, told, give } = live([rule]);
  const events = Array.from({ length: 120 }, (_, minute) =>
    at(minute * 60_000, { 'event.action': 'open', 'host.name': 'a', 'user.name': minute % 2 === 0 ? 'ann' : 'bob' }),
  );
  for (const event of events) {
    give(event);
    scan.tick();
  }
  return { told, whole: scanDocuments([rule], events).alerts };
}

const opens = compileKql({ file: 'q', text: 'event.action:open' }, { now: 0 }).predicate;

test('a threshold that goes on for longer than events are kept is told once', () => {
  const threshold = { field: ['host.name'], value: 5, cardinality: [], windowMs: 600_000 };
  const { told, whole } = twoHours(sampleRule({ id: 'busy', type: 'threshold', predicate: opens, threshold }));
  expect(whole).toHaveLength(1);
  expect(told.map(({ id }) => id)).toEqual(whole.map(({ id }) => id));
});

test('a correlation is as quiet after it spoke as over a file', () => {
  const member = {
    name: 'opens',
    source: { kind: 'events', predicate: opens },
    groupBy: [[fields.get('host.name')]],
    fields: [],
  } as const;
  const made = toCorrelationPart(
    {
      definition: {
        type: 'event_count',
        rules: ['opens'],
        groupBy: ['host.name'],
        timespanMs: 600_000,
        condition: { kind: 'bounds', bounds: [{ op: 'gte', value: 5 }] },
        fields: [],
        percentile: 50,
        aliases: new Map(),
        generate: false,
      },
      members: [member],
    },
    0,
  );
  if (typeof made === 'string') throw new Error(made);
  const { told, whole } = twoHours(
    sampleRule({ id: 'quiet', type: 'correlation', legs: made.legs, correlation: made.part }),
  );
  expect(whole).toHaveLength(11);
  expect(told.map(({ lastTime }) => lastTime)).toEqual(whole.map(({ lastTime }) => lastTime));
});

test('a term is new once, however old its first event is', () => {
  const newTerms = { fields: ['user.name'], historyMs: 20 * 60_000, learnMs: 0 };
  const { told, whole } = twoHours(sampleRule({ id: 'term', type: 'new_terms', predicate: opens, newTerms }));
  expect(told.map(({ id }) => id)).toEqual(whole.map(({ id }) => id));
  expect(told).toHaveLength(2);
});

test('learning begins with the watch, not with the oldest event that is kept', () => {
  const newTerms = { fields: ['user.name'], historyMs: 20 * 60_000, learnMs: 2 * LIVE_HORIZON_MS };
  const { scan, told, give } = live([sampleRule({ id: 'term', type: 'new_terms', predicate: opens, newTerms })]);
  for (const hour of [0, 1.5, 3, 4]) {
    give(at(hour * 3_600_000, { 'event.action': 'open', 'user.name': `user${hour}` }));
    scan.tick();
  }
  expect(told.map(({ document }) => document['user'])).toEqual([{ name: 'user3' }, { name: 'user4' }]);
});

test('a busy rule of new terms forgets no term', () => {
  const newTerms = { fields: ['user.name'], historyMs: 3_600_000, learnMs: 0 };
  const { scan, told, give } = live([sampleRule({ id: 'term', type: 'new_terms', predicate: opens, newTerms })]);
  for (let i = 0; i < LIVE_EVENTS_PER_RULE + 10; i++) {
    give(at(i, { 'event.action': 'open', 'user.name': i === 0 ? 'rare' : `user${i % 7}` }));
  }
  scan.tick();
  give(at(LIVE_EVENTS_PER_RULE + 20, { 'event.action': 'open', 'user.name': 'rare' }));
  scan.tick();
  expect([told.length, scan.dropped]).toEqual([8, 0]);
});

test('suppressed alerts stay so while the first of them is no longer kept', () => {
  const suppression = { groupBy: ['host.name'], durationMs: 600_000, missing: 'suppress' } as const;
  const { told, whole } = twoHours(sampleRule({ id: 'hushed', predicate: opens, suppression }));
  expect(whole).toHaveLength(1);
  expect(told.map(({ id }) => id)).toEqual(whole.map(({ id }) => id));
});

test('what must be missing is not missing because it is too old to be kept', () => {
  const text =
    'sequence by host.name with maxspan=10m ![any where event.action=="allow"] [any where event.action=="open"]';
  const { query } = compileEql({ file: 'q', text }, { now: 0, categoryField: undefined });
  if (query.kind !== 'sequence') throw new Error('no sequence');
  const { legs, part } = toSequencePart(query, {
    tiebreaker: 'event.sequence',
    allowedLatenessMs: 0,
    isCarried: true,
  });
  const rule = sampleRule({ id: 'unasked', type: 'eql', legs, sequence: part });
  const { scan, told, give } = live([rule]);
  for (let minute = 0; minute < 120; minute++) {
    give(at(minute * 60_000, { 'event.action': minute % 5 === 0 ? 'allow' : 'open', 'host.name': 'a' }));
    scan.tick();
  }
  expect(told).toEqual([]);
});

test('what exceptions silence is not told', () => {
  const { scan, told, give } = live([logCleared], { exceptionsFor: () => () => ({ id: 'known' }) });
  give(at(0, { 'event.code': '1102' }));
  scan.tick();
  expect(told).toEqual([]);
});

test('old events and too many events are given up, and the latter are counted', () => {
  const { scan, told, give } = live([failedLogons]);
  give(failure(0), failure(1));
  scan.tick();
  give(failure(LIVE_HORIZON_MS + 10), failure(LIVE_HORIZON_MS + 11));
  scan.tick();
  expect([told.length, scan.dropped]).toEqual([0, 0]);
  for (let i = 0; i < LIVE_EVENTS_PER_RULE + 5; i++)
    give(failure(LIVE_HORIZON_MS + 20 + (i * 100_000) / LIVE_EVENTS_PER_RULE, `user${i}`));
  scan.tick();
  expect(scan.dropped).toBe(7);
});

const sequenceRule = (query: string, allowedLatenessMs = 10_000): Rule => {
  const compiled = compileEql({ file: 'q', text: query }, { now: 0 }).query as EqlSequence;
  const settings = { tiebreaker: 'event.sequence', allowedLatenessMs, isCarried: true };
  const { legs, part } = toSequencePart(compiled, settings);
  return sampleRule({ id: 'sequence', type: 'eql', legs, sequence: part });
};
const action = (seconds: number, name: string) =>
  at(seconds * 1000, { 'event.action': name, 'event.id': `${name}${seconds}` });
const step = (name: string) => `[any where event.action == "${name}"]`;
const ids = (told: readonly Alert[]) =>
  told.map(({ members }) => members.map(({ time }) => (time - START) / 1000).join(' '));

describe('events that come out of order', () => {
  test('a sequence of events alone is told at once, also when its first event comes last', () => {
    const { scan, told, give } = live([sequenceRule(`sequence with maxspan=60s ${step('a')} ${step('b')}`)]);
    give(action(5, 'b'));
    scan.tick();
    give(action(1, 'a'));
    scan.tick();
    expect(ids(told)).toEqual(['1 5']);
    expect(scan.late).toBe(0);
  });

  const between = `sequence with maxspan=60s ${step('a')} !${step('x')} ${step('b')}`;

  test('one that a late event could undo waits for as long as the rule allows', () => {
    const { scan, told, give } = live([sequenceRule(between)]);
    give(action(1, 'a'), action(5, 'b'));
    scan.tick();
    give(action(3, 'x'), action(30, 'a'), action(31, 'b'), action(60, 'other'));
    scan.tick();
    expect(ids(told)).toEqual([]);
    scan.tick(START + 41_001);
    expect(ids(told)).toEqual(['30 31']);
    expect(scan.late).toBe(0);
  });

  test('what comes later than that is counted, and still used', () => {
    const { scan, told, give } = live([sequenceRule(between)]);
    give(action(20, 'b'));
    scan.tick(START + 60_000);
    give(action(15, 'a'));
    scan.tick(START + 60_000);
    expect(ids(told)).toEqual(['15 20']);
    expect(scan.late).toBe(1);
  });

  test('what must not come at the end is certain when the time has passed, also without an event', () => {
    const { scan, told, give } = live([sequenceRule(`sequence with maxspan=20s ${step('a')} !${step('b')}`)]);
    give(action(1, 'a'));
    scan.tick(START + 21_000);
    scan.tick(START + 30_999);
    expect(ids(told)).toEqual([]);
    scan.tick(START + 36_000);
    expect(ids(told)).toEqual(['1']);
  });

  test('at the end everything that waits is looked at, as a scan of the evidence would', () => {
    const events = [action(1, 'a'), action(5, 'b'), action(7, 'a'), action(9, 'b')];
    const rule = sequenceRule(between, 120_000);
    const { scan, told, give } = live([rule]);
    give(...events);
    scan.tick();
    expect(ids(told)).toEqual([]);
    scan.end();
    expect(told.map(({ id }) => id)).toEqual(scanDocuments([rule], events).alerts.map(({ id }) => id));
    expect(ids(told)).toEqual(['1 5', '7 9']);
  });

  test('too many that wait go before their time, and are counted', () => {
    const { scan, give } = live([sequenceRule(between)]);
    for (let i = 0; i < LIVE_EVENTS_PER_RULE + 3; i++) give(action(1 + i / 10_000, 'a'));
    expect(scan.early).toBe(3);
  });
});
