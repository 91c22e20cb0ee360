/**
 * Memory for copies of segments that wait for others. In a busy capture one segment in ten waits, for a moment; a new array for
 * each cost more than the rest of reassembly. Full segments of Ethernet have nearly one size: their memory is used again.
 */

/** Memory of a full segment: an Ethernet frame's payload is 1,500 bytes at most. */
const SEGMENT_BYTES = 1536;
/** Smaller copies get memory of their size: the rest of a segment's would be for nothing. */
const MIN_SEGMENT_BYTES = 1024;
/** Arrays kept for the next copies, 6 MB; more are left to the garbage collector. */
const MAX_FREE = 4096;

/** Gives memory for copies and takes it back. */
export class PieceMemory {
  private readonly free: Uint8Array[] = [];

  /** @returns an array that begins with these bytes; what is behind them has no meaning */
  copy(bytes: Uint8Array, from: number, to: number): Uint8Array {
    const size = to - from;
    const isSegment = size >= MIN_SEGMENT_BYTES && size <= SEGMENT_BYTES;
    const copy = isSegment
      ? (this.free.pop() ?? new Uint8Array(SEGMENT_BYTES))
      : // Of its own: a piece must not hold a pool.
        new Uint8Array(size);
    copy.set(new Uint8Array(bytes.buffer, bytes.byteOffset + from, size));
    return copy;
  }

  /** @param copy from {@link copy}; nobody looks at it any more */
  giveBack(copy: Uint8Array): void {
    if (copy.length === SEGMENT_BYTES && this.free.length < MAX_FREE) this.free.push(copy);
  }
}
