/**
 * The bytes of one message as far as they are at hand. Offsets count from the SMB header, as the specifications do. What
 * lies beyond the end reads as zero: lengths in captures lie, and nothing may be thrown.
 */
import { u16, u32 } from '../../../base/bytes/little-endian.ts';
import type { Side } from '../stream.ts';

/** Region inside a message. */
export interface Span {
  /** Place in {@link Message.bytes}. */
  readonly from: number;
  readonly to: number;
}

const NO_BYTES = new Uint8Array(0);

/** One message; the object is used again for the next one. */
export class Message {
  bytes: Uint8Array = NO_BYTES;
  /** Place of the SMB header in {@link bytes}. */
  at = 0;
  /** Behind the last byte at hand. */
  end = 0;
  /** Length on the wire, from the header on. */
  size = 0;
  side: Side = 0;
  /** Stream offset of the first byte of the frame, part of the identity of events. */
  frameOffset = 0;
  /** Place in the compound, from 0. */
  index = 0;
  /** It names a region that is not inside it. */
  isLying = false;
  /** Bytes of it that were lost when it was handed over. */
  missing = 0;

  /** @returns the message with bytes of its own, to be kept */
  copy(): Message {
    const copy = new Message();
    // A Buffer's own slice would be a view.
    copy.bytes = new Uint8Array(this.bytes.subarray(this.at, this.end));
    copy.end = copy.bytes.length;
    copy.size = this.size;
    copy.side = this.side;
    copy.frameOffset = this.frameOffset;
    copy.index = this.index;
    copy.missing = this.missing;
    return copy;
  }

  /** Bytes at hand. */
  get length(): number {
    return this.end - this.at;
  }

  has(offset: number, count: number): boolean {
    return offset >= 0 && this.at + offset + count <= this.end;
  }

  u8(offset: number): number {
    return this.has(offset, 1) ? this.bytes[this.at + offset]! : 0;
  }

  u16(offset: number): number {
    return this.has(offset, 2) ? u16(this.bytes, this.at + offset) : 0;
  }

  u32(offset: number): number {
    return this.has(offset, 4) ? u32(this.bytes, this.at + offset) : 0;
  }

  /** 64 bits as a number, rounded beyond 2^53. */
  u64(offset: number): number {
    return this.u32(offset + 4) * 4_294_967_296 + this.u32(offset);
  }

  /**
   * A region that the message names by offset and length, clipped to what is at hand.
   *
   * @param offset from the header
   * @param count its length
   * @returns undefined when nothing of it is there
   */
  span(offset: number, count: number): Span | undefined {
    if (count <= 0 || offset <= 0) return undefined;
    if (offset + count > this.size) this.isLying = true;
    const from = this.at + offset;
    return from >= this.end ? undefined : { from, to: Math.min(from + count, this.end) };
  }
}
