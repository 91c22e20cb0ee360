/** Reads records that lie in bytes one after another. */
export interface RecordReader {
  /**
   * Reads as many whole records as there are.
   *
   * @param offset of `bytes[from]` in the file
   * @returns bytes used up; what is left comes again with more behind it
   */
  read(bytes: Uint8Array, from: number, to: number, offset: number): number;
  /** Bytes that must be at hand, counted from the first one left, before reading on is worth it. */
  readonly needed: number;
}

const FIRST_BYTES = 64 * 1024;

/**
 * Hands pushed bytes of any size to a {@link RecordReader}: whole records are read in place; only the record cut by the end
 * of a push is copied and held until its rest has come.
 */
export class RecordWindow {
  private readonly reader: RecordReader;
  private held = new Uint8Array(FIRST_BYTES);
  private heldFrom = 0;
  private heldTo = 0;
  /** Offset in the file of the first byte not used up. */
  private offset = 0;

  constructor(reader: RecordReader) {
    this.reader = reader;
  }

  push(bytes: Uint8Array): void {
    let at = 0;
    while (this.heldTo > this.heldFrom) {
      const missing = this.reader.needed - (this.heldTo - this.heldFrom);
      if (missing > 0) {
        const taken = Math.min(missing, bytes.length - at);
        this.hold(bytes, at, at + taken);
        at += taken;
        if (taken < missing) return;
      }
      const used = this.readOn(this.held, this.heldFrom, this.heldTo);
      this.heldFrom += used;
      if (used === 0 && this.reader.needed <= this.heldTo - this.heldFrom) throw new Error('a record was not used');
    }
    this.heldFrom = 0;
    this.heldTo = 0;
    while (at < bytes.length) {
      const used = this.readOn(bytes, at, bytes.length);
      if (used === 0) break;
      at += used;
    }
    if (at < bytes.length) this.hold(bytes, at, bytes.length);
  }

  /** @returns bytes of a record that never came to its end, and the offset where it begins */
  rest(): { readonly size: number; readonly offset: number } {
    return { size: this.heldTo - this.heldFrom, offset: this.offset };
  }

  /** Reads what is held once more, after the reader was told that nothing follows. */
  flush(): void {
    while (this.heldTo > this.heldFrom) {
      const used = this.readOn(this.held, this.heldFrom, this.heldTo);
      if (used === 0) return;
      this.heldFrom += used;
    }
  }

  private readOn(bytes: Uint8Array, from: number, to: number): number {
    const used = this.reader.read(bytes, from, to, this.offset);
    this.offset += used;
    return used;
  }

  private hold(bytes: Uint8Array, from: number, to: number): void {
    const size = to - from;
    if (this.heldTo + size > this.held.length) this.makeRoom(size);
    this.held.set(bytes.subarray(from, to), this.heldTo);
    this.heldTo += size;
  }

  private makeRoom(size: number): void {
    const kept = this.heldTo - this.heldFrom;
    let room = this.held.length;
    while (room < kept + size) room *= 2;
    const next = room === this.held.length ? this.held : new Uint8Array(room);
    next.set(this.held.subarray(this.heldFrom, this.heldTo));
    this.held = next;
    this.heldFrom = 0;
    this.heldTo = kept;
  }
}
