/**
 * One direction of a connection cut into frames and messages. Header bytes are read where they lie when they lie in one
 * segment, which they nearly always do; otherwise they are gathered. Bodies are arithmetic: they are counted as they pass,
 * and a hole inside one costs nothing. One machine of few states; apart its parts would share all of them.
 */
import type { Side } from '../../stream.ts';
import { u32 } from '../../../../base/bytes/little-endian.ts';
import type { SmbLimits } from '../limits.ts';
import type { ByteBudget } from '../state/byte-budget.ts';
import { Message } from '../message.ts';
import {
  enoughOf,
  FRAME_HEADER,
  FRAME_KEEP_ALIVE,
  FRAME_MESSAGE,
  FRAME_RETARGET,
  FRAME_SESSION_REQUEST,
  frameLength,
  isMagic,
  MAGIC_SMB2,
  SMB2_ENOUGH,
  SMB2_HEADER,
} from './frame.ts';
import type { FrameReader, Plausibility } from './frame-reader.ts';
import { judgeFrame, nextCandidate } from './frame-search.ts';
import { HeldMessages } from './held-messages.ts';

/** Bytes of a message that are there when the reader is asked how much it wants: all fixed parts of all messages. */
const PEEK = 128;
/** Bytes kept of NBSS frames that are no messages. */
const CONTROL_BYTES = 256;
/** Gathered bytes up to which the memory is kept for the next message. */
const SCRATCH_KEPT = 1024;

type Mode = 'head' | 'message' | 'control' | 'skip' | 'search';

/** Cuts one direction. */
export class Framer {
  private readonly side: Side;
  private readonly reader: FrameReader;
  private readonly limits: SmbLimits;
  private readonly budget: ByteBudget;
  private readonly isNetbios: boolean;
  private readonly current = new Message();
  private mode: Mode;
  /** Stream offset of the next byte. */
  private position = 0;
  private frameOffset = 0;
  /** Bytes of the frame from the start of the current message on. */
  private frameLeft = 0;
  /** Length of the current message; -1 until its head was looked at. */
  private size = -1;
  private want = 0;
  private index = 0;
  /** Bytes to pass over before the next message or frame. */
  private skip = 0;
  private controlType = 0;
  private scratch = new Uint8Array(0);
  private used = 0;
  private readonly held: HeldMessages;
  /** After a search: 1 until the frame found is opened, 2 until a second one follows; 0 when there is no doubt. */
  private doubt: 0 | 1 | 2 = 0;

  /**
   * @param budget memory for messages that come in pieces
   * @param isAtStart false when the capture began in mid-stream: the first frame is searched for
   * @param isNetbios the server's port is 139
   */
  constructor(
    side: Side,
    reader: FrameReader,
    limits: SmbLimits,
    budget: ByteBudget,
    isAtStart: boolean,
    isNetbios: boolean,
  ) {
    this.budget = budget;
    this.held = new HeldMessages(side, reader);
    this.side = side;
    this.reader = reader;
    this.limits = limits;
    this.isNetbios = isNetbios;
    this.mode = isAtStart ? 'head' : 'search';
  }

  data(bytes: Uint8Array, from: number, to: number): void {
    let input = bytes;
    let at = from;
    let end = to;
    while (at < end) {
      const before = at;
      switch (this.mode) {
        case 'skip':
          at += Math.min(end - at, this.skip);
          this.skip -= at - before;
          this.position += at - before;
          if (this.skip === 0) this.nextMessage();
          break;
        case 'head':
          at = this.readHead(input, at, end);
          break;
        case 'message':
          at = this.readMessage(input, at, end);
          break;
        case 'control':
          at = this.readControl(input, at, end);
          break;
        default:
          if (this.used > 0) {
            input = this.withScratch(input, at, end);
            at = 0;
            end = input.length;
          }
          at = this.search(input, at, end, false);
      }
    }
  }

  /** That many bytes will never come. */
  gap(size: number): void {
    if (this.mode === 'search') this.searchLast();
    switch (this.mode) {
      case 'skip':
        return this.gapInSkip(size);
      case 'message':
        return this.gapInMessage(size);
      case 'head':
        return this.gapInHead(size);
      case 'control':
        if (size <= this.frameLeft - this.used) return this.skipFrame(this.frameLeft - this.used - size, size);
    }
    this.position += size;
    if (this.mode !== 'search') this.losePlace();
  }

  /** Nothing more comes: what is there of the last message is handed over. */
  end(): void {
    if (this.mode === 'search') this.searchLast();
    if (this.mode === 'message' && this.isEnough()) this.deliver(this.scratch, 0, this.used, true);
    this.settle(this.mode === 'head' && this.used === 0);
    this.releaseScratch();
  }

  /** Hands over the messages that waited for a second frame: an answer names one of them. */
  confirm(): void {
    if (this.doubt > 0) this.settle(true);
  }

  /** @returns whether a message with this id waits for a second frame */
  holds(idLow: number, idHigh: number): boolean {
    return this.held.has(idLow, idHigh);
  }

  private readHead(bytes: Uint8Array, from: number, to: number): number {
    if (this.used === 0) {
      this.frameOffset = this.position;
      if (to - from >= (this.doubt > 0 ? FRAME_HEADER + PEEK : 8)) return this.openFrame(bytes, from, to);
    }
    const at = this.gather(bytes, from, to, this.headNeeded());
    if (this.used >= this.headNeeded()) this.openFrame(this.scratch, 0, this.used);
    return at;
  }

  /** Bytes without which nothing can be said of the frame that is being gathered; after a search a whole header. */
  private headNeeded(): number {
    if (this.used < FRAME_HEADER) return FRAME_HEADER;
    const length = frameLength(this.scratch, 0, this.isNetbios);
    if (this.scratch[0] !== FRAME_MESSAGE || length < 4) return FRAME_HEADER;
    return this.doubt === 0 ? 8 : FRAME_HEADER + Math.min(length, SMB2_ENOUGH);
  }

  /**
   * @param at place of the four bytes, in the segment or in what was gathered
   * @param to behind the bytes at hand
   * @returns place in the segment behind what was taken
   */
  private openFrame(bytes: Uint8Array, at: number, to: number): number {
    const isGathered = bytes === this.scratch;
    const type = bytes[at]!;
    const length = frameLength(bytes, at, this.isNetbios);
    const isControl = type >= FRAME_SESSION_REQUEST && type <= FRAME_RETARGET;
    if (type === FRAME_MESSAGE && length >= 4 && isMagic(bytes, at + 4) && this.isInPlace(bytes, at + 4, to)) {
      this.frameLeft = length;
      this.index = 0;
      this.begin('message');
      if (isGathered) {
        this.scratch.copyWithin(0, FRAME_HEADER, to);
        this.used = to - FRAME_HEADER;
        this.readScratch();
        return at;
      }
    } else if (isControl || type === FRAME_KEEP_ALIVE || (type === FRAME_MESSAGE && length === 0)) {
      this.frameLeft = length;
      this.controlType = type;
      this.begin('control');
      if (length === 0) this.endControl(bytes, at, at);
    } else {
      return this.openedNothing(at, isGathered);
    }
    if (!isGathered) this.position += FRAME_HEADER;
    return at + FRAME_HEADER;
  }

  /** In doubt about the place a second frame must fit the connection; the first one was looked at in the search. */
  private isInPlace(bytes: Uint8Array, header: number, to: number): boolean {
    if (this.doubt === 1) {
      this.doubt = 2;
    } else if (this.doubt === 2) {
      const plausibility = this.reader.plausibility(this.side, bytes, header, to);
      if (plausibility === 'no') return false;
      if (plausibility === 'yes') this.settle(true);
    }
    return true;
  }

  private openedNothing(at: number, isGathered: boolean): number {
    const gathered = this.used;
    this.losePlace();
    this.used = isGathered ? gathered : 0;
    return at;
  }

  private begin(mode: 'message' | 'control'): void {
    this.mode = mode;
    this.size = -1;
    this.want = 0;
    this.used = 0;
  }

  private readControl(bytes: Uint8Array, from: number, to: number): number {
    const at = this.gather(bytes, from, to, Math.min(this.frameLeft, CONTROL_BYTES));
    if (this.used >= Math.min(this.frameLeft, CONTROL_BYTES)) this.endControl(this.scratch, 0, this.used);
    return at;
  }

  private endControl(bytes: Uint8Array, from: number, to: number): void {
    const rest = this.frameLeft - (to - from);
    if (this.controlType !== FRAME_MESSAGE) this.reader.control(this.side, this.controlType, bytes, from, to);
    this.skipFrame(rest, 0);
  }

  private readMessage(bytes: Uint8Array, from: number, to: number): number {
    if (this.used === 0) {
      const peek = Math.min(PEEK, this.frameLeft);
      if (to - from >= peek) {
        this.look(bytes, from, from + peek);
        if (to - from >= this.want) {
          const { want } = this;
          this.position += want;
          this.deliver(bytes, from, want, false);
          return from + want;
        }
      }
    }
    if (this.want > this.scratch.length) this.makeRoom();
    const at = this.gather(bytes, from, to, this.size < 0 ? Math.min(PEEK, this.frameLeft) : this.want);
    this.readScratch();
    return at;
  }

  /** Memory for all that is wanted of the message; where there is none any more, less is wanted. */
  private makeRoom(): void {
    const more = this.want - SCRATCH_KEPT;
    if (more > 0 && !this.budget.take(more)) {
      this.want = Math.max(Math.min(this.want, SCRATCH_KEPT), this.used);
      return;
    }
    const larger = new Uint8Array(Math.max(this.want, SCRATCH_KEPT));
    larger.set(this.scratch.subarray(0, this.used));
    if (this.scratch.length > SCRATCH_KEPT) this.budget.give(this.scratch.length - SCRATCH_KEPT);
    this.scratch = larger;
  }

  private releaseScratch(): void {
    if (this.scratch.length <= SCRATCH_KEPT) return;
    this.budget.give(this.scratch.length - SCRATCH_KEPT);
    this.scratch = new Uint8Array(0);
  }

  /** Hands over what was gathered as far as it is complete; several short messages of a compound may be. */
  private readScratch(): void {
    while (this.mode === 'message' && this.used > 0) {
      if (this.size < 0) {
        if (this.used < Math.min(PEEK, this.frameLeft)) return;
        this.look(this.scratch, 0, this.used);
      }
      if (this.want > this.scratch.length) this.makeRoom();
      if (this.used < this.want) return;
      this.deliver(this.scratch, 0, this.want, false);
    }
  }

  /** Finds out how long the message is and how much of it is wanted. */
  private look(bytes: Uint8Array, at: number, end: number): void {
    this.size = this.frameLeft;
    this.want = 0;
    if (!isMagic(bytes, at) || end - at < 4) {
      this.reader.brokenCompound(this.side, false);
      return;
    }
    if (this.index >= this.limits.compoundMax) {
      this.reader.brokenCompound(this.side, true);
      return;
    }
    if (bytes[at] === MAGIC_SMB2 && end - at >= 24) this.size = this.sizeInCompound(u32(bytes, at + 20));
    const message = this.point(bytes, at, Math.min(end - at, this.size));
    this.want = Math.min(Math.max(this.reader.wanted(message), enoughOf(bytes[at]!)), this.size);
  }

  private sizeInCompound(next: number): number {
    if (next === 0) return this.frameLeft;
    if (next % 8 === 0 && next >= SMB2_HEADER && next + SMB2_HEADER <= this.frameLeft) return next;
    this.reader.brokenCompound(this.side, false);
    return this.frameLeft;
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

  /** Hands the message over, or keeps it until a second frame confirms the place, and goes on behind what was taken. */
  private deliver(bytes: Uint8Array, at: number, length: number, isBroken: boolean): void {
    if (this.size < 0) this.size = this.frameLeft;
    const isGathered = bytes === this.scratch;
    const more = isGathered ? this.used - this.size : 0;
    const taken = isGathered ? Math.min(this.used, this.size) : length;
    if (length > 0) {
      const message = this.point(bytes, at, Math.min(length, this.size));
      if (isBroken) message.missing = this.size - length;
      if (this.doubt > 0) this.held.add(message);
      else this.reader.message(message);
    }
    this.skip = this.size - taken;
    this.frameLeft -= this.size;
    this.index++;
    this.used = 0;
    if (more > 0) {
      // The head of the next message in the compound was gathered, too.
      bytes.copyWithin(0, this.size, this.size + more);
      this.size = -1;
      this.want = 0;
      this.used = more;
      this.mode = 'message';
      return;
    }
    this.releaseScratch();
    if (this.skip > 0) this.mode = 'skip';
    else this.nextMessage();
  }

  private nextMessage(): void {
    if (this.frameLeft > 0) this.begin('message');
    else this.nextFrame();
  }

  private nextFrame(): void {
    this.mode = 'head';
    this.used = 0;
  }

  /** Passes over the rest of a frame. */
  private skipFrame(rest: number, lostBytes: number): void {
    if (lostBytes > 0) {
      this.position += lostBytes;
      this.reader.lost(this.side, lostBytes);
    }
    this.frameLeft = 0;
    this.skip = rest;
    if (rest > 0) this.mode = 'skip';
    else this.nextFrame();
    this.used = 0;
  }

  private gapInSkip(size: number): void {
    if (size > this.skip + this.frameLeft) {
      this.reader.lost(this.side, this.skip + this.frameLeft);
      this.position += size;
      return this.losePlace();
    }
    if (size > this.skip) return this.skipFrame(this.skip + this.frameLeft - size, size);
    this.skip -= size;
    this.position += size;
    this.reader.lost(this.side, size);
    if (this.skip === 0) this.nextMessage();
  }

  private gapInMessage(size: number): void {
    const rest = this.frameLeft - this.used;
    const restOfMessage = this.size < 0 ? -1 : this.size - this.used;
    if (this.isEnough()) this.deliver(this.scratch, 0, this.used, true);
    if (size > rest) {
      this.reader.lost(this.side, Math.max(rest, 0));
      this.position += size;
      return this.losePlace();
    }
    if (size <= restOfMessage && this.mode === 'skip') return this.gapInSkip(size);
    this.skipFrame(rest - size, size);
  }

  private gapInHead(size: number): void {
    const isFrame = this.used >= FRAME_HEADER && this.scratch[0] === FRAME_MESSAGE;
    const rest = isFrame ? frameLength(this.scratch, 0, this.isNetbios) - (this.used - FRAME_HEADER) : -1;
    if (size <= rest) return this.skipFrame(rest - size, size);
    // A hole that begins where a frame ends says that the place was right.
    if (this.used === 0) this.settle(true);
    this.position += size;
    this.losePlace();
  }

  private isEnough(): boolean {
    return this.used >= 4 && this.used >= Math.min(enoughOf(this.scratch[0]!), this.frameLeft);
  }

  private losePlace(): void {
    this.mode = 'search';
    this.used = 0;
    this.skip = 0;
    this.frameLeft = 0;
    this.settle(false);
    this.reader.lostPlace(this.side);
  }

  /** Looks for the next frame; keeps the end of the segment when one may begin there. */
  private search(bytes: Uint8Array, from: number, to: number, isLast: boolean): number {
    let at = from;
    for (;;) {
      at = nextCandidate(bytes, at, to);
      if (at >= to) break;
      const verdict = judgeFrame(bytes, at, to, this.isNetbios, this.limits.frameMax, isLast);
      if (verdict === 'more') break;
      const fit = verdict === 'no' ? 'no' : this.fitOf(bytes, at, to, verdict === 'confirmed');
      if (fit !== 'no') {
        this.reader.searched(this.side, at - from);
        this.position += at - from;
        this.doubt = fit === 'yes' ? 0 : 1;
        this.nextFrame();
        return at;
      }
      at++;
    }
    this.reader.searched(this.side, at - from);
    this.position += to - from;
    this.used = 0;
    if (!isLast && at < to) this.keep(bytes, at, to);
    return to;
  }

  /** @returns `yes` when the frame and the one behind it fit the connection, `weak` when only a second one will tell */
  private fitOf(bytes: Uint8Array, at: number, to: number, isFollowed: boolean): Plausibility {
    const { reader, side } = this;
    const header = at + FRAME_HEADER;
    if (reader.plausibility(side, bytes, header, to) === 'no') return 'no';
    const next = header + frameLength(bytes, at, this.isNetbios) + FRAME_HEADER;
    return isFollowed && next < to ? reader.plausibility(side, bytes, next, to) : 'weak';
  }

  /** Nothing follows what was kept: a frame there must do with less. */
  private searchLast(): void {
    const kept = this.scratch.slice(0, this.used);
    this.position -= this.used;
    this.used = 0;
    const at = this.search(kept, 0, kept.length, true);
    if (at < kept.length) this.data(kept, at, kept.length);
  }

  /** What was kept of the last segment in front of the next one; only in a search. */
  private withScratch(bytes: Uint8Array, from: number, to: number): Uint8Array {
    const joined = new Uint8Array(this.used + to - from);
    joined.set(this.scratch.subarray(0, this.used));
    joined.set(bytes.subarray(from, to), this.used);
    this.position -= this.used;
    this.used = 0;
    return joined;
  }

  /** Takes bytes until so many are gathered. */
  private gather(bytes: Uint8Array, from: number, to: number, need: number): number {
    const count = Math.max(Math.min(need - this.used, to - from), 0);
    this.keep(bytes, from, from + count);
    this.position += count;
    return from + count;
  }

  private keep(bytes: Uint8Array, from: number, to: number): void {
    const length = this.used + to - from;
    if (this.scratch.length < length) {
      const larger = new Uint8Array(Math.max(length, SCRATCH_KEPT));
      larger.set(this.scratch.subarray(0, this.used));
      this.scratch = larger;
    }
    for (let i = from; i < to; i++) this.scratch[this.used++] = bytes[i]!;
  }

  /** Ends the doubt about the place: the messages that waited count, or they do not. */
  private settle(isRight: boolean): void {
    this.doubt = 0;
    this.held.settle(isRight);
  }
}
