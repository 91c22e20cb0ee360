/**
 * Reads the islands that new events lie on. An island is a chain of events of one group with no step longer than the gap; no
 * alert reaches from one to another, so what is judged over an island is what is judged over everything. Groups are told
 * apart: together the groups of a large site never pause, each alone does.
 */
import { Chains } from './chains.ts';
import {
  eventsAround,
  type Gathering,
  isAbout,
  MAX_STRETCHES,
  type ReachOf,
  type RunCase,
  seenEvents,
  timesOf,
  wholeCase,
} from './run-case.ts';
import type { RunEvent } from '../reading/run-event.ts';
import { MOMENT_MS } from '../reading/run-reader.ts';
import { type Stretch, stretchesOf } from '../reach/stretches.ts';

/** So many times as much is read with each step outwards. */
const STEP_GROWS = 4;

/** @returns a case for the islands of new events that lie together; events without a time are one of their own */
export async function islandCases(
  given: Gathering,
  { gapMs }: ReachOf<'island'>,
  fresh: readonly RunEvent[],
): Promise<RunCase[]> {
  if (given.isAllNew) return [wholeCase(fresh)];
  const timeless = fresh.filter(({ timeMs }) => timeMs === 0);
  const cases = timeless.length > 0 ? [wholeCase(timeless)] : [];
  for (const stretch of stretchesOf(timesOf(fresh), gapMs, MAX_STRETCHES)) {
    const own = fresh.filter(({ timeMs }) => timeMs >= stretch.from && timeMs <= stretch.to && timeMs > 0);
    const found =
      gapMs < Infinity ? await new Islands(given, gapMs, own, fresh).around(stretch) : await ofAll(given, own);
    cases.push({ ...found, accepts: isAbout(given, own) });
  }
  return cases;
}

/** Where nothing pauses too long, all events of the groups belong together. */
function ofAll(given: Gathering, fresh: readonly RunEvent[]): Promise<Pick<RunCase, 'events' | 'isCut'>> {
  return eventsAround(given, fresh, { fromMs: MOMENT_MS, beforeMs: given.untilMs });
}

/** Reads the islands of some new events, from them outwards. */
class Islands {
  private readonly given: Gathering;
  private readonly gapMs: number;
  private readonly fresh: readonly RunEvent[];
  private readonly chains: Chains;
  private room: number;

  /**
   * @param fresh new events that lie near each other
   * @param all all new events: one island may reach to others
   */
  constructor(given: Gathering, gapMs: number, fresh: readonly RunEvent[], all: readonly RunEvent[]) {
    this.given = given;
    this.gapMs = gapMs;
    this.fresh = fresh;
    this.room = given.maxEvents;
    this.chains = new Chains(gapMs, (events) => this.groupsOf(events));
    this.chains.begin(fresh);
    this.chains.add(all);
  }

  async around(stretch: Stretch): Promise<Pick<RunCase, 'events' | 'isCut'>> {
    await this.take(this.fresh, stretch.from - this.gapMs - MOMENT_MS, stretch.to + this.gapMs + MOMENT_MS);
    await this.forwards(stretch.to + this.gapMs + MOMENT_MS);
    await this.backwards(stretch.from - this.gapMs - MOMENT_MS);
    return { events: this.chains.events(), isCut: this.room <= 0 };
  }

  private async forwards(readTo: number): Promise<void> {
    for (let end = readTo; end < this.given.untilMs; ) {
      const open = this.chains.reaching((chain) => chain.to >= end - this.gapMs);
      if (open.length === 0 || this.room <= 0) return;
      await this.take(open, end, end + this.gapMs + MOMENT_MS);
      end += this.gapMs + MOMENT_MS;
    }
  }

  private async backwards(readFrom: number): Promise<void> {
    let step = this.gapMs + MOMENT_MS;
    for (let start = readFrom; start > 0; ) {
      const open = this.chains.reaching((chain) => chain.from < start + this.gapMs);
      if (open.length === 0 || this.room <= 0) return;
      await this.take(open, start - step, start);
      start -= step;
      step *= STEP_GROWS;
    }
  }

  /** Takes the newest events of a stretch that there is room for, of the groups of some events. */
  private async take(of: readonly RunEvent[], fromMs: number, beforeMs: number): Promise<void> {
    const { partition, reader, untilMs } = this.given;
    if (this.room <= 0) return;
    const predicate = partition.within(partition.partsOf(reader.views(of)));
    const span = { fromMs, beforeMs: Math.min(beforeMs, untilMs) };
    const events = await seenEvents(this.given, predicate, span, this.room);
    this.room -= events.length;
    this.chains.add(events);
  }

  private groupsOf(events: readonly RunEvent[]): readonly (readonly string[])[] {
    const { partition, reader } = this.given;
    return Array.from(reader.views(events), (view) => partition.groupsOf(view));
  }
}
