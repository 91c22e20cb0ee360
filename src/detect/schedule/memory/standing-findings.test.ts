import fc from 'fast-check';
import { expect, test } from 'vitest';
import { inRuns, Ran, type RanOptions } from '../../../../test/tools/ran-rule.ts';
import { SCHEDULE_START, scheduleEvent, scheduleRules } from '../../../../test/tools/schedule-rules.ts';
import type { Document } from '../../../event/document.ts';
import type { Exception } from '../../exceptions/exception.ts';
import { parseExceptions } from '../../exceptions/load-exceptions.ts';
import type { Rule } from '../../rule.ts';
import { runLimits, type RunLimits } from '../run-limits.ts';
import { StandingFindings } from './standing-findings.ts';

const rule = scheduleRules().get('finding')!;
const DAY_SECONDS = 86_400;
const RUNS = Number(process.env['RUNS'] ?? 60);

/** Silences events with a value up to a time. */
function exceptionFor(field: string, value: string, expires: string): Exception {
  const text = `[[exception]]
id = "e-${value}"
name = "n"
owner = "o"
reason = "r"
rules = ["finding"]
expires = ${expires}
[[exception.item]]
entries = [ { field = "${field}", operator = "is", value = "${value}" } ]`;
  const loaded = parseExceptions([{ file: 'e.toml', text }], { lists: new Map(), now: SCHEDULE_START });
  expect(loaded.errors).toEqual([]);
  return loaded.exceptions[0]!;
}

const FIRST = exceptionFor('user.name', 'u1', '2026-03-01T23:40:00Z');
const BOTH = [FIRST, exceptionFor('event.action', 'b', '"never"')];

/** Findings at hand from run to run; at hand no more from each of some runs on, as after a restart. */
function standingOver(restarts: readonly number[], maxEvents: number): (run: number) => StandingFindings {
  let standing = new StandingFindings(maxEvents);
  const left = [...restarts];
  return (run) => {
    if (run >= (left[0] ?? Infinity)) {
      left.shift();
      standing = new StandingFindings(maxEvents);
    }
    return standing;
  };
}

/**
 * All that runs leave, but how much they read.
 *
 * @param areForgotten whether alerts that were told may be forgotten, so that they are written again although nothing changed
 */
function leftBy({ alerts, runs, state, matches }: Ran, areForgotten = false) {
  return {
    alerts: [...alerts].map(([id, { document }]) => [id, document]),
    runs: runs.map((run) => ({ ...run, candidates: 0, ...(areForgotten && { alertsUpdated: 0 }) })),
    state,
    matches: matches.held,
  };
}

const candidates = ({ runs }: Ran) => runs.map((run) => run.candidates);
const readBy = (ran: Ran) => candidates(ran).reduce((sum, one) => sum + one, 0);

/** @returns what runs leave with findings at hand, and without */
async function bothWays(
  parts: readonly (readonly Document[])[],
  options: RanOptions,
  standing: RanOptions['standing'],
  more: Partial<Rule> = {},
): Promise<[Ran, Ran]> {
  const own = { ...rule, ...more };
  const ran: [Ran, Ran] = [new Ran(own, { ...options, standing: standing! }), new Ran(own, options)];
  await inRuns(ran, parts);
  return ran;
}

const events = fc.array(
  fc.record({
    seconds: fc.integer({ min: 0, max: 4_800 }),
    /** Of those events that come from another day, before what is remembered or by a wrong clock. */
    day: fc.constantFrom(1, 1, -1, -1, -4, 3),
    action: fc.constantFrom('a', 'a', 'b', 'other'),
    host: fc.constantFrom('h1', 'h1', 'h2', 'h3'),
    user: fc.constantFrom('u1', 'u2', 'u3', 'u4'),
  }),
  { minLength: 40, maxLength: 160 },
);
const given = {
  events,
  /** How many events come from another day: one in so many. */
  oddEvery: fc.constantFrom(1_000, 1_000, 40, 10, 3),
  lengths: fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 8, maxLength: 16 }),
  /** Event that is of two hosts; none for most. */
  several: fc.constantFrom(-1, -1, -1, 30, 60),
  restarts: fc.constantFrom<number[]>([], [4], [3, 6]),
  lost: fc.constantFrom(-1, -1, 3, 5),
  forgetsAt: fc.constantFrom(-1, -1, 5),
  rule: fc.constantFrom<Partial<Rule>>({}, {}, { maxSignals: 1 }, { maxSignals: 1, overflow: 'summarise' }),
  exceptionsFrom: fc.constantFrom(0, 4, Infinity),
  maxEvents: fc.constantFrom(1_000, 1_000, 12),
  limits: fc.constantFrom<Partial<RunLimits>>(
    {},
    {},
    { 'rule-matches': 30 },
    { 'run-events': 25 },
    { 'told-alerts': 2 },
  ),
};

test('what is told and remembered is the same whether findings are at hand or made of what is remembered', async () => {
  let atHand = 0;
  await fc.assert(
    fc.asyncProperty(fc.record(given), async (one) => {
      const documents = one.events.map(({ seconds, day, action, host, user }, i) => {
        const days = i % one.oddEvery === one.oddEvery - 1 ? day : 0;
        const event = scheduleEvent(i, days * DAY_SECONDS + seconds + i / 1000, action, host, user);
        return i === one.several ? { ...event, host: { name: ['h1', 'h2'] } } : event;
      });
      const parts: Document[][] = [];
      for (const length of one.lengths) parts.push(documents.splice(0, length));
      const options: RanOptions = {
        limits: one.limits,
        exceptions: (run) => (run < one.exceptionsFrom ? [FIRST] : BOTH),
        isLost: (run) => run === one.lost,
        forgetsAt: one.forgetsAt,
      };
      const standing = standingOver(one.restarts, one.maxEvents);
      const [quick, whole] = await bothWays([...parts, documents], options, standing, one.rule);
      const areForgotten = one.limits['told-alerts'] !== undefined;
      expect(leftBy(quick, areForgotten)).toEqual(leftBy(whole, areForgotten));
      if (readBy(quick) < readBy(whole)) atHand++;
    }),
    { numRuns: RUNS, endOnFailure: true },
  );
  expect(atHand).toBeGreaterThan(RUNS / 3);
}, 120_000);

/** Ten events of one host, each of another user, a minute apart. */
const minutes = (from: number, host = 'h1') =>
  Array.from({ length: 10 }, (_, i) => scheduleEvent(from + i, (from + i) * 60, 'a', host, `u${i}`));

test('events whose findings are at hand are not read again, but after a restart', async () => {
  const parts = [minutes(0), minutes(10), minutes(20), minutes(30), minutes(40)];
  const [quick, whole] = await bothWays(parts, {}, standingOver([3], 100));
  expect(candidates(whole)).toEqual([10, 20, 30, 40, 50]);
  // The first run finds everything new and leaves nothing at hand.
  expect(candidates(quick)).toEqual([10, 20, 10, 40, 10]);
  expect(leftBy(quick)).toEqual(leftBy(whole));
});

test('groups beyond the limit that were not used for longest are read again', async () => {
  const parts = [minutes(0), minutes(10, 'h2'), minutes(20, 'h1'), minutes(30, 'h2'), minutes(40, 'h1')];
  const [quick, whole] = await bothWays(parts, {}, standingOver([], 20));
  expect(candidates(whole)).toEqual([10, 10, 20, 20, 30]);
  // All that is remembered is read in the second run, and has no room any more from the third on.
  expect(candidates(quick)).toEqual([10, 20, 10, 20, 30]);
  const [larger] = await bothWays(parts, {}, standingOver([], 40));
  expect(candidates(larger)).toEqual([10, 20, 10, 10, 10]);
});

test('one run after a restart reads all that is remembered, those behind it none of groups they meet', async () => {
  const parts = [minutes(0), minutes(10, 'h2'), minutes(20, 'h1'), minutes(30, 'h2'), minutes(40, 'h3')];
  const [quick, whole] = await bothWays(parts, {}, standingOver([2], 100));
  expect(candidates(whole)).toEqual([10, 10, 20, 20, 10]);
  expect(candidates(quick)).toEqual([10, 20, 30, 10, 10]);
  expect(leftBy(quick)).toEqual(leftBy(whole));
});

test('a run that looks back for what it should remember leaves all of it at hand', async () => {
  const parts = [minutes(0), minutes(10, 'h2'), minutes(20, 'h1'), minutes(30, 'h2'), minutes(40, 'h1')];
  const [quick, whole] = await bothWays(parts, { forgetsAt: 2 }, standingOver([], 100));
  // It looks for the twenty events of before in the third run.
  expect(candidates(whole).slice(2)).toEqual([40, 20, 30]);
  expect(candidates(quick).slice(2)).toEqual([30, 10, 10]);
  expect(leftBy(quick)).toEqual(leftBy(whole));
});

const memory = (fromMs: number) => ({ fields: [], fromMs, isCut: false, newestMs: fromMs, count: 1 });

const updated = ({ runs }: Ran) => runs.map((run) => run.alertsUpdated);

/** An event of one host and user, on another day. */
const onDay = (number: number, day: number) => scheduleEvent(number, day * DAY_SECONDS + number, 'a', 'h1', 'u1');

test.each<[string, Document[][]]>([
  ['days far from each other at once', [0, 10, 20].map((n) => [onDay(n, 0), onDay(n + 1, 4)])],
  [
    'a day that was remembered before the one that is at hand',
    [[onDay(0, 0), onDay(1, 4)], [onDay(2, 0)], [onDay(3, 4)]],
  ],
])('a finding has all its events: %s', async (_, parts) => {
  const [quick, whole] = await bothWays(parts, {}, standingOver([], 100));
  expect(quick.alerts.size).toBe(2);
  expect(leftBy(quick)).toEqual(leftBy(whole));
});

const bothFromTheThird = (run: number) => (run < 2 ? [] : BOTH);

test('what is silenced from now on is taken out of a finding that is at hand', async () => {
  const parts = [
    [0, 1],
    [2, 3],
    [4, 5],
  ].map(([one, other]) => [scheduleEvent(one!, one!, 'a', 'h1', 'u2'), scheduleEvent(other!, other!, 'b', 'h1', 'u2')]);
  const [quick, whole] = await bothWays(parts, { exceptions: bothFromTheThird }, standingOver([], 100));
  expect([...whole.alerts.values()].map(({ document }) => document['smbastion'])).toMatchObject([{ member_count: 3 }]);
  expect(leftBy(quick)).toEqual(leftBy(whole));
});

test('findings beside a new one that are as they were told are not written again, however few are remembered', async () => {
  const parts = [minutes(0), minutes(10), [scheduleEvent(20, 20 * 60, 'a', 'h1', 'u20')]];
  const [quick, whole] = await bothWays(parts, { limits: { 'told-alerts': 1 } }, standingOver([], 100));
  // Ten findings have grown; then none has, but five are near enough to the new one to be raised with it.
  expect([updated(whole), updated(quick)]).toEqual([
    [0, 10, 4],
    [0, 10, 0],
  ]);
  expect(leftBy(quick, true)).toEqual(leftBy(whole, true));
});

interface ChangedStates {
  readonly left?: Partial<typeof STATE> | { readonly matches: undefined };
  readonly found?: Partial<typeof STATE>;
}

const STATE = { meaning: 'm', position: 2, matches: memory(0) };

test.each([
  ['nothing changed', {}, [], 'g'],
  ['the run did not get through', { left: { position: 1 } }, [], undefined],
  ['what was remembered is not any more', { left: { matches: undefined } }, [], undefined],
  ['its day is not remembered any more', { left: { matches: memory(DAY_SECONDS * 1000) } }, [], undefined],
  ['the rule stands elsewhere', { found: { position: 3 } }, [], undefined],
  ['the rule means something else', { found: { meaning: 'n' } }, [], undefined],
  ['other events are remembered', { found: { matches: memory(5) } }, [], undefined],
  ['an exception is at work', {}, [FIRST], undefined],
])('what is at hand for the next run when %s', (_, { left = {}, found = {} }: ChangedStates, exceptions, expected) => {
  const standing = new StandingFindings(runLimits()['standing-events']);
  standing.begin({ ...STATE, position: 1 }, []);
  const days = new Map([[0, { states: [], positions: new Map([['e', 1]]) }]]);
  standing.leave(new Map([['g', { fromMs: 0, days }]]));
  standing.settle({ ...STATE, ...left } as unknown as Document);
  standing.begin({ ...STATE, ...left, ...found }, exceptions);
  expect([...standing.take(['g'], 0).keys()][0]).toBe(expected);
  expect(standing.take(['g'], 0).size).toBe(0);
});
