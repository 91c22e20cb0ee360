/**
 * The one writer of events. Batches that come while others are written are written together and acknowledged together, so that
 * many small ones cost no more than a large one.
 *
 * When few events come they go straight into the tables. When many come they are put down in a file, acknowledged, and go into
 * the tables a whole block of rows at a time: DuckDB writes such a block to its columns at once, while fewer rows go through its
 * log of changes and are written twice, at more than twice the cost.
 *
 * The words here: rows are *put down* in the files of a block (row-block.ts), a block is *inserted* into the tables in one
 * transaction (row-insertion.ts), blocks wait for that in the *backlog* (row-backlog.ts). A block is *complete* when it takes no
 * more rows. What is in the tables is *found*; what is put down safely is *acknowledged*.
 */
import { rmSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import type { AppendResult, EventBacklog } from '../../event-store.ts';
import type { BlockSettings } from '../../store-settings.ts';
import { closedError } from '../closed-error.ts';
import type { DuckDbBatch } from '../rows/event-batch.ts';
import type { EventTable } from '../event-tables.ts';
import { idOfKey, newKey } from '../moment.ts';
import { numberRow, type PlacedRow } from '../rows/row-bytes.ts';
import { type AskedEvent, knownEvents } from './known-events.ts';
import { Pace } from './pace.ts';
import { RowBacklog } from './row-backlog.ts';
import { RowBlock } from './row-block.ts';
import { isOfRows, RowInsertion } from './row-insertion.ts';
import type { RowsAside } from './rows-aside.ts';

/** Events and bytes that are written together, beyond the last batch. More make no difference and take memory. */
const GROUP_EVENTS = 20_000;
const GROUP_BYTES = 64 * 1024 * 1024;
/** Folder of rows that go straight into the tables: what is left there was not acknowledged. */
const DIRECT = 'direct';
/** How often it is looked whether a block still fills, milliseconds. */
const LOOK_MS = 1_000;

interface Waiting {
  readonly batch: DuckDbBatch;
  readonly resolve: (result: AppendResult) => void;
  readonly reject: (error: unknown) => void;
}

/** What a writer works with. */
export interface EventWriterOptions {
  /** For questions, and for what is done between writes. */
  readonly connection: DuckDBConnection;
  /** For insertions, which go on meanwhile. */
  readonly inserting: DuckDBConnection;
  readonly tables: readonly [EventTable, EventTable];
  /** For rows on their way; of this writer alone. */
  readonly folder: string;
  readonly aside: RowsAside;
  /** Position of the latest event. */
  readonly latest: number;
  readonly blocks: BlockSettings;
}

/** Writes batches. */
export class EventWriter {
  private readonly options: EventWriterOptions;
  private readonly insertion: RowInsertion;
  private readonly backlog: RowBacklog;
  private readonly pace = new Pace();
  private readonly waiting: Waiting[] = [];
  private working: Promise<void> | undefined;
  private isClosing = false;
  private readonly tasks: (() => Promise<void>)[] = [];
  private readonly timer: NodeJS.Timeout;
  /** Position of the latest event that is found; all up to it are. */
  latest: number;

  private constructor(options: EventWriterOptions, left: readonly RowBlock[]) {
    const { inserting, tables, folder, aside, latest, blocks: settings } = options;
    this.options = options;
    this.latest = latest;
    this.insertion = new RowInsertion(inserting, tables);
    this.backlog = new RowBacklog(
      {
        insertion: this.insertion,
        aside,
        folder,
        settings,
        latest: () => this.latest,
        onInserted: (position) => {
          this.latest = position;
        },
      },
      left,
    );
    this.timer = setInterval(() => this.look(), LOOK_MS).unref();
  }

  /**
   * Opens a writer, once what an earlier one left behind is in the tables.
   *
   * @param left blocks of the earlier one
   */
  static async open(options: EventWriterOptions, left: readonly RowBlock[]): Promise<EventWriter> {
    await mkdir(join(options.folder, DIRECT), { recursive: true, mode: 0o700 });
    const writer = new EventWriter(options, left);
    try {
      await writer.backlog.insertAll();
    } catch (error) {
      await writer.close();
      throw error;
    }
    return writer;
  }

  append(batch: DuckDbBatch): Promise<AppendResult> {
    if (this.isClosing) return Promise.reject(closedError());
    return new Promise((resolve, reject) => {
      this.waiting.push({ batch, resolve, reject });
      this.start();
    });
  }

  /** @returns what was acknowledged and is not found yet */
  waits(): EventBacklog {
    return { events: this.backlog.span, failure: this.backlog.error, aside: this.options.aside.held };
  }

  /**
   * Runs something between two writes, while nobody writes events and all that was acknowledged is found.
   *
   * @param whatever whether it is run, too, while rows cannot go into the tables
   */
  alone<T>(work: (connection: DuckDBConnection) => Promise<T>, whatever = false): Promise<T> {
    if (this.isClosing) return Promise.reject(closedError());
    return new Promise((resolve, reject) => {
      const task = async () => {
        await this.backlog.insertAll().catch((cause: unknown) => {
          if (!whatever) throw cause;
        });
        return work(this.options.connection);
      };
      this.tasks.push(() => task().then(resolve, reject));
      this.start();
    });
  }

  /** Writes what waits. What the tables cannot take now stays beside them, and goes in at the next start. */
  async close(): Promise<void> {
    this.isClosing = true;
    clearInterval(this.timer);
    while (this.working) await this.working;
    await this.backlog.insertAll().catch(() => undefined);
    const { connection, inserting, folder } = this.options;
    if (this.backlog.isEmpty) rmSync(folder, { recursive: true, force: true });
    else await this.backlog.close();
    connection.closeSync();
    inserting.closeSync();
  }

  /** A block that fills no more, or not soon enough, is inserted as it is; one that failed is tried again. */
  private look(): void {
    const { beganMs, error } = this.backlog;
    const isFilling =
      beganMs !== undefined && performance.now() - beganMs < this.options.blocks.fillMs && this.isBusy();
    if (this.backlog.isEmpty || (isFilling && error === undefined)) return;
    this.tasks.push(async () => this.backlog.beginInserting());
    this.start();
  }

  private isBusy(): boolean {
    const { rows, fillMs } = this.options.blocks;
    return this.pace.wouldBring(rows, fillMs);
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
      if (group.length === 1) group[0]!.reject(error);
      // One of them is at fault; the others must not suffer for it.
      else
        for (const { batch, resolve, reject } of group)
          await this.write([batch]).then(([result]) => resolve(result!), reject);
    }
    for (const { batch } of group) batch.release();
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
    const known = await this.known(batches);
    const rows = new Map<string, PlacedRow>();
    const results: AppendResult[] = [];
    const first = Math.max(this.latest, this.backlog.last) + 1;
    let position = first - 1;
    for (const batch of batches) {
      const told: string[] = [];
      const ingestedMs = batch.ingestedMs ?? Date.now();
      for (const [batchKey, row] of batch.rows) {
        const key = known.has(row) ? undefined : newKey(rows, batchKey, row);
        if (key === undefined) {
          told.push(batchKey);
          continue;
        }
        numberRow(row, ++position, ingestedMs);
        rows.set(key, row);
      }
      results.push({ added: batch.size - told.length, known: told, position });
    }
    if (rows.size > 0) await this.store(rows, first, batches);
    return results.map((result) => ({ ...result, position }));
  }

  /** @returns the rows of events that are there already, in the backlog or in the tables */
  private async known(batches: readonly DuckDbBatch[]): Promise<ReadonlySet<PlacedRow>> {
    const known = new Set<PlacedRow>();
    const asked: AskedEvent[] = [];
    for (const { rows } of batches) {
      for (const [key, row] of rows) {
        if (this.backlog.has(key, row)) known.add(row);
        else asked.push({ id: idOfKey(key), timeMs: row.timeMs, beganMs: row.beganMs });
      }
    }
    // Asked after the backlog: what goes from it into the tables meanwhile was seen there.
    const found = await knownEvents(this.options.connection, this.options.tables, asked);
    if (found.size === 0) return known;
    for (const { rows } of batches)
      for (const [key, row] of rows) if (newKey(found, key, row) === undefined) known.add(row);
    return known;
  }

  /** Acknowledges rows once they are in the tables or put down safely. @param rows numbered from `first` */
  private async store(
    rows: ReadonlyMap<string, PlacedRow>,
    first: number,
    batches: readonly DuckDbBatch[],
  ): Promise<void> {
    const columns = [batches.flatMap(({ used }) => [...used.usual]), batches.flatMap(({ used }) => [...used.lists])];
    this.pace.add(rows.size);
    if (!this.backlog.isEmpty || this.isBusy()) return this.backlog.putDown(rows, first, columns);
    const block = new RowBlock(join(this.options.folder, DIRECT), first);
    block.nameColumns(columns);
    try {
      await block.putDown(rows, false);
      await this.insertion.insert(block);
      this.latest = block.last;
      return;
    } catch (error) {
      if (!isOfRows(error)) throw error;
    } finally {
      await block.remove();
    }
    // Whoever sent it would send it again and again: it goes in row by row.
    await this.backlog.putDown(rows, first, columns);
  }
}
