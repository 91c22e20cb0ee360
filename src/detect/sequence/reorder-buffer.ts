/**
 * Puts a stream of events in order: an event is held until nothing earlier can come any more, which is `latenessMs` behind
 * the newest one. Who reads files needs none of this; who watches machines does, since their events come as they please.
 */
import { BinaryHeap } from '../../base/binary-heap.ts';
import { compareEvents, type EventOrder } from '../executors/leg-matches.ts';

/** Bounds of a buffer, and who is told. */
export interface ReorderOptions<T> {
  /** How late an event may come, milliseconds. */
  readonly latenessMs: number;
  /** Events held at the same time; with more the earliest is let go before its time. */
  readonly maxEvents: number;
  /** Takes events in their total order. */
  readonly release: (event: T) => void;
  /** An event came after its time, and is left out. */
  readonly onLate: (event: T) => void;
  /** An event was let go early: one that comes later than it and should have stood before it is late now. */
  readonly onFull: () => void;
}

/** Everything a buffer knows, as JSON. */
export interface ReorderState<T> {
  readonly events: readonly T[];
  readonly newest: number | null;
  readonly last: EventOrder | null;
}

/** Holds events until their turn has come. `T` must be JSON where its state is written down. */
export class ReorderBuffer<T extends EventOrder> {
  private readonly options: ReorderOptions<T>;
  private readonly held = new BinaryHeap<T>((one, other) => compareEvents(one, other) < 0);
  private newest = Number.NEGATIVE_INFINITY;
  private last: EventOrder | undefined;

  constructor(options: ReorderOptions<T>) {
    this.options = options;
  }

  /** No event before this time is still taken, milliseconds; minus infinity before the first one. */
  get watermark(): number {
    const time = this.newest - this.options.latenessMs;
    // What was let go early must not be overtaken either.
    return this.last === undefined ? time : Math.max(time, this.last.time);
  }

  /** Takes an event; the same one once more while it is held, or as the last one let go, is left out in silence. */
  push(event: T): void {
    if (this.isLate(event)) {
      if (this.last === undefined || compareEvents(this.last, event) !== 0) this.options.onLate(event);
      return;
    }
    this.held.push(event);
    if (this.held.size > this.options.maxEvents) {
      this.options.onFull();
      this.releaseOne();
    }
    this.advance(event.time);
  }

  /** Time goes on without an event: lets go what is due. */
  advance(newest: number): void {
    if (newest > this.newest) this.newest = newest;
    const { watermark } = this;
    for (let next = this.held.peek(); next && next.time < watermark; next = this.held.peek()) this.releaseOne();
  }

  /** The stream has ended: lets everything go. */
  flush(): void {
    while (this.held.size > 0) this.releaseOne();
  }

  /** @returns what the buffer knows, to go on from there another time */
  snapshot(): ReorderState<T> {
    const events = [...this.held].sort(compareEvents);
    const last = this.last && { time: this.last.time, tiebreaker: this.last.tiebreaker, id: this.last.id };
    return { events, newest: Number.isFinite(this.newest) ? this.newest : null, last: last ?? null };
  }

  /** Takes over a state; call it before anything else. */
  restore({ events, newest, last }: ReorderState<T>): void {
    for (const event of events) this.held.push(event);
    this.newest = newest ?? Number.NEGATIVE_INFINITY;
    this.last = last ?? undefined;
  }

  private isLate(event: T): boolean {
    if (this.last !== undefined && compareEvents(event, this.last) <= 0) return true;
    return event.time < this.newest - this.options.latenessMs;
  }

  private releaseOne(): void {
    const event = this.held.pop()!;
    if (this.last !== undefined && compareEvents(event, this.last) === 0) return;
    this.last = event;
    this.options.release(event);
  }
}
