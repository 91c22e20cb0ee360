/**
 * Sequences whose positive steps are complete and whose last steps must be missing: they are reported once the time has
 * passed in which such an event could still come.
 */
import { BinaryHeap } from '../../base/binary-heap.ts';
import { compareTexts } from '../../base/order.ts';
import { compareEvents, type EventOrder } from '../executors/leg-matches.ts';
import type { SequenceMatch } from './sequence-machine.ts';
import { isBeyond } from './span.ts';

interface Pending<M> {
  readonly match: SequenceMatch<M>;
  isKilled: boolean;
}

/** Waiting sequences by key and by time. */
export class PendingSequences<M extends EventOrder> {
  private readonly maxspanMs: number;
  private readonly limit: number;
  private readonly onDropped: () => void;
  private readonly byKey = new Map<string, Pending<M>[]>();
  private readonly byTime = new BinaryHeap<Pending<M>>((one, other) => {
    const [a, b] = [one.match, other.match];
    return (compareEvents(a.events[0]!, b.events[0]!) || compareTexts(a.key, b.key)) < 0;
  });

  /**
   * @param limit sequences that wait at the same time
   * @param onDropped called for each that has no room; the earliest one goes
   */
  constructor(maxspanMs: number, limit: number, onDropped: () => void) {
    this.maxspanMs = maxspanMs;
    this.limit = limit;
    this.onDropped = onDropped;
  }

  add(match: SequenceMatch<M>): void {
    if (this.byTime.size >= this.limit && this.take() !== undefined) this.onDropped();
    const pending = { match, isKilled: false };
    this.byTime.push(pending);
    const others = this.byKey.get(match.key);
    if (others) others.push(pending);
    else this.byKey.set(match.key, [pending]);
  }

  /** An event that must be missing came: sequences of its key that it belongs to are over. */
  kill(key: string, time: number): void {
    const waiting = this.byKey.get(key);
    if (!waiting) return;
    const left = waiting.filter((pending) => {
      const { events } = pending.match;
      pending.isKilled = events.at(-1)!.time < time && !isBeyond(events[0]!.time, time, this.maxspanMs);
      return !pending.isKilled;
    });
    if (left.length > 0) this.byKey.set(key, left);
    else this.byKey.delete(key);
  }

  /** @returns the next sequence whose time has passed, taken out */
  due(watermark: number): SequenceMatch<M> | undefined {
    for (let next = this.byTime.peek(); next; next = this.byTime.peek()) {
      if (!isBeyond(next.match.events[0]!.time, watermark, this.maxspanMs)) return undefined;
      const match = this.take();
      if (match) return match;
    }
    return undefined;
  }

  /** @returns those that wait, earliest first */
  list(): SequenceMatch<M>[] {
    return [...this.byTime]
      .filter(({ isKilled }) => !isKilled)
      .map(({ match }) => match)
      .sort((one, other) => compareEvents(one.events[0]!, other.events[0]!) || compareTexts(one.key, other.key));
  }

  /** Takes the earliest out; undefined when it was over already. */
  private take(): SequenceMatch<M> | undefined {
    const pending = this.byTime.pop()!;
    if (pending.isKilled) return undefined;
    const { key } = pending.match;
    const left = this.byKey.get(key)!.filter((one) => one !== pending);
    if (left.length > 0) this.byKey.set(key, left);
    else this.byKey.delete(key);
    return pending.match;
  }
}
