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
  /** Links of which one must tie the anchor's event to another. */
  readonly linked: readonly string[];
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
  const partners = partnersOf(question);
  if (!partners) return undefined;
  const { part } = question;
  if (part.isOrdered) return inOrder(question, partners);
  for (const end of endings(question)) {
    const found = completeAt(question, partners, end);
    if (found && isWindow(found.start, end, part.windowMs)) return found;
  }
  return undefined;
}

/** Events that may be needed, one list for each need and one for the links of the grade; each in order of time. */
type Partners = readonly (readonly ConvergenceEvent[])[];

/** @returns undefined when something that is needed is not there at all */
function partnersOf({ part, anchor, offers, linked }: Question): Partners | undefined {
  const { needs, leg } = part.ways[anchor.way]!;
  const lists = needs.map(({ ways, link, order }) => {
    const wanted = link === undefined ? undefined : linkValues(part, anchor, link);
    return ordered(
      ways.flatMap((way) => {
        return offers[way]!.filter((event) => {
          if (event.id === anchor.id) return false;
          if (order === 'before' && event.time > anchor.time) return false;
          if (order === 'after' && event.time < anchor.time) return false;
          return link === undefined || sharesValue(linkValues(part, event, link), wanted!);
        });
      }),
    );
  });
  if (linked.length > 0) {
    const tied = linked.flatMap((link) => {
      const wanted = linkValues(part, anchor, link);
      if (wanted.length === 0) return [];
      return offers.flatMap((events, way) => {
        const other = part.ways[way]!;
        if (other.leg === leg || !other.links.some(({ name }) => name === link)) return [];
        return events.filter((event) => event.id !== anchor.id && sharesValue(linkValues(part, event, link), wanted));
      });
    });
    lists.push(ordered(tied));
  }
  return lists.some((list) => list.length === 0) ? undefined : lists;
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

/** Times at which the set may become complete: that of the anchor, then those of later events within the window. */
function endings({ part, anchor, offers }: Question): readonly number[] {
  const later = new Set<number>();
  for (const events of offers) {
    for (let i = firstAfter(events, anchor.time); i < events.length; i++) {
      const { time } = events[i]!;
      if (!isWindow(anchor.time, time, part.windowMs)) break;
      later.add(time);
    }
  }
  return [anchor.time, ...[...later].sort((one, other) => one - other)];
}

function completeAt(question: Question, partners: Partners, end: number): Completion | undefined {
  const { part, legs, anchor } = question;
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
function inOrder(question: Question, partners: Partners): Completion | undefined {
  const { part, legs, anchor } = question;
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
