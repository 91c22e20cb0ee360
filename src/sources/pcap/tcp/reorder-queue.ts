/** Pieces of a stream that wait for bytes before them, in order and without overlaps; the first copy of a byte counts. */
import { PIECE_BYTES } from '../limits.ts';
import { PieceMemory } from './piece-memory.ts';

/** A piece that waits. */
export interface Piece {
  /** Sequence number of its first byte, signed. */
  sequence: number;
  /** Bytes on the wire. */
  size: number;
  /** Bytes captured, fewer when the snap length cut it. */
  captured: number;
  /** Begins with a copy of the captured bytes; undefined when nobody wants them. */
  bytes: Uint8Array | undefined;
}

/** Of all queues: a piece waits for moments. */
const memory = new PieceMemory();

/** What waits of one direction. */
export class ReorderQueue {
  private pieces: Piece[] = [];
  private from = 0;
  /** Bytes held, with an estimate for what a piece costs beside them. */
  held = 0;
  /** Bytes of an overlap that differed between copies, seen since this was asked last. */
  private differing = 0;

  get length(): number {
    return this.pieces.length - this.from;
  }

  get first(): Piece | undefined {
    return this.pieces[this.from];
  }

  shift(): Piece | undefined {
    const piece = this.pieces[this.from];
    if (piece === undefined) return undefined;
    this.from++;
    if (this.from > 64 && this.from * 2 > this.pieces.length) {
      this.pieces.splice(0, this.from);
      this.from = 0;
    }
    this.held -= costOf(piece);
    return piece;
  }

  /** Takes back the memory of a piece that was shifted and handed on. */
  release(piece: Piece): void {
    if (piece.bytes) memory.giveBack(piece.bytes);
    piece.bytes = undefined;
  }

  /** @returns bytes of overlaps that differed since the last call */
  takeDiffering(): number {
    const { differing } = this;
    this.differing = 0;
    return differing;
  }

  clear(): void {
    this.pieces = [];
    this.from = 0;
    this.held = 0;
  }

  /**
   * Adds what is new of a segment.
   *
   * @param sequence of its first byte
   * @param size bytes on the wire
   * @param captured bytes captured, from `from` on; fewer than `size` when it was cut
   * @param isKept whether the bytes are wanted; else only their place is remembered
   * @returns bytes that were new
   */
  insert(sequence: number, size: number, bytes: Uint8Array, from: number, captured: number, isKept: boolean): number {
    let added = 0;
    let done = 0;
    let index = this.placeOf(sequence);
    // The piece before may reach into the segment.
    const before = index > this.from ? this.pieces[index - 1]! : undefined;
    if (before) {
      const overlap = (before.sequence + before.size - sequence) | 0;
      if (overlap > 0) {
        this.compare(before, (sequence - before.sequence) | 0, bytes, from, Math.min(overlap, captured));
        done = Math.min(overlap, size);
      }
    }
    while (done < size) {
      const next = this.pieces[index];
      const distance = next ? (next.sequence - sequence) | 0 : size;
      const end = Math.min(size, distance);
      if (end > done) {
        this.put(index, (sequence + done) | 0, end - done, bytes, from + done, Math.min(captured, end) - done, isKept);
        added += end - done;
        index++;
      }
      if (!next || distance >= size) break;
      const overlap = Math.min(next.size, size - distance);
      this.compare(next, 0, bytes, from + distance, Math.min(overlap, captured - distance));
      done = distance + overlap;
      index++;
    }
    return added;
  }

  /** Index of the first piece that does not begin before a sequence number. */
  private placeOf(sequence: number): number {
    let low = this.from;
    let high = this.pieces.length;
    // Nearly always the new piece is the last one.
    if (high > low && ((sequence - this.pieces[high - 1]!.sequence) | 0) > 0) return high;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (((this.pieces[middle]!.sequence - sequence) | 0) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  private put(
    index: number,
    sequence: number,
    size: number,
    bytes: Uint8Array,
    from: number,
    captured: number,
    isKept: boolean,
  ): void {
    const known = Math.max(0, captured);
    const copy = isKept ? memory.copy(bytes, from, from + known) : undefined;
    const piece: Piece = { sequence, size, captured: known, bytes: copy };
    if (index === this.pieces.length) this.pieces.push(piece);
    else this.pieces.splice(index, 0, piece);
    this.held += costOf(piece);
  }

  /** Two copies of the same bytes that differ are how detection is evaded. */
  compare(piece: Piece, at: number, bytes: Uint8Array, from: number, count: number): void {
    const known = piece.bytes;
    if (!known) return;
    const end = Math.min(count, piece.captured - at);
    for (let i = 0; i < end; i++) {
      if (known[at + i] !== bytes[from + i]) {
        this.differing++;
      }
    }
  }
}

function costOf(piece: Piece): number {
  return (piece.bytes ? piece.captured : 0) + PIECE_BYTES;
}
