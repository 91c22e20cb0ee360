/**
 * Judges one event of the anchor: which group of values it belongs to, how well it is tied, which legs nobody could see. It
 * belongs to one group: on a busy server dozens of clients have logged on and opened files when a program starts, and one of
 * them started it.
 */
import { compareTexts } from '../../base/order.ts';
import { type Completion, complete, isWindow, type Offers } from './completion.ts';
import type { ConvergenceContext } from './convergence-context.ts';
import { compareEvents, type ConvergenceEvent } from './convergence-event.ts';
import type { ConvergencePart, WayNeed } from './convergence-part.ts';
import type { KeyEvents } from './key-events.ts';
import { type LegGroup, mergedOffers } from './leg-group.ts';
import { type ConvergenceMatch, goesOn } from './open-finding.ts';
import { agree, isWithin, knownCount } from './same-values.ts';

/** What an event of the anchor belongs to. */
export interface Verdict {
  readonly group: LegGroup;
  readonly match: ConvergenceMatch;
}

/** Judges events of one key. */
export class Judge {
  private readonly key: string;
  private readonly context: ConvergenceContext;
  private readonly events: KeyEvents;

  constructor(key: string, context: ConvergenceContext, events: KeyEvents) {
    this.key = key;
    this.context = context;
    this.events = events;
  }

  /** Where the anchor's leg is blind, the first leg of a grade that does without it is judged instead. */
  isSecondaryAnchor({ way, time }: ConvergenceEvent): boolean {
    const { part } = this.context;
    const { leg } = part.ways[way]!;
    return (
      part.grades.some(({ legs }) => !legs.includes(part.anchor) && legs[0] === leg) && this.isBlind(part.anchor, time)
    );
  }

  /** @returns whether nothing shows that events of the leg are collected; a leg of which nothing could show it is not blind */
  private isBlind(leg: number, time: number): boolean {
    const { part, isSighted } = this.context;
    const shown = part.legs[leg]!.ways.filter((way) => part.ways[way]!.sight !== undefined);
    return shown.length > 0 && !shown.some((way) => isSighted(this.key, way, time));
  }

  /** @returns undefined when too little came together */
  verdict(event: ConvergenceEvent): Verdict | undefined {
    const { part } = this.context;
    const { leg } = part.ways[event.way]!;
    const isAnchor = leg === part.anchor;
    const candidates = isAnchor ? this.candidates(event) : this.own(event);
    if (candidates.length === 0) return undefined;
    for (const [number, grade] of part.grades.entries()) {
      if (grade.legs.includes(part.anchor) !== isAnchor || !grade.legs.includes(leg)) continue;
      const left = part.legs.flatMap(({ isSupporting }, i) => (isSupporting || grade.legs.includes(i) ? [] : [i]));
      if (!left.every((one) => this.isBlind(one, event.time))) continue;
      const best = this.best(event, number, left, candidates);
      if (best) return best;
    }
    return undefined;
  }

  /** Groups the event may belong to; one of its own where a grade asks for nothing else. */
  private candidates(event: ConvergenceEvent): LegGroup[] {
    const { part } = this.context;
    const found = [...this.events.all()].filter(({ same }) => agree(event.same, same));
    if (found.length > 0 || !part.grades.some(({ legs }) => legs.length === 1 && legs[0] === part.anchor)) return found;
    return [this.events.groupOf(event.same)];
  }

  /** The group of an event that stands in for the anchor, unless a group that says more has such an event nearby. */
  private own(event: ConvergenceEvent): LegGroup[] {
    const { part } = this.context;
    const group = this.events.groupOf(event.same);
    if (group.finding && goesOn(group.finding, event.time, part)) return [];
    // A group that knows all values says most.
    if (knownCount(group.same) === group.same.length) return [group];
    const { leg } = part.ways[event.way]!;
    for (const other of this.events.all()) {
      if (other === group || !isWithin(group.same, other.same)) continue;
      const isThere = part.legs[leg]!.ways.some((way) =>
        other.byWay[way]!.some(({ time }) =>
          isWindow(Math.min(time, event.time), Math.max(time, event.time), part.windowMs),
        ),
      );
      if (isThere) return [];
    }
    return [group];
  }

  private best(
    anchor: ConvergenceEvent,
    grade: number,
    blindLegs: readonly number[],
    candidates: readonly LegGroup[],
  ): Verdict | undefined {
    const { part } = this.context;
    const tied = this.tied(anchor, grade);
    if (tied === undefined) return undefined;
    const possible = candidates.filter((group) =>
      tied.every((list) => list.some(({ same }) => isWithin(same, group.same))),
    );
    // A finding that goes on is chosen before all others, so these need not be looked at.
    const going = possible.filter(({ finding }) => finding && goesOn(finding, anchor.time - part.windowMs, part));
    const best = this.bestOf(anchor, grade, blindLegs, tied, going);
    return best && this.isOpen(best) ? best : this.bestOf(anchor, grade, blindLegs, tied, this.nearest(possible));
  }

  /** @returns events that the anchor is tied to: a list for each link it needs and one for those of the grade */
  private tied(anchor: ConvergenceEvent, grade: number): ConvergenceEvent[][] | undefined {
    const { part } = this.context;
    const { needs, leg } = part.ways[anchor.way]!;
    const lists: ConvergenceEvent[][] = [];
    for (const { ways, link, order } of needs) {
      if (link === undefined) continue;
      lists.push(
        this.events.linked.sharing(anchor, link).filter((event) => {
          return event.id !== anchor.id && ways.includes(event.way) && isInOrder(event, anchor, order);
        }),
      );
    }
    const { linked } = part.grades[grade]!;
    if (linked.length > 0) {
      const found = linked.flatMap((link) => this.events.linked.sharing(anchor, link));
      lists.push(
        [...new Set(found)]
          .filter(({ id, way }) => id !== anchor.id && part.ways[way]!.leg !== leg)
          .sort(compareEvents),
      );
    }
    return lists.some((list) => list.length === 0) ? undefined : lists;
  }

  /** Of very many groups those with the latest events. */
  private nearest(groups: readonly LegGroup[]): readonly LegGroup[] {
    const { maxGroups, onGroupLimit } = this.context;
    if (groups.length <= maxGroups) return groups;
    onGroupLimit(groups.length - maxGroups);
    return [...groups].sort((one, other) => other.last - one.last).slice(0, maxGroups);
  }

  private bestOf(
    anchor: ConvergenceEvent,
    grade: number,
    blindLegs: readonly number[],
    tied: readonly ConvergenceEvent[][],
    groups: readonly LegGroup[],
  ): Verdict | undefined {
    if (groups.length === 0) return undefined;
    const { part, isSighted } = this.context;
    const { legs } = part.grades[grade]!;
    const isUsable = (way: number) => part.ways[way]!.sight === undefined || isSighted(this.key, way, anchor.time);
    let best: Verdict | undefined;
    for (const group of groups) {
      const within = this.events.partial().filter((other) => other !== group && isWithin(other.same, group.same));
      const offers = mergedOffers([group, ...within]);
      const partners = [
        ...tied.map((list) => list.filter(({ same }) => isWithin(same, group.same))),
        ...this.neededOfGroup(anchor, offers),
      ];
      const found = complete({ part, legs, partners, anchor, offers, isUsable });
      if (!found) continue;
      const candidate = {
        group,
        match: { ...found, grade, anchor, blindLegs, standIns: standInsOf(part, found, isUsable) },
      };
      if (!best || this.isBetter(candidate, best)) best = candidate;
    }
    return best;
  }

  /** Events that the anchor needs without a link: any of the group. */
  private neededOfGroup(anchor: ConvergenceEvent, offers: Offers): ConvergenceEvent[][] {
    return this.context.part.ways[anchor.way]!.needs.flatMap(({ ways, link, order }) => {
      if (link !== undefined) return [];
      const events = ways.flatMap((way) => offers[way]!.filter((event) => isInOrder(event, anchor, order)));
      return [events.filter(({ id }) => id !== anchor.id).sort(compareEvents)];
    });
  }

  /** A finding that goes on first, then the one complete first, the tightest, the one that says most. */
  private isBetter(one: Verdict, other: Verdict): boolean {
    const order =
      Number(this.isOpen(other)) - Number(this.isOpen(one)) ||
      one.match.end - other.match.end ||
      other.match.start - one.match.start ||
      knownCount(other.group.same) - knownCount(one.group.same) ||
      compareTexts(JSON.stringify(one.group.same), JSON.stringify(other.group.same));
    return order < 0;
  }

  private isOpen({ group: { finding }, match }: Verdict): boolean {
    return finding !== undefined && goesOn(finding, match.start, this.context.part);
  }
}

function isInOrder(event: ConvergenceEvent, anchor: ConvergenceEvent, order: WayNeed['order']): boolean {
  if (order === undefined) return true;
  return order === 'before' ? event.time <= anchor.time : event.time >= anchor.time;
}

/** @returns ways that show a leg while one listed before them is not collected */
function standInsOf(part: ConvergencePart, { members }: Completion, isUsable: (way: number) => boolean): number[] {
  return [...new Set(members.map(({ way }) => way))].filter((way) =>
    part.legs[part.ways[way]!.leg]!.ways.some((before) => before < way && !isUsable(before)),
  );
}
