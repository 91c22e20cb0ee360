/**
 * Reads the islands that new events lie on. An island is a chain of events of a rule with no step longer than the gap; no
 * alert reaches from one to another, so what is judged over an island is what is judged over everything.
 */
import type { Predicate } from '../../query/predicate.ts';
import type { StoredEvent } from '../../store/event-store.ts';
import { type Gathering, MAX_STRETCHES, type ReachOf, type RunCase, timesOf, wholeCase } from './run-case.ts';
import { MOMENT_MS } from './run-reader.ts';
import { type Stretch, stretchesOf } from './stretches.ts';

/** @returns a case for each island of the new events; events without a time are one of their own */
export async function islandCases(
  given: Gathering,
  { gapMs }: ReachOf<'island'>,
  fresh: readonly StoredEvent[],
): Promise<RunCase[]> {
  if (given.isAllNew) return [wholeCase(fresh)];
  const timeless = fresh.filter(({ timeMs }) => timeMs === 0);
  const cases = timeless.length > 0 ? [wholeCase(timeless)] : [];
  for (const stretch of stretchesOf(timesOf(fresh), gapMs, MAX_STRETCHES)) {
    const own = fresh.filter(({ timeMs }) => timeMs >= stretch.from && timeMs <= stretch.to && timeMs > 0);
    const parts = given.partition.partsOf(given.reader.views(own));
    const { events, isCut } = await new Island(given, given.partition.within(parts), gapMs).around(stretch);
    cases.push({ events, isCut, accepts: (alert) => given.partition.holds(alert, parts) });
  }
  return cases;
}

/** Reads one island, from the new events outwards. */
class Island {
  private readonly given: Gathering;
  private readonly predicate: Predicate;
  private readonly gapMs: number;
  private readonly found = new Map<string, StoredEvent>();

  constructor(given: Gathering, predicate: Predicate, gapMs: number) {
    this.given = given;
    this.predicate = predicate;
    this.gapMs = gapMs;
  }

  async around({ from, to }: Stretch): Promise<{ readonly events: readonly StoredEvent[]; readonly isCut: boolean }> {
    const { untilMs } = this.given;
    if (this.gapMs === Infinity) await this.take(MOMENT_MS, untilMs);
    else {
      await this.take(from, Math.min(to + MOMENT_MS, untilMs));
      for (let end = to; end < untilMs; ) {
        const last = await this.take(end + MOMENT_MS, Math.min(end + this.gapMs + MOMENT_MS, untilMs));
        if (last === undefined) break;
        end = last.to;
      }
      for (let start = from; this.room > 0; ) {
        const first = await this.take(start - this.gapMs - MOMENT_MS, start);
        if (first === undefined) break;
        start = first.from;
      }
    }
    const events = [...this.found.values()];
    return { events, isCut: this.room <= 0 };
  }

  private get room(): number {
    return this.given.maxEvents - this.found.size;
  }

  /** Takes the newest events of a stretch that there is room for; undefined when it holds none. */
  private async take(fromMs: number, beforeMs: number): Promise<Stretch | undefined> {
    if (this.room <= 0) return undefined;
    const query = { predicate: this.predicate, fromMs, ...(beforeMs < Infinity && { beforeMs }) };
    const events = await this.given.reader.all(query, 'newest', this.room);
    for (const event of events) this.found.set(event.id, event);
    return events.length === 0 ? undefined : { from: events.at(-1)!.timeMs, to: events[0]!.timeMs };
  }
}
