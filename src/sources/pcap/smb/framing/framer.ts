/** One direction of a connection cut into frames, whose messages go to the reader; after a hole the next frame is searched for. */
import type { Side } from '../../stream.ts';
import type { SmbLimits } from '../limits.ts';
import type { ByteBudget } from '../state/byte-budget.ts';
import {
  FRAME_HEADER,
  FRAME_KEEP_ALIVE,
  FRAME_MESSAGE,
  FRAME_RETARGET,
  FRAME_SESSION_REQUEST,
  frameLength,
  isMagic,
  SMB2_ENOUGH,
} from './frame.ts';
import { FrameFinder } from './frame-finder.ts';
import type { FrameReader } from './frame-reader.ts';
import { GatheredBytes } from './gathered-bytes.ts';
import { HeldMessages } from './held-messages.ts';
import { MessageCutter, PEEK } from './message-cutter.ts';

/** Bytes kept of NBSS frames that are no messages. */
const CONTROL_BYTES = 256;

type Mode = 'head' | 'messages' | 'control' | 'search';

/** Cuts one direction. */
export class Framer {
  private readonly side: Side;
  private readonly reader: FrameReader;
  private readonly isNetbios: boolean;
  private mode: Mode;
  /** Stream offset of the next byte. */
  private position = 0;
  private frameOffset = 0;
  private controlType = 0;
  /** Bytes of a control frame. */
  private controlLength = 0;
  private readonly gathered: GatheredBytes;
  private readonly finder: FrameFinder;
  private readonly held: HeldMessages;
  private readonly cutter: MessageCutter;

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
    this.side = side;
    this.reader = reader;
    this.isNetbios = isNetbios;
    this.mode = isAtStart ? 'head' : 'search';
    this.gathered = new GatheredBytes(budget);
    this.finder = new FrameFinder(side, reader, isNetbios, limits.frameMax);
    this.held = new HeldMessages(side, reader);
    this.cutter = new MessageCutter(side, reader, limits, this.gathered, this.held);
  }

  data(bytes: Uint8Array, from: number, to: number): void {
    let input = bytes;
    let at = from;
    let end = to;
    while (at < end) {
      if (this.mode === 'search' && this.finder.kept > 0) {
        this.position -= this.finder.kept;
        input = this.finder.takeWith(input, at, end);
        at = 0;
        end = input.length;
      }
      const next = this.step(input, at, end);
      this.position += next - at;
      at = next;
    }
  }

  /** That many bytes will never come. */
  gap(size: number): void {
    if (this.mode === 'search') this.searchLast();
    if (!this.isInPlaceAfter(size)) this.losePlace();
    this.position += size;
  }

  /** Nothing more comes: what is there of the last message is handed over. */
  end(): void {
    if (this.mode === 'search') this.searchLast();
    if (this.mode === 'messages') this.cutter.end();
    this.held.settle(this.mode === 'head' && this.gathered.used === 0);
    this.gathered.release();
  }

  /** Hands over the messages that waited for a second frame: an answer names one of them. */
  confirm(): void {
    if (this.held.isInDoubt) this.held.settle(true);
  }

  /** @returns whether a message with this id waits for a second frame */
  holds(idLow: number, idHigh: number): boolean {
    return this.held.has(idLow, idHigh);
  }

  /** @returns place behind what was taken of the segment */
  private step(bytes: Uint8Array, from: number, to: number): number {
    switch (this.mode) {
      case 'messages': {
        const at = this.cutter.read(bytes, from, to);
        if (this.cutter.isOver) this.mode = 'head';
        return at;
      }
      case 'head':
        return this.readHead(bytes, from, to);
      case 'control':
        return this.readControl(bytes, from, to);
      default:
        return this.search(bytes, from, to, false);
    }
  }

  private readHead(bytes: Uint8Array, from: number, to: number): number {
    const { gathered } = this;
    if (gathered.used === 0) {
      this.frameOffset = this.position;
      if (to - from >= (this.held.isInDoubt ? FRAME_HEADER + PEEK : 8)) return this.openFrame(bytes, from, to);
    }
    const at = gathered.gather(bytes, from, to, this.headNeeded());
    if (gathered.used >= this.headNeeded()) this.openFrame(gathered.bytes, 0, gathered.used);
    return at;
  }

  /** Bytes without which nothing can be said of the frame that is being gathered; after a search a whole header. */
  private headNeeded(): number {
    const { bytes, used } = this.gathered;
    if (used < FRAME_HEADER) return FRAME_HEADER;
    const length = frameLength(bytes, 0, this.isNetbios);
    if (bytes[0] !== FRAME_MESSAGE || length < 4) return FRAME_HEADER;
    return this.held.isInDoubt ? FRAME_HEADER + Math.min(length, SMB2_ENOUGH) : 8;
  }

  /**
   * @param at place of the four bytes, in the segment or in what was gathered
   * @param to behind the bytes at hand
   * @returns place behind the four bytes, or theirs when they begin no frame
   */
  private openFrame(bytes: Uint8Array, at: number, to: number): number {
    const type = bytes[at]!;
    const length = frameLength(bytes, at, this.isNetbios);
    if (type === FRAME_MESSAGE && length >= 4 && isMagic(bytes, at + 4) && this.held.isInPlace(bytes, at + 4, to)) {
      this.mode = 'messages';
      this.cutter.begin(length, this.frameOffset);
      if (bytes === this.gathered.bytes) this.readGathered(to);
      return at + FRAME_HEADER;
    }
    const isControl = type >= FRAME_SESSION_REQUEST && type <= FRAME_RETARGET;
    if (isControl || type === FRAME_KEEP_ALIVE || (type === FRAME_MESSAGE && length === 0)) {
      this.mode = 'control';
      this.controlLength = length;
      this.controlType = type;
      this.gathered.used = 0;
      if (length === 0) this.endControl(bytes, at, at);
      return at + FRAME_HEADER;
    }
    // What was gathered is looked through with what follows it.
    if (bytes === this.gathered.bytes) this.finder.keep(bytes, 0, to);
    this.losePlace();
    return at;
  }

  /** The head of the first message was gathered with that of the frame. */
  private readGathered(to: number): void {
    this.gathered.keepOnly(FRAME_HEADER, to);
    this.cutter.readGathered();
    if (this.cutter.isOver) this.mode = 'head';
  }

  private readControl(bytes: Uint8Array, from: number, to: number): number {
    const { gathered } = this;
    const need = Math.min(this.controlLength, CONTROL_BYTES);
    const at = gathered.gather(bytes, from, to, need);
    if (gathered.used >= need) this.endControl(gathered.bytes, 0, gathered.used);
    return at;
  }

  private endControl(bytes: Uint8Array, from: number, to: number): void {
    if (this.controlType !== FRAME_MESSAGE) this.reader.control(this.side, this.controlType, bytes, from, to);
    this.passFrame(this.controlLength - (to - from));
  }

  /** Passes over the rest of a frame. */
  private passFrame(rest: number): void {
    this.cutter.pass(rest);
    this.mode = rest > 0 ? 'messages' : 'head';
  }

  /** @returns whether the place in the frames is known after a hole */
  private isInPlaceAfter(size: number): boolean {
    switch (this.mode) {
      case 'messages': {
        const isInPlace = this.cutter.gap(size);
        if (this.cutter.isOver) this.mode = 'head';
        return isInPlace;
      }
      case 'head': {
        const { bytes, used } = this.gathered;
        const isFrame = used >= FRAME_HEADER && bytes[0] === FRAME_MESSAGE;
        // A hole that begins where a frame ends says that the place was right.
        if (used === 0) this.held.settle(true);
        return isFrame && this.gapInFrame(frameLength(bytes, 0, this.isNetbios) + FRAME_HEADER - used, size);
      }
      case 'control':
        return this.gapInFrame(this.controlLength - this.gathered.used, size);
      default:
        return true;
    }
  }

  /** @param rest bytes of the frame that are to come */
  private gapInFrame(rest: number, size: number): boolean {
    if (size > rest) return false;
    this.reader.lost(this.side, size);
    this.passFrame(rest - size);
    return true;
  }

  private losePlace(): void {
    this.mode = 'search';
    this.cutter.pass(0);
    this.held.settle(false);
    this.reader.lostPlace(this.side);
  }

  /** @returns place of the next frame, or `to` */
  private search(bytes: Uint8Array, from: number, to: number, isLast: boolean): number {
    const at = this.finder.find(bytes, from, to, isLast);
    if (at < 0) return to;
    this.held.foundPlace(this.finder.isSure);
    this.mode = 'head';
    return at;
  }

  /** Nothing follows what was kept: a frame there must do with less. */
  private searchLast(): void {
    const kept = this.finder.take();
    this.position -= kept.length;
    const at = this.search(kept, 0, kept.length, true);
    this.position += at;
    if (at < kept.length) this.data(kept, at, kept.length);
  }
}
