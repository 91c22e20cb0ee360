import { CHUNK_BYTES, HEADER_BLOCK_BYTES } from './format/file-layout.ts';

/**
 * Takes the next bytes of the file.
 *
 * @param bytes as many as were asked for, fewer only at the end of the file
 * @param offset of the first one in the file
 * @returns how many were used up; the rest comes again, with more behind it. 0 only for the header block
 */
export type WindowHandler = (bytes: Buffer, offset: number) => number;

/**
 * Cuts pushed bytes of any size into the header block and windows of one chunk. A window that lies in one push is not
 * copied; of the others at most one is held.
 */
export class ChunkWindows {
  private readonly held: Buffer;
  private heldBytes = 0;
  private offset = 0;
  private window = HEADER_BLOCK_BYTES;
  private readonly handle: WindowHandler;
  private readonly rangeFrom: number | undefined;

  /**
   * @param held room for one chunk
   * @param rangeFrom offset of the bytes behind the header block, when only a part of the file is pushed
   */
  constructor(handle: WindowHandler, held: Buffer, rangeFrom?: number) {
    this.handle = handle;
    this.held = held;
    this.rangeFrom = rangeFrom;
  }

  push(bytes: Buffer): void {
    let from = 0;
    for (;;) {
      if (this.heldBytes === 0) {
        while (bytes.length - from >= this.window) from += this.take(bytes.subarray(from, from + this.window));
      }
      const copied = Math.min(this.window - this.heldBytes, bytes.length - from);
      bytes.copy(this.held, this.heldBytes, from, from + copied);
      this.heldBytes += copied;
      from += copied;
      if (this.heldBytes < this.window) return;
      this.drop(this.take(this.held.subarray(0, this.window)));
    }
  }

  /** The file has ended: hands out what is held. */
  end(): void {
    while (this.heldBytes > 0) this.drop(this.take(this.held.subarray(0, Math.min(this.heldBytes, this.window))));
  }

  private take(bytes: Buffer): number {
    const used = Math.min(bytes.length, this.handle(bytes, this.offset));
    if (used === 0 && this.window === CHUNK_BYTES) throw new Error('a window of an event log was not used');
    const isHeader = this.window === HEADER_BLOCK_BYTES;
    this.offset =
      isHeader && this.rangeFrom !== undefined && used === HEADER_BLOCK_BYTES ? this.rangeFrom : this.offset + used;
    this.window = CHUNK_BYTES;
    return used;
  }

  private drop(used: number): void {
    this.held.copyWithin(0, used, this.heldBytes);
    this.heldBytes -= used;
  }
}
