/**
 * Rows on their way into the tables, as files beside the database: one of usual events, one of those with lists. DuckDB reads
 * them from there. Rows that were put down *safely* are acknowledged before they stand in the tables, and taken in at the next
 * start when the program ends before.
 */
import { type FileHandle, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type Moment, newKey } from '../moment.ts';
import { type PlacedRow, RowPieces } from '../rows/row-bytes.ts';
import { markOf, sealOf } from './row-seals.ts';

/** What the files of the two tables are called, in the order of the tables. */
const SUFFIXES = ['.usual.ndjson', '.lists.ndjson'] as const;
/** So that names stand in the order of their numbers. */
const DIGITS = 16;

/** The rows of one table. */
export class BlockPart {
  readonly path: string;
  /** Names of columns that have a value. */
  readonly columns = new Set<string>();
  /** Rows that stand in its file. */
  rowCount = 0;
  /** Length of the longest row, bytes. */
  longest = 0;
  private bytes = 0;
  private handle: FileHandle | undefined;

  constructor(path: string) {
    this.path = path;
  }

  /**
   * Writes rows behind those that stand in the file.
   *
   * @param held position up to which all is on disk, for rows that are put down safely; undefined for others
   */
  async putDown({ pieces, rows, longest }: RowPieces, held: number | undefined): Promise<void> {
    if (rows === 0) return;
    this.handle ??= await open(this.path, 'a', 0o600);
    await this.write(this.handle, held === undefined ? pieces : [...pieces, sealOf(pieces, held)]);
    if (held !== undefined) await this.handle.datasync();
    this.rowCount += rows;
    this.longest = Math.max(this.longest, longest);
  }

  /**
   * Notes that all up to a position is on disk; see row-seals.ts. It is not waited for until the note itself is.
   *
   * @throws Error when it cannot be written, and half of it may stand there
   */
  async mark(held: number): Promise<void> {
    if (!this.handle) return;
    const takeBack = this.undo();
    await this.write(this.handle, [markOf(held)]).catch(takeBack);
  }

  private async write(handle: FileHandle, pieces: readonly Buffer[]): Promise<void> {
    const size = pieces.reduce((sum, { length }) => sum + length, 0);
    const { bytesWritten } = await handle.writev(pieces);
    if (bytesWritten < size) throw new Error(`${this.path}: only ${bytesWritten} of ${size} bytes could be written`);
    this.bytes += size;
  }

  /** @returns takes back what is put from now on */
  undo(): () => Promise<void> {
    const { bytes, rowCount } = this;
    return async () => {
      await this.handle?.truncate(bytes);
      this.bytes = bytes;
      this.rowCount = rowCount;
    };
  }

  /** A row that stands in the file already. */
  found(bytes: number, columns: readonly string[]): void {
    this.rowCount++;
    this.longest = Math.max(this.longest, bytes);
    for (const name of columns) this.columns.add(name);
  }

  /** Leaves out columns that the table does not have as they are meant here: what stands there is found in the document. */
  keepColumns(isKnown: (name: string) => boolean): void {
    for (const name of this.columns) if (!isKnown(name)) this.columns.delete(name);
  }

  /** The file stays. */
  async close(): Promise<void> {
    await this.handle?.close();
    this.handle = undefined;
  }
}

/** See the head of this file. */
export class RowBlock {
  readonly folder: string;
  /** Position of its first row. */
  readonly first: number;
  /** Position of its last row. */
  last: number;
  readonly parts: readonly [BlockPart, BlockPart];
  /** Its events by key. */
  private readonly events = new Map<string, Moment>();
  /** When its first row was put down, milliseconds of the process. */
  readonly beganMs = performance.now();
  /** Whether it takes no more rows, and may go into the tables. */
  isComplete = false;

  constructor(folder: string, first: number) {
    this.folder = folder;
    this.first = first;
    this.last = first - 1;
    const name = join(folder, String(first).padStart(DIGITS, '0'));
    this.parts = [new BlockPart(name + SUFFIXES[0]), new BlockPart(name + SUFFIXES[1])];
  }

  /** @param isKept told of the part, 0 or 1, and a column's name */
  keepColumns(isKept: (part: 0 | 1, column: string) => boolean): void {
    this.parts[0].keepColumns((name) => isKept(0, name));
    this.parts[1].keepColumns((name) => isKept(1, name));
  }

  /** Positions from its first row to its last; after a crash between its two files not every one has a row. */
  get span(): number {
    return this.last - this.first + 1;
  }

  /** Notes an event whose row stands in its files. @param key its id, or its key elsewhere */
  note(key: string, { timeMs, beganMs }: Moment): void {
    const free = newKey(this.events, key, { timeMs, beganMs });
    if (free !== undefined) this.events.set(free, { timeMs, beganMs });
  }

  has(key: string, moment: Moment): boolean {
    return newKey(this.events, key, moment) === undefined;
  }

  /** @param columns names of columns that have a value, in the order of the parts */
  nameColumns(columns: readonly Iterable<string>[]): void {
    this.parts.forEach((part, i) => {
      for (const name of columns[i] ?? []) part.columns.add(name);
    });
  }

  /**
   * Writes rows behind those that stand in its files.
   *
   * @param rows numbered, the next positions
   * @param isSafe whether they are on disk, whatever happens to the machine, when the promise is fulfilled
   * @throws Error when they cannot be written; then the block is as it was before
   */
  async putDown(rows: ReadonlyMap<string, PlacedRow>, isSafe: boolean): Promise<void> {
    const pieces = [new RowPieces(), new RowPieces()] as const;
    for (const row of rows.values()) pieces[row.isUsual ? 0 : 1].add(row);
    const undo = this.parts.map((part) => part.undo());
    try {
      for (const [i, part] of this.parts.entries())
        await part.putDown(pieces[i]!.end(), isSafe ? this.last : undefined);
      if (isSafe && this.span === 0) await syncFolder(this.folder);
    } catch (error) {
      const done = await Promise.allSettled(undo.map((takeBack) => takeBack()));
      // What could not be taken back must not stand in front of other rows.
      if (done.some(({ status }) => status === 'rejected')) this.isComplete = true;
      throw error;
    }
    for (const [key, row] of rows) this.note(key, row);
    this.last += rows.size;
    if (!isSafe) return;
    const written = this.parts.filter((_, i) => pieces[i]!.rows > 0);
    for (const part of written) {
      await part.mark(this.last).catch(() => {
        // That it is not noted does no harm to the rows, but half a note must not stand in front of others.
        this.isComplete = true;
      });
    }
  }

  /** Makes it complete and closes its files, which stay. */
  async close(): Promise<void> {
    this.isComplete = true;
    for (const part of this.parts) await part.close();
  }

  /** Its rows are in the tables, or not wanted: the files go. */
  async remove(): Promise<void> {
    await this.close();
    for (const { path } of this.parts) await rm(path, { force: true });
  }
}

/** The names of files that are new are on disk, too. */
async function syncFolder(folder: string): Promise<void> {
  // Windows opens no folders, and needs none of it.
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** @returns the position that a file's block begins with; undefined for the name of another file */
export function blockOfFile(name: string): number | undefined {
  const suffix = SUFFIXES.find((one) => name.endsWith(one));
  const number = suffix && Number(name.slice(0, -suffix.length));
  return number === undefined || !Number.isSafeInteger(number) ? undefined : number;
}
