/** Events in memory, for properties that need thousands of small stores. What it counts is counted as DuckDB's store counts what
 * only the matcher can decide. */
import type { Document } from '../../src/event/document.ts';
import { DocumentEvent } from '../../src/event/document-event.ts';
import { type Field, fieldId } from '../../src/event/field.ts';
import type { Networks } from '../../src/event/networks.ts';
import type { EventView } from '../../src/event/view.ts';
import { compileMatcher } from '../../src/query/compile/matcher.ts';
import { countValues, sumValues } from '../../src/store/duckdb/reading/value-tally.ts';
import type {
  EventPage,
  EventQuery,
  EventSearch,
  EventValues,
  StoredEvent,
  TimeCount,
  ValueCount,
  ValueSearch,
  ValueSum,
} from '../../src/store/event-store.ts';

const TIMESTAMP = fieldId('@timestamp');

/** The part of a store of events that rules ask. */
export class MemoryEvents {
  private readonly events: StoredEvent[] = [];
  private readonly ids = new Set<string>();
  private readonly view: DocumentEvent;
  private readonly hasColumns: boolean;

  /** @param hasColumns whether fields can be read without documents */
  constructor(networks: Networks, hasColumns = true) {
    this.hasColumns = hasColumns;
    this.view = new DocumentEvent(networks);
  }

  add(documents: readonly Document[]): void {
    for (const document of documents) {
      this.view.point(document);
      this.store(this.view);
    }
  }

  position(): Promise<number> {
    return Promise.resolve(this.events.length);
  }

  search({ order, limit, after, ...query }: EventSearch): Promise<EventPage> {
    const sign = order === 'oldest' ? 1 : -1;
    const found = this.of(query).sort((one, other) => sign * compare(one, other));
    const from = after === undefined ? 0 : found.findIndex(({ id }) => id === after) + 1;
    const events = found.slice(from, from + limit);
    return Promise.resolve({ events, next: from + limit < found.length ? events.at(-1)?.id : undefined });
  }

  values({ order, limit, fields, ...query }: ValueSearch): Promise<readonly EventValues[] | undefined> {
    if (!this.hasColumns) return Promise.resolve(undefined);
    const sign = order === 'oldest' ? 1 : -1;
    const found = this.of(query).sort((one, other) => sign * compare(one, other));
    const events = found.slice(0, limit).map(({ id, timeMs, position, document, provenance }) => {
      this.view.point(document, provenance);
      return { id, timeMs, position, provenance, values: fields.map((field) => this.view.get(field.id)) };
    });
    return Promise.resolve(events);
  }

  at(positions: readonly number[]): Promise<readonly StoredEvent[]> {
    return Promise.resolve(this.events.filter(({ position }) => positions.includes(position)));
  }

  count(query: EventQuery): Promise<number> {
    return Promise.resolve(this.of(query).length);
  }

  histogram(query: EventQuery, widthMs: number): Promise<readonly TimeCount[]> {
    const counts = new Map<number, number>();
    for (const { timeMs } of this.of(query)) {
      const fromMs = Math.floor(timeMs / widthMs) * widthMs;
      counts.set(fromMs, (counts.get(fromMs) ?? 0) + 1);
    }
    return Promise.resolve(
      [...counts].map(([fromMs, count]) => ({ fromMs, count })).sort((one, other) => one.fromMs - other.fromMs),
    );
  }

  topValues(query: EventQuery, field: Field, limit: number): Promise<readonly ValueCount[]> {
    const tally = countValues(field);
    for (const { document, provenance } of this.of(query)) {
      this.view.point(document, provenance);
      tally.add(this.view);
    }
    return Promise.resolve(tally.top(limit));
  }

  sums(query: EventQuery, by: Field, of: readonly Field[], limit: number): Promise<readonly ValueSum[]> {
    const tally = sumValues(by, of);
    for (const { document, provenance } of this.of(query)) {
      this.view.point(document, provenance);
      tally.add(this.view);
    }
    return Promise.resolve(tally.top(limit));
  }

  private store(view: EventView): void {
    const id = view.id();
    if (this.ids.has(id)) return;
    this.ids.add(id);
    const time = view.get(TIMESTAMP);
    this.events.push({
      id,
      timeMs: typeof time === 'number' ? time : 0,
      position: this.events.length + 1,
      ingestedMs: 0,
      provenance: view.provenance(),
      document: view.document(),
    });
  }

  private of({ predicate, fromMs, beforeMs, afterPosition, toPosition }: EventQuery): StoredEvent[] {
    const matches = compileMatcher(predicate);
    return this.events.filter(({ timeMs, position, document, provenance }) => {
      if (timeMs < (fromMs ?? -Infinity) || timeMs >= (beforeMs ?? Infinity)) return false;
      if (position <= (afterPosition ?? 0) || position > (toPosition ?? Infinity)) return false;
      this.view.point(document, provenance);
      return matches(this.view);
    });
  }
}

function compare(one: StoredEvent, other: StoredEvent): number {
  return one.timeMs - other.timeMs || (one.id < other.id ? -1 : 1);
}
