/**
 * Packets on their way from the capture tool to the parser. The pipe is always emptied; when the parser falls so far
 * behind that the queue is full, whole packets are dropped and counted, so that what follows is still a valid capture and
 * the loss is a hole like any other.
 */

/** Bytes waiting for the parser. */
export const MAX_WAITING_BYTES = 64 * 1024 * 1024;

const FILE_HEADER_BYTES = 24;
const RECORD_HEADER_BYTES = 16;
/** Longest packet a capture tool writes; a longer one means that the stream is not what it should be. */
const MAX_PACKET_BYTES = 262_144 + 65_536;
const LITTLE_ENDIAN_MAGIC: ReadonlySet<number> = new Set([0xa1b2c3d4, 0xa1b23c4d]);

/** A queue of pcap bytes that drops whole packets when it is full. */
export class RecordQueue {
  /** Packets and bytes that were dropped here. */
  droppedPackets = 0;
  droppedBytes = 0;
  private readonly limit: number;
  private readonly chunks: Buffer[] = [];
  private waiting = 0;
  /** Bytes of a header that is not whole yet. */
  private partial = Buffer.alloc(0);
  /** Bytes left of the packet being received, and whether it is dropped. */
  private left = 0;
  private isDropping = false;
  private isLittleEndian: boolean | undefined;

  /** @param limit bytes that may wait */
  constructor(limit = MAX_WAITING_BYTES) {
    this.limit = limit;
  }

  /** Bytes that wait. */
  get size(): number {
    return this.waiting;
  }

  /**
   * Takes the next bytes of the stream.
   *
   * @returns false when the stream is no pcap; what follows is of no use
   */
  push(bytes: Buffer): boolean {
    let at = 0;
    while (at < bytes.length) {
      if (this.left > 0) {
        const taken = Math.min(this.left, bytes.length - at);
        this.keep(bytes.subarray(at, at + taken));
        this.left -= taken;
        at += taken;
        continue;
      }
      const wanted = this.isLittleEndian === undefined ? FILE_HEADER_BYTES : RECORD_HEADER_BYTES;
      const taken = Math.min(wanted - this.partial.length, bytes.length - at);
      this.partial = Buffer.concat([this.partial, bytes.subarray(at, at + taken)]);
      at += taken;
      if (this.partial.length === wanted && !this.readHeader()) return false;
    }
    return true;
  }

  /** @returns the bytes that have waited longest, or undefined when none do */
  take(): Buffer | undefined {
    const chunk = this.chunks.shift();
    this.waiting -= chunk?.length ?? 0;
    return chunk;
  }

  private readHeader(): boolean {
    const header = this.partial;
    this.partial = Buffer.alloc(0);
    if (this.isLittleEndian === undefined) {
      const isLittle = LITTLE_ENDIAN_MAGIC.has(header.readUInt32LE(0));
      if (!isLittle && !LITTLE_ENDIAN_MAGIC.has(header.readUInt32BE(0))) return false;
      this.isLittleEndian = isLittle;
      this.keep(header);
      return true;
    }
    this.left = this.isLittleEndian ? header.readUInt32LE(8) : header.readUInt32BE(8);
    if (this.left > MAX_PACKET_BYTES) return false;
    this.isDropping = this.waiting + RECORD_HEADER_BYTES + this.left > this.limit;
    if (this.isDropping) this.droppedPackets++;
    this.keep(header);
    return true;
  }

  private keep(bytes: Buffer): void {
    if (this.isDropping) {
      this.droppedBytes += bytes.length;
      return;
    }
    this.chunks.push(bytes);
    this.waiting += bytes.length;
  }
}
