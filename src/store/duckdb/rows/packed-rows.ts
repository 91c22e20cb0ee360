/** Rows on their way from the thread that made them to the one that writes them: their bytes, and where each row stands. */
import type { BufferPool } from '../../../base/bytes/buffer-pool.ts';
import type { UsedColumns } from './event-row.ts';
import { type PlacedRow, type RowBytes, RowPieces } from './row-bytes.ts';

/** See the head of this file. */
export interface PackedRows {
  /** They may go on behind their last rows. */
  readonly chunks: readonly ArrayBufferLike[];
  /** Of each row {@link PLACE_SIZE} numbers: its chunk, where it starts and ends, where its `event.ingested` stands, its time, when it began (NaN: not said), whether it is usual. */
  readonly places: Float64Array<ArrayBuffer>;
  /** Names of the columns that have a value, by the shape of the row. */
  readonly usual: readonly string[];
  readonly lists: readonly string[];
}

const PLACE_SIZE = 7;

/** Rows of fewer bytes are copied: whole chunks would wait for the writer half empty. */
const COPIED_BYTES = 512 * 1024;

/**
 * @param size bytes of all rows
 * @param written what they were written into, most likely; it holds none afterwards
 * @param pool gives room for what is copied
 */
export function packRows(
  rows: readonly PlacedRow[],
  size: number,
  used: UsedColumns,
  written: RowBytes,
  pool: BufferPool,
): PackedRows {
  const chunks = written.handOver();
  const own = new Set(chunks);
  const isKept = size >= COPIED_BYTES && rows.every(({ chunk }) => own.has(chunk));
  const [at, stand] = isKept ? [chunks, rows] : copied(rows, size, pool);
  if (!isKept) pool.give(chunks.map(({ buffer }) => buffer));
  return {
    chunks: at.map(({ buffer }) => buffer),
    places: placesOf(stand, at),
    usual: [...used.usual],
    lists: [...used.lists],
  };
}

function placesOf(rows: readonly PlacedRow[], chunks: readonly Buffer[]): Float64Array<ArrayBuffer> {
  const places = new Float64Array(rows.length * PLACE_SIZE);
  let number = 0;
  let at = 0;
  for (const { chunk, start, end, saysAt, timeMs, beganMs, isUsual } of rows) {
    if (chunks[number] !== chunk) number = chunks.indexOf(chunk);
    places[at++] = number;
    places[at++] = start;
    places[at++] = end;
    places[at++] = saysAt;
    places[at++] = timeMs;
    places[at++] = beganMs ?? Number.NaN;
    places[at++] = isUsual ? 1 : 0;
  }
  return places;
}

/** @returns the same rows one after another in one buffer */
function copied(rows: readonly PlacedRow[], size: number, pool: BufferPool): [Buffer[], PlacedRow[]] {
  const pieces = new RowPieces();
  for (const row of rows) pieces.add(row);
  const target = Buffer.from(pool.take(size));
  let at = 0;
  for (const piece of pieces.end().pieces) at += piece.copy(target, at);
  let start = 0;
  const moved = rows.map((row): PlacedRow => {
    const by = start - row.start;
    const place = { ...row, chunk: target, start, end: row.end + by, saysAt: row.saysAt > 0 ? row.saysAt + by : 0 };
    start = place.end;
    return place;
  });
  return [[target], moved];
}

/** @param chunks their bytes @returns row number `i` */
export function unpackRow({ places }: PackedRows, chunks: readonly Buffer[], i: number): PlacedRow {
  const at = i * PLACE_SIZE;
  const beganMs = places[at + 5]!;
  return {
    chunk: chunks[places[at]!]!,
    start: places[at + 1]!,
    end: places[at + 2]!,
    saysAt: places[at + 3]!,
    timeMs: places[at + 4]!,
    beganMs: Number.isNaN(beganMs) ? undefined : beganMs,
    isUsual: places[at + 6] === 1,
  };
}
