/**
 * The machine of rules of type `convergence`, for the events of one key in order of time. Events of the anchor's leg are
 * rare, so each is judged once, when a window has passed and everything near it is known: which group of values (client,
 * account) it belongs to, how well it is tied, which legs nobody could see. An event of the anchor belongs to one finding:
 * on a busy server dozens of clients have logged on and opened files when a program starts, and one of them started it.
 */
import { compareTexts } from '../../base/order.ts';
import { complete, isWindow, linkValues } from './completion.ts';
import type { ConvergencePart } from './convergence-part.ts';
import { compareEvents, type ConvergenceEvent } from './convergence-event.ts';
import { LegGroup, mergedOffers } from './leg-group.ts';
import {
  addMatch,
  type ConvergenceMatch,
  countEvent,
  goesOn,
  isBehindCursor,
  openFinding,
  type OpenFinding,
} from './open-finding.ts';
import { agree, isWithin, knownCount, type SameValues } from './same-values.ts';

/** What the machine works with. */
export interface ConvergenceContext {
  readonly part: ConvergencePart;
  /** Whether events of a way are collected from the key's host around a time. */
  readonly isSighted: (key: string, way: number, time: number) => boolean;
  /** Takes a finding when it can grow no more. */
  readonly onFinding: (finding: OpenFinding) => void;
  /** Events of one key held at a time. */
  readonly maxEvents: number;
  /** Called with the number of events forgotten early. */
  readonly onLimit: (count: number) => void;
}

/** State of the machine as plain data, to go on with later. */
export interface ConvergenceSnapshot {
  readonly time: number;
  readonly events: readonly ConvergenceEvent[];
  readonly dormant: readonly ConvergenceEvent[];
  readonly waiting: readonly ConvergenceEvent[];
  readonly findings: readonly { readonly group: SameValues; readonly finding: OpenFinding }[];
}

/** Part of a window between two clean-ups: small against the window, large against the events. */
const TRIMS_A_WINDOW = 4;

/** Candidates of one event of the anchor, and how they rank. */
interface Candidate {
  readonly group: LegGroup;
  readonly match: ConvergenceMatch;
}

/** Judges what comes together on one key. */
export class Convergence {
  private readonly key: string;
  private readonly context: ConvergenceContext;
  private readonly groups = new Map<string, LegGroup>();
  /** Events of the anchor that are to be judged, in order of time. */
  private waiting: ConvergenceEvent[] = [];
  /** Events of the anchor that need another event by a link, by the link's values. */
  private dormant = new Map<string, ConvergenceEvent[]>();
  /** Times of events that others need, by the link's values. */
  private needed = new Map<string, number>();
  private readonly neededLinks: ReadonlySet<string>;
  private held = 0;
  private time = -Infinity;
  private trimmedAt = -Infinity;

  constructor(key: string, context: ConvergenceContext) {
    this.key = key;
    this.context = context;
    const { ways } = context.part;
    this.neededLinks = new Set(ways.flatMap(({ needs }) => needs.flatMap(({ link }) => link ?? [])));
  }

  /** Takes the next event, not earlier than the one before. */
  add(event: ConvergenceEvent): void {
    this.advance(event.time);
    const { part, maxEvents } = this.context;
    if (++this.held > maxEvents) this.forget();
    if (part.ways[event.way]!.leg === part.anchor) this.addAnchor(event);
    else this.addOther(event);
  }

  /** No event before this time will come: judges what can be judged. */
  advance(time: number): void {
    const { part } = this.context;
    this.time = Math.max(this.time, time);
    while (this.waiting.length > 0 && !isWindow(this.waiting[0]!.time, time, part.windowMs)) {
      this.judge(this.waiting.shift()!);
    }
    if (time - this.trimmedAt > part.windowMs / TRIMS_A_WINDOW) {
      this.trimmedAt = time;
      this.closeBefore(time - 2 * part.windowMs);
      this.trim(time - 2 * part.windowMs - 1);
    }
  }

  /** The key has no more events. */
  end(): void {
    this.advance(Infinity);
    for (const group of this.groups.values()) this.close(group);
    this.groups.clear();
    this.dormant.clear();
    this.needed.clear();
    this.held = 0;
  }

  /** @returns the state, without the findings that were given already */
  snapshot(): ConvergenceSnapshot {
    const groups = [...this.groups.values()];
    return {
      time: this.time,
      events: groups.flatMap(({ byWay }) => byWay.flat()).sort(compareEvents),
      dormant: [...new Set([...this.dormant.values()].flat())].sort(compareEvents),
      waiting: this.waiting,
      findings: groups.flatMap(({ same, finding }) => (finding ? [{ group: same, finding }] : [])),
    };
  }

  /** @returns a machine that goes on where another stopped */
  static restore(key: string, context: ConvergenceContext, state: ConvergenceSnapshot): Convergence {
    const machine = new Convergence(key, context);
    machine.time = state.time;
    for (const event of state.events) machine.keep(event);
    for (const event of state.dormant) machine.addDormant(event);
    machine.waiting = [...state.waiting];
    machine.held = state.events.length + state.dormant.length;
    for (const { group, finding } of state.findings) machine.groupOf(group).finding = finding;
    return machine;
  }

  private addAnchor(event: ConvergenceEvent): void {
    const { part } = this.context;
    const links = part.ways[event.way]!.needs.filter(({ link }) => link !== undefined);
    if (links.length === 0) {
      this.waiting.push(event);
      return;
    }
    this.addDormant(event);
    if (this.needKeys(event).some((key) => this.isNear(this.needed.get(key)))) this.waiting.push(event);
  }

  private addDormant(event: ConvergenceEvent): void {
    for (const key of this.needKeys(event)) {
      const list = this.dormant.get(key);
      if (list) list.push(event);
      else this.dormant.set(key, [event]);
    }
  }

  /** What the event looks for: the values of the links it needs. */
  private needKeys(event: ConvergenceEvent): string[] {
    const { part } = this.context;
    return part.ways[event.way]!.needs.flatMap(({ link }) =>
      link === undefined ? [] : linkValues(part, event, link).map((value) => `${link} ${value}`),
    );
  }

  private isNear(time: number | undefined): boolean {
    return time !== undefined && isWindow(time, this.time, this.context.part.windowMs);
  }

  private addOther(event: ConvergenceEvent): void {
    const group = this.keep(event);
    this.extend(group);
    for (const { link, value } of this.offeredLinks(event)) {
      for (const anchor of this.dormant.get(`${link} ${value}`) ?? []) {
        if (this.isNear(anchor.time) && !this.waiting.includes(anchor)) this.wake(anchor);
      }
    }
    if (this.isSecondaryAnchor(event) && !(group.finding && goesOn(group.finding, event.time, this.context.part))) {
      this.waiting.push(event);
    }
  }

  /** Puts an event of the anchor in its place among those to be judged. */
  private wake(anchor: ConvergenceEvent): void {
    let at = this.waiting.length;
    while (at > 0 && compareEvents(this.waiting[at - 1]!, anchor) > 0) at--;
    this.waiting.splice(at, 0, anchor);
  }

  private keep(event: ConvergenceEvent): LegGroup {
    const group = this.groupOf(event.same);
    group.push(event);
    for (const { link, value } of this.offeredLinks(event)) this.needed.set(`${link} ${value}`, event.time);
    return group;
  }

  private offeredLinks(event: ConvergenceEvent): { link: string; value: string }[] {
    if (this.neededLinks.size === 0) return [];
    const { part } = this.context;
    return part.ways[event.way]!.links.flatMap(({ name }, i) =>
      this.neededLinks.has(name) ? event.links[i]!.map((value) => ({ link: name, value })) : [],
    );
  }

  private groupOf(same: SameValues): LegGroup {
    const name = JSON.stringify(same);
    let group = this.groups.get(name);
    if (!group) this.groups.set(name, (group = new LegGroup(same, this.context.part.ways.length)));
    return group;
  }

  /** Where the anchor's leg is blind, the first leg of a grade that does without it is judged instead. */
  private isSecondaryAnchor({ way, time }: ConvergenceEvent): boolean {
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

  private judge(event: ConvergenceEvent): void {
    const { part } = this.context;
    const { leg } = part.ways[event.way]!;
    const isAnchor = leg === part.anchor;
    const candidates = isAnchor ? this.candidates(event) : this.own(event);
    if (candidates.length === 0) return;
    for (const [number, grade] of part.grades.entries()) {
      if (grade.legs.includes(part.anchor) !== isAnchor || !grade.legs.includes(leg)) continue;
      const left = part.legs.flatMap(({ isSupporting }, i) => (isSupporting || grade.legs.includes(i) ? [] : [i]));
      if (!left.every((one) => this.isBlind(one, event.time))) continue;
      const best = this.best(event, number, left, candidates);
      if (!best) continue;
      this.attach(best);
      return;
    }
  }

  /** Groups the event may belong to; one of its own where a grade asks for nothing else. */
  private candidates(event: ConvergenceEvent): LegGroup[] {
    const { part } = this.context;
    const found = [...this.groups.values()].filter(({ same }) => agree(event.same, same));
    if (found.length > 0 || !part.grades.some(({ legs }) => legs.length === 1 && legs[0] === part.anchor)) return found;
    return [this.groupOf(event.same)];
  }

  /** The group of an event that stands in for the anchor, unless a group that says more has such an event nearby. */
  private own(event: ConvergenceEvent): LegGroup[] {
    const { part } = this.context;
    const group = this.groupOf(event.same);
    if (group.finding && goesOn(group.finding, event.time, part)) return [];
    const { leg } = part.ways[event.way]!;
    for (const other of this.groups.values()) {
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
  ): Candidate | undefined {
    const { part, isSighted } = this.context;
    const { legs, linked } = part.grades[grade]!;
    const isUsable = (way: number) => part.ways[way]!.sight === undefined || isSighted(this.key, way, anchor.time);
    const partial = [...this.groups.values()].filter(({ same }) => knownCount(same) < same.length);
    let best: Candidate | undefined;
    for (const group of candidates) {
      const within = partial.filter((other) => other !== group && isWithin(other.same, group.same));
      const offers = mergedOffers([group, ...within]);
      const found = complete({ part, legs, linked, anchor, offers, isUsable });
      if (!found) continue;
      const standIns = [...new Set(found.members.map(({ way }) => way))].filter((way) =>
        part.legs[part.ways[way]!.leg]!.ways.some((before) => before < way && !isUsable(before)),
      );
      const candidate = { group, match: { ...found, grade, anchor, blindLegs, standIns } };
      if (!best || this.isBetter(candidate, best)) best = candidate;
    }
    return best;
  }

  /** A finding that goes on first, then the one complete first, the tightest, the one that says most. */
  private isBetter(one: Candidate, other: Candidate): boolean {
    const order =
      Number(this.isOpen(other)) - Number(this.isOpen(one)) ||
      one.match.end - other.match.end ||
      other.match.start - one.match.start ||
      knownCount(other.group.same) - knownCount(one.group.same) ||
      compareTexts(JSON.stringify(one.group.same), JSON.stringify(other.group.same));
    return order < 0;
  }

  private isOpen({ group: { finding }, match }: Candidate): boolean {
    return finding !== undefined && goesOn(finding, match.start, this.context.part);
  }

  private attach({ group, match }: Candidate): void {
    const { part } = this.context;
    if (group.finding && !goesOn(group.finding, match.start, part)) this.close(group);
    if (group.finding) {
      addMatch(group.finding, match);
    } else {
      group.finding = openFinding(this.key, group.same, match, part.ways.length);
    }
    const finding = group.finding!;
    // Events of other groups and of the anchor are counted here; those of the group itself by the walk.
    for (const event of match.members) {
      if (!group.byWay[event.way]!.includes(event) && !finding.members.includes(event)) countEvent(finding, event);
    }
    finding.last = Math.max(finding.last, match.end);
    this.extend(group);
  }

  /** Counts the group's events that go on with its finding. */
  private extend(group: LegGroup): void {
    const { finding } = group;
    if (!finding) return;
    const fresh = group.byWay.flatMap((events) => {
      let from = events.length;
      while (from > 0 && isBehindCursor(finding, events[from - 1]!)) from--;
      return events.slice(from);
    });
    for (const event of fresh.sort(compareEvents)) {
      if (!goesOn(finding, event.time, this.context.part)) break;
      countEvent(finding, event);
      finding.cursor = [event.time, event.id, event.way];
    }
  }

  private close(group: LegGroup): void {
    const { finding } = group;
    group.finding = undefined;
    if (finding) this.context.onFinding(finding);
  }

  private closeBefore(time: number): void {
    for (const group of this.groups.values()) {
      if (group.finding && Math.floor(group.finding.last) < Math.floor(time)) this.close(group);
    }
  }

  private trim(before: number): void {
    this.held = 0;
    for (const [name, group] of this.groups) {
      group.trim(before);
      this.held += group.size;
      if (group.size === 0 && !group.finding) this.groups.delete(name);
    }
    for (const [key, time] of this.needed) if (time < before) this.needed.delete(key);
    for (const [key, events] of this.dormant) {
      const kept = events.filter(({ time }) => time >= before);
      this.held += kept.length;
      if (kept.length === 0) this.dormant.delete(key);
      else if (kept.length < events.length) this.dormant.set(key, kept);
    }
  }

  /** Too many events at once: those of the older half of the time held are forgotten. */
  private forget(): void {
    const { part, maxEvents, onLimit } = this.context;
    const before = this.held;
    for (let span = part.windowMs; this.held > maxEvents / 2 && span >= 1; span /= 2) this.trim(this.time - span);
    onLimit(before - this.held);
  }
}
