/** Variable-length integers of QUIC (RFC 9000 §16), read one after another. */
export class VarintReader {
  readonly bytes: Uint8Array;
  at: number;
  readonly end: number;
  /** False once something stood behind the end. */
  isGood = true;

  constructor(bytes: Uint8Array, at: number, end: number) {
    this.bytes = bytes;
    this.at = at;
    this.end = end;
  }

  /** @returns the next integer; 0 when it is cut off, or above 2^53 */
  next(): number {
    if (this.at >= this.end) return this.fail();
    const first = this.bytes[this.at]!;
    const size = 1 << (first >> 6);
    if (this.at + size > this.end) return this.fail();
    let value = first & 0x3f;
    for (let i = 1; i < size; i++) value = value * 256 + this.bytes[this.at + i]!;
    this.at += size;
    return Number.isSafeInteger(value) ? value : this.fail();
  }

  /** Steps over bytes. */
  skip(size: number): void {
    if (size > this.end - this.at) this.fail();
    else this.at += size;
  }

  private fail(): number {
    this.isGood = false;
    this.at = this.end;
    return 0;
  }
}
