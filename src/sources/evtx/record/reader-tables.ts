import { CHUNK_BYTES } from '../format/file-layout.ts';
import { Slots } from './slots.ts';

/**
 * The large tables of one reader: 300 KB, which would be made anew for each of the hundreds of parts that a large file is
 * read in, outside of the heap, where the collector hardly notices.
 */
export class ReaderTables {
  readonly slots = new Slots();
  /** For each offset of a chunk 1 + the place of its template; all zero between two chunks. */
  readonly places = new Uint16Array(CHUNK_BYTES);
  /** Bytes of a chunk that came in two pushes. */
  readonly held = Buffer.allocUnsafeSlow(CHUNK_BYTES);
}

const free: ReaderTables[] = [];

/** Tables kept for the next reader; more are only in use when many files are followed at a time. */
const MAX_FREE = 4;

/** @returns tables that nobody uses */
export function takeTables(): ReaderTables {
  return free.pop() ?? new ReaderTables();
}

/** The reader is done: its record must not be asked any more. */
export function giveBackTables(tables: ReaderTables): void {
  if (free.length < MAX_FREE) free.push(tables);
}
