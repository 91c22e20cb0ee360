/**
 * The one writer of events. Batches that come while others are written share the next transaction and are acknowledged
 * together, so that many small ones cost no more than a large one.
 */
import { rmSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DOUBLE, type DuckDBConnection, LIST, listValue, VARCHAR } from '@duckdb/node-api';
import type { AppendResult } from '../event-store.ts';
import type { DuckDbBatch } from './event-batch.ts';
import type { EventTable } from './event-tables.ts';
import { numberRow, type PlacedRow, RowPieces } from './row-bytes.ts';
import { timeRanges } from './time-ranges.ts';

/** Events and bytes of one transaction, beyond the last batch in it. More make no difference and take memory. */
const GROUP_EVENTS = 20_000;
const GROUP_BYTES = 64 * 1024 * 1024;

/** Bytes that DuckDB expects of a line at least. */
const READ_BYTES = 1024 * 1024;

interface Waiting {
  readonly batch: DuckDbBatch;
  readonly resolve: (result: AppendResult) => void;
  readonly reject: (error: unknown) => void;
}

/** Rows of one table, as they are handed over. */
interface Part {
  readonly table: EventTable;
  readonly columns: Set<string>;
  readonly rows: RowPieces;
}

/** Writes batches. */
export class EventWriter {
  private readonly connection: DuckDBConnection;
  private readonly tables: readonly [EventTable, EventTable];
  private readonly waiting: Waiting[] = [];
  private working: Promise<void> | undefined;
  private readonly tasks: (() => Promise<void>)[] = [];
  private readonly folder: string;
  /** Position of the latest event that is on disk. */
  latest: number;

  /**
   * @param folder for rows on their way; its content is of no use to anybody else, nor after a crash
   * @param latest position of the latest event
   */
  constructor(connection: DuckDBConnection, tables: readonly [EventTable, EventTable], folder: string, latest: number) {
    this.folder = folder;
    this.connection = connection;
    this.tables = tables;
    this.latest = latest;
  }

  append(batch: DuckDbBatch): Promise<AppendResult> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ batch, resolve, reject });
      this.start();
    });
  }

  /** Runs something between two transactions, while nobody writes events. */
  alone<T>(work: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      this.tasks.push(() => work(this.connection).then(resolve, reject));
      this.start();
    });
  }

  /** Waits for what is being written. */
  async close(): Promise<void> {
    while (this.working) await this.working;
    rmSync(this.folder, { recursive: true, force: true });
    this.connection.closeSync();
  }

  private start(): void {
    if (this.working !== undefined) return;
    const work = this.tasks.shift() ?? (this.waiting.length > 0 ? () => this.work() : undefined);
    this.working = work?.().then(() => {
      this.working = undefined;
      this.start();
    });
  }

  private async work(): Promise<void> {
    const group = this.nextGroup();
    try {
      const results = await this.write(group.map(({ batch }) => batch));
      group.forEach(({ resolve }, i) => resolve(results[i]!));
    } catch (error) {
      if (group.length === 1) return group[0]!.reject(error);
      // One of them is at fault; the others must not suffer for it.
      for (const { batch, resolve, reject } of group)
        await this.write([batch]).then(([result]) => resolve(result!), reject);
    }
  }

  private nextGroup(): Waiting[] {
    const group: Waiting[] = [];
    let events = 0;
    let bytes = 0;
    while (this.waiting.length > 0 && events < GROUP_EVENTS && bytes < GROUP_BYTES) {
      const next = this.waiting.shift()!;
      group.push(next);
      events += next.batch.size;
      bytes += next.batch.bytes;
    }
    return group;
  }

  private async write(batches: readonly DuckDbBatch[]): Promise<AppendResult[]> {
    const rows = new Map<string, PlacedRow>();
    for (const batch of batches) for (const [id, row] of batch.rows) if (!rows.has(id)) rows.set(id, row);
    const known = rows.size === 0 ? new Set<string>() : await this.known(rows);
    const parts = this.tables.map((table): Part => ({ table, columns: new Set(), rows: new RowPieces() }));
    const results: AppendResult[] = [];
    let position = this.latest;
    for (const batch of batches) {
      const told: string[] = [];
      const ingestedMs = batch.ingestedMs ?? Date.now();
      for (const [id, row] of batch.rows) {
        if (known.has(id)) {
          told.push(id);
          continue;
        }
        known.add(id);
        numberRow(row, ++position, ingestedMs);
        parts[row.isUsual ? 0 : 1]!.rows.add(row);
      }
      for (const name of batch.used.usual) parts[0]!.columns.add(name);
      for (const name of batch.used.lists) parts[1]!.columns.add(name);
      results.push({ added: batch.size - told.length, known: told, position });
    }
    if (position > this.latest) await this.insert(parts);
    this.latest = position;
    return results.map((result) => ({ ...result, position }));
  }

  /**
   * The same event has the same time whenever it is read, so only ids of about the batch's times are compared: an index of all
   * ids would cost more memory than a server has.
   */
  private async known(rows: ReadonlyMap<string, PlacedRow>): Promise<Set<string>> {
    const ids = listValue([...rows.keys()]);
    const ranges = timeRanges([...rows.values()].map(({ timeMs }) => timeMs));
    const where = ranges.map(() => 'time BETWEEN ? AND ?').join(' OR ');
    const found = new Set<string>();
    for (const { name } of this.tables) {
      const reader = await this.connection.runAndReadAll(
        `SELECT id FROM ${name} WHERE (${where}) AND id IN (SELECT unnest(?::VARCHAR[]))`,
        [...ranges.flat(), ids],
        [...ranges.flatMap(() => [DOUBLE, DOUBLE]), LIST(VARCHAR)],
      );
      for (const [id] of reader.getRows()) found.add(String(id));
    }
    return found;
  }

  private async insert(parts: readonly Part[]): Promise<void> {
    for (const { rows } of parts) rows.flush();
    const filled = parts.filter(({ rows }) => rows.pieces.length > 0);
    for (const part of filled) await writeFile(this.pathOf(part), Buffer.concat(part.rows.pieces), { mode: 0o600 });
    await this.connection.run('BEGIN');
    try {
      for (const part of filled) {
        const { table, columns } = part;
        for (const column of table.missing(columns)) {
          await this.connection.run(`ALTER TABLE ${table.name} ADD COLUMN ${quoted(column)} ${table.typeOf(column)}`);
        }
        await this.connection.run(this.insertion(part));
      }
      await this.connection.run('COMMIT');
    } catch (error) {
      // A commit that fails, as on a full disk, has rolled back already: what it says must not be hidden by there being nothing to do.
      await this.connection.run('ROLLBACK').catch(() => undefined);
      throw error;
    }
    for (const { table, columns } of filled) table.gained(columns);
  }

  private pathOf({ table }: Part): string {
    return join(this.folder, `${table.name}.ndjson`);
  }

  private insertion(part: Part): string {
    const { table, columns, rows } = part;
    const all = [...OWN, ...columns];
    const names = all.map(quoted).join(', ');
    const types = all.map((name) => `${quoted(name)}: '${table.typeOf(name)}'`).join(', ');
    return `INSERT INTO ${table.name} (${names}) SELECT ${names} FROM read_json('${this.pathOf(part).replaceAll("'", "''")}',
      format = 'newline_delimited', maximum_object_size = ${Math.max(READ_BYTES, 2 * rows.longest)}, columns = {${types}})`;
  }
}

/** Columns that every row has. */
const OWN = ['position', 'ingested', 'time', 'id', 'provenance', 'document', 'changes'];

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
