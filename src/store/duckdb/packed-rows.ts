/** Rows on their way from the thread that made them to the one that writes them: one piece of bytes, and where each row stands. */
import type { UsedColumns } from './event-row.ts';
import type { PlacedRow } from './row-bytes.ts';

/** See the head of this file. */
export interface PackedRows {
  readonly bytes: ArrayBuffer;
  /** Of each row {@link PLACE_SIZE} numbers: where it ends, where its `event.ingested` stands, its time, whether it is usual. */
  readonly places: Float64Array<ArrayBuffer>;
  /** Names of the columns that have a value, by the shape of the row. */
  readonly usual: readonly string[];
  readonly lists: readonly string[];
}

const PLACE_SIZE = 4;

/** @param size bytes of all rows */
export function packRows(rows: readonly PlacedRow[], size: number, used: UsedColumns): PackedRows {
  const bytes = Buffer.allocUnsafeSlow(size);
  const places = new Float64Array(rows.length * PLACE_SIZE);
  let end = 0;
  rows.forEach((row, i) => {
    const moved = end - row.start;
    end += row.chunk.copy(bytes, end, row.start, row.end);
    const saysAt = row.saysAt > 0 ? row.saysAt + moved : 0;
    places.set([end, saysAt, row.timeMs, row.isUsual ? 1 : 0], i * PLACE_SIZE);
  });
  return { bytes: bytes.buffer as ArrayBuffer, places, usual: [...used.usual], lists: [...used.lists] };
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
