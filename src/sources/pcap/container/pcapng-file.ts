/**
 * Capture files in pcapng (draft-ietf-opsawg-pcapng): blocks of type, length, body and length again. Every section has its
 * own byte order and its own list of interfaces. A block whose length cannot be is damage; the next section, or a place
 * where three blocks follow each other, is searched.
 */
import { u32 } from './byte-order.ts';
import { MAX_SEARCH_BYTES, type PacketSink, SURE_RECORDS } from './container.ts';
import { BLOCK, MAX_BLOCK_BYTES, PcapngBlocks } from './pcapng-blocks.ts';
import type { RecordReader } from './record-window.ts';

const BYTE_ORDER_MAGIC = 0x1a2b3c4d;
/** Type, length and length again. */
const MIN_BLOCK_BYTES = 12;
/** Section header without options; the length at its end included. */
const SECTION_BYTES = 28;
/** A block that is only passed over may be longer than one that is read; above this its length is damage. */
const MAX_PASSED_BYTES = 16 * 1024 * 1024;

/** What {@link PcapngFile.readBlock} answers when the block is not whole yet, or none. */
const WAIT = -1;
const LOST = -2;

/** @returns whether a section of pcapng begins here; 12 bytes are looked at */
export function isSection(bytes: Uint8Array, at: number): boolean {
  if (u32(bytes, at, false) !== BLOCK.section) return false;
  return u32(bytes, at + 8, false) === BYTE_ORDER_MAGIC || u32(bytes, at + 8, true) === BYTE_ORDER_MAGIC;
}

/** Reads a pcapng file. */
export class PcapngFile implements RecordReader {
  needed = MIN_BLOCK_BYTES;
  private readonly sink: PacketSink;
  private readonly blocks: PcapngBlocks;
  private isBig = false;
  /** Bytes of a block without use that are still to be passed over. */
  private passing = 0;
  /** Offset where the damage began that is being searched through, -1 when none is. */
  private lostAt = -1;
  private isGivenUp = false;
  private isEnd = false;

  constructor(sink: PacketSink) {
    this.sink = sink;
    this.blocks = new PcapngBlocks(sink);
  }

  read(bytes: Uint8Array, from: number, to: number, offset: number): number {
    let at = from;
    while (at < to && !this.isGivenUp) {
      if (this.passing > 0) {
        const passed = Math.min(this.passing, to - at);
        this.passing -= passed;
        at += passed;
        continue;
      }
      if (this.lostAt >= 0) {
        at = this.search(bytes, at, to, offset + at - from);
        if (this.lostAt >= 0) return at - from;
        continue;
      }
      const next = this.readBlock(bytes, at, to, offset + at - from);
      if (next === WAIT) return at - from;
      if (next === LOST) this.lostAt = offset + at - from;
      else at = next;
    }
    this.needed = 1;
    return (this.isGivenUp ? to : at) - from;
  }

  /** Nothing follows: whoever searches makes do with what is there. */
  end(): void {
    this.isEnd = true;
    if (this.passing > 0) this.sink.skipped('byte missing at the end of a pcapng block', this.passing);
  }

  /** @returns false when the bytes left at the end are already told as damage */
  get isReading(): boolean {
    return this.lostAt < 0 && !this.isGivenUp;
  }

  /** @returns where the next block begins, {@link WAIT} or {@link LOST} */
  private readBlock(bytes: Uint8Array, at: number, to: number, offset: number): number {
    if (to - at < MIN_BLOCK_BYTES) return this.wait(MIN_BLOCK_BYTES);
    if (u32(bytes, at, false) === BLOCK.section) {
      if (!isSection(bytes, at)) return LOST;
      this.isBig = u32(bytes, at + 8, true) === BYTE_ORDER_MAGIC;
    }
    const { isBig, blocks } = this;
    const type = u32(bytes, at, isBig);
    const length = u32(bytes, at + 4, isBig);
    if (length < MIN_BLOCK_BYTES || (length & 3) !== 0) return LOST;
    if (!blocks.isRead(type)) {
      if (length > MAX_PASSED_BYTES) return LOST;
      if (type === BLOCK.section) blocks.nextSection(isBig);
      else this.sink.skipped(`pcapng block of ${blocks.nameOf(type)}, not read`);
      this.passing = length;
      return at;
    }
    if (length > MAX_BLOCK_BYTES) return LOST;
    if (to - at < length) return this.wait(length);
    if (u32(bytes, at + length - 4, isBig) !== length) return LOST;
    blocks.read(type, bytes, at, at + length - 4, offset);
    return at + length;
  }

  private wait(bytes: number): number {
    this.needed = bytes;
    return WAIT;
  }

  /** @returns where reading goes on: at a good block (no longer lost), or where more bytes are needed */
  private search(bytes: Uint8Array, from: number, to: number, offset: number): number {
    for (let at = from; at < to; at++) {
      const place = offset + at - from;
      if (place - this.lostAt > MAX_SEARCH_BYTES) return this.giveUp(to);
      const isGood = place > this.lostAt ? this.isRow(bytes, at, to) : false;
      if (isGood === undefined) return at;
      if (!isGood) continue;
      this.tell(`${place - this.lostAt} bytes were skipped to the next block`);
      this.lostAt = -1;
      return at;
    }
    this.needed = 1;
    return this.isEnd ? this.giveUp(to) : to;
  }

  private giveUp(to: number): number {
    this.isGivenUp = true;
    this.needed = 1;
    this.tell('no block was found behind it; the rest of the file is not read');
    return to;
  }

  private tell(what: string): void {
    this.sink.fault('block', this.lostAt, `no block stands here: its length cannot be; ${what}`);
  }

  /** @returns whether a section or a row of blocks begins here; undefined when more bytes are needed to tell */
  private isRow(bytes: Uint8Array, from: number, to: number): boolean | undefined {
    let at = from;
    for (let block = 0; block < SURE_RECORDS; block++) {
      if (at === to && this.isEnd && block > 0) return true;
      if (to - at < MIN_BLOCK_BYTES) return this.lack(at - from + MIN_BLOCK_BYTES);
      if (isSection(bytes, at) && u32(bytes, at + 4, u32(bytes, at + 8, true) === BYTE_ORDER_MAGIC) >= SECTION_BYTES) {
        return true;
      }
      const length = u32(bytes, at + 4, this.isBig);
      if (length < MIN_BLOCK_BYTES || (length & 3) !== 0 || length > MAX_BLOCK_BYTES) return false;
      if (!this.blocks.isKnown(u32(bytes, at, this.isBig))) return false;
      if (to - at < length) return this.lack(at - from + length);
      if (u32(bytes, at + length - 4, this.isBig) !== length) return false;
      at += length;
    }
    return true;
  }

  private lack(bytes: number): false | undefined {
    if (this.isEnd) return false;
    this.needed = bytes;
    return undefined;
  }
}
