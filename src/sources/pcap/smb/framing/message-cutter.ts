/**
 * One frame cut into the messages of its compound. A message that lies in one segment is read there, which nearly all do;
 * otherwise its beginning is gathered. What nobody wants of it is counted as it passes, and a hole there costs nothing.
 */
import { u32 } from '../../../../base/bytes/little-endian.ts';
import type { Side } from '../../stream.ts';
import type { SmbLimits } from '../limits.ts';
import { Message } from '../message.ts';
import { enoughOf, isMagic, MAGIC_SMB2, SMB2_HEADER } from './frame.ts';
import type { FrameReader } from './frame-reader.ts';
import type { GatheredBytes } from './gathered-bytes.ts';
import type { HeldMessages } from './held-messages.ts';

/** Bytes of a message that are there when the reader is asked how much it wants: all fixed parts of all messages. */
export const PEEK = 128;

/** Cuts the frames of one direction, one after the other. */
export class MessageCutter {
  private readonly side: Side;
  private readonly reader: FrameReader;
  private readonly compoundMax: number;
  private readonly gathered: GatheredBytes;
  private readonly held: HeldMessages;
  private readonly current = new Message();
  private frameOffset = 0;
  /** Bytes of the frame from the start of the current message on. */
  private left = 0;
  /** Bytes to pass over before the next message or the end of the frame. */
  private skip = 0;
  /** Length of the current message; -1 until its head was looked at. */
  private size = -1;
  private want = 0;
  private index = 0;

  /** @param gathered empty when a frame begins and when it is over */
  constructor(side: Side, reader: FrameReader, limits: SmbLimits, gathered: GatheredBytes, held: HeldMessages) {
    this.side = side;
    this.reader = reader;
    this.compoundMax = limits.compoundMax;
    this.gathered = gathered;
    this.held = held;
  }

  /** Whether nothing of the frame is to come. */
  get isOver(): boolean {
    return this.left === 0 && this.skip === 0;
  }

  /**
   * @param length of the frame behind its four bytes
   * @param frameOffset place of the frame in the stream
   */
  begin(length: number, frameOffset: number): void {
    this.left = length;
    this.skip = 0;
    this.index = 0;
    this.frameOffset = frameOffset;
    this.beginMessage();
  }

  /** Passes over what is left of a frame, counted from the next byte of the stream. */
  pass(rest: number): void {
    this.left = 0;
    this.skip = rest;
    this.gathered.used = 0;
  }

  /** @returns place behind what was taken of the segment */
  read(bytes: Uint8Array, from: number, to: number): number {
    const { gathered, skip } = this;
    if (skip > 0) {
      const passed = Math.min(to - from, skip);
      this.skip = skip - passed;
      return from + passed;
    }
    if (gathered.used === 0) {
      const peek = Math.min(PEEK, this.left);
      if (to - from >= peek) {
        this.look(bytes, from, from + peek);
        const { want } = this;
        if (to - from >= want) {
          this.deliver(bytes, from, want, false);
          return from + want;
        }
      }
    }
    this.want = gathered.makeRoom(this.want);
    const at = gathered.gather(bytes, from, to, this.size < 0 ? Math.min(PEEK, this.left) : this.want);
    this.readGathered();
    return at;
  }

  /** Hands over what was gathered as far as it is complete; several short messages of a compound may be. */
  readGathered(): void {
    const { gathered } = this;
    while (this.skip === 0 && gathered.used > 0) {
      if (this.size < 0) {
        if (gathered.used < Math.min(PEEK, this.left)) return;
        this.look(gathered.bytes, 0, gathered.used);
      }
      this.want = gathered.makeRoom(this.want);
      if (gathered.used < this.want) return;
      this.deliver(gathered.bytes, 0, this.want, false);
    }
  }

  /**
   * That many bytes will never come.
   *
   * @returns false when the frame ends somewhere among them
   */
  gap(size: number): boolean {
    if (this.skip > 0) return this.gapInRest(size);
    const { used } = this.gathered;
    const rest = this.left - used;
    const restOfMessage = this.size < 0 ? -1 : this.size - used;
    this.end();
    if (size <= rest && size <= restOfMessage && this.skip > 0) return this.gapInRest(size);
    this.reader.lost(this.side, Math.max(Math.min(size, rest), 0));
    this.pass(Math.max(rest - size, 0));
    return size <= rest;
  }

  /** Nothing more comes: what is there of the current message is handed over. */
  end(): void {
    const { bytes, used } = this.gathered;
    const isEnough = used >= 4 && used >= Math.min(enoughOf(bytes[0]!), this.left);
    if (this.skip === 0 && isEnough) this.deliver(bytes, 0, used, true);
  }

  private gapInRest(size: number): boolean {
    const { skip, left } = this;
    this.reader.lost(this.side, Math.min(size, skip + left));
    if (size > skip) this.pass(Math.max(skip + left - size, 0));
    else this.skip = skip - size;
    return size <= skip + left;
  }

  private beginMessage(): void {
    this.size = -1;
    this.want = 0;
  }

  /** Finds out how long the message is and how much of it is wanted. */
  private look(bytes: Uint8Array, at: number, end: number): void {
    this.size = this.left;
    this.want = 0;
    if (!isMagic(bytes, at) || end - at < 4) {
      this.reader.brokenCompound(this.side, false);
      return;
    }
    if (this.index >= this.compoundMax) {
      this.reader.brokenCompound(this.side, true);
      return;
    }
    if (bytes[at] === MAGIC_SMB2 && end - at >= 24) this.size = this.sizeInCompound(u32(bytes, at + 20));
    const message = this.point(bytes, at, Math.min(end - at, this.size));
    this.want = Math.min(Math.max(this.reader.wanted(message), enoughOf(bytes[at]!)), this.size);
  }

  private sizeInCompound(next: number): number {
    if (next === 0) return this.left;
    if (next % 8 === 0 && next >= SMB2_HEADER && next + SMB2_HEADER <= this.left) return next;
    this.reader.brokenCompound(this.side, false);
    return this.left;
  }

  private point(bytes: Uint8Array, at: number, length: number): Message {
    const { current } = this;
    current.bytes = bytes;
    current.at = at;
    current.end = at + length;
    current.size = this.size;
    current.side = this.side;
    current.frameOffset = this.frameOffset;
    current.index = this.index;
    current.isLying = false;
    current.missing = 0;
    return current;
  }

  /** Hands the message over, and goes on behind what was taken. */
  private deliver(bytes: Uint8Array, at: number, length: number, isBroken: boolean): void {
    const { gathered } = this;
    if (this.size < 0) this.size = this.left;
    const { size } = this;
    const isGathered = bytes === gathered.bytes;
    const more = isGathered ? gathered.used - size : 0;
    const taken = isGathered ? Math.min(gathered.used, size) : length;
    if (length > 0) {
      const message = this.point(bytes, at, Math.min(length, size));
      if (isBroken) message.missing = size - length;
      this.held.take(message);
    }
    this.skip = size - taken;
    this.left -= size;
    this.index++;
    this.beginMessage();
    if (more > 0) {
      // The head of the next message in the compound was gathered, too.
      gathered.keepOnly(size, size + more);
      return;
    }
    gathered.used = 0;
    gathered.release();
  }
}
