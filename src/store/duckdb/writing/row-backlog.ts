/**
 * Rows that are acknowledged and not in the tables yet: blocks that wait in their order, the last of which is filled. While one is
 * inserted the next one fills; a third has to wait.
 */
import type { BlockSettings } from '../../store-settings.ts';
import type { Moment } from '../moment.ts';
import type { PlacedRow } from '../rows/row-bytes.ts';
import { RowBlock } from './row-block.ts';
import { insertByPieces } from './insert-by-pieces.ts';
import { isOfRows, type RowInsertion } from './row-insertion.ts';
import type { RowsAside } from './rows-aside.ts';

/** What a backlog works with. */
export interface RowBacklogOptions {
  readonly insertion: RowInsertion;
  /** For what cannot go into the tables. */
  readonly aside: RowsAside;
  /** For the files of blocks. */
  readonly folder: string;
  readonly settings: BlockSettings;
  /** @returns position up to which all is in the tables */
  readonly latest: () => number;
  /** Told of a new one. */
  readonly onInserted: (position: number) => void;
}

/** See the head of this file. Its rows are put down by one writer, one call after another. */
export class RowBacklog {
  private readonly options: RowBacklogOptions;
  private readonly blocks: RowBlock[];
  private inserting: Promise<void> | undefined;
  /** Why the first block could not be inserted. */
  private failure: { readonly cause: unknown } | undefined;

  /** @param blocks that are there already */
  constructor(options: RowBacklogOptions, blocks: readonly RowBlock[]) {
    this.options = options;
    this.blocks = [...blocks];
    for (const block of blocks) block.isComplete = true;
  }

  /** Position of the last row that was put down; 0 when nothing waits. */
  get last(): number {
    return this.blocks.at(-1)?.last ?? 0;
  }

  /** Rows that wait, as their positions say. */
  get span(): number {
    return this.blocks.reduce((sum, { span }) => sum + span, 0);
  }

  /** Why the first block could not be inserted; undefined when nothing failed. */
  get error(): string | undefined {
    const cause = this.failure?.cause;
    return cause instanceof Error ? cause.message : cause === undefined ? undefined : String(cause);
  }

  get isEmpty(): boolean {
    return this.blocks.length === 0;
  }

  /** When the first row of the block that fills was put down, milliseconds of the process; undefined when none fills. */
  get beganMs(): number | undefined {
    const last = this.blocks.at(-1);
    return last?.isComplete === false ? last.beganMs : undefined;
  }

  has(key: string, moment: Moment): boolean {
    return this.blocks.some((block) => block.has(key, moment));
  }

  /**
   * Puts down rows; they are on disk when the promise is fulfilled.
   *
   * @param rows by key, numbered one after another
   * @param columns names of columns that have a value, by the shape of the row
   */
  async putDown(
    rows: ReadonlyMap<string, PlacedRow>,
    first: number,
    columns: readonly Iterable<string>[],
  ): Promise<void> {
    const entries = [...rows];
    let position = first;
    for (let from = 0; from < entries.length; ) {
      const block = await this.blockToFill(position);
      const some = entries.slice(from, from + this.options.settings.rows - block.span);
      block.nameColumns(columns);
      await block.putDown(new Map(some), true);
      from += some.length;
      position += some.length;
      if (block.span >= this.options.settings.rows) this.beginInserting();
    }
  }

  /** Makes the last block complete, and begins to insert all there are. Nobody waits for it; {@link error} says when it failed. */
  beginInserting(): void {
    const last = this.blocks.at(-1);
    if (last) last.isComplete = true;
    this.inserting ??= this.insertComplete().finally(() => {
      this.inserting = undefined;
    });
  }

  /** Inserts all of it, and waits until it is in the tables. @throws what the database says; it may be tried again */
  async insertAll(): Promise<void> {
    do {
      this.beginInserting();
      await this.inserting;
    } while (!this.failure && !this.isEmpty);
    if (this.failure) throw this.failure.cause;
  }

  /** What is left stays in its files. */
  async close(): Promise<void> {
    while (this.inserting) await this.inserting;
    for (const block of this.blocks) await block.close();
  }

  private async blockToFill(position: number): Promise<RowBlock> {
    const last = this.blocks.at(-1);
    if (last?.isComplete === false && !this.failure) return last;
    if (this.failure || this.blocks.length > 1) await this.insertAll();
    const block = new RowBlock(this.options.folder, position);
    this.blocks.push(block);
    return block;
  }

  private async insertComplete(): Promise<void> {
    for (let block = this.blocks[0]; block?.isComplete; block = this.blocks[0]) {
      try {
        await this.insertBlock(block);
      } catch (cause) {
        this.failure = { cause };
        return;
      }
    }
    this.failure = undefined;
  }

  private async insertBlock(block: RowBlock): Promise<void> {
    const { insertion, aside, latest, onInserted } = this.options;
    await block.close();
    const isBegun = latest() >= block.first;
    const isWhole =
      !isBegun &&
      (await insertion.insert(block).then(
        () => true,
        (error: unknown) => {
          if (!isOfRows(error)) throw error;
          return false;
        },
      ));
    if (!isWhole) await insertByPieces(block, { insertion, aside, after: latest(), onInserted });
    onInserted(block.last);
    this.blocks.shift();
    await block.remove();
  }
}
