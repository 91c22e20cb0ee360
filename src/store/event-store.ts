/** Where events rest. A store is opened once; whatever it answers is the same with any other store. */
import type { Document, FieldValue, Scalar } from '../event/document.ts';
import type { Field } from '../event/field.ts';
import type { EventView, Provenance } from '../event/view.ts';
import type { Predicate } from '../query/predicate.ts';

/** Events on their way into the store. Views are only valid while they are added, so that nothing of them is kept. */
export interface EventBatch {
  /**
   * Takes an event in; one that the batch has already, of the same id and time, is left out.
   *
   * @returns its key in this batch, or undefined when the batch has it already; the key is its id, unless another event has that
   */
  add(event: EventView): string | undefined;
  /** Takes in what a batch of another thread packed. @returns of each event what {@link EventBatch.add} returns */
  addPacked(packed: PackedEvents): readonly (string | undefined)[];
  /** @returns all that was taken in; nothing can be done with the batch afterwards */
  pack(): PackedEvents;
  /** Events taken in. */
  readonly size: number;
}

/** Events that one thread made ready for the store of another: plain data that can be posted. */
export interface PackedEvents {
  readonly ids: readonly string[];
  /** Known to the store alone. */
  readonly content: unknown;
  /** Parts of the content that need not be copied. */
  readonly buffers: readonly ArrayBufferLike[];
  /** Set by who received the events and would have their buffers again: called when they are not needed any more. */
  onSpent?: (() => void) | undefined;
}

/** Makes batches, in whatever thread. */
export interface EventBatches {
  /**
   * @param ingestedMs when the events came in: their `event.ingested`, whatever they say themselves; without it
   * the time of storing, of those that do not say it
   * @returns a batch to fill, and to append or pack
   */
  batch(ingestedMs?: number): EventBatch;
  /** Takes back buffers of packed events, for the next ones: fresh memory is dear. */
  reuse(buffers: readonly ArrayBufferLike[]): void;
}

/** What another thread has to know to make batches for a store: plain data that can be posted, see {@link openBatches}. */
export interface BatchRecipe {
  readonly kind: 'duckdb';
  /** Names of the fields that have columns. */
  readonly fields: readonly string[];
}

/** What became of a batch. */
export interface AppendResult {
  /** Events that are new. */
  readonly added: number;
  /** Keys, in their batch, of events that the store had already. */
  readonly known: readonly string[];
  /** The latest position that an event of the batch, or one before it, has or will have. */
  readonly position: number;
}

/** Which events are asked for. */
export interface EventQuery {
  readonly predicate: Predicate;
  /** Earliest time, in milliseconds since 1970. */
  readonly fromMs?: number | undefined;
  /** Time before which events must lie. */
  readonly beforeMs?: number | undefined;
  /** Position behind which events must stand. */
  readonly afterPosition?: number | undefined;
  /** Position up to which events stand, this one included. */
  readonly toPosition?: number | undefined;
  /** Stops the question once it is aborted, wherever the store is with it: nobody waits for the answer any more. */
  readonly signal?: AbortSignal | undefined;
}

/** A page of events in the order of their times; events of one moment in the order of their ids. */
export interface EventSearch extends EventQuery {
  readonly order: 'newest' | 'oldest';
  /** Events of a page at most; never more than ten thousand. */
  readonly limit: number;
  /** `next` of the page before. */
  readonly after?: string | undefined;
}

/** An event as it was stored. */
export interface StoredEvent {
  readonly id: string;
  /** Milliseconds since 1970; 0 for an event that has no time. */
  readonly timeMs: number;
  /** Number that grows in the order in which events were stored, from 1. */
  readonly position: number;
  /** When it was stored, in milliseconds since 1970. */
  readonly ingestedMs: number;
  /** Where it was read. */
  readonly provenance: Provenance;
  /** As it came; `event.ingested` is when it was stored, unless the event said so itself. */
  readonly document: Document;
}

/** Answer to a search. */
export interface EventPage {
  readonly events: readonly StoredEvent[];
  /** Where the next page begins; undefined when there is none. A page that is not full may have a next one. */
  readonly next: string | undefined;
}

/** A search for events that some of their fields are enough of. */
export interface ValueSearch extends EventQuery {
  /** Which of them are wanted when there are more than the limit; events of one moment in the order of their ids. */
  readonly order: 'newest' | 'oldest';
  readonly limit: number;
  readonly fields: readonly Field[];
}

/** Some of the fields of an event. Its document, which costs a hundred times as much to read, is not read. */
export interface EventValues {
  readonly id: string;
  /** Milliseconds since 1970; 0 for an event that has no time. */
  readonly timeMs: number;
  readonly position: number;
  readonly provenance: Provenance;
  /** In the order of the fields asked for, as a view of the document gives them. */
  readonly values: readonly FieldValue[];
}

/** How often a value occurs. */
export interface ValueCount {
  readonly value: Scalar;
  /** Events that hold it. */
  readonly count: number;
}

/** What numbers of events with a value come to. */
export interface ValueSum {
  readonly value: Scalar;
  readonly sum: number;
}

/** Events of one stretch of time. */
export interface TimeCount {
  readonly fromMs: number;
  readonly count: number;
}

/** Events that were acknowledged and are not found yet. */
export interface EventBacklog {
  readonly events: number;
  /** Why the store could not take them in; it tries again every second. */
  readonly failure: string | undefined;
  /** What it could not read and keeps beside; undefined when there is none. */
  readonly aside: AsideEvents | undefined;
}

/** What a store could not read of its own, kept in a file until a person has looked at it and removed it. */
export interface AsideEvents {
  readonly path: string;
  /** Events that were acknowledged. */
  readonly acknowledged: number;
  /** Ends of files of which nothing tells whether they were acknowledged: what was being written when the machine stopped, as a rule. */
  readonly unsure: number;
}

/** The events of a store. */
export interface EventStore extends EventBatches {
  /** For batches that other threads make. */
  readonly recipe: BatchRecipe;
  /**
   * Appends the events that are not there yet: those of another id, and those of the same id and another time, by
   * more than ten seconds. When the promise is fulfilled they are on disk. They are found at once, or, when
   * very many come, within half a minute; see {@link settle}.
   *
   * @param batch one of this store; it cannot be appended again
   */
  append(batch: EventBatch): Promise<AppendResult>;
  /** Fulfilled when all events that were appended are found. */
  settle(): Promise<void>;
  /** @returns what {@link settle} would wait for */
  backlog(): EventBacklog;
  /**
   * @returns the position of the latest event that is found, 0 before the first; whatever is appended later gets a higher one, also after
   * a restart, and all events up to it are found
   */
  position(): Promise<number>;
  /** @throws STORE-CURSOR when `after` is not of this kind of search */
  search(search: EventSearch): Promise<EventPage>;
  /** @returns the first events in their order; undefined when the store has to read documents to tell which, or their values */
  values(search: ValueSearch): Promise<readonly EventValues[] | undefined>;
  /** @returns the events that stand at some positions, in the order of positions; those that are not there are left out */
  at(positions: readonly number[]): Promise<readonly StoredEvent[]>;
  count(query: EventQuery): Promise<number>;
  /** @returns the most frequent values of a field, an event with several values under each; of equals the smaller value first */
  topValues(query: EventQuery, field: Field, limit: number): Promise<readonly ValueCount[]>;
  /**
   * @param by field whose values are told apart; an event with several counts under each
   * @param of fields of numbers that are added up, all together
   * @returns sums by value, the largest first; of equals the smaller value first
   */
  sums(query: EventQuery, by: Field, of: readonly Field[], limit: number): Promise<readonly ValueSum[]>;
  /** @returns events by stretches of time that begin at multiples of the width; empty ones are left out */
  histogram(query: EventQuery, widthMs: number): Promise<readonly TimeCount[]>;
}
