/**
 * Rows as bytes. Thousands of rows wait for their transaction, and as texts they would be moved about by the garbage collector
 * again and again; here each is written down once, and its text is forgotten.
 */
import type { BufferPool } from '../../../base/bytes/buffer-pool.ts';
import type { EventRow } from './event-row.ts';
import { INGESTED } from '../ingested.ts';
import type { Moment } from '../moment.ts';

const CHUNK_BYTES = 1024 * 1024;
/** Room for a number that is known only when the row is stored: blanks before a number are no part of it. */
const ROOM = ' '.repeat(24);
const TO_POSITION = '{"position":';
const TO_INGESTED = ',"ingested":';
const POSITION_AT = TO_POSITION.length;
const INGESTED_AT = POSITION_AT + ROOM.length + TO_INGESTED.length;
const NUMBERS = `${TO_POSITION}${ROOM}${TO_INGESTED}${ROOM},`;
/** Bytes of a row that hold its position. */
export const POSITION_PLACE = { start: POSITION_AT, end: POSITION_AT + ROOM.length } as const;
const SAYS_USUAL = `${NUMBERS}"${INGESTED.name}":`;
const SAYS_LISTS = `${SAYS_USUAL}[`;
const HEADS = {
  said: NUMBERS,
  usual: `${SAYS_USUAL}${ROOM},`,
  lists: `${SAYS_LISTS}${ROOM}],`,
} as const;

/** Where a row stands. */
export interface PlacedRow extends Moment {
  readonly isUsual: boolean;
  readonly chunk: Buffer;
  readonly start: number;
  readonly end: number;
  /** Where its `event.ingested` is to be put; 0 for one that has its own. */
  readonly saysAt: number;
}

/** What stands in front of a row. */
export function rowHead(isUsual: boolean, isSaid: boolean): string {
  return isSaid ? HEADS.said : isUsual ? HEADS.usual : HEADS.lists;
}

/** Bytes of the rows of one batch, one after another. */
export class RowBytes {
  private readonly pool: BufferPool;
  private readonly chunks: Buffer[] = [];
  private chunk: Buffer = Buffer.alloc(0);
  private used = 0;

  constructor(pool: BufferPool) {
    this.pool = pool;
  }

  /** Where the next row begins. */
  get start(): number {
    return this.used;
  }

  /** @returns a buffer with so much room behind {@link start} */
  room(bytes: number): Buffer {
    if (this.chunk.length - this.used >= bytes) return this.chunk;
    this.used = 0;
    this.chunk = Buffer.from(this.pool.take(Math.max(bytes, CHUNK_BYTES)));
    this.chunks.push(this.chunk);
    return this.chunk;
  }

  /** Nobody needs the rows any more. */
  release(): void {
    this.pool.give(this.handOver().map(({ buffer }) => buffer));
  }

  /** @returns what the rows stand in; it is whoever's who asked */
  handOver(): readonly Buffer[] {
    this.chunk = Buffer.alloc(0);
    this.used = 0;
    return this.chunks.splice(0);
  }

  /** A row of usual events was written into {@link room}, up to `end`. */
  take(timeMs: number, end: number, isSaid: boolean): PlacedRow {
    const start = this.used;
    this.used = end;
    return { timeMs, isUsual: true, chunk: this.chunk, start, end, saysAt: isSaid ? 0 : start + SAYS_USUAL.length };
  }

  /** @param isFilled whether the time of intake becomes its `event.ingested` when it has none */
  add(row: EventRow, isFilled: boolean): PlacedRow {
    const isSaid = row.saysIngested || !isFilled;
    const text = `${rowHead(row.isUsual, isSaid)}${row.text}}\n`;
    // A character takes three bytes at most.
    const chunk = this.room(text.length * 3);
    const start = this.used;
    this.used += chunk.write(text, start, 'utf8');
    const said = row.isUsual ? SAYS_USUAL : SAYS_LISTS;
    const saysAt = isSaid ? 0 : start + said.length;
    return { timeMs: row.timeMs, isUsual: row.isUsual, chunk, start, end: this.used, saysAt };
  }
}

/** Puts in what is known at last, over what was put in for an attempt that failed. */
export function numberRow({ chunk, start, saysAt }: PlacedRow, position: number, ingestedMs: number): void {
  chunk.write(String(position).padEnd(ROOM.length), start + POSITION_AT, 'latin1');
  const ingested = String(ingestedMs).padEnd(ROOM.length);
  chunk.write(ingested, start + INGESTED_AT, 'latin1');
  if (saysAt > 0) chunk.write(ingested, saysAt, 'latin1');
}

/** Rows that are written one after another, as few pieces of bytes. */
export class RowPieces {
  readonly pieces: Buffer[] = [];
  rows = 0;
  /** Length of the longest row. */
  longest = 0;
  private chunk: Buffer | undefined;
  private start = 0;
  private stop = 0;

  add({ chunk, start, end }: PlacedRow): void {
    this.rows++;
    this.longest = Math.max(this.longest, end - start);
    if (chunk === this.chunk && start === this.stop) {
      this.stop = end;
      return;
    }
    this.end();
    this.chunk = chunk;
    this.start = start;
    this.stop = end;
  }

  /** Ends the last piece. */
  end(): this {
    if (this.chunk) this.pieces.push(this.chunk.subarray(this.start, this.stop));
    this.chunk = undefined;
    return this;
  }
}
