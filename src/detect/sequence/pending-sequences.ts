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
  /** Reported, or over because an event came that must be missing. */
  isGone: boolean;
}

/** Sequences of one key in the order in which they were completed; those before `from` are gone. */
interface Queue<M> {
  waiting: Pending<M>[];
  from: number;
}

/** Sequences at the front of a queue that are gone before it is made short. */
const SHORTEN_AT = 16;

/** Waiting sequences by key and by time. */
export class PendingSequences<M extends EventOrder> {
  private readonly maxspanMs: number;
  private readonly limit: number;
  private readonly onDropped: () => void;
  private readonly byKey = new Map<string, Queue<M>>();
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

  /** Takes a sequence; its last event does not come before that of the one taken before it. */
  add(match: SequenceMatch<M>): void {
    if (this.byTime.size >= this.limit && this.take() !== undefined) this.onDropped();
    const pending = { match, isGone: false };
    this.byTime.push(pending);
    const queue = this.byKey.get(match.key);
    if (queue) queue.waiting.push(pending);
    else this.byKey.set(match.key, { waiting: [pending], from: 0 });
  }

  /**
   * An event that must be missing came: sequences of its key that were complete before it are over. What its time is too
   * late for has been taken out by {@link due} before.
   */
  kill(key: string, time: number): void {
    const queue = this.byKey.get(key);
    if (!queue) return;
    for (let at = queue.from; at < queue.waiting.length; at++) {
      const pending = queue.waiting[at]!;
      if (pending.match.events.at(-1)!.time >= time) break;
      pending.isGone = true;
    }
    this.shorten(key, queue);
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
      .filter(({ isGone }) => !isGone)
      .map(({ match }) => match)
      .sort((one, other) => compareEvents(one.events[0]!, other.events[0]!) || compareTexts(one.key, other.key));
  }

  /** Takes the earliest out; undefined when it was over already. */
  private take(): SequenceMatch<M> | undefined {
    const pending = this.byTime.pop()!;
    if (pending.isGone) return undefined;
    pending.isGone = true;
    this.shorten(pending.match.key, this.byKey.get(pending.match.key)!);
    return pending.match;
  }

  private shorten(key: string, queue: Queue<M>): void {
    while (queue.waiting[queue.from]?.isGone) queue.from++;
    if (queue.from === queue.waiting.length) {
      this.byKey.delete(key);
    } else if (queue.from > SHORTEN_AT && queue.from * 2 > queue.waiting.length) {
      queue.waiting = queue.waiting.slice(queue.from);
      queue.from = 0;
    }
  }
}
