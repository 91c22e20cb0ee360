/**
 * Large buffers that go from thread to thread and come back. Fresh memory is dear: the system fills it with zeros, and what is
 * dropped keeps the garbage collector at work, which knows only that there is much of it.
 */

/** Buffers are made in steps of so many bytes, so that one fits the next, too; smaller ones are not worth the way back. */
const STEP_BYTES = 1024 * 1024;

/** Buffers that were used and can be used again; what stands in them is not cleared. */
export class BufferPool {
  private readonly limit: number;
  private readonly free: ArrayBuffer[] = [];
  private readonly given = new WeakSet<ArrayBuffer>();
  private bytes = 0;

  /** @param limit bytes that wait for their next use at most */
  constructor(limit: number) {
    this.limit = limit;
  }

  /** @returns a buffer of so many bytes or more */
  take(size: number): ArrayBuffer {
    const buffer = this.find(size);
    this.given.add(buffer);
    return buffer;
  }

  /** @returns whether {@link take} gave it: nobody else has a part of it */
  gave(buffer: ArrayBuffer): boolean {
    return this.given.has(buffer);
  }

  /** What does not fit is left to the garbage collector, what waited longest first. */
  give(buffers: readonly ArrayBuffer[]): void {
    for (const buffer of buffers) {
      if (buffer.byteLength < STEP_BYTES || buffer.byteLength > this.limit) continue;
      this.free.push(buffer);
      this.bytes += buffer.byteLength;
    }
    while (this.bytes > this.limit) this.bytes -= this.free.shift()!.byteLength;
  }

  private find(size: number): ArrayBuffer {
    if (size < STEP_BYTES) return Buffer.allocUnsafeSlow(size).buffer as ArrayBuffer;
    const index = this.free.findIndex(({ byteLength }) => byteLength >= size && byteLength <= 4 * size);
    if (index < 0) return Buffer.allocUnsafeSlow(Math.ceil(size / STEP_BYTES) * STEP_BYTES).buffer as ArrayBuffer;
    const [found] = this.free.splice(index, 1);
    this.bytes -= found!.byteLength;
    return found!;
  }
}
