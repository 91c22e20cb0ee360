/** The window of a threshold rule over the matches of one group in order of time. */
import type { ThresholdPart } from '../rule.ts';
import { MAX_MEMBERS } from '../alerts/alert-builder.ts';
import type { GroupMatch } from './group-match.ts';

/** A stretch of matches that reached the threshold. */
export interface Burst {
  /** The first members, up to 100. */
  readonly members: readonly GroupMatch[];
  readonly count: number;
  /** Distinct values of each counted field. */
  readonly distinct: readonly number[];
  readonly from: number;
  readonly to: number;
}

interface OpenBurst {
  readonly members: GroupMatch[];
  count: number;
  readonly values: readonly Set<number>[];
  readonly from: number;
  to: number;
}

/**
 * Finds bursts: `value` matches (and as many distinct values as asked for) no further apart than the window, ends
 * included. A burst goes on as long as the next match is within a window of its last one.
 */
export class SlidingWindow {
  private readonly part: ThresholdPart;
  private readonly maxDistinct: number;
  private readonly onDistinctLimit: () => void;
  private readonly onBurst: (burst: Burst) => void;
  private waiting: GroupMatch[] = [];
  /** Matches of `waiting` that have left the window. */
  private left = 0;
  private counts: Map<number, number>[] = [];
  private open: OpenBurst | undefined;

  /**
   * @param maxDistinct distinct values counted in one burst
   * @param onDistinctLimit called for each match whose values were not all counted
   */
  constructor(part: ThresholdPart, maxDistinct: number, onDistinctLimit: () => void, onBurst: (burst: Burst) => void) {
    this.part = part;
    this.maxDistinct = maxDistinct;
    this.onDistinctLimit = onDistinctLimit;
    this.onBurst = onBurst;
    this.counts = part.cardinality.map(() => new Map<number, number>());
  }

  /** Takes the next match, not earlier than the one before. */
  add(match: GroupMatch): void {
    const { open, part } = this;
    if (open) {
      if (match.time - open.to <= part.windowMs) {
        this.extend(open, match);
        return;
      }
      this.end();
    }
    this.waiting.push(match);
    this.count(match, 1);
    while (match.time - this.waiting[this.left]!.time > part.windowMs) this.count(this.waiting[this.left++]!, -1);
    if (this.left > 1024 && this.left * 2 > this.waiting.length) {
      this.waiting = this.waiting.slice(this.left);
      this.left = 0;
    }
    if (this.isReached()) this.start();
  }

  /** The group has no more matches. */
  end(): void {
    const { open } = this;
    if (open) {
      const { members, count, values, from, to } = open;
      this.onBurst({ members, count, distinct: values.map((set) => set.size), from, to });
    }
    this.open = undefined;
    this.clear();
  }

  private isReached(): boolean {
    const { part } = this;
    if (this.waiting.length - this.left < part.value) return false;
    return part.cardinality.every(({ value }, i) => this.counts[i]!.size >= value);
  }

  private start(): void {
    const matches = this.waiting.slice(this.left);
    this.open = {
      members: matches.slice(0, MAX_MEMBERS),
      count: matches.length,
      values: this.counts.map((counts) => new Set(counts.keys())),
      from: matches[0]!.time,
      to: matches.at(-1)!.time,
    };
    this.clear();
  }

  private extend(open: OpenBurst, match: GroupMatch): void {
    open.count++;
    open.to = match.time;
    if (open.members.length < MAX_MEMBERS) open.members.push(match);
    for (let i = 0; i < open.values.length; i++) {
      const set = open.values[i]!;
      for (const value of match.distinct[i]!) {
        if (set.size < this.maxDistinct) set.add(value);
        else if (!set.has(value)) this.onDistinctLimit();
      }
    }
  }

  private count(match: GroupMatch, step: 1 | -1): void {
    for (let i = 0; i < this.counts.length; i++) {
      const counts = this.counts[i]!;
      for (const value of match.distinct[i]!) {
        const count = (counts.get(value) ?? 0) + step;
        if (count === 0) counts.delete(value);
        else counts.set(value, count);
      }
    }
  }

  private clear(): void {
    this.waiting = [];
    this.left = 0;
    for (const counts of this.counts) counts.clear();
  }
}
