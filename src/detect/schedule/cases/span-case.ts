import {
  eventsAround,
  type Gathering,
  MAX_STRETCHES,
  type ReachOf,
  type RunCase,
  timesOf,
  wholeCase,
} from './run-case.ts';
import type { RunEvent } from '../reading/run-event.ts';
import { MOMENT_MS } from '../reading/run-reader.ts';
import { stretchesOf } from '../reach/stretches.ts';

/**
 * Cases of a sequence with a span. A sequence with a new event lies within a span of it, and looks one more span back for
 * what must be missing before; what begins earlier is never in the way of what begins later.
 *
 * @returns a case for each stretch of new events, with two spans on both sides
 */
export async function spanCases(
  given: Gathering,
  { spanMs }: ReachOf<'span'>,
  fresh: readonly RunEvent[],
): Promise<RunCase[]> {
  const { isAllNew, partition, reader, untilMs } = given;
  if (isAllNew) return [wholeCase(fresh)];
  const cases: RunCase[] = [];
  for (const { from, to } of stretchesOf(timesOf(fresh), 4 * spanMs, MAX_STRETCHES)) {
    const own = fresh.filter(({ timeMs }) => timeMs >= from && timeMs <= to);
    const parts = partition.partsOf(reader.views(own));
    const start = from - 2 * spanMs - MOMENT_MS;
    const beforeMs = Math.min(to + 2 * spanMs + 2 * MOMENT_MS, untilMs);
    const { events, isCut } = await eventsAround(given, own, { fromMs: start, beforeMs });
    const first = isCut ? Math.min(...events.map(({ timeMs }) => timeMs)) : start;
    cases.push({
      events,
      isCut,
      accepts: (alert) => alert.originalTime >= first + spanMs && partition.holds(alert, parts),
    });
  }
  return cases;
}
