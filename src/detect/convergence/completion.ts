/**
 * Whether the legs come together around one event of the anchor, and the tightest set of events that shows it. The set is
 * the one that is complete first; of all sets complete at that moment, the one that begins last. So no smaller window
 * inside it would do, and the answer does not change with what comes later.
 */
import { compareEvents, type ConvergenceEvent } from './convergence-event.ts';
import type { ConvergencePart } from './convergence-part.ts';

/** Events of each way of one group, in order of time. */
export type Offers = readonly (readonly ConvergenceEvent[])[];

/** What is asked of a set of events. */
export interface Question {
  readonly part: ConvergencePart;
  /** Legs that must be there, the anchor's among them or not. */
  readonly legs: readonly number[];
  /** Events of which one of each list must be there: what the anchor needs and what ties it; each in order of time. */
  readonly partners: readonly (readonly ConvergenceEvent[])[];
  readonly anchor: ConvergenceEvent;
  readonly offers: Offers;
  /** Whether a way may be used; one whose events are not collected counts nothing. */
  readonly isUsable: (way: number) => boolean;
}

/** The events that came together. */
export interface Completion {
  readonly start: number;
  readonly end: number;
  /** In order of time, the anchor's event among them; each event of each leg once. */
  readonly members: readonly ConvergenceEvent[];
  /** Events that the anchor's event is tied to by a link or needs. */
  readonly partners: readonly ConvergenceEvent[];
}

/** @returns whether two times are no further apart than the window, both ends and the whole millisecond included */
export function isWindow(start: number, end: number, windowMs: number): boolean {
  return Math.floor(end) - Math.floor(start) <= windowMs;
}

/** @returns the set that is complete first, or undefined when none is within the window */
export function complete(question: Question): Completion | undefined {
  const { part, anchor } = question;
  if (question.partners.some((list) => list.length === 0)) return undefined;
  if (part.isOrdered) return inOrder(question);
  const atOnce = completeAt(question, anchor.time);
  if (atOnce && isWindow(atOnce.start, atOnce.end, part.windowMs)) return atOnce;
  if (!couldFill(question)) return undefined;
  for (const end of laterEndings(question)) {
    const found = completeAt(question, end);
    if (found && isWindow(found.start, end, part.windowMs)) return found;
  }
  return undefined;
}

/** @returns values of a link of an event; none when its way has no such link */
export function linkValues(part: ConvergencePart, event: ConvergenceEvent, link: string): readonly string[] {
  const index = part.ways[event.way]!.links.findIndex(({ name }) => name === link);
  return event.links[index] ?? [];
}

function sharesValue(one: readonly string[], other: readonly string[]): boolean {
  return one.some((value) => other.includes(value));
}

function ordered(events: ConvergenceEvent[]): ConvergenceEvent[] {
  return events.sort(compareEvents);
}

/** Whether every leg has events enough near the anchor: most groups that are incomplete lack one altogether. */
function couldFill({ part, legs, anchor, offers, isUsable }: Question): boolean {
  const own = part.ways[anchor.way]!.leg;
  return legs.every((leg) => {
    if (leg === own) return true;
    return part.legs[leg]!.ways.some((way) => {
      if (!isUsable(way)) return false;
      // A millisecond more on both ends, since a window holds whole ones.
      const from = firstAfter(offers[way]!, anchor.time - part.windowMs - 1);
      return firstAfter(offers[way]!, anchor.time + part.windowMs + 1) - from >= part.ways[way]!.count;
    });
  });
}

/** Times after the anchor at which the set may become complete: those of events within the window. */
function laterEndings({ part, anchor, offers }: Question): readonly number[] {
  const later = new Set<number>();
  for (const events of offers) {
    for (let i = firstAfter(events, anchor.time); i < events.length; i++) {
      const { time } = events[i]!;
      if (!isWindow(anchor.time, time, part.windowMs)) break;
      later.add(time);
    }
  }
  return [...later].sort((one, other) => one - other);
}

function completeAt(question: Question, end: number): Completion | undefined {
  const { part, legs, anchor, partners } = question;
  const found: ConvergenceEvent[] = [];
  for (const list of partners) {
    const partner = list[firstAfter(list, end) - 1];
    if (!partner) return undefined;
    found.push(partner);
  }
  const members = [anchor, ...found];
  for (const leg of legs) {
    if (leg === part.ways[anchor.way]!.leg) continue;
    const events = found.filter((event) => isWholeLeg(part, event, leg));
    const set = events.length > 0 ? events : latestSet(question, leg, end);
    if (!set) return undefined;
    members.push(...set);
  }
  return toCompletion(withLinked(question, members, end), found, end);
}

/**
 * Of legs that one event fills, the latest event is the tightest, but one that shares a link with the others tells more:
 * the logon whose session opened the files, not the one after it. It takes the place where the window still holds.
 */
function withLinked(
  { part, anchor, offers }: Question,
  members: readonly ConvergenceEvent[],
  end: number,
): ConvergenceEvent[] {
  return members.map((member) => {
    const { leg, count, links } = part.ways[member.way]!;
    if (member === anchor || count > 1 || links.length === 0) return member;
    const others = members.filter((other) => part.ways[other.way]!.leg !== leg);
    const isLinked = (event: ConvergenceEvent) =>
      links.some(({ name }) => {
        const values = linkValues(part, event, name);
        return others.some((other) => sharesValue(values, linkValues(part, other, name)));
      });
    if (isLinked(member)) return member;
    const events = offers[member.way]!;
    for (let i = firstAfter(events, end) - 1; i >= 0 && isWindow(events[i]!.time, end, part.windowMs); i--) {
      if (events[i]!.id !== anchor.id && isLinked(events[i]!)) return events[i]!;
    }
    return member;
  });
}

/** Whether one event is all that its leg asks for. */
function isWholeLeg(part: ConvergencePart, event: ConvergenceEvent, leg: number): boolean {
  const way = part.ways[event.way]!;
  return way.leg === leg && way.count === 1;
}

/** Legs in the order of the rule, the anchor last: each as late as the next one allows. */
function inOrder(question: Question): Completion | undefined {
  const { part, legs, anchor, partners } = question;
  const members = [anchor];
  const found: ConvergenceEvent[] = [];
  let bound = anchor.time;
  for (const leg of [...legs].reverse()) {
    if (leg === part.ways[anchor.way]!.leg) continue;
    let set: readonly ConvergenceEvent[] | undefined;
    for (const list of partners) {
      const partner = list[firstAfter(list, bound) - 1];
      if (partner && isWholeLeg(part, partner, leg)) set = [partner];
    }
    set ??= latestSet(question, leg, bound);
    if (!set) return undefined;
    members.push(...set);
    bound = Math.min(...set.map(({ time }) => time));
  }
  for (const list of partners) {
    const partner = list.find((event) => members.includes(event)) ?? list[firstAfter(list, anchor.time) - 1];
    if (!partner) return undefined;
    found.push(partner);
    members.push(partner);
  }
  const completion = toCompletion(members, found, anchor.time);
  return isWindow(completion.start, completion.end, part.windowMs) ? completion : undefined;
}

/** @returns the latest events that fill a leg up to a time, of the way that begins last */
function latestSet(
  { part, anchor, offers, isUsable }: Question,
  leg: number,
  end: number,
): ConvergenceEvent[] | undefined {
  let best: ConvergenceEvent[] | undefined;
  for (const way of part.legs[leg]!.ways) {
    if (!isUsable(way)) continue;
    const set = latestDistinct(offers[way]!, part.ways[way]!.count, end, anchor.id);
    if (set && (!best || set.at(-1)!.time > best.at(-1)!.time)) best = set;
  }
  return best;
}

/** Latest first. */
function latestDistinct(
  events: readonly ConvergenceEvent[],
  count: number,
  end: number,
  notThis: string,
): ConvergenceEvent[] | undefined {
  const objects = new Set<number>();
  const found: ConvergenceEvent[] = [];
  for (let i = firstAfter(events, end) - 1; i >= 0 && found.length < count; i--) {
    const event = events[i]!;
    if (event.id === notThis || objects.has(event.object)) continue;
    objects.add(event.object);
    found.push(event);
  }
  return found.length < count ? undefined : found;
}

function toCompletion(
  members: readonly ConvergenceEvent[],
  partners: readonly ConvergenceEvent[],
  end: number,
): Completion {
  const unique = ordered([...new Set(members)]);
  return { start: unique[0]!.time, end, members: unique, partners };
}

/** @returns place of the first event after a time */
function firstAfter(events: readonly ConvergenceEvent[], time: number): number {
  let low = 0;
  let high = events.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (events[middle]!.time <= time) low = middle + 1;
    else high = middle;
  }
  return low;
}
