/**
 * Capture files of libpcap: a header of 24 bytes, then records of 16 bytes and the packet. The IETF describes them in
 * draft-ietf-opsawg-pcap. A record that cannot be one is damage; the next place where three records in a row make sense is
 * searched (draft or not, tools write whatever they like into the rest of the header, so it is not judged).
 */
import { u16, u32 } from './byte-order.ts';
import {
  type CaptureInterface,
  MAX_SEARCH_BYTES,
  NEAR_MS,
  type PacketSink,
  packetLimit,
  SURE_RECORDS,
} from './container.ts';
import type { RecordReader } from './record-window.ts';

/** Bytes of the header of the file. */
const HEADER_BYTES = 24;

/** What the first four bytes of a file say. */
export interface PcapMagic {
  readonly isBig: boolean;
  /** Fractions of a second that times are counted in. */
  readonly unitsPerSecond: number;
  /** Bytes of a record's header: 24 in the modified form. */
  readonly recordBytes: number;
}

/** @returns the kind of file that begins here, undefined when it is none */
export function pcapMagic(bytes: Uint8Array, at: number): PcapMagic | undefined {
  for (const isBig of [false, true]) {
    switch (u32(bytes, at, isBig)) {
      case 0xa1b2c3d4:
        return { isBig, unitsPerSecond: 1e6, recordBytes: 16 };
      case 0xa1b23c4d:
        return { isBig, unitsPerSecond: 1e9, recordBytes: 16 };
      case 0xa1b2cd34:
        return { isBig, unitsPerSecond: 1e6, recordBytes: 24 };
      default:
    }
  }
  return undefined;
}

/** Reads a capture file of libpcap. */
export class PcapFile implements RecordReader {
  needed = HEADER_BYTES;
  private readonly sink: PacketSink;
  private magic: PcapMagic | undefined;
  private on: CaptureInterface | undefined;
  private limit = 0;
  private interfaces = 0;
  /** Offset where the damage began that is being searched through, -1 when none is. */
  private lostAt = -1;
  private isGivenUp = false;
  private isEnd = false;
  /** Time of the last record believed, NaN before the first. */
  private lastTime = Number.NaN;

  constructor(sink: PacketSink) {
    this.sink = sink;
  }

  read(bytes: Uint8Array, from: number, to: number, offset: number): number {
    if (this.isGivenUp) return to - from;
    let at = from;
    if (!this.magic) {
      if (to - at < HEADER_BYTES) {
        this.needed = HEADER_BYTES;
        return 0;
      }
      if (!pcapMagic(bytes, at)) {
        this.isGivenUp = true;
        this.sink.fault('header', offset, 'the file does not begin as a capture; it is not read');
        return to - from;
      }
      this.readHeader(bytes, at);
      at += HEADER_BYTES;
    }
    return this.readRecords(bytes, at, to, offset + at - from) + at - from;
  }

  /** Nothing follows: whoever searches makes do with what is there. */
  end(): void {
    this.isEnd = true;
  }

  /** @returns false when the bytes left at the end are already told as damage */
  get isReading(): boolean {
    return this.lostAt < 0 && !this.isGivenUp;
  }

  private readHeader(bytes: Uint8Array, at: number): void {
    const magic = pcapMagic(bytes, at)!;
    this.magic = magic;
    this.limit = packetLimit(u32(bytes, at + 16, magic.isBig));
    // The upper half may hold the length of a frame check sequence.
    const linkType = u32(bytes, at + 20, magic.isBig) & 0xffff;
    this.on = { index: this.interfaces++, linkType, name: undefined };
  }

  private readRecords(bytes: Uint8Array, from: number, to: number, offset: number): number {
    let { isBig, unitsPerSecond, recordBytes } = this.magic!;
    const { sink } = this;
    const { clock } = sink;
    let at = from;
    for (;;) {
      if (this.lostAt >= 0) {
        at = this.search(bytes, at, to, offset + at - from);
        if (this.isGivenUp || this.lostAt >= 0) return at - from;
      }
      if (to - at < recordBytes) {
        this.needed = recordBytes;
        return at - from;
      }
      const captured = u32(bytes, at + 8, isBig);
      // The header of a joined file reads as a packet without bytes: its time zone stands where the length would.
      if ((captured === 0 || captured > this.limit) && this.isJoinedFile(bytes, at, to)) {
        if (to - at < HEADER_BYTES) {
          this.needed = HEADER_BYTES;
          return at - from;
        }
        this.readHeader(bytes, at);
        at += HEADER_BYTES;
        ({ isBig, unitsPerSecond, recordBytes } = this.magic!);
        continue;
      }
      if (captured > this.limit) {
        this.lostAt = offset + at - from;
        continue;
      }
      const end = at + recordBytes + captured;
      if (end > to) {
        this.needed = recordBytes + captured;
        return at - from;
      }
      clock.packet++;
      clock.offset = offset + at - from;
      clock.time = u32(bytes, at, isBig) * 1000 + (u32(bytes, at + 4, isBig) * 1000) / unitsPerSecond;
      this.lastTime = clock.time;
      sink.packet(bytes, at + recordBytes, end, this.on!);
      at = end;
    }
  }

  /** Files joined by `cat`: the header of the next one where a record was expected. */
  private isJoinedFile(bytes: Uint8Array, at: number, to: number): boolean {
    const magic = pcapMagic(bytes, at);
    return magic !== undefined && to - at >= 8 && u16(bytes, at + 4, magic.isBig) === 2;
  }

  /** @returns where reading goes on: at a good record (no longer lost), or where more bytes are needed */
  private search(bytes: Uint8Array, from: number, to: number, offset: number): number {
    for (let at = from; at < to; at++) {
      const place = offset + at - from;
      if (place - this.lostAt > MAX_SEARCH_BYTES) return this.giveUp(to);
      const isGood = place > this.lostAt ? this.isRow(bytes, at, to) : false;
      if (isGood === undefined) return at;
      if (!isGood) continue;
      this.tell(`${place - this.lostAt} bytes were skipped to the next packet`);
      this.lostAt = -1;
      return at;
    }
    this.needed = 1;
    if (this.isEnd) this.giveUp(to);
    return to;
  }

  private giveUp(to: number): number {
    this.isGivenUp = true;
    this.needed = 1;
    this.tell('no packet was found behind it; the rest of the file is not read');
    return to;
  }

  private tell(what: string): void {
    this.sink.fault('record', this.lostAt, `no packet record stands here: its length cannot be; ${what}`);
  }

  /** @returns whether records in a row begin here; undefined when more bytes are needed to tell */
  private isRow(bytes: Uint8Array, from: number, to: number): boolean | undefined {
    const { isBig, unitsPerSecond, recordBytes } = this.magic!;
    let time = this.lastTime;
    let at = from;
    for (let record = 0; record < SURE_RECORDS; record++) {
      if (at === to && this.isEnd && record > 0) return true;
      if (to - at < recordBytes) {
        if (this.isEnd) return false;
        this.needed = at - from + recordBytes;
        return undefined;
      }
      const captured = u32(bytes, at + 8, isBig);
      const original = u32(bytes, at + 12, isBig);
      const fraction = u32(bytes, at + 4, isBig);
      if (captured === 0 || captured > this.limit || original < captured || original > this.limit) return false;
      if (fraction >= unitsPerSecond) return false;
      const next = u32(bytes, at, isBig) * 1000;
      if (Math.abs(next - time) > NEAR_MS) return false;
      time = next;
      at += recordBytes + captured;
    }
    return true;
  }
}
