import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { makeOlder } from '../../../../test/tools/older-store.ts';
import { inRuns, Ran } from '../../../../test/tools/ran-rule.ts';
import { scheduleEvent, scheduleRules } from '../../../../test/tools/schedule-rules.ts';
import type { Document } from '../../../event/document.ts';
import { DocumentEvent } from '../../../event/document-event.ts';
import { Networks } from '../../../event/networks.ts';
import { openStore } from '../../../store/open-store.ts';
import { toAlertDocument } from '../../alerts/alert-document.ts';
import type { Rule } from '../../rule.ts';
import { scanDocuments } from '../../scan/scan-documents.ts';

const NETWORKS = new Networks();
const rules = scheduleRules();

/** An alert without what the store and the clock add. */
function plain(document: Document): string {
  return JSON.stringify(document, (key, value: unknown) => (key === 'ingested' ? undefined : value));
}

function scanned(rule: Rule, documents: readonly Document[]): string[] {
  return scanDocuments([rule], documents)
    .alerts.map((alert) => plain(toAlertDocument(alert)))
    .sort();
}

const shown = ({ alerts }: Ran) => [...alerts.values()].map(({ document }) => plain(document)).sort();

const SLOT_SECONDS = 20;
const documents = fc
  .array(
    fc.record({
      slot: fc.integer({ min: 0, max: 240 }),
      action: fc.constantFrom('a', 'a', 'b', 'b', 'c', 'other'),
      host: fc.constantFrom('h1', 'h2'),
      user: fc.constantFrom('u1', 'u2'),
    }),
    { minLength: 30, maxLength: 150 },
  )
  .map((all) =>
    all.map((one, i) => scheduleEvent(i, one.slot * SLOT_SECONDS + i / 1000, one.action, one.host, one.user)),
  );

/** Cuts events into runs; the last one only makes time pass, so that what waits for it is judged. */
function cut(events: readonly Document[], lengths: readonly number[]): Document[][] {
  const parts: Document[][] = [];
  let at = 0;
  for (const length of lengths) {
    if (at >= events.length) break;
    parts.push(events.slice(at, at + length));
    at += length;
  }
  return [...parts, events.slice(at), [scheduleEvent(9999, 20_000, 'other', 'h9', 'u9')]];
}

const lengths = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 2, maxLength: 8 });
const orderOf = (one: Document) => `${String(one['@timestamp'])} ${JSON.stringify(one['smbastion'])}`;
const byTime = (one: Document, other: Document) => (orderOf(one) < orderOf(other) ? -1 : 1);

test('in the order of time, any number of runs give what a scan gives, for every type', async () => {
  const fired = new Set<string>();
  await fc.assert(
    fc.asyncProperty(documents, lengths, async (events, cuts) => {
      const parts = cut([...events].sort(byTime), cuts);
      const ran = new Map([...rules].map(([name, rule]) => [name, new Ran(rule)]));
      await inRuns([...ran.values()], parts);
      for (const [name, rule] of rules) {
        const expected = scanned(rule, parts.flat());
        if (expected.length > 0) fired.add(name);
        expect([name, shown(ran.get(name)!)]).toEqual([name, expected]);
      }
    }),
    { numRuns: Number(process.env['RUNS'] ?? 30), endOnFailure: true },
  );
  expect([...fired].sort()).toEqual([...rules.keys()].sort());
}, 120_000);

test('every type finds the same when its fields came into the catalogue between two runs', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'smbastion-older-'));
  const actions = ['a', 'a', 'b', 'a', 'b', 'c', 'b'];
  const events = Array.from({ length: 140 }, (_, i) => {
    return scheduleEvent(i, i * 40, actions[i % actions.length]!, `h${i % 2}`, `u${i % 3}`);
  });
  const parts = [
    events.slice(0, 50),
    events.slice(50, 90),
    events.slice(90),
    [scheduleEvent(9999, 20_000, 'c', 'h9', 'u9')],
  ];
  const expected = new Map([...rules].map(([name, rule]) => [name, new Ran(rule)]));
  await inRuns([...expected.values()], parts);
  const ran = new Map([...rules].map(([name, rule]) => [name, new Ran(rule)]));
  const file = join(folder, 'store.duckdb');
  let store = await openStore(file, NETWORKS);
  for (const [i, part] of parts.entries()) {
    const batch = store.events.batch();
    for (const document of part) batch.add(new DocumentEvent(NETWORKS, document));
    await store.events.append(batch);
    for (const one of ran.values()) await one.run(store.events);
    if (i > 0) continue;
    await store.close();
    await makeOlder(file, ['event.action', 'host.name', 'user.name', 'server.bytes']);
    store = await openStore(file, NETWORKS);
  }
  await store.close();
  rmSync(folder, { recursive: true, force: true });
  for (const name of rules.keys()) expect([name, shown(ran.get(name)!)]).toEqual([name, shown(expected.get(name)!)]);
}, 60_000);

/** @returns an event of the host h1 */
const minuteEvent = (number: number, minute: number, user: string, action = 'b') =>
  scheduleEvent(number, minute * 60, action, 'h1', user);

test('a finding that nothing new belongs to is not told again, however few are remembered', async () => {
  const ran = new Ran(rules.get('finding')!, { limits: { 'told-alerts': 1 } });
  const users = ['u1', 'u2', 'u3', 'u4'];
  const before = users.flatMap((user, i) => [minuteEvent(2 * i, i, user, 'a'), minuteEvent(2 * i + 1, i, user)]);
  // Findings of the lower level raise each other when they come close.
  const weak = [minuteEvent(20, 40, 'u5', 'a'), minuteEvent(21, 43, 'u6', 'a')];
  await inRuns([ran], [before, weak.slice(0, 1), weak.slice(1), [minuteEvent(30, 5, 'u4')]]);
  expect(ran.runs.map(({ alertsNew, alertsUpdated }) => [alertsNew, alertsUpdated])).toEqual([
    [4, 0],
    [1, 0],
    [1, 1],
    [0, 1],
  ]);
});

/** Nothing that comes late can undo or join what these types told; of the others what was told stays. */
const SETTLED = new Set(['query', 'finding']);
const masked = (text: string) => text.replaceAll(/"(uuid|id)":"[0-9a-f]{32}"/g, '');

test('in any order of arrival, nothing that a scan finds is missing or told twice', async () => {
  await fc.assert(
    fc.asyncProperty(documents, lengths, async (events, cuts) => {
      const parts = cut(events, cuts);
      const ran = new Map([...rules].map(([name, rule]) => [name, new Ran(rule)]));
      await inRuns([...ran.values()], parts);
      for (const [name, rule] of rules) {
        const expected = scanned(rule, parts.flat()).map(masked);
        const got = shown(ran.get(name)!).map(masked);
        // The first day of all evidence moves when earlier events of other keys come; that is noticed with the key's next event.
        if (name === 'volume') continue;
        const missing = expected.filter((one) => !got.includes(one));
        expect([name, missing]).toEqual([name, []]);
        if (SETTLED.has(name)) expect(got).toEqual(expected);
      }
    }),
    { numRuns: Number(process.env['RUNS'] ?? 10), endOnFailure: true },
  );
}, 120_000);

/** Groups that never pause, even when an event comes late, and one that does, over many runs. */
const unending = fc
  .record({
    steps: fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 100, maxLength: 200 }),
    late: fc.array(fc.integer({ min: 0, max: 40 }), { minLength: 3, maxLength: 6 }),
    runs: fc.integer({ min: 8, max: 20 }),
  })
  .map(({ steps, late, runs }) => {
    let seconds = 0;
    const all = steps.map((step, i) => {
      seconds += step;
      const host = i % 20 === 0 ? 'h2' : 'h1';
      return scheduleEvent(i, seconds, i % 5 === 4 ? 'b' : 'a', host, `u${i % 3}`);
    });
    const size = Math.ceil(all.length / runs);
    const parts = Array.from({ length: runs }, (_, n) => all.slice(n * size, (n + 1) * size));
    // Each of these comes with the run after its own.
    late.forEach((at, n) => {
      const part = parts[(n * 3) % (runs - 1)]!;
      if (part.length < 2) return;
      const [one] = part.splice(at % part.length, 1);
      parts[((n * 3) % (runs - 1)) + 1]!.push(one!);
    });
    return [...parts, [scheduleEvent(9999, 40_000, 'other', 'h9', 'u9')]];
  });

/** Of an alert only what it counts: under which id it stays, and which document speaks for it, is decided when it is told. */
const counted = (document: Document) => {
  const own = document['smbastion'] as Document;
  const alert = (document['kibana'] as { alert: Document }).alert;
  return JSON.stringify([own['member_count'], alert['original_time'], alert['last_detected']]);
};

test('groups that never pause are one alert over many runs, restarts and late events, with all they count', async () => {
  const names = ['threshold', 'suppressed', 'finding', 'sample', 'counted'];
  await fc.assert(
    fc.asyncProperty(unending, fc.boolean(), async (parts, hasColumns) => {
      const ran = new Map(names.map((name) => [name, new Ran(rules.get(name)!, { forgetsAt: 4 })]));
      await inRuns([...ran.values()], parts, hasColumns);
      for (const [name, { alerts }] of ran) {
        const expected = scanDocuments([rules.get(name)!], parts.flat()).alerts.map((one) =>
          counted(toAlertDocument(one)),
        );
        const got = [...alerts.values()].map(({ document }) => counted(document));
        const missing = expected.filter((one) => !got.includes(one));
        expect([name, missing]).toEqual([name, []]);
        if (name !== 'sample') expect([name, got.length]).toEqual([name, expected.length]);
      }
    }),
    { numRuns: Number(process.env['RUNS'] ?? 5), endOnFailure: true },
  );
}, 120_000);

test('findings whose older events had no room to be remembered stay the same findings, and say so', async () => {
  const rule = rules.get('finding')!;
  await fc.assert(
    fc.asyncProperty(unending, async (parts) => {
      const ran = new Ran(rule, { limits: { 'rule-matches': 40 } });
      await inRuns([ran], parts);
      const expected = scanDocuments([rule], parts.flat()).alerts.map(({ id }) => id);
      expect([...ran.alerts.keys()].sort()).toEqual(expected.sort());
      expect(ran.matches.held.length).toBeLessThan(90);
      expect(ran.runs.some(({ reason = '' }) => reason.includes('run-events'))).toBe(true);
    }),
    { numRuns: Number(process.env['RUNS'] ?? 5), endOnFailure: true },
  );
}, 120_000);
