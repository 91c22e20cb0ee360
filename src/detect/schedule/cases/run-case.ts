import type { Predicate } from '../../../query/predicate.ts';
import type { Alert } from '../../alert.ts';
import type { Partition } from '../reach/partition.ts';
import type { Reach } from '../reach/reach.ts';
import type { RememberedMatches } from '../memory/remembered-matches.ts';
import type { RuleState } from '../memory/rule-state.ts';
import type { RunEvent } from '../reading/run-event.ts';
import { MOMENT_MS, type RunReader } from '../reading/run-reader.ts';
import type { StandingCase } from '../memory/standing-findings.ts';

/** Events that are judged together, apart from all others. */
export interface RunCase {
  readonly events: readonly RunEvent[];
  /** Whether an alert rests on everything it depends on; those at the edge of what was read are left to other runs. */
  readonly accepts: (alert: Alert) => boolean;
  /** Findings that new events belong to, by key: others that these cannot have raised are as they were. Undefined for all. */
  readonly findings?: ReadonlySet<string> | undefined;
  /** Findings that go on from before, beside the events. */
  readonly standing?: StandingCase | undefined;
  /** There was more that belongs here than one run reads: what was left out lies before. */
  readonly isCut: boolean;
  /** What could not be judged, and why. */
  readonly remark?: string | undefined;
}

/** What cases are gathered from. */
export interface Gathering {
  readonly partition: Partition;
  readonly reader: RunReader;
  readonly state: RuleState;
  /**
   * Up to this position events were looked at before; those behind it that matter are the new ones. Undefined when events are
   * looked at anew, so that new ones may stand anywhere.
   */
  readonly seenPosition: number | undefined;
  /** Everything the store holds is new to the rule. */
  readonly isAllNew: boolean;
  /** Events behind this time wait for a later run; Infinity when time decides nothing. */
  readonly untilMs: number;
  /** Events of one case at most. */
  readonly maxEvents: number;
  /** Events that the rule remembers; undefined when all are looked for. */
  readonly remembered: RememberedMatches | undefined;
}

/** A stretch of event time, the end left out; milliseconds. */
export interface TimeSpan {
  readonly fromMs: number;
  readonly beforeMs: number;
}

/**
 * @param fresh new events, all there are of their groups
 * @param isOnly whether all new events lie in this stretch
 * @returns events of the groups that some new events are in, new ones among them, and whether there are more before
 */
export async function eventsAround(
  given: Gathering,
  fresh: readonly RunEvent[],
  span: TimeSpan,
  isOnly = false,
): Promise<Pick<RunCase, 'events' | 'isCut' | 'standing'>> {
  const { maxEvents, remembered } = given;
  const remembering = await remembered?.around(fresh, { ...span, limit: maxEvents }, isOnly);
  const standing = remembering?.standing;
  const own = fresh.filter(({ id, timeMs }) => {
    return timeMs >= span.fromMs && timeMs < span.beforeMs && standing?.positionOf(id) === undefined;
  });
  const seen = remembering?.events ?? (await lookedFor(given, fresh, span));
  const events = new Map([...seen, ...own].map((event) => [event.id, event]));
  return { events: [...events.values()], standing, isCut: remembering?.isCut ?? seen.length === maxEvents };
}

function lookedFor(given: Gathering, fresh: readonly RunEvent[], span: TimeSpan): Promise<readonly RunEvent[]> {
  const { partition, reader, maxEvents } = given;
  return seenEvents(given, partition.within(partition.partsOf(reader.views(fresh))), span, maxEvents);
}

/** @returns events that the rule has looked at before, the newest first */
export function seenEvents(
  { reader, seenPosition }: Gathering,
  predicate: Predicate,
  { fromMs, beforeMs }: TimeSpan,
  limit: number,
): Promise<readonly RunEvent[]> {
  const until = beforeMs < Infinity ? { beforeMs } : {};
  const upTo = seenPosition === undefined ? {} : { toPosition: seenPosition };
  return reader.some({ predicate, fromMs: Math.max(MOMENT_MS, fromMs), ...until, ...upTo }, 'newest', limit);
}

/** @returns a test for alerts of the groups that some new events are in; one of another group may lack some of its events */
export function isAbout({ partition, reader }: Gathering, fresh: readonly RunEvent[]): (alert: Alert) => boolean {
  const parts = partition.partsOf(reader.views(fresh));
  const groups = new Set(Array.from(reader.views(fresh), (view) => partition.groupsOf(view)).flat());
  return (alert) => {
    const group = partition.groupOf(alert);
    return partition.holds(alert, parts) && (group === undefined || groups.has(group));
  };
}

/** The reach of one kind. */
export type ReachOf<K extends Reach['kind']> = Extract<Reach, { readonly kind: K }>;

/** Stretches that are read one by one; with more, all that lies between is read at once. */
export const MAX_STRETCHES = 16;

/** @returns a case of everything there is */
export function wholeCase(events: readonly RunEvent[]): RunCase {
  return { events, accepts: () => true, isCut: false };
}

/** @returns times of the events that have one */
export function timesOf(events: readonly RunEvent[]): number[] {
  return events.flatMap(({ timeMs }) => (timeMs > 0 ? [timeMs] : []));
}

/** @returns the least of some numbers, of which there may be more than a call takes */
export function least(numbers: readonly number[]): number {
  return numbers.reduce((one, other) => Math.min(one, other));
}
