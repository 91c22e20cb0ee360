import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test, vi } from 'vitest';
import { SCHEDULE_START, scheduleEvent, scheduleRules } from '../../../test/tools/schedule-rules.ts';
import type { Document } from '../../event/document.ts';
import { DocumentEvent } from '../../event/document-event.ts';
import { Networks } from '../../event/networks.ts';
import { openStore } from '../../store/open-store.ts';
import type { Store } from '../../store/store.ts';
import { ALL } from '../../query/predicate.ts';
import type { Exception } from '../exceptions/exception.ts';
import { parseExceptions } from '../exceptions/load-exceptions.ts';
import type { Rule } from '../rule.ts';
import { scanDocuments } from '../scan/scan-documents.ts';
import { fillGaps, fillTime } from './backfill.ts';
import { previewRule } from './preview.ts';
import type { RunLimits } from './run-limits.ts';
import { Schedule } from './schedule.ts';

const NETWORKS = new Networks();
const MINUTE_MS = 60_000;
const rules = scheduleRules();
const folder = mkdtempSync(join(tmpdir(), 'smbastion-schedule-'));
let stores = 0;
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A schedule over a store on disk, and a clock that only moves when it is told to. */
class Site {
  now = SCHEDULE_START;
  ticks = 0;
  /** Each look at the clock takes so long. */
  stepMs = 0;
  exceptions: readonly Exception[] = [];
  store!: Store;
  schedule!: Schedule;
  private readonly file = join(folder, `${stores++}.duckdb`);
  private rules: readonly Rule[];
  private readonly limits: Partial<RunLimits>;

  constructor(site: readonly Rule[], limits: Partial<RunLimits> = {}) {
    this.rules = site;
    this.limits = limits;
  }

  /** Opens the store, as after a restart. @param site other rules than before */
  async open(site = this.rules): Promise<this> {
    this.rules = site;
    this.store = await openStore(this.file, NETWORKS);
    this.schedule = new Schedule({
      store: this.store,
      desk: this.store.desk,
      networks: NETWORKS,
      rules: this.rules,
      active: new Set(this.rules.map(({ id }) => id)),
      exceptions: () => this.exceptions,
      now: () => (this.now += this.stepMs),
      ticks: () => (this.ticks += this.stepMs),
      limits: this.limits,
      onError: (_, error) => expect.fail(String(error)),
    });
    return this;
  }

  async add(documents: readonly Document[]): Promise<void> {
    const view = new DocumentEvent(NETWORKS);
    const batch = this.store.events.batch();
    for (const document of documents) {
      view.point(document);
      batch.add(view);
    }
    await this.store.events.append(batch);
  }

  async alerts(): Promise<string[]> {
    const { alerts } = await this.store.alerts.search({ limit: 1_000, withBuildingBlocks: true });
    return alerts.map(({ id }) => id).sort();
  }
}

const rule = (name: string, given: Partial<Rule> = {}) => ({ ...rules.get(name)!, ...given });
const scanned = (one: Rule, documents: readonly Document[]) =>
  scanDocuments([one], documents)
    .alerts.map(({ id }) => id)
    .sort();
const events = (count: number, action = 'a', from = 0) =>
  Array.from({ length: count }, (_, i) => scheduleEvent(from + i, 10 * (from + i), action, `h${i}`, 'u'));

test('legs that are spread over three runs and a restart fire once', async () => {
  const one = rule('convergence');
  const site = await new Site([one]).open();
  const parts = [
    [scheduleEvent(1, 0, 'a', 'h1', 'u1')],
    [scheduleEvent(2, 60, 'b', 'h1', 'u1'), scheduleEvent(3, 90, 'c', 'h1', 'u1')],
    [scheduleEvent(4, 150, 'b', 'h1', 'u1')],
    [scheduleEvent(5, 200, 'b', 'h1', 'u1')],
  ];
  const told: number[] = [];
  for (const part of parts) {
    await site.add(part);
    site.now += 5 * MINUTE_MS;
    await site.schedule.tick();
    told.push((await site.alerts()).length);
    await site.store.close();
    await site.open();
  }
  expect(told).toEqual([0, 0, 1, 1]);
  expect(await site.alerts()).toEqual(scanned(one, parts.flat()));
  const [last] = await site.store.runs.latest(one.id, 1);
  expect(last).toMatchObject({ status: 'ok', alertsNew: 0, alertsUpdated: 1 });
  await site.store.close();
});

test('alerts above max_signals come with the next runs, none twice and none lost', async () => {
  const one = rule('query', { maxSignals: 4 });
  const site = await new Site([one]).open();
  await site.add(events(10));
  const counts: (readonly number[])[] = [];
  for (let run = 0; run < 4; run++) {
    if (run === 2) await site.add(events(1, 'a', 10));
    site.now += 5 * MINUTE_MS;
    await site.schedule.tick();
    const [last] = await site.store.runs.latest(one.id, 1);
    counts.push([last!.alertsNew, last!.overflow, last!.toPosition]);
  }
  expect(counts).toEqual([
    [4, 6, 10],
    [4, 2, 10],
    [2, 0, 10],
    [1, 0, 11],
  ]);
  expect(await site.alerts()).toEqual(scanned(one, events(11)));
  await site.store.close();
});

test('a rule may sum up what is above max_signals in one alert; backfill tells the alerts', async () => {
  const one = rule('suppressed', { maxSignals: 2, overflow: 'summarise' });
  const site = await new Site([one]).open();
  const all = Array.from({ length: 9 }, (_, i) => scheduleEvent(i, 20 * i, 'a', 'h1', `u${Math.min(i, 5)}`));
  await site.add(all);
  await site.schedule.runNow();
  const { alerts } = await site.store.alerts.search({ limit: 10 });
  expect(alerts.length).toBe(3);
  const [storm] = alerts.filter(({ id }) => !scanned(one, all).includes(id));
  expect(JSON.stringify(storm!.document)).toContain(
    '4 more alerts than max_signals (2), 2026-03-01 23:00 to 23:02 UTC; most: user.name u2',
  );
  const [run] = await site.store.runs.latest(one.id, 1);
  expect(run).toMatchObject({ status: 'partial', alertsNew: 3, overflow: 4, toPosition: 9 });
  await fillTime(site.schedule.runner, one, SCHEDULE_START, site.now + 60 * MINUTE_MS);
  expect(await site.alerts()).toEqual([...scanned(one, all), storm!.id].sort());
  await site.store.close();
});

test('a group that goes on is one alert, and its history is not read again', async () => {
  const one = rule('suppressed');
  const site = await new Site([one]).open();
  const all = Array.from({ length: 30 }, (_, i) => scheduleEvent(i, i * 60, 'a', 'h1', 'u1'));
  for (let at = 0; at < all.length; at += 10) {
    await site.add(all.slice(at, at + 10));
    site.now += MINUTE_MS;
    await site.schedule.runNow();
  }
  const runs = await site.store.runs.latest(one.id, 5);
  expect(
    runs.map(({ candidates, alertsNew, alertsUpdated, suppressed }) => [
      candidates,
      alertsNew,
      alertsUpdated,
      suppressed,
    ]),
  ).toEqual([
    [10, 0, 1, 10],
    [10, 0, 1, 10],
    [10, 1, 0, 9],
  ]);
  expect(await site.alerts()).toEqual(scanned(one, all));
  await site.store.close();
});

test('a stretch with too many events is cut, and nothing is left out', async () => {
  const one = rule('threshold');
  const all = Array.from({ length: 60 }, (_, i) => scheduleEvent(i, i * 7, 'a', `h${i % 2}`, `u${i % 3}`));
  const site = await new Site([one], { 'run-events': 40 }).open();
  await site.add(all);
  await site.schedule.runNow();
  expect(await site.alerts()).toEqual(scanned(one, all));
  expect((await site.store.runs.latest(one.id, 10)).length).toBeGreaterThan(1);
  await site.store.close();
});

test('a run that takes too long goes on later; what is given up is a gap, and filling it gives the same alerts', async () => {
  const one = rule('query');
  const site = await new Site([one], { 'run-failures': 3 }).open();
  await site.add(events(6));
  site.stepMs = 10 * MINUTE_MS;
  const statuses: string[] = [];
  for (let run = 0; run < 3; run++) {
    await site.schedule.tick();
    statuses.push((await site.store.runs.latest(one.id, 1))[0]!.status);
  }
  expect(statuses).toEqual(['partial', 'partial', 'partial']);
  site.stepMs = 0;
  site.now += 5 * MINUTE_MS;
  await site.schedule.runNow();
  const gaps = await site.store.runs.gaps(one.id);
  expect(gaps.map(({ afterPosition, reason, filledMs }) => [afterPosition, reason, filledMs])).toEqual([
    [0, 'the run took longer than it may', undefined],
  ]);
  const before = await site.alerts();
  expect(before.length).toBe(6 - gaps[0]!.toPosition);
  const filled = await fillGaps(site.schedule.runner, one, gaps);
  expect(filled).toMatchObject({ alertsNew: gaps[0]!.toPosition, filled: [gaps[0]!.id], left: [] });
  expect(await site.alerts()).toEqual(scanned(one, events(6)));
  expect((await site.store.runs.gaps(one.id))[0]!.filledMs).toBeDefined();
  await site.store.close();
});

const HOUR_MS = 60 * MINUTE_MS;

/** Runs of a rule, the oldest first. */
const runsOf = async ({ store }: Site, id: string) => (await store.runs.latest(id, 100)).toReversed();

test.each([
  ['forwards', HOUR_MS],
  ['backwards', -HOUR_MS],
])('a clock that jumps %s by an hour skips no window and tells nothing twice', async (_, jumpMs) => {
  const all = [...rules.values()];
  const site = await new Site(all).open();
  const actions = ['a', 'a', 'b', 'a', 'c', 'b'];
  const told = Array.from({ length: 120 }, (__, i) => {
    return scheduleEvent(i, i * 25, actions[i % actions.length]!, `h${i % 2}`, `u${i % 3}`);
  });
  // Time passes, so that what waits for it is judged.
  const parts = [
    ...Array.from({ length: 6 }, (__, n) => told.slice(n * 20, n * 20 + 20)),
    [scheduleEvent(999, 20_000, 'other', 'h9', 'u9')],
  ];
  site.now = SCHEDULE_START + 6 * HOUR_MS;
  for (const [n, part] of parts.entries()) {
    if (n === 3) site.now += jumpMs;
    await site.add(part);
    site.now += 5 * MINUTE_MS;
    const runs = async () => (await site.store.runs.latest(undefined, 1_000)).length;
    while (await site.schedule.tick());
    const ran = await runs();
    while (await site.schedule.tick());
    expect([n, await runs()]).toEqual([n, ran]);
    const behind = (await site.schedule.rules()).filter(({ nextMs, rule: one }) => nextMs > site.now + one.intervalMs);
    expect(behind).toEqual([]);
  }
  for (const { id } of all) {
    const runs = await runsOf(site, id);
    expect([id, runs.map(({ afterPosition }) => afterPosition)]).toEqual([
      id,
      [0, ...runs.slice(0, -1).map(({ toPosition }) => toPosition)],
    ]);
    expect([id, runs.at(-1)!.toPosition, await site.store.runs.gaps(id)]).toEqual([id, 121, []]);
  }
  expect(await site.alerts()).toEqual(all.flatMap((one) => scanned(one, parts.flat())).sort());
  await site.store.close();
});

test.each([
  ['forwards', HOUR_MS],
  ['backwards', -HOUR_MS],
])(
  'a clock that jumps %s by an hour while a rule runs neither ends the run nor lets it go on for ever',
  async (_, jumpMs) => {
    const one = rule('query');
    const site = await new Site([one]).open();
    await site.add(events(6));
    const { search } = site.store.events;
    let isJumping = true;
    vi.spyOn(site.store.events, 'search').mockImplementation(async (asked) => {
      if (isJumping) site.now += jumpMs;
      isJumping = false;
      return search.call(site.store.events, asked);
    });
    await site.schedule.tick();
    const [run] = await runsOf(site, one.id);
    expect(run).toMatchObject({ status: 'ok', toPosition: 6, alertsNew: 6, endedMs: run!.startedMs });
    site.ticks += HOUR_MS;
    await site.add(events(3, 'a', 6));
    site.now += 5 * MINUTE_MS;
    const slow = vi.spyOn(site.store.events, 'position');
    slow.mockRestore();
    vi.spyOn(site.store.events, 'search').mockImplementation(async (asked) => {
      // The clock goes back with each question, but time passes.
      site.now -= HOUR_MS;
      site.ticks += 10 * MINUTE_MS;
      return search.call(site.store.events, { ...asked, limit: 1 });
    });
    await site.schedule.tick();
    expect((await runsOf(site, one.id)).at(-1)).toMatchObject({
      status: 'partial',
      reason: 'the run took longer than it may',
    });
    await site.store.close();
  },
);

test('the run that ended last is the latest, whatever the clock said, and old ones are forgotten again', async () => {
  const one = rule('query');
  const site = await new Site([one]).open();
  for (const [n, jumpMs] of [5 * MINUTE_MS, 2 * HOUR_MS, -3 * HOUR_MS].entries()) {
    site.now += jumpMs;
    await site.add(events(1, 'a', n));
    await site.schedule.tick();
    const [last] = await site.store.runs.latest(one.id, 1);
    expect(last?.toPosition).toBe(n + 1);
  }
  const forget = vi.spyOn(site.store.runs, 'forget');
  site.now -= MINUTE_MS;
  await site.schedule.tick();
  expect(forget).toHaveBeenCalledOnce();
  await site.store.close();
});

test('a clock that is put back by a year does not keep rules from running for a year', async () => {
  const one = rule('query');
  const site = await new Site([one]).open();
  site.now += 365 * 86_400_000;
  await site.schedule.tick();
  site.now = SCHEDULE_START;
  await site.add(events(1));
  await site.schedule.tick();
  expect(await site.alerts()).toHaveLength(1);
  await site.store.close();
});

test('what comes while a rule is off is a gap, also after a restart', async () => {
  const one = rule('query');
  const site = await new Site([one]).open();
  await site.add(events(2));
  await site.schedule.runNow();
  await site.schedule.switch(one, false, 'ann');
  await site.store.close();
  await site.open();
  await site.add(events(3, 'a', 2));
  await site.schedule.runNow();
  expect((await site.alerts()).length).toBe(2);
  const gap = await site.schedule.switch(one, true, 'ann');
  expect(gap).toMatchObject({ afterPosition: 2, toPosition: 5, reason: 'the rule was switched off' });
  await site.add(events(1, 'a', 5));
  await site.schedule.runNow();
  expect((await site.alerts()).length).toBe(3);
  await fillTime(site.schedule.runner, one, SCHEDULE_START, site.now + 60 * MINUTE_MS);
  expect(await site.alerts()).toEqual(scanned(one, events(6)));
  await site.store.close();
});

test('a rule that was changed goes on where it stood and does not alert again', async () => {
  const site = await new Site([rule('query')]).open();
  await site.add(events(2));
  await site.schedule.runNow();
  await site.store.close();
  await site.open([rule('query', { version: 2, predicate: rule('suppressed').predicate })]);
  await site.add([...events(1, 'b', 2), ...events(1, 'a', 3)]);
  await site.schedule.runNow();
  const [last] = await site.store.runs.latest('query', 1);
  expect([last!.alertsNew, (await site.alerts()).length]).toEqual([2, 4]);
  await site.store.close();
});

const at = (number: number, minutes: number, host: string) => scheduleEvent(number, minutes * 60, 'a', host, 'u');

test('a rule of type new_terms that was changed learns from history what it knew', async () => {
  const site = await new Site([rule('terms')]).open();
  await site.add([at(0, 0, 'h0'), at(1, 13, 'h1')]);
  await site.schedule.runNow();
  expect(await site.alerts()).toHaveLength(2);
  await site.store.close();
  await site.open([rule('terms', { newTerms: { ...rule('terms').newTerms!, historyMs: 11 * MINUTE_MS } })]);
  await site.add([at(2, 14, 'h1'), at(3, 15, 'h0')]);
  await site.schedule.runNow();
  // h1 is known; of h0 the last one was longer ago than the history.
  expect(await site.alerts()).toHaveLength(3);
  await site.add([at(4, 16, 'h1'), at(5, 16, 'h0'), at(6, 17, 'h2')]);
  await site.schedule.runNow();
  expect(await site.alerts()).toHaveLength(4);
  await site.store.close();
});

test('a preview says what a rule would find and writes nothing', async () => {
  const one = rule('threshold');
  const site = await new Site([one]).open();
  const all = Array.from({ length: 9 }, (_, i) => scheduleEvent(i, i * 30, 'a', 'h1', `u${i % 2}`));
  await site.add(all);
  const given = {
    events: site.store.events,
    networks: NETWORKS,
    exceptions: [],
    now: () => site.now,
    maxMs: 1_000,
    engineLimits: {},
  };
  const preview = await previewRule(one, { ...given, fromMs: 0, beforeMs: site.now + 60 * MINUTE_MS });
  expect(preview).toMatchObject({
    alerts: 1,
    events: 9,
    hours: [{ fromMs: SCHEDULE_START, count: 1 }],
    groups: [{ about: 'host.name h1', count: 1 }],
  });
  expect([await site.alerts(), await site.store.runs.latest(undefined, 5)]).toEqual([[], []]);
  await site.store.close();
});

/** An exception of one rule for the events of a user, or of another field. */
function exceptionOf(ruleId: string, value: string, keys = '', field = 'user.name'): Exception {
  const text = `[[exception]]
id = "known"
name = "n"
owner = "o"
reason = "r"
expires = "never"
rules = ["${ruleId}"]
${keys}
[[exception.item]]
entries = [{ field = "${field}", operator = "is", value = "${value}" }]
`;
  const given = { lists: new Map(), now: SCHEDULE_START, ruleIds: [ruleId], legs: new Map() };
  return parseExceptions([{ file: 'e.toml', text }], given).exceptions[0]!;
}

// A sequence that began before the run in which it ends, with one event by a user of the exception.
const LEGS = [scheduleEvent(1, 0, 'a', 'h1', 'ann'), scheduleEvent(2, 60, 'b', 'h1', 'scanner')];

test.each<[string, string, string, string, number, number]>([
  ['any event', 'sequence', 'scanner', '', 0, 1],
  ['no event', 'sequence', 'nobody', '', 1, 0],
  ['the last step', 'sequence', 'scanner', 'step = 2', 0, 1],
  ['another step', 'sequence', 'scanner', 'step = 1', 1, 0],
  ['all events', 'sequence', 'scanner', 'step = "all"', 1, 0],
  ['an event that takes no part', 'sequence', 'scanner', 'before = true', 0, 1],
  ['a correlation', 'temporal', 'scanner', '', 0, 1],
  ['a sample', 'sample', 'scanner', '', 0, 1],
])('an exception that holds for %s of what a %s of two runs found', async (_, name, user, keys, alerts, hits) => {
  const one = rule(name);
  const site = await new Site([one]).open();
  site.exceptions = [exceptionOf(one.id, user, keys)];
  const [first, last] = name === 'sample' ? [LEGS[0]!, scheduleEvent(2, 60, 'c', 'h1', 'scanner')] : LEGS;
  // Later events let time pass, and bring the same findings before the rule again and again.
  const later = Array.from({ length: 3 }, (_unused, i) => scheduleEvent(9 + i, 600 + 60 * i, 'a', `h${5 + i}`, 'u'));
  for (const part of [[first!], [last!], ...later.map((event) => [event])]) {
    await site.add(part);
    site.now += 5 * MINUTE_MS;
    await site.schedule.tick();
  }
  expect((await site.alerts()).length).toBe(alerts);
  const counted = (await site.store.runs.exceptionHits()).map(({ exceptionId, count }) => [exceptionId, count]);
  expect(counted).toEqual(hits === 0 ? [] : [['known', hits]]);
  const runs = await site.store.runs.latest(one.id, 9);
  expect(runs.reduce((sum, { excepted }) => sum + excepted, 0)).toBe(hits);
  await site.store.close();
});

test('an exception may name an event by its identity', async () => {
  const one = rule('query');
  const site = await new Site([one]).open();
  await site.add(events(2));
  const { events: stored } = await site.store.events.search({ predicate: ALL, order: 'oldest', limit: 9 });
  site.exceptions = [exceptionOf(one.id, stored[0]!.id, '', 'smbastion.event.id')];
  site.now += 5 * MINUTE_MS;
  await site.schedule.tick();
  expect((await site.alerts()).length).toBe(1);
  expect(await site.store.runs.exceptionHits()).toMatchObject([{ exceptionId: 'known', count: 1 }]);
  await site.store.close();
});
