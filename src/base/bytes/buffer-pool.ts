/**
 * Large buffers that go from thread to thread and come back. Fresh memory is dear: the system fills it with zeros, and what is
 * dropped keeps the garbage collector at work, which knows only that there is much of it.
 */

/** Buffers are made in steps of so many bytes, so that one fits the next, too; smaller ones are not worth the way back. */
const STEP_BYTES = 1024 * 1024;

/** Buffers that were used and can be used again; what stands in them is not cleared. */
export class BufferPool {
  private readonly limit: number;
  private readonly fresh: (size: number) => ArrayBufferLike;
  private readonly free: ArrayBufferLike[] = [];
  private readonly given = new WeakSet<ArrayBufferLike>();
  private bytes = 0;

  /**
   * @param limit bytes that wait for their next use at most
   * @param fresh makes a buffer when there is none
   */
  constructor(limit: number, fresh: (size: number) => ArrayBufferLike = unshared) {
    this.limit = limit;
    this.fresh = fresh;
  }

  /** @returns a buffer of so many bytes or more */
  take(size: number): ArrayBufferLike {
    const buffer = this.find(size);
    this.given.add(buffer);
    return buffer;
  }

  /** @returns whether {@link take} gave it: nobody else has a part of it */
  gave(buffer: ArrayBufferLike): boolean {
    return this.given.has(buffer);
  }

  /** What does not fit is left to the garbage collector, what waited longest first. */
  give(buffers: readonly ArrayBufferLike[]): void {
    for (const buffer of buffers) {
      if (buffer.byteLength < STEP_BYTES || buffer.byteLength > this.limit) continue;
      this.free.push(buffer);
      this.bytes += buffer.byteLength;
    }
    while (this.bytes > this.limit) this.bytes -= this.free.shift()!.byteLength;
  }

  private find(size: number): ArrayBufferLike {
    if (size < STEP_BYTES) return Buffer.allocUnsafeSlow(size).buffer;
    const index = this.free.findIndex(({ byteLength }) => byteLength >= size && byteLength <= 4 * size);
    if (index < 0) return this.fresh(Math.ceil(size / STEP_BYTES) * STEP_BYTES);
    const [found] = this.free.splice(index, 1);
    this.bytes -= found!.byteLength;
    return found!;
  }
}

/** A buffer of which one thread has the bytes. */
function unshared(size: number): ArrayBuffer {
  return Buffer.allocUnsafeSlow(size).buffer as ArrayBuffer;
}

/**
 * A buffer whose bytes all threads have that it was sent to. V8 does not count such bytes as those of a thread, which would have
 * its garbage collector look for what to free whenever a few buffers come back.
 */
export function shared(size: number): SharedArrayBuffer {
  return new SharedArrayBuffer(size);
}

/** @returns those that can be handed over: shared ones are sent as they are */
export function movable(buffers: readonly ArrayBufferLike[]): ArrayBuffer[] {
  return buffers.filter((buffer) => buffer instanceof ArrayBuffer);
}
