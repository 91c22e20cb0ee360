/**
 * One correlation over items in their order: groups, windows, firing. A window either slides with the events, and fires
 * with the one that makes the condition hold, or begins with a group's first event and is judged when it closes.
 */
import type { EventOrder } from '../executors/leg-matches.ts';
import { isBeyond } from '../sequence/span.ts';
import { type CorrelationItem, type Firing, type ItemPart, membersOfItems } from './correlation-item.ts';
import type { CorrelationPlan } from './correlation-plan.ts';
import { CorrelationWindow, type WindowEntry, type WindowState } from './correlation-window.ts';

/** Bounds of a correlation, and who is told. */
export interface CorrelationOptions<M> {
  /** Groups held at the same time; the one that was touched longest ago goes. */
  readonly maxGroups: number;
  /** Members of all items held. */
  readonly maxEvents: number;
  /** Members a firing lists. */
  readonly maxMembers: number;
  readonly onFire: (firing: Firing<M>) => void;
  readonly onGroupDropped: () => void;
  readonly onEventDropped: (count: number) => void;
  readonly onMembersCut: () => void;
}

/** Everything a correlation knows, as JSON: groups, the one to go first at the front. */
export interface NodeState<M> {
  readonly groups: readonly { readonly group: string; readonly window: WindowState<M> }[];
}

/** Runs one correlation. `M` is what is kept of an event; it must be JSON. */
export class CorrelationNode<M extends EventOrder> {
  private readonly plan: CorrelationPlan;
  private readonly options: CorrelationOptions<M>;
  /** Sliding: in the order in which groups were last touched. Closing: in the order in which windows began. */
  private readonly groups = new Map<string, CorrelationWindow<M>>();
  private held = 0;

  constructor(plan: CorrelationPlan, options: CorrelationOptions<M>) {
    this.plan = plan;
    this.options = options;
  }

  /** Takes the next item in the order of events. */
  add(item: CorrelationItem<M>, parts: readonly ItemPart[]): void {
    this.advance(item.time);
    const byGroup = new Map<string, { inputs: number[]; values: (string | number)[] }>();
    for (const { input, groups, values } of parts) {
      for (const group of groups) {
        const own = byGroup.get(group);
        if (!own) byGroup.set(group, { inputs: [input], values: [...values] });
        else {
          own.inputs.push(input);
          // An item that several rules match is one item with one set of values.
          const known = new Set(own.values);
          for (const value of values) if (!known.has(value)) own.values.push(value);
        }
      }
    }
    for (const [group, { inputs, values }] of byGroup) this.apply(group, { item, inputs, values });
  }

  /** No item before this time will come any more: windows that are over close, and are forgotten. */
  advance(watermark: number): void {
    const { closes, timespanMs } = this.plan;
    for (const [group, window] of this.groups) {
      if (!isBeyond(closes ? window.first!.item.time : window.touched, watermark, timespanMs)) return;
      this.forget(group, window);
      if (closes && window.holds(window.touched)) this.fire(group, window);
    }
  }

  /** Windows that wait for their end; without it they are not judged. */
  get open(): number {
    return this.plan.closes ? this.groups.size : 0;
  }

  /** @returns what is known, to go on from there another time */
  snapshot(): NodeState<M> {
    return { groups: [...this.groups].map(([group, window]) => ({ group, window: window.snapshot() })) };
  }

  /** Takes over a state of the same plan; call it before anything else. */
  restore(state: NodeState<M>): void {
    for (const { group, window: written } of state.groups) {
      const window = new CorrelationWindow<M>(this.plan);
      window.restore(written);
      this.groups.set(group, window);
      this.held += window.held;
    }
  }

  private apply(group: string, entry: WindowEntry<M>): void {
    const { closes, timespanMs } = this.plan;
    const { time } = entry.item;
    const window = this.windowOf(group);
    this.held -= window.held;
    if (!closes) window.slideTo(time);
    window.push(entry);
    window.touched = time;
    this.held += window.held;
    this.makeRoom(group, window);
    if (closes) return;
    const isSilent = window.firedAt !== undefined && !isBeyond(window.firedAt, time, timespanMs);
    if (!window.holds(time)) window.firedAt = undefined;
    else if (!isSilent) {
      window.firedAt = time;
      this.fire(group, window);
    }
  }

  private fire(group: string, window: CorrelationWindow<M>): void {
    const { maxMembers, onFire, onMembersCut } = this.options;
    const { entries, memberCount } = window.holding(window.touched, maxMembers);
    const items = entries.map(({ item }) => item);
    const found = membersOfItems(items, maxMembers, memberCount);
    if (found.memberCount > found.members.length) onMembersCut();
    onFire({ group, ...found, figure: window.figure() });
  }

  private windowOf(group: string): CorrelationWindow<M> {
    const known = this.groups.get(group);
    if (known) {
      if (this.plan.closes) return known;
      this.groups.delete(group);
    } else if (this.groups.size >= this.options.maxGroups) {
      this.dropOldest();
      this.options.onGroupDropped();
    }
    const window = known ?? new CorrelationWindow<M>(this.plan);
    this.groups.set(group, window);
    return window;
  }

  /** Too much is held: other groups go first, then the earliest items of this one. */
  private makeRoom(group: string, window: CorrelationWindow<M>): void {
    let dropped = 0;
    while (this.held > this.options.maxEvents) {
      const [oldest] = this.groups.keys();
      if (oldest !== undefined && oldest !== group) {
        dropped += this.dropOldest();
      } else if (window.size > 1) {
        const before = window.held;
        window.shift();
        this.held -= before - window.held;
        dropped += before - window.held;
      } else break;
    }
    if (dropped > 0) this.options.onEventDropped(dropped);
  }

  /** @returns how many members went */
  private dropOldest(): number {
    const [oldest] = this.groups;
    return oldest ? this.forget(...oldest) : 0;
  }

  private forget(group: string, window: CorrelationWindow<M>): number {
    this.held -= window.held;
    this.groups.delete(group);
    return window.held;
  }
}
