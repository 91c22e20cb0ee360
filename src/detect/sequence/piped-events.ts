/**
 * Single events behind `| head` and `| tail`. Evidence is not in time order, so which events are the first ones is known at
 * the end; until then only as many are held as the first pipe can let through.
 */
import { BinaryHeap } from '../../base/binary-heap.ts';
import type { EqlPipe } from '../../query/eql/eql-query.ts';
import { compareEvents, type EventOrder } from '../executors/leg-matches.ts';
import { pipeRange } from './pipes.ts';

/** Bounds, and who is told. */
export interface PipedEventsOptions<M> {
  /** Events held at the same time, however many the pipe lets through. */
  readonly maxEvents: number;
  /** An event gave way to another one. */
  readonly onDropped: (event: M) => void;
  /** An event that the pipe lets through could not be held. */
  readonly onFull: () => void;
}

/** Holds the first or the last events of those it is given. */
export class PipedEvents<M extends EventOrder> {
  private readonly pipes: readonly EqlPipe[];
  private readonly options: PipedEventsOptions<M>;
  private readonly size: number;
  private readonly isFirst: boolean;
  /** The one that gives way next is on top. */
  private readonly held: BinaryHeap<M>;
  /** An event that is read twice counts once. */
  private readonly ids = new Set<string>();

  /** @param pipes at least one */
  constructor(pipes: readonly EqlPipe[], options: PipedEventsOptions<M>) {
    const { kind, count } = pipes[0]!;
    this.pipes = pipes;
    this.options = options;
    this.size = Math.min(count, options.maxEvents);
    this.isFirst = kind === 'head';
    this.held = new BinaryHeap((one, other) => this.isOutside(one, other));
  }

  /** @returns whether the event is among those to hold, as far as they are known */
  wants(order: EventOrder): boolean {
    if (this.ids.has(order.id)) return false;
    if (this.held.size < this.size) return true;
    const isOutside = this.size === 0 || this.isOutside(order, this.held.peek()!);
    if (isOutside && this.size < this.pipes[0]!.count) this.options.onFull();
    return !isOutside;
  }

  /** Takes an event that is wanted. */
  add(event: M): void {
    this.held.push(event);
    this.ids.add(event.id);
    if (this.held.size <= this.size) return;
    if (this.size < this.pipes[0]!.count) this.options.onFull();
    const dropped = this.held.pop()!;
    this.ids.delete(dropped.id);
    this.options.onDropped(dropped);
  }

  /** @returns the events that all pipes let through, in order */
  list(): M[] {
    const events = [...this.held].sort(compareEvents);
    return events.slice(...pipeRange(this.pipes, events.length));
  }

  private isOutside(one: EventOrder, other: EventOrder): boolean {
    const order = compareEvents(one, other);
    return this.isFirst ? order > 0 : order < 0;
  }
}
