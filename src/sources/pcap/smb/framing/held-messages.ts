/** Messages found after a search, until a second frame says that the place was right. */
import { u32 } from '../../../../base/bytes/little-endian.ts';
import type { Side } from '../../stream.ts';
import { Message } from '../message.ts';
import { MAGIC_SMB2 } from './frame.ts';
import type { FrameReader } from './frame-reader.ts';

/** Messages that wait. A doubtful frame seldom holds more than one. */
const MAX_HELD = 64;
const MAX_BYTES = 131_072;

/** Messages of one direction that wait. */
export class HeldMessages {
  private readonly side: Side;
  private readonly reader: FrameReader;
  private waiting: Message[] = [];
  private bytes = 0;
  /** 1 until the frame found is opened, 2 until a second one follows; 0 when there is no doubt. */
  private doubt: 0 | 1 | 2 = 0;

  constructor(side: Side, reader: FrameReader) {
    this.side = side;
    this.reader = reader;
  }

  /** Whether the place in the stream is still doubtful. */
  get isInDoubt(): boolean {
    return this.doubt > 0;
  }

  /**
   * A search has found a frame.
   *
   * @param isSure it takes no second one to believe it
   */
  foundPlace(isSure: boolean): void {
    this.doubt = isSure ? 0 : 1;
  }

  /** In doubt about the place a second frame must fit the connection; the first one was looked at in the search. */
  isInPlace(bytes: Uint8Array, header: number, to: number): boolean {
    if (this.doubt === 1) {
      this.doubt = 2;
    } else if (this.doubt === 2) {
      const plausibility = this.reader.plausibility(this.side, bytes, header, to);
      if (plausibility === 'no') return false;
      if (plausibility === 'yes') this.settle(true);
    }
    return true;
  }

  /** Hands a message on, or keeps it until the doubt ends. */
  take(message: Message): void {
    if (this.doubt === 0) return this.reader.message(message);
    this.bytes += message.length;
    if (this.waiting.length >= MAX_HELD || this.bytes > MAX_BYTES) this.reader.doubted(this.side, 1);
    else this.waiting.push(message.copy());
  }

  /** @returns whether a message of SMB2 with this id waits */
  has(idLow: number, idHigh: number): boolean {
    return this.waiting.some(
      ({ bytes }) =>
        bytes[0] === MAGIC_SMB2 && bytes.length >= 32 && u32(bytes, 24) === idLow && u32(bytes, 28) === idHigh,
    );
  }

  /**
   * Ends the doubt.
   *
   * @param isRight false: what waited counts for nothing
   */
  settle(isRight: boolean): void {
    const { waiting } = this;
    this.doubt = 0;
    this.bytes = 0;
    if (waiting.length === 0) return;
    this.waiting = [];
    if (!isRight) this.reader.doubted(this.side, waiting.length);
    else for (const message of waiting) this.reader.message(message);
  }
}
