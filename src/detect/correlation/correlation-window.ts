/** The events of one group within a timespan, with the figures that conditions ask for. */
import { isBeyond } from '../sequence/span.ts';
import { boundsHold, expressionHolds } from './correlation-condition.ts';
import type { CorrelationItem } from './correlation-item.ts';
import type { CorrelationPlan } from './correlation-plan.ts';
import { OrderedChains } from './ordered-chains.ts';
import { meanOf, medianOf, percentileOf } from './statistics.ts';

/** An item in a window. */
export interface WindowEntry<M> {
  readonly item: CorrelationItem<M>;
  /** Rules of the correlation it comes from. */
  readonly inputs: readonly number[];
  readonly values: readonly (string | number)[];
}

/** Everything a window knows, as JSON. */
export interface WindowState<M> {
  readonly entries: readonly WindowEntry<M>[];
  readonly sum: number;
  /** When it fired; it is silent since. */
  readonly firedAt: number | null;
  readonly touched: number;
}

/** Entries that have left a window before the list is made short; there may be as many windows as groups. */
const SHORTEN_AT = 16;

/** One window. */
export class CorrelationWindow<M> {
  firedAt: number | undefined;
  touched = 0;
  /** Members listed by the entries in the window, and their true number. */
  held = 0;
  private memberCount = 0;
  private readonly plan: CorrelationPlan;
  private entries: WindowEntry<M>[] = [];
  /** Entries that have left the window. */
  private left = 0;
  /** How often each value, of temporal types each rule, is in the window. */
  private readonly counts = new Map<string | number, number>();
  private sum = 0;
  private readonly chains: OrderedChains<WindowEntry<M>> | undefined;

  constructor(plan: CorrelationPlan) {
    this.plan = plan;
    if (plan.chains.length > 0) this.chains = new OrderedChains(plan.chains, plan.timespanMs);
  }

  /** Entries in the window. */
  get size(): number {
    return this.entries.length - this.left;
  }

  /** The earliest entry. */
  get first(): WindowEntry<M> | undefined {
    return this.entries[this.left];
  }

  /** Entries in the order of events. */
  list(): readonly WindowEntry<M>[] {
    return this.entries.slice(this.left);
  }

  push(entry: WindowEntry<M>): void {
    this.entries.push(entry);
    this.count(entry, 1);
    this.chains?.push(entry);
  }

  /** Takes the earliest entry out. */
  shift(): void {
    this.count(this.entries[this.left++]!, -1);
    if (this.size === 0) this.sum = 0;
    if (this.left > SHORTEN_AT && this.left * 2 > this.entries.length) {
      this.entries = this.entries.slice(this.left);
      this.left = 0;
    }
  }

  /** Takes out what lies more than the timespan before a time. */
  slideTo(time: number): void {
    while (this.first && isBeyond(this.first.item.time, time, this.plan.timespanMs)) this.shift();
  }

  /** What the condition compares. */
  figure(): number {
    switch (this.plan.type) {
      case 'event_count':
        return this.size;
      case 'value_count':
      case 'temporal':
      case 'temporal_ordered':
        return this.counts.size;
      case 'value_sum':
        return this.sum;
      case 'value_avg':
        return meanOf(this.numbers());
      case 'value_percentile':
        return percentileOf(this.numbers(), this.plan.percentile);
      case 'value_median':
        return medianOf(this.numbers());
    }
  }

  /** @returns whether the condition holds at a time */
  holds(time: number): boolean {
    if (this.chains) return this.chains.complete(time) !== undefined;
    const { condition } = this.plan;
    return condition.kind === 'bounds'
      ? boundsHold(condition.bounds, this.figure())
      : expressionHolds(condition.expression, (rule) => this.counts.has(rule));
  }

  /**
   * The entries that make the condition hold, and the number of members of all of them. A window can be long and fire
   * often, so no more entries are given than have members that will be listed.
   *
   * @param max members that will be listed
   */
  holding(time: number, max: number): { entries: readonly WindowEntry<M>[]; memberCount: number } {
    const chain = this.chains?.complete(time);
    if (chain) return { entries: chain, memberCount: chain.reduce((sum, { item }) => sum + item.memberCount, 0) };
    const { memberCount } = this;
    if (this.size <= max) return { entries: this.list(), memberCount };
    const first = this.entries.slice(this.left, this.left + max - 1);
    return { entries: [...first, this.entries.at(-1)!], memberCount };
  }

  /** @returns what the window knows, to go on from there another time */
  snapshot(): WindowState<M> {
    return { entries: this.list(), sum: this.sum, firedAt: this.firedAt ?? null, touched: this.touched };
  }

  /** Takes over a state of the same plan; call it before anything else. */
  restore({ entries, sum, firedAt, touched }: WindowState<M>): void {
    for (const entry of entries) this.push(entry);
    // Added up again it could differ in the last digit.
    this.sum = sum;
    this.firedAt = firedAt ?? undefined;
    this.touched = touched;
  }

  private numbers(): number[] {
    return this.list().flatMap(({ values }) => values as readonly number[]);
  }

  private count({ item, inputs, values }: WindowEntry<M>, step: 1 | -1): void {
    const { type } = this.plan;
    this.held += step * item.members.length;
    this.memberCount += step * item.memberCount;
    if (type === 'value_sum') for (const value of values) this.sum += step * (value as number);
    const counted = type === 'value_count' ? values : type.startsWith('temporal') ? inputs : [];
    for (const value of counted) {
      const count = (this.counts.get(value) ?? 0) + step;
      if (count === 0) this.counts.delete(value);
      else this.counts.set(value, count);
    }
  }
}
