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

  constructor(side: Side, reader: FrameReader) {
    this.side = side;
    this.reader = reader;
  }

  add(message: Message): void {
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

  /** @param isRight false: what waited counts for nothing */
  settle(isRight: boolean): void {
    const { waiting } = this;
    this.bytes = 0;
    if (waiting.length === 0) return;
    this.waiting = [];
    if (!isRight) this.reader.doubted(this.side, waiting.length);
    else for (const message of waiting) this.reader.message(message);
  }
}
