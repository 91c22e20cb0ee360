/** Reads events of a store for one run, within its bounds of number and time. */
import { DocumentEvent } from '../../../event/document-event.ts';
import type { Field } from '../../../event/field.ts';
import type { Networks } from '../../../event/networks.ts';
import type { EventView } from '../../../event/view.ts';
import type { Predicate } from '../../../query/predicate.ts';
import type { EventQuery, EventStore, StoredEvent } from '../../../store/event-store.ts';
import { hasDocument, type RunEvent, ValuesView } from './run-event.ts';

/** Events asked for at a time. */
const PAGE = 1_000;

/** Times are whole microseconds; the next one after a time. */
export const MOMENT_MS = 0.001;

/** A run met one of its bounds before it was done. */
export class RunCut extends Error {
  /** Whether it was the number of events, or the time a run may take. */
  readonly bound: 'events' | 'time';

  constructor(bound: 'events' | 'time', message: string) {
    super(message);
    this.bound = bound;
  }
}

/** What rules ask of a store. */
export type RuleEvents = Pick<
  EventStore,
  'search' | 'values' | 'at' | 'position' | 'histogram' | 'count' | 'topValues' | 'sums'
>;

/** Bounds of a run. */
export interface ReaderOptions {
  readonly events: RuleEvents;
  readonly networks: Networks;
  /** Events stored later are not seen, so that a run can be made again with the same answer. */
  readonly toPosition: number;
  /** Events read at most. */
  readonly maxEvents: number;
  /** @returns whether the time of the run is over */
  readonly isOver: () => boolean;
  /** Fields by which the rule is judged; undefined when it needs documents. */
  readonly fields?: readonly Field[] | undefined;
}

/** Reads for one run. */
export class RunReader {
  /** Events read so far. */
  read = 0;
  private readonly options: ReaderOptions;
  private readonly view: DocumentEvent;
  private readonly values: ValuesView;

  constructor(options: ReaderOptions) {
    this.options = options;
    this.view = new DocumentEvent(options.networks);
    this.values = new ValuesView(options.networks, options.fields ?? []);
  }

  /** Latest position the run sees. */
  get toPosition(): number {
    return this.options.toPosition;
  }

  /**
   * @param limit events wanted at most; all of them unless given
   * @throws RunCut when the run has read its number of events, or its time is over
   */
  async all(query: EventQuery, order: 'newest' | 'oldest' = 'oldest', limit = Infinity): Promise<StoredEvent[]> {
    const { events, toPosition } = this.options;
    const found: StoredEvent[] = [];
    let after: string | undefined;
    do {
      this.checkTime();
      const page = await events.search({
        toPosition,
        ...query,
        order,
        limit: Math.min(PAGE, limit - found.length),
        after,
      });
      found.push(...page.events);
      this.count(page.events.length);
      after = page.next;
    } while (after !== undefined && found.length < limit);
    return found;
  }

  /**
   * Events with the fields that the rule is judged by, or with their documents where those are needed.
   *
   * @param limit events wanted at most
   * @throws RunCut as {@link all} does
   */
  async some(query: EventQuery, order: 'newest' | 'oldest', limit: number): Promise<readonly RunEvent[]> {
    const { events, toPosition, fields } = this.options;
    if (limit <= 0) return [];
    this.checkTime();
    const found = fields && (await events.values({ toPosition, ...query, order, limit, fields }));
    if (!found) return this.all(query, order, limit);
    this.count(found.length);
    return found;
  }

  /** @returns events with their documents */
  at(positions: readonly number[]): Promise<readonly StoredEvent[]> {
    return this.options.events.at(positions);
  }

  private checkTime(): void {
    if (this.options.isOver()) throw new RunCut('time', 'the run took longer than it may');
  }

  /** Counts events that were read. */
  count(events: number): void {
    this.read += events;
    const { maxEvents } = this.options;
    if (this.read > maxEvents) throw new RunCut('events', `the run had to read more than ${maxEvents} events`);
  }

  /** @returns time of the newest event that is not in the future; undefined when there is none */
  async newestMs(nowMs: number): Promise<number | undefined> {
    const query = { predicate: { kind: 'all' } as Predicate, fromMs: MOMENT_MS, beforeMs: nowMs + MOMENT_MS };
    return (await this.all(query, 'newest', 1))[0]?.timeMs;
  }

  /** @returns time of the earliest event that has one */
  async earliestMs(): Promise<number | undefined> {
    return (await this.all({ predicate: { kind: 'all' }, fromMs: MOMENT_MS }, 'oldest', 1))[0]?.timeMs;
  }

  /** @returns a view of each event in turn, valid until the next one */
  *views(events: Iterable<RunEvent>): Generator<EventView> {
    for (const event of events) {
      if (hasDocument(event)) {
        this.view.point(event.document, event.provenance, event.id);
        yield this.view;
      } else {
        this.values.show(event);
        yield this.values;
      }
    }
  }

  /** @returns the same for the store's own questions, bounded by the position of the run */
  bounded(query: EventQuery): EventQuery {
    return { toPosition: this.options.toPosition, ...query };
  }

  /** The store, for figures over events. */
  get events(): RuleEvents {
    return this.options.events;
  }
}
