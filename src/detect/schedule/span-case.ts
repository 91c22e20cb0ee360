import { type Gathering, MAX_STRETCHES, type ReachOf, type RunCase, timesOf, wholeCase } from './run-case.ts';
import type { RunEvent } from './run-event.ts';
import { MOMENT_MS } from './run-reader.ts';
import { stretchesOf } from './stretches.ts';

/**
 * Cases of a sequence with a span. A sequence with a new event lies within a span of it, and looks one more span back for
 * what must be missing before; what begins earlier is never in the way of what begins later.
 *
 * @returns a case for each stretch of new events, with two spans on both sides
 */
export async function spanCases(
  { isAllNew, partition, reader, untilMs, maxEvents }: Gathering,
  { spanMs }: ReachOf<'span'>,
  fresh: readonly RunEvent[],
): Promise<RunCase[]> {
  if (isAllNew) return [wholeCase(fresh)];
  const cases: RunCase[] = [];
  for (const { from, to } of stretchesOf(timesOf(fresh), 4 * spanMs, MAX_STRETCHES)) {
    const own = fresh.filter(({ timeMs }) => timeMs >= from && timeMs <= to);
    const parts = partition.partsOf(reader.views(own));
    const start = from - 2 * spanMs - MOMENT_MS;
    const beforeMs = Math.min(to + 2 * spanMs + 2 * MOMENT_MS, untilMs);
    const query = { predicate: partition.within(parts), fromMs: Math.max(MOMENT_MS, start), beforeMs };
    const events = await reader.some(query, 'newest', maxEvents);
    const isCut = events.length === maxEvents;
    const first = isCut ? events.at(-1)!.timeMs : start;
    cases.push({
      events,
      isCut,
      accepts: (alert) => alert.originalTime >= first + spanMs && partition.holds(alert, parts),
    });
  }
  return cases;
}
