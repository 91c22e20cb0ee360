import { formatTimestamp } from '../../../base/time/timestamp.ts';
import type { EventView } from '../../../event/view.ts';
import type { Alert } from '../../alert.ts';
import { FindingKey } from '../../executors/finding-key.ts';
import type { FindingPart, Rule } from '../../rule.ts';
import {
  eventsAround,
  type Gathering,
  isAbout,
  MAX_STRETCHES,
  type ReachOf,
  type RunCase,
  timesOf,
  wholeCase,
} from './run-case.ts';
import type { RunEvent } from '../reading/run-event.ts';
import { MOMENT_MS, type RunReader } from '../reading/run-reader.ts';
import { stretchesOf } from '../reach/stretches.ts';

const DAY_MS = 86_400_000;

/**
 * Cases of findings that are one a day. The days of the new events are judged, and a day beside them whose findings could be
 * raised together with theirs; where findings raise each other the days around are read as well.
 */
export async function dayCases(
  rule: Rule,
  given: Gathering,
  reach: ReachOf<'day'>,
  fresh: readonly RunEvent[],
): Promise<RunCase[]> {
  if (given.isAllNew) return [wholeCase(fresh)];
  const isOurs = isAbout(given, fresh);
  const findings = rule.finding && findingsOf(rule.finding, given.reader, fresh);
  const cases: RunCase[] = [];
  if (fresh.some(({ timeMs }) => timeMs === 0)) {
    const { partition, reader, maxEvents } = given;
    const predicate = partition.within(partition.partsOf(reader.views(fresh)));
    const events = await reader.some({ predicate, beforeMs: MOMENT_MS }, 'newest', maxEvents);
    cases.push({ events, isCut: events.length === maxEvents, accepts: isOurs, findings });
  }
  const days = new Set(timesOf(fresh).flatMap((time) => daysAround(time, reach.marginMs)));
  const around = reach.marginMs > 0 ? DAY_MS : 0;
  const stretches = stretchesOf([...days], 2 * DAY_MS, MAX_STRETCHES);
  for (const { from, to } of stretches) {
    const span = { fromMs: Math.max(MOMENT_MS, from - around), beforeMs: to + DAY_MS + around };
    const found = await eventsAround(given, fresh, span, stretches.length === 1);
    cases.push({ ...found, accepts: (alert) => days.has(dayOf(alert)) && isOurs(alert), findings });
  }
  return cases;
}

/** @returns the findings that events belong to */
function findingsOf(part: FindingPart, reader: RunReader, events: readonly RunEvent[]): ReadonlySet<string> {
  const key = new FindingKey(part);
  const views = reader.views(events)[Symbol.iterator]();
  return new Set(
    events.flatMap(({ timeMs }) => key.of(views.next().value as EventView, timeMs === 0 ? Infinity : timeMs) ?? []),
  );
}

/** Beginnings of the day of a time and of days that lie within the margin of it. */
function daysAround(time: number, marginMs: number): number[] {
  return [time - marginMs, time, time + marginMs].map((one) => Math.floor(one / DAY_MS) * DAY_MS);
}

function dayOf({ finding }: Alert): number {
  const day = finding?.key.findLast(({ field }) => field === '@timestamp')?.value;
  return Date.parse(`${day ?? ''}T00:00:00Z`) || Date.parse(formatTimestamp(0));
}
