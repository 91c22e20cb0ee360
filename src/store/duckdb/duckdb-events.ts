/** Events in DuckDB: one file, inside the process. */
import { mkdir } from 'node:fs/promises';
import type { DuckDBInstance } from '@duckdb/node-api';
import { DocumentEvent } from '../../event/document-event.ts';
import type { Field } from '../../event/field.ts';
import type { Networks } from '../../event/networks.ts';
import type { EventView } from '../../event/view.ts';
import { fieldsOf } from '../../query/compile/fields-of.ts';
import { ALL } from '../../query/predicate.ts';
import type {
  AppendResult,
  BatchRecipe,
  EventBacklog,
  EventBatch,
  EventPage,
  EventQuery,
  EventSearch,
  EventStore,
  EventValues,
  StoredEvent,
  TimeCount,
  ValueCount,
  ValueSearch,
  ValueSum,
} from '../event-store.ts';
import { type CandidateReading, readAt, readCandidates } from './reading/candidates.ts';
import { DocumentCache } from './reading/document-cache.ts';
import { DuckDbBatches } from './rows/duckdb-batches.ts';
import { DuckDbBatch } from './rows/event-batch.ts';
import { formatCursor, parseCursor } from './reading/event-cursor.ts';
import { type EventTable, latestPosition, makeEventTables, openEventTables } from './event-tables.ts';
import { EventFigures } from './reading/event-figures.ts';
import { readValues } from './reading/event-values.ts';
import { pastLateRows } from './reading/late-fields.ts';
import { ReadConnections } from './reading/read-connections.ts';
import type { BlockSettings } from '../store-settings.ts';
import type { StoreMeta } from './store-meta.ts';
import { tableQueries } from './reading/table-query.ts';
import { EventWriter } from './writing/event-writer.ts';
import { recoverBlocks } from './writing/recover-blocks.ts';
import { RowsAside } from './writing/rows-aside.ts';

/** Candidates read at a time where the matcher finishes. */
const CANDIDATES = 1_000;
/** Events of a page, whatever is asked for: a page is held in memory. */
const MAX_PAGE_EVENTS = 10_000;
/** Different values that are handed out. */
const MAX_TOP_VALUES = 10_000;
/** Candidates looked at for one page; then the page ends, full or not, so that no search runs for ever. */
const MAX_CANDIDATES = 50_000;

/** What events are opened with. */
export interface OpenEvents {
  readonly meta: StoreMeta;
  readonly networks: Networks;
  /** For rows on their way; made when it is not there. */
  readonly folder: string;
  readonly queryMs: number;
  readonly blocks: BlockSettings;
}

/** See {@link EventStore}. */
export class DuckDbEventStore implements EventStore {
  readonly tables: readonly [EventTable, EventTable];
  readonly networks: Networks;
  readonly writer: EventWriter;
  readonly connections: ReadConnections;
  readonly recipe: BatchRecipe;
  private readonly batches: DuckDbBatches;
  private readonly figures: EventFigures;
  readonly cache = new DocumentCache();

  private constructor(
    connections: ReadConnections,
    writer: EventWriter,
    tables: readonly [EventTable, EventTable],
    networks: Networks,
  ) {
    this.connections = connections;
    this.writer = writer;
    this.tables = tables;
    this.networks = networks;
    const { catalogue } = tables[0];
    this.recipe = { kind: 'duckdb', fields: catalogue.fieldNames };
    this.batches = new DuckDbBatches(catalogue, networks);
    this.figures = new EventFigures({ connections, tables, each: (query, visit) => this.each(query, visit) });
  }

  /** Opens the events of a file that is open. */
  static async open(
    instance: DuckDBInstance,
    { meta, networks, folder, queryMs, blocks }: OpenEvents,
  ): Promise<DuckDbEventStore> {
    const connection = await instance.connect();
    await makeEventTables(connection);
    const latest = await latestPosition(connection, meta);
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const aside = await RowsAside.open(folder);
    const left = await recoverBlocks(folder, latest, aside);
    const last = left.reduce((most, block) => Math.max(most, block.last), latest);
    const tables = await openEventTables(connection, meta, last, left.length > 0);
    for (const block of left) block.keepColumns((i, column) => tables[i].holds(column, block.first));
    const inserting = await instance.connect();
    const writer = await EventWriter.open({ connection, inserting, tables, folder, aside, latest, blocks }, left);
    return new DuckDbEventStore(new ReadConnections(instance, queryMs), writer, tables, networks);
  }

  /** Does what removes events, while nobody writes any; see {@link EventWriter.alone}. */
  async removing<T>(...given: Parameters<typeof EventWriter.prototype.alone<T>>): Promise<T> {
    try {
      return await this.writer.alone(...given);
    } finally {
      this.cache.clear();
    }
  }

  batch(ingestedMs?: number): EventBatch {
    return this.batches.batch(ingestedMs);
  }

  reuse(buffers: readonly ArrayBufferLike[]): void {
    this.batches.reuse(buffers);
  }

  append(batch: EventBatch): Promise<AppendResult> {
    if (!(batch instanceof DuckDbBatch)) throw new Error('a batch belongs to the store that made it');
    if (batch.isSpent) throw new Error('a batch can be appended once');
    return this.writer.append(batch);
  }

  settle(): Promise<void> {
    return this.writer.alone(async () => {});
  }

  backlog(): EventBacklog {
    return this.writer.waits();
  }

  async position(): Promise<number> {
    return this.writer.latest;
  }

  async search(asked: EventSearch): Promise<EventPage> {
    const search = await this.past(asked);
    const queries = tableQueries(search, this.tables);
    const isFinished = queries.some(({ residual }) => residual !== undefined);
    const view = new DocumentEvent(this.networks);
    const events: StoredEvent[] = [];
    const limit = Math.min(search.limit, MAX_PAGE_EVENTS);
    let after = search.after === undefined ? undefined : parseCursor(search.after);
    for (let looked = 0; looked < MAX_CANDIDATES; looked += CANDIDATES) {
      const wanted = isFinished ? CANDIDATES : Math.min(CANDIDATES, limit - events.length);
      const found = { order: search.order, after, limit: wanted };
      const { candidates, next } = await readCandidates(this.reading(search), queries, found);
      for (const { event, table } of candidates) {
        if (!queries[table]!.fits(view, event)) continue;
        events.push(event);
        if (events.length === limit) return { events, next: formatCursor(event) };
      }
      if (next === undefined) return { events, next: undefined };
      after = next;
    }
    return { events, next: after && formatCursor(after) };
  }

  async values(search: ValueSearch): Promise<readonly EventValues[] | undefined> {
    const { fields, signal } = search;
    return readValues(this.connections.until(signal), this.tables, await this.past(search, fields));
  }

  async at(positions: readonly number[]): Promise<readonly StoredEvent[]> {
    return positions.length === 0 ? [] : readAt(this, tableQueries({ predicate: ALL }, this.tables), positions);
  }

  async count(asked: EventQuery): Promise<number> {
    return this.figures.count(await this.past(asked));
  }

  async topValues(asked: EventQuery, field: Field, limit: number): Promise<readonly ValueCount[]> {
    return this.figures.topValues(await this.past(asked, [field]), field, Math.min(limit, MAX_TOP_VALUES));
  }

  async sums(asked: EventQuery, by: Field, of: readonly Field[], limit: number): Promise<readonly ValueSum[]> {
    return this.figures.sums(await this.past(asked, [by, ...of]), by, of, limit);
  }

  async histogram(asked: EventQuery, widthMs: number): Promise<readonly TimeCount[]> {
    return this.figures.histogram(await this.past(asked), widthMs);
  }

  private past<Query extends EventQuery>(query: Query, fields: readonly Field[] = []): Promise<Query> {
    const asked = [...fieldsOf(query.predicate), ...fields];
    return pastLateRows(this.connections.until(query.signal), this.tables, query, asked);
  }

  private reading({ signal }: EventQuery): CandidateReading {
    return { connections: this.connections.until(signal), networks: this.networks, cache: this.cache };
  }

  /** Reads all events of a query, page by page. */
  private async each(query: EventQuery, visit: (event: EventView, stored: StoredEvent) => void): Promise<void> {
    const view = new DocumentEvent(this.networks);
    let after: string | undefined;
    do {
      const page = await this.search({ ...query, order: 'oldest', limit: CANDIDATES, after });
      for (const event of page.events) {
        view.point(event.document, event.provenance, event.id);
        visit(view, event);
      }
      after = page.next;
    } while (after !== undefined);
  }

  /** Waits for what is being written; what is asked is given up. */
  async close(): Promise<void> {
    await this.writer.close();
    await this.connections.close();
  }
}
