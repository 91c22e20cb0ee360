/**
 * Cases of rules whose legs come together around an event of a rare leg. Most legs, such as logons, match all day long; what
 * is read is only what happened on the hosts of the rare events, two windows around them, and as far back as a finding that
 * was told there goes.
 */
import { ALL, or, type Predicate } from '../../../query/predicate.ts';
import type { EventQuery, StoredEvent } from '../../../store/event-store.ts';
import type { Rule } from '../../rule.ts';
import { anchorsOf } from './anchors.ts';
import type { Parts } from '../reach/partition.ts';
import type { SeenHost } from '../memory/rule-state.ts';
import { type Gathering, MAX_STRETCHES, type ReachOf, type RunCase } from './run-case.ts';
import { MOMENT_MS } from '../reading/run-reader.ts';
import { sightEvents } from './sight-events.ts';
import { type Stretch, stretchesOf } from '../reach/stretches.ts';
import { aboutHost, SightedHosts } from '../memory/sighted-hosts.ts';

/** Width of the figures that say when new events happened. */
const FIGURE_MS = 600_000;
/** Rare events whose hosts are read together. */
const TOGETHER = 16;

/** A place to look at: values of the key, and when. */
interface Spot extends Stretch {
  readonly parts: Parts;
}

/** @returns cases around the rare events near anything new */
export async function anchorCases(
  rule: Rule,
  given: Gathering,
  { windowMs }: ReachOf<'anchor'>,
  which: Pick<EventQuery, 'afterPosition' | 'toPosition' | 'fromMs' | 'beforeMs'>,
): Promise<{ readonly cases: readonly RunCase[]; readonly sighted: readonly SeenHost[] }> {
  const { reader, state } = given;
  const sighted = new SightedHosts(rule, state.sighted);
  const counts = await reader.events.histogram(
    reader.bounded({ predicate: ALL, fromMs: MOMENT_MS, ...which }),
    FIGURE_MS,
  );
  const fresh = stretchesOf(
    counts.map(({ fromMs }) => fromMs),
    FIGURE_MS + 4 * windowMs,
    MAX_STRETCHES,
  );
  const cases: RunCase[] = [];
  for (const { from, to } of fresh) {
    const stretch = { from, to: to + FIGURE_MS };
    await sighted.learn(reader, which, stretch);
    const spots = [
      ...(await anchorSpots(rule, given, stretch, windowMs)),
      ...(await blindSpots(rule, given, stretch, sighted)),
      ...state.told.flatMap((told): Spot[] => {
        if (told.to < stretch.from - windowMs || told.from > stretch.to + windowMs) return [];
        const host = aboutHost(rule, told);
        return host ? [{ from: told.from, to: told.to, parts: host }] : [];
      }),
    ];
    for (const together of groupsOf(spots)) cases.push(await caseOf(rule, given, together, stretch, windowMs));
  }
  return { cases, sighted: sighted.write() };
}

async function anchorSpots(rule: Rule, given: Gathering, stretch: Stretch, windowMs: number): Promise<Spot[]> {
  const { reader, partition } = given;
  const fromMs = Math.max(MOMENT_MS, stretch.from - 2 * windowMs);
  const anchors = await anchorsOf(rule, reader, fromMs, stretch.to + 2 * windowMs);
  return anchors.map((event) => {
    return { from: event.timeMs, to: event.timeMs, parts: partition.partsOf(reader.views([event])) };
  });
}

/** Hosts of which nothing shows that the rare leg is collected: there the leg that stands in for it is judged. */
async function blindSpots(rule: Rule, { reader }: Gathering, stretch: Stretch, sighted: SightedHosts): Promise<Spot[]> {
  if (!sighted.field) return [];
  const predicate = or(sighted.standIns.map((way) => rule.legs[way]!.predicate));
  if (predicate.kind === 'none') return [];
  const query = reader.bounded({ predicate, fromMs: Math.max(MOMENT_MS, stretch.from), beforeMs: stretch.to });
  const hosts = await reader.events.topValues(query, sighted.field, 1_000);
  return hosts
    .filter(({ value }) => !sighted.isSighted(String(value), stretch))
    .map(({ value }) => ({ ...stretch, parts: [new Set([value])] }));
}

/** Spots of the same parts belong together; then some of them are read at once. */
function groupsOf(spots: readonly Spot[]): Spot[][] {
  const byParts = new Map<string, Spot[]>();
  for (const spot of spots) {
    const key = JSON.stringify(
      spot.parts.map((values) => (values ? [...values].map((one) => String(one).toLowerCase()) : null)),
    );
    const known = byParts.get(key);
    if (known) known.push(spot);
    else byParts.set(key, [spot]);
  }
  const groups: Spot[][] = [];
  let last: Spot[][] = [];
  for (const own of byParts.values()) {
    if (last.length === 0 || last.length >= TOGETHER) {
      last = [];
      groups.push([]);
    }
    last.push(own);
    groups.at(-1)!.push(...own);
  }
  return groups;
}

async function caseOf(
  rule: Rule,
  given: Gathering,
  spots: readonly Spot[],
  stretch: Stretch,
  windowMs: number,
): Promise<RunCase> {
  const { partition, reader, maxEvents, state } = given;
  const parts = mergedParts(spots.map((spot) => spot.parts));
  const predicate = partition.within(parts);
  let from = Math.min(...spots.map((spot) => spot.from)) - 2 * windowMs;
  const to = Math.max(stretch.to, ...spots.map((spot) => spot.to)) + 2 * windowMs;
  for (const told of [...state.told].sort((one, other) => other.to - one.to)) {
    const isHere = told.to >= from - windowMs && told.from <= to && told.from - 2 * windowMs < from;
    if (isHere && aboutHost(rule, told, parts)) from = told.from - 2 * windowMs;
  }
  const events = await reader.all({ predicate, fromMs: Math.max(MOMENT_MS, from), beforeMs: to }, 'newest', maxEvents);
  const isCut = events.length === maxEvents;
  if (isCut) from = events.at(-1)!.timeMs;
  const beyond = isCut ? [] : await goingOn(given, predicate, to, windowMs, maxEvents - events.length);
  const sights = await sightEvents(rule, given, { from, to }, parts);
  return {
    events: [...events, ...beyond, ...sights],
    isCut,
    accepts: (alert) => (alert.originalTime >= from + windowMs || from <= 0) && partition.holds(alert, parts),
  };
}

/** Events behind the end with which a finding may go on. */
async function goingOn(
  { reader }: Gathering,
  predicate: Predicate,
  to: number,
  windowMs: number,
  room: number,
): Promise<StoredEvent[]> {
  const found: StoredEvent[] = [];
  for (let end = to; found.length < room; ) {
    const next = await reader.all({ predicate, fromMs: end, beforeMs: end + windowMs }, 'oldest', room - found.length);
    if (next.length === 0) break;
    found.push(...next);
    end = next.at(-1)!.timeMs + MOMENT_MS;
  }
  return found;
}

function mergedParts(all: readonly Parts[]): Parts {
  const [first] = all;
  return (first ?? []).map((_, i) => {
    const sets = all.map((parts) => parts[i]);
    return sets.includes(undefined) ? undefined : new Set(sets.flatMap((set) => [...set!]));
  });
}
