import { TCP } from '../flow/flow-state.ts';
import { half, type Packet, word } from '../packet.ts';

/** Bytes of a header without options (RFC 9293 §3.1). */
const HEADER_BYTES = 20;
/** Bytes that must be captured: up to the flags. */
const LEAST_BYTES = 14;
const OPTION_MULTIPATH = 30;

/** The segment being read; written over for every packet. */
export class Segment {
  /** Source port in the upper half, destination port in the lower. */
  ports = 0;
  /** Sequence number of its first payload byte, signed. */
  sequence = 0;
  /** Sequence number as it stands in the header: that of a SYN. */
  first = 0;
  ack = 0;
  flags = 0;
  /** Payload bytes on the wire. */
  size = 0;
  /** First payload byte. */
  from = 0;
  /** Payload bytes captured. */
  captured = 0;
  /** Mix of what makes a packet the same one when it is recorded twice. */
  mark = 0;
  /** Speaks multipath TCP: the stream is only a part. */
  isMultipath = false;

  /**
   * @param at offset of the header
   * @returns false when it is cut before its flags (`size` is then 0), or lies about its length (`size` is then -1)
   */
  read(packet: Packet, at: number): boolean {
    const { bytes } = packet;
    this.size = packet.wireBytes < HEADER_BYTES ? -1 : 0;
    if (this.size < 0 || packet.end - at < LEAST_BYTES) return false;
    const headerBytes = (bytes[at + 12]! >> 4) * 4;
    this.size = packet.wireBytes - headerBytes;
    if (headerBytes < HEADER_BYTES || this.size < 0) {
      this.size = -1;
      return false;
    }
    const flags = bytes[at + 13]!;
    this.ports = word(bytes, at);
    this.first = word(bytes, at + 4);
    this.ack = word(bytes, at + 8);
    this.flags = flags;
    const isSyn = (flags & TCP.syn) !== 0;
    this.sequence = isSyn ? (this.first + 1) | 0 : this.first;
    this.from = at + headerBytes;
    this.captured = Math.max(0, Math.min(packet.end - this.from, this.size));
    const checksum = packet.end - at >= 18 ? half(bytes, at + 16) : 0;
    const mark = Math.imul(this.first ^ Math.imul(this.ack, 0x2c1b3c6d), 0x297a2d39);
    this.mark = (mark ^ (mark >>> 15) ^ Math.imul((packet.id << 16) | checksum, 0x85ebca6b) ^ (flags << 8)) | 1;
    this.isMultipath = isSyn && hasOption(bytes, at + HEADER_BYTES, Math.min(this.from, packet.end), OPTION_MULTIPATH);
    return true;
  }
}

/** Walks the options of a header (RFC 9293 §3.2). */
function hasOption(bytes: Uint8Array, from: number, end: number, kind: number): boolean {
  let at = from;
  while (at < end) {
    const option = bytes[at]!;
    if (option === kind) return true;
    if (option === 0) return false;
    if (option === 1) {
      at++;
      continue;
    }
    const size = bytes[at + 1] ?? 0;
    if (size < 2) return false;
    at += size;
  }
  return false;
}
