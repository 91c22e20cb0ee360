/** The record does not fit into the rest of the chunk; it goes into the next one. */
export class ChunkFull extends Error {}

/** Little-endian writing into a chunk; positions are chunk-relative, as BinXML wants them. */
export class OutBytes {
  readonly bytes: Buffer;
  position: number;

  constructor(bytes: Buffer, position: number) {
    this.bytes = bytes;
    this.position = position;
  }

  u8(value: number): void {
    this.bytes.writeUInt8(value, this.#take(1));
  }

  u16(value: number): void {
    this.bytes.writeUInt16LE(value, this.#take(2));
  }

  u32(value: number): void {
    this.bytes.writeUInt32LE(value, this.#take(4));
  }

  u64(value: bigint): void {
    this.bytes.writeBigUInt64LE(value, this.#take(8));
  }

  raw(value: Uint8Array): void {
    this.bytes.set(value, this.#take(value.length));
  }

  utf16(text: string): void {
    this.raw(Buffer.from(text, 'utf16le'));
  }

  /** Leaves room for a size that is known later. */
  reserveU32(): number {
    return this.#take(4);
  }

  /** Fills reserved room with the number of bytes written since. */
  fillSize(at: number): void {
    this.bytes.writeUInt32LE(this.position - at - 4, at);
  }

  #take(size: number): number {
    const at = this.position;
    if (at + size > this.bytes.length) throw new ChunkFull();
    this.position += size;
    return at;
  }
}
