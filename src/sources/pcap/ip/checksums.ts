/**
 * Checksums of IPv4 headers and TCP segments (RFC 1071), compared only when asked for: a recorder on the sending host sees
 * packets before its network card filled them in, so wrong ones are normal there, and are read all the same.
 */
import { half, type Packet } from '../packet.ts';

const TCP = 6;

/** What came of comparing. */
export interface ChecksumCounts {
  /** Packets of which at least one checksum was compared. */
  compared: number;
  /** Packets with a wrong one. */
  wrong: number;
}

/** Compares the checksums of packets. */
export class Checksums {
  readonly counts: ChecksumCounts = { compared: 0, wrong: 0 };

  /**
   * @param ip offset of the IP header
   * @param payload offset of what it carries; fragments and cut packets are passed over
   */
  packet(packet: Packet, ip: number, payload: number): void {
    const { bytes, end, isV6, protocol, wireBytes } = packet;
    if (payload > end) return;
    const isWhole = bytes === packet.frame && end - payload === wireBytes;
    const isHeaderWrong = !isV6 && fold(sum(bytes, ip, payload, 0)) !== 0xffff;
    const hasSegment = protocol === TCP && isWhole;
    if (isV6 && !hasSegment) return;
    this.counts.compared++;
    if (isHeaderWrong || (hasSegment && !isSegmentRight(packet, payload))) this.counts.wrong++;
  }
}

/** Addresses, protocol and length stand before the segment (RFC 9293 §3.1, RFC 8200 §8.1). */
function isSegmentRight(packet: Packet, from: number): boolean {
  const { bytes, end, isV6 } = packet;
  const words = isV6
    ? [packet.s0, packet.s1, packet.s2, packet.s3, packet.d0, packet.d1, packet.d2, packet.d3]
    : [packet.s0, packet.d0];
  let total = TCP + (end - from);
  for (const word of words) total += (word >>> 16) + (word & 0xffff);
  return fold(sum(bytes, from, end, total)) === 0xffff;
}

function sum(bytes: Uint8Array, from: number, to: number, start: number): number {
  let total = start;
  let at = from;
  for (; at + 1 < to; at += 2) total += half(bytes, at);
  return at < to ? total + (bytes[at]! << 8) : total;
}

function fold(total: number): number {
  let rest = total;
  while (rest > 0xffff) rest = (rest & 0xffff) + Math.floor(rest / 0x10000);
  return rest;
}
