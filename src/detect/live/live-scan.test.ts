import { expect, test } from 'vitest';
import { sampleRule } from '../../../test/conformance/reports-sample.ts';
import type { Document } from '../../event/document.ts';
import { DocumentEvent } from '../../event/document-event.ts';
import { Networks } from '../../event/networks.ts';
import { compileKql } from '../../query/kql/compile-kql.ts';
import type { Alert } from '../alert.ts';
import type { Rule } from '../rule.ts';
import { scanDocuments } from '../scan/scan-documents.ts';
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
