/** Events in DuckDB: one file, inside the process. */
import { type DuckDBConnection, DuckDBDataChunk, type DuckDBInstance, type DuckDBValue } from '@duckdb/node-api';
import type { Document } from '../../event/document.ts';
import { DocumentEvent } from '../../event/document-event.ts';
import type { Field } from '../../event/field.ts';
import type { Networks } from '../../event/networks.ts';
import type { EventView, Provenance } from '../../event/view.ts';
import { addressFromKey } from '../../query/compile/sql/address-key.ts';
import { identifier, joinSql, type Sql, sql } from '../../query/compile/sql/sql.ts';
import type {
  AppendResult,
  EventBatch,
  EventPage,
  EventQuery,
  EventSearch,
  EventStore,
  StoredEvent,
  TimeCount,
  ValueCount,
} from '../event-store.ts';
import { bindParameters } from './duckdb-values.ts';
import { type BatchColumns, DuckDbBatch } from './event-batch.ts';
import { formatCursor, parseCursor } from './event-cursor.ts';
import { type EventTable, openEventTables } from './event-tables.ts';
import { INGESTED, setIngested } from './ingested.ts';
import { type TableQuery, tableQueries } from './table-query.ts';
import { countValues, tallied } from './value-tally.ts';

/** Rows of one chunk that is handed to DuckDB: the size of its own vectors. */
const CHUNK_ROWS = 2_048;
/** Candidates read at a time where the matcher finishes. */
const CANDIDATES = 1_000;
/** Candidates looked at for one page; then the page ends, full or not, so that no search runs for ever. */
const MAX_CANDIDATES = 50_000;

/** See {@link EventStore}. */
export class DuckDbEventStore implements EventStore {
  private readonly instance: DuckDBInstance;
  private readonly writer: DuckDBConnection;
  private readonly tables: readonly [EventTable, EventTable];
  private readonly networks: Networks;
  /** Settles when everything handed over so far is written: there is one writer. */
  private writing: Promise<unknown> = Promise.resolve();
  /** Of the latest event that is on disk. */
  private latest = 0;

  private constructor(
    instance: DuckDBInstance,
    writer: DuckDBConnection,
    tables: readonly [EventTable, EventTable],
    networks: Networks,
  ) {
    this.instance = instance;
    this.writer = writer;
    this.tables = tables;
    this.networks = networks;
  }

  /** Opens the events of a file that is open. */
  static async open(instance: DuckDBInstance, networks: Networks): Promise<DuckDbEventStore> {
    const writer = await instance.connect();
    const tables = await openEventTables(writer);
    const store = new DuckDbEventStore(instance, writer, tables, networks);
    const latest = tables.map(({ name }) => sql`SELECT max(position) FROM ${identifier(name)}`);
    for (const [position] of await store.read(sql`${latest[0]!} UNION ALL ${latest[1]!}`)) {
      store.latest = Math.max(store.latest, Number(position ?? 0));
    }
    return store;
  }

  batch(ingestedMs?: number): EventBatch {
    return new DuckDbBatch(this.tables, this.networks, ingestedMs);
  }

  append(batch: EventBatch): Promise<AppendResult> {
    if (!(batch instanceof DuckDbBatch)) throw new Error('a batch belongs to the store that made it');
    const appended = this.writing.then(() => this.write(batch));
    this.writing = appended.catch(() => undefined);
    return appended;
  }

  async position(): Promise<number> {
    return this.latest;
  }

  private async write(batch: DuckDbBatch): Promise<AppendResult> {
    const known: string[] = [];
    const ingestedMs = batch.ingestedMs ?? Date.now();
    await this.writer.run('BEGIN');
    try {
      let position = this.latest;
      for (const part of batch.parts) {
        if (part.rows === 0) continue;
        const found = await this.insert(part, position, ingestedMs);
        position += part.rows - found.length;
        known.push(...found);
      }
      await this.writer.run('COMMIT');
    } catch (error) {
      await this.writer.run('ROLLBACK');
      throw error;
    }
    const added = batch.size - known.length;
    this.latest += added;
    return { added, known, position: this.latest };
  }

  /**
   * The same event has the same time whenever it is read, so only ids of the batch's stretch of time are compared: an
   * index of all ids would cost more memory than a server has.
   *
   * @returns ids of events that were there
   */
  private async insert(part: BatchColumns, position: number, ingestedMs: number): Promise<string[]> {
    const columns = part.filled();
    const declared = columns.map(({ name, type }) => `"${name}" ${type.toString()}`);
    const names = columns.map(({ name }) => `"${name}"`);
    const ingested = part.table.columns.find(INGESTED);
    const filled = ingested?.isList ? `[${ingestedMs}]` : `${ingestedMs}`;
    const selected = columns.map(({ name }) =>
      name === INGESTED.name ? `coalesce("${name}", ${filled})` : `"${name}"`,
    );
    if (!columns.some(({ name }) => name === INGESTED.name) && ingested) {
      names.push(`"${INGESTED.name}"`);
      selected.push(filled);
    }
    await this.writer.run(`CREATE OR REPLACE TEMP TABLE stage (${declared.join(', ')})`);
    const appender = await this.writer.createAppender('stage');
    for (let from = 0; from < part.rows; from += CHUNK_ROWS) {
      const chunk = DuckDBDataChunk.create(
        columns.map(({ type }) => type),
        Math.min(CHUNK_ROWS, part.rows - from),
      );
      columns.forEach(({ values }, at) => chunk.setColumnValues(at, values.slice(from, from + CHUNK_ROWS)));
      appender.appendDataChunk(chunk);
    }
    appender.flushSync();
    appender.closeSync();
    const repeated = `EXISTS (SELECT 1 FROM ${part.table.name} AS known WHERE known.id = new.id
      AND known.time BETWEEN (SELECT min(time) FROM stage) AND (SELECT max(time) FROM stage))`;
    const found = await this.writer.runAndReadAll(`SELECT id FROM stage AS new WHERE ${repeated}`);
    const known = found.getRows().map(([id]) => String(id));
    const isNew = known.length === 0 ? '' : `AS new WHERE NOT ${repeated}`;
    await this.writer.run(
      `INSERT INTO ${part.table.name} (position, ingested, ${names.join(', ')})
       SELECT ${position} + row_number() OVER (), ${ingestedMs}, ${selected.join(', ')} FROM stage ${isNew}`,
    );
    return known;
  }

  async search(search: EventSearch): Promise<EventPage> {
    const queries = tableQueries(search, this.tables);
    const isFinished = queries.some(({ residual }) => residual !== undefined);
    const view = new DocumentEvent(this.networks);
    const events: StoredEvent[] = [];
    let after = search.after === undefined ? undefined : parseCursor(search.after);
    for (let looked = 0; looked < MAX_CANDIDATES; looked += CANDIDATES) {
      const wanted = isFinished ? CANDIDATES : search.limit - events.length;
      const rows = await this.candidates(queries, search.order, after, wanted);
      for (const { event, table } of rows) {
        after = event;
        if (!queries[table]!.fits(view, event)) continue;
        events.push(event);
        if (events.length === search.limit) return { events, next: formatCursor(event) };
      }
      if (rows.length < wanted) return { events, next: undefined };
    }
    return { events, next: after && formatCursor(after) };
  }

  private async candidates(
    queries: readonly TableQuery[],
    order: EventSearch['order'],
    after: Pick<StoredEvent, 'timeMs' | 'id'> | undefined,
    limit: number,
  ): Promise<{ readonly event: StoredEvent; readonly table: number }[]> {
    const beyond: Sql = { text: order === 'oldest' ? '>' : '<', parameters: [] };
    const direction: Sql = { text: order === 'oldest' ? 'ASC' : 'DESC', parameters: [] };
    const parts = queries.map(({ name, condition, said }, table) => {
      const from =
        after && sql`(time ${beyond} ${after.timeMs} OR (time = ${after.timeMs} AND id ${beyond} ${after.id}))`;
      const where = from ? joinSql([condition, from], 'AND') : condition;
      const number: Sql = { text: String(table), parameters: [] };
      return sql`SELECT time, id, position, ingested, ${said}, provenance, document, ${number} FROM ${name} WHERE ${where}`;
    });
    const union = sql`${parts[0]!} UNION ALL ${parts[1]!}`;
    const rows = await this.read(sql`${union} ORDER BY time ${direction}, id ${direction} LIMIT ${limit}`);
    const view = new DocumentEvent(this.networks);
    return rows.map(([time, id, position, ingested, said, provenance, text, table]) => {
      const document = JSON.parse(String(text)) as Document;
      if (said !== null) setIngested(view, document, Number(said));
      const event: StoredEvent = {
        id: String(id),
        timeMs: Number(time),
        position: Number(position),
        ingestedMs: Number(ingested),
        provenance: JSON.parse(String(provenance)) as Provenance,
        document,
      };
      return { event, table: Number(table) };
    });
  }

  async count(query: EventQuery): Promise<number> {
    const queries = tableQueries(query, this.tables);
    if (queries.some(({ residual }) => residual !== undefined)) {
      let count = 0;
      await this.each(query, () => count++);
      return count;
    }
    const counts = queries.map(({ name, condition }) => sql`SELECT count(*) FROM ${name} WHERE ${condition}`);
    const rows = await this.read(sql`${counts[0]!} UNION ALL ${counts[1]!}`);
    return rows.reduce((sum, [count]) => sum + Number(count), 0);
  }

  async topValues(query: EventQuery, field: Field, limit: number): Promise<readonly ValueCount[]> {
    const queries = tableQueries(query, this.tables);
    const sources = this.tables.map(({ columns }) => columns.find(field));
    if (queries.some(({ residual }) => residual !== undefined) || sources.includes(undefined)) {
      const tally = countValues(field);
      await this.each(query, (event) => tally.add(event));
      return tally.top(limit);
    }
    const parts = queries.map(({ name, condition }, i) => {
      const { value, isList } = sources[i]!;
      const one = isList ? sql`unnest(list_distinct(${value}))` : value;
      return sql`SELECT ${one} AS v FROM ${name} WHERE ${condition} AND ${value} IS NOT NULL`;
    });
    const rows = await this.read(
      sql`SELECT v, count(*) AS n FROM (${parts[0]!} UNION ALL ${parts[1]!}) GROUP BY v ORDER BY n DESC, v LIMIT ${limit}`,
    );
    return rows.map(([value, count]) => ({
      value: typeof value === 'bigint' ? addressFromKey(value).text : (value as string | number | boolean),
      count: Number(count),
    }));
  }

  async histogram(query: EventQuery, widthMs: number): Promise<readonly TimeCount[]> {
    const queries = tableQueries(query, this.tables);
    if (queries.some(({ residual }) => residual !== undefined)) {
      return tallied(widthMs, (add) => this.each(query, (_, { timeMs }) => add(timeMs)));
    }
    const parts = queries.map(({ name, condition }) => sql`SELECT time FROM ${name} WHERE ${condition}`);
    const rows = await this.read(
      sql`SELECT floor(time / ${widthMs}) * ${widthMs} AS t, count(*) FROM (${parts[0]!} UNION ALL ${parts[1]!}) GROUP BY t ORDER BY t`,
    );
    return rows.map(([fromMs, count]) => ({ fromMs: Number(fromMs), count: Number(count) }));
  }

  /** Reads all events of a query, page by page. */
  private async each(query: EventQuery, visit: (event: EventView, stored: StoredEvent) => void): Promise<void> {
    const view = new DocumentEvent(this.networks);
    let after: string | undefined;
    do {
      const page = await this.search({ ...query, order: 'oldest', limit: CANDIDATES, after });
      for (const event of page.events) {
        view.point(event.document, event.provenance);
        visit(view, event);
      }
      after = page.next;
    } while (after !== undefined);
  }

  private async read({ text, parameters }: Sql): Promise<DuckDBValue[][]> {
    const { values, types } = bindParameters(parameters);
    const connection = await this.instance.connect();
    try {
      return (await connection.runAndReadAll(text, values, types)).getRows();
    } finally {
      connection.closeSync();
    }
  }

  /** Waits for what is being written. */
  async close(): Promise<void> {
    await this.writing;
    this.writer.closeSync();
  }
}
