/** Rows on their way from the thread that made them to the one that writes them: one piece of bytes, and where each row stands. */
import type { BufferPool } from '../../base/bytes/buffer-pool.ts';
import type { UsedColumns } from './event-row.ts';
import { type PlacedRow, RowPieces } from './row-bytes.ts';

/** See the head of this file. */
export interface PackedRows {
  /** May go on behind the last row. */
  readonly bytes: ArrayBufferLike;
  /** Of each row {@link PLACE_SIZE} numbers: where it ends, where its `event.ingested` stands, its time, whether it is usual. */
  readonly places: Float64Array<ArrayBuffer>;
  /** Names of the columns that have a value, by the shape of the row. */
  readonly usual: readonly string[];
  readonly lists: readonly string[];
}

const PLACE_SIZE = 4;

/** @param size bytes of all rows */
export function packRows(rows: readonly PlacedRow[], size: number, used: UsedColumns, buffers: BufferPool): PackedRows {
  const bytes = buffers.take(size);
  const places = new Float64Array(rows.length * PLACE_SIZE);
  let end = 0;
  rows.forEach(({ start, end: stop, saysAt, timeMs, isUsual }, i) => {
    const moved = end - start;
    end += stop - start;
    places.set([end, saysAt > 0 ? saysAt + moved : 0, timeMs, isUsual ? 1 : 0], i * PLACE_SIZE);
  });
  const pieces = new RowPieces();
  for (const row of rows) pieces.add(row);
  const target = new Uint8Array(bytes);
  let at = 0;
  for (const piece of pieces.end().pieces) {
    target.set(piece, at);
    at += piece.length;
  }
  return { bytes, places, usual: [...used.usual], lists: [...used.lists] };
}

/** @param chunk the bytes of the rows @returns row number `i` */
export function unpackRow({ places }: PackedRows, chunk: Buffer, i: number): PlacedRow {
  const at = i * PLACE_SIZE;
  return {
    timeMs: places[at + 2]!,
    isUsual: places[at + 3] === 1,
    chunk,
    start: i === 0 ? 0 : places[at - PLACE_SIZE]!,
    end: places[at]!,
    saysAt: places[at + 1]!,
  };
}
