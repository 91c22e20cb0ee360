/**
 * Cases of rules that hold the bytes of a day against the days before. Nearly all keys stay far below what a day needs; so a
 * run only adds up what the new reports say, and reads the days of a key when that sum has come far enough. Reports of one
 * flow may be running totals, so the sum is never too small.
 */
import type { StoredEvent } from '../../store/event-store.ts';
import type { Rule } from '../rule.ts';
import { FieldTuple } from '../executors/field-tuple.ts';
import { bytesOf } from '../executors/flow-bytes.ts';
import type { DayBytes } from './rule-state.ts';
import { type Gathering, MAX_STRETCHES, type RunCase, wholeCase } from './run-case.ts';
import { MOMENT_MS } from './run-reader.ts';

const DAY_MS = 86_400_000;
/** Keys and days whose sum is remembered; those of the latest days stay. */
const MAX_SUMS = 20_000;
/** Keys one event may belong to, as in the executor. */
const COMBINATIONS = 256;

/** A key that may have far more than before. */
interface Large {
  readonly days: Set<number>;
  readonly events: StoredEvent[];
}

/** @returns cases of keys that have enough for an alert on a day of new events, and the sums to go on with */
export async function volumeCases(
  rule: Rule,
  given: Gathering,
  fresh: readonly StoredEvent[],
): Promise<{ readonly cases: readonly RunCase[]; readonly volumes: readonly DayBytes[] }> {
  const { atLeast, historyMs } = rule.volume!;
  const { sums, byKey } = addUp(rule, given, fresh);
  const volumes = [...sums.values()].sort((one, other) => one[1] - other[1]).slice(-MAX_SUMS);
  if (given.isAllNew) return { cases: [wholeCase(fresh)], volumes };
  const enough = [...sums.values()].filter(([, , bytes]) => bytes >= atLeast);
  const large = [...byKey].flatMap(([key, { days, events }]) => {
    // A day is held against the days before it, so what comes late may matter to days after its own.
    const from = Math.min(...days);
    const to = Math.max(...days) + Math.ceil(historyMs / DAY_MS);
    const own = enough.flatMap(([one, day]) => (one === key && day >= from && day <= to ? [day] : []));
    return own.length > 0 ? [{ days: new Set(own), events }] : [];
  });
  const cases: RunCase[] = [];
  for (const one of large.length <= MAX_STRETCHES ? large : [merged(large)]) {
    cases.push(await caseOf(given, one, historyMs));
  }
  return { cases, volumes };
}

function addUp(rule: Rule, { reader, state }: Gathering, fresh: readonly StoredEvent[]) {
  const { key, sentBy } = rule.volume!;
  const sums = new Map(state.volumes.map((sum) => [nameOf(sum[0], sum[1]), sum]));
  const byKey = new Map<string, Large>();
  const tuples = new FieldTuple(key, COMBINATIONS, () => {});
  let at = 0;
  for (const view of reader.views(fresh)) {
    const event = fresh[at++]!;
    const bytes = bytesOf(view)?.[sentBy] ?? 0;
    if (bytes <= 0 || event.timeMs === 0) continue;
    const day = Math.floor(event.timeMs / DAY_MS);
    tuples.each(view, (tuple) => {
      const text = JSON.stringify(tuple);
      const name = nameOf(text, day);
      sums.set(name, [text, day, (sums.get(name)?.[2] ?? 0) + bytes]);
      const known = byKey.get(text) ?? { days: new Set(), events: [] };
      known.days.add(day);
      known.events.push(event);
      byKey.set(text, known);
    });
  }
  return { sums, byKey };
}

async function caseOf(
  { partition, reader, maxEvents }: Gathering,
  { days, events }: Large,
  historyMs: number,
): Promise<RunCase> {
  const parts = partition.partsOf(reader.views(events));
  const first = Math.min(...days) * DAY_MS - historyMs - DAY_MS;
  const query = {
    predicate: partition.within(parts),
    fromMs: Math.max(MOMENT_MS, first),
    beforeMs: (Math.max(...days) + 1) * DAY_MS,
  };
  const found = await reader.all(query, 'newest', maxEvents);
  if (found.length === maxEvents) {
    // Half of the days before would make an alert of every day.
    return {
      events: [],
      isCut: false,
      accepts: () => false,
      remark: 'run-events: a day had more than could be held against the days before',
    };
  }
  return {
    events: found,
    isCut: false,
    accepts: (alert) => days.has(Math.floor(alert.originalTime / DAY_MS)) && partition.holds(alert, parts),
  };
}

function merged(all: readonly Large[]): Large {
  return { days: new Set(all.flatMap(({ days }) => [...days])), events: all.flatMap(({ events }) => events) };
}

function nameOf(key: string, day: number): string {
  return `${day} ${key}`;
}
