/**
 * The machine of rules of type `convergence`, for the events of one key in order of time. Events of the anchor's leg are
 * rare, so each is judged once, when a window has passed and everything near it is known (judge.ts). What it belongs to
 * becomes a finding, which goes on until a window passes without activity.
 */
import { isWindow } from './completion.ts';
import type { ConvergenceContext } from './convergence-context.ts';
import { compareEvents, type ConvergenceEvent, isSameEvent } from './convergence-event.ts';
import { Judge, type Verdict } from './judge.ts';
import { KeyEvents } from './key-events.ts';
import type { LegGroup } from './leg-group.ts';
import { addMatch, countEvent, goesOn, isBehindCursor, openFinding, type OpenFinding } from './open-finding.ts';
import type { SameValues } from './same-values.ts';

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

/** Puts together what happens on one key. */
export class Convergence {
  private readonly key: string;
  private readonly context: ConvergenceContext;
  private events: KeyEvents;
  private judge: Judge;
  /** Events that are to be judged, in order of time. */
  private waiting: ConvergenceEvent[] = [];
  private held = 0;
  private time = -Infinity;
  private trimmedAt = -Infinity;

  constructor(key: string, context: ConvergenceContext) {
    this.key = key;
    this.context = context;
    this.events = new KeyEvents(context.part);
    this.judge = new Judge(key, context, this.events);
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
    let judged = 0;
    for (; judged < this.waiting.length; judged++) {
      const event = this.waiting[judged]!;
      if (isWindow(event.time, time, part.windowMs)) break;
      this.decide(event);
    }
    if (judged > 0) this.waiting.splice(0, judged);
    if (time - this.trimmedAt > part.windowMs / TRIMS_A_WINDOW) {
      this.trimmedAt = time;
      this.closeBefore(time - 2 * part.windowMs);
      this.held = this.events.trim(time - 2 * part.windowMs - 1) + this.waiting.length;
    }
  }

  /** The key has no more events. */
  end(): void {
    this.advance(Infinity);
    for (const group of this.events.all()) this.close(group);
    this.events = new KeyEvents(this.context.part);
    this.judge = new Judge(this.key, this.context, this.events);
    this.held = 0;
  }

  /** @returns the state, without the findings that were given already */
  snapshot(): ConvergenceSnapshot {
    return {
      time: this.time,
      events: this.events.events(),
      dormant: this.events.dormant.all().sort(compareEvents),
      waiting: this.waiting,
      findings: [...this.events.all()].flatMap(({ same, finding }) => (finding ? [{ group: same, finding }] : [])),
    };
  }

  /** @returns a machine that goes on where another stopped */
  static restore(key: string, context: ConvergenceContext, state: ConvergenceSnapshot): Convergence {
    const machine = new Convergence(key, context);
    const { events } = machine;
    machine.time = state.time;
    for (const event of state.events) events.add(event);
    for (const event of state.dormant) events.dormant.add(event, events.neededLinks);
    const known = [...state.events, ...state.dormant];
    machine.waiting = state.waiting.map((event) => known.find((one) => isSameEvent(one, event)) ?? event);
    machine.held = known.length + state.waiting.length;
    for (const { group, finding } of state.findings) events.groupOf(group).finding = finding;
    return machine;
  }

  private addAnchor(event: ConvergenceEvent): void {
    const links = this.context.part.ways[event.way]!.needs.flatMap(({ link }) => link ?? []);
    if (links.length > 0) {
      this.events.dormant.add(event, links);
      const isThere = links.some((link) =>
        this.events.linked.sharing(event, link).some(({ time }) => this.isNear(time)),
      );
      if (!isThere) return;
    }
    this.waiting.push(event);
  }

  private isNear(time: number): boolean {
    return isWindow(time, this.time, this.context.part.windowMs);
  }

  private addOther(event: ConvergenceEvent): void {
    const { part } = this.context;
    const group = this.events.add(event);
    const isGoing = group.finding !== undefined && goesOn(group.finding, event.time, part);
    if (isGoing) this.extend(group);
    for (const link of this.events.neededLinks) {
      for (const anchor of this.events.dormant.sharing(event, link)) {
        if (this.isNear(anchor.time) && !this.waiting.includes(anchor)) this.wake(anchor);
      }
    }
    if (!isGoing && this.judge.isSecondaryAnchor(event)) this.waiting.push(event);
  }

  /** Puts an event of the anchor in its place among those to be judged. */
  private wake(anchor: ConvergenceEvent): void {
    let at = this.waiting.length;
    while (at > 0 && compareEvents(this.waiting[at - 1]!, anchor) > 0) at--;
    this.waiting.splice(at, 0, anchor);
  }

  private decide(event: ConvergenceEvent): void {
    const verdict = this.judge.verdict(event);
    if (verdict) this.attach(verdict);
  }

  private attach({ group, match }: Verdict): void {
    const { part } = this.context;
    if (group.finding && !goesOn(group.finding, match.start, part)) this.close(group);
    if (group.finding) addMatch(group.finding, match);
    else group.finding = openFinding(this.key, group.same, match, part.ways.length);
    const finding = group.finding!;
    // Events of other groups and of the anchor are counted here; those of the group itself by the walk.
    for (const event of match.members) {
      if (!group.holds(event) && !finding.members.some((one) => isSameEvent(one, event))) countEvent(finding, event);
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
    for (const group of this.events.all()) {
      if (group.finding && Math.floor(group.finding.last) < Math.floor(time)) this.close(group);
    }
  }

  /** Too many events at once: the oldest are judged and forgotten early. */
  private forget(): void {
    const { part, maxEvents, onLimit } = this.context;
    const before = this.held;
    const early = this.waiting.splice(0, Math.max(0, this.waiting.length - maxEvents / 4));
    for (const event of early) this.decide(event);
    for (let span = part.windowMs; this.held > maxEvents / 2 && span >= 1; span /= 2) {
      this.held = this.events.trim(this.time - span) + this.waiting.length;
    }
    onLimit(before - this.held);
  }
}
