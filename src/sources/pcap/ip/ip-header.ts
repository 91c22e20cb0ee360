/** Headers of IPv4 (RFC 791) and IPv6 with its extension headers (RFC 8200). */
import { half, type Packet, word } from '../packet.ts';

/** What stands behind an IP header when it is no payload to read. */
export const MALFORMED = -1;
/** A piece of a packet: `fragment` of the reader says which. */
export const FRAGMENT = -2;
/** Encrypted (ESP) or nothing. */
export const NO_PAYLOAD = -3;

const IPV4_BYTES = 20;
const IPV6_BYTES = 40;
const MAX_EXTENSIONS = 8;
const MORE_FRAGMENTS = 0x2000;
const FRAGMENT_OFFSET = 0x1fff;

const NEXT = {
  hopByHop: 0,
  routing: 43,
  fragment: 44,
  esp: 50,
  ah: 51,
  none: 59,
  destination: 60,
  mobility: 135,
} as const;

/** The piece of a packet a header tells of; written over for every fragment. */
export class FragmentPlace {
  /** Where it belongs in the payload, bytes. */
  offset = 0;
  hasMore = false;
  id = 0;
  /** First byte of the piece. */
  at = 0;
}

/**
 * Reads an IP header and what extends it; sets addresses, protocol and sizes of the packet.
 *
 * @returns offset of the payload, or {@link MALFORMED}, {@link FRAGMENT}, {@link NO_PAYLOAD}
 */
export function readIp(packet: Packet, from: number, fragment: FragmentPlace): number {
  if (from >= packet.end) return MALFORMED;
  switch (packet.bytes[from]! >> 4) {
    case 4:
      return readIpv4(packet, from, fragment);
    case 6:
      return readIpv6(packet, from, fragment);
    default:
      return MALFORMED;
  }
}

/**
 * Goes on with a packet whose fragments were put together: its payload begins at 0.
 *
 * @returns offset of the payload, or {@link MALFORMED}, {@link NO_PAYLOAD}
 */
export function readPayload(packet: Packet, fragment: FragmentPlace): number {
  return packet.isV6 ? walkExtensions(packet, packet.protocol, 0, packet.wireBytes, fragment) : 0;
}

function readIpv4(packet: Packet, from: number, fragment: FragmentPlace): number {
  const { bytes } = packet;
  const captured = packet.end - from;
  if (captured < IPV4_BYTES) return MALFORMED;
  const headerBytes = (bytes[from]! & 15) * 4;
  // Length 0 is a packet that the network card will cut later (offload): what was captured is all there is.
  const total = half(bytes, from + 2) || captured;
  if (headerBytes < IPV4_BYTES || total < headerBytes) return MALFORMED;
  packet.isV6 = false;
  packet.s0 = word(bytes, from + 12);
  packet.d0 = word(bytes, from + 16);
  packet.protocol = bytes[from + 9]!;
  packet.id = half(bytes, from + 4);
  packet.ipBytes = total;
  packet.wireBytes = total - headerBytes;
  packet.end = Math.min(packet.end, from + total);
  const place = half(bytes, from + 6);
  const at = from + headerBytes;
  if ((place & (MORE_FRAGMENTS | FRAGMENT_OFFSET)) !== 0) {
    fragment.offset = (place & FRAGMENT_OFFSET) * 8;
    fragment.hasMore = (place & MORE_FRAGMENTS) !== 0;
    fragment.id = packet.id;
    fragment.at = at;
    return FRAGMENT;
  }
  return at;
}

function readIpv6(packet: Packet, from: number, fragment: FragmentPlace): number {
  const { bytes } = packet;
  const captured = packet.end - from;
  if (captured < IPV6_BYTES) return MALFORMED;
  // Length 0 is a jumbogram or offload.
  const payload = half(bytes, from + 4) || captured - IPV6_BYTES;
  packet.isV6 = true;
  packet.s0 = word(bytes, from + 8);
  packet.s1 = word(bytes, from + 12);
  packet.s2 = word(bytes, from + 16);
  packet.s3 = word(bytes, from + 20);
  packet.d0 = word(bytes, from + 24);
  packet.d1 = word(bytes, from + 28);
  packet.d2 = word(bytes, from + 32);
  packet.d3 = word(bytes, from + 36);
  packet.id = 0;
  packet.ipBytes = payload + IPV6_BYTES;
  const wireEnd = from + IPV6_BYTES + payload;
  packet.end = Math.min(packet.end, wireEnd);
  return walkExtensions(packet, bytes[from + 6]!, from + IPV6_BYTES, wireEnd, fragment);
}

function walkExtensions(packet: Packet, first: number, from: number, wireEnd: number, fragment: FragmentPlace): number {
  const { bytes } = packet;
  let next = first;
  let at = from;
  for (let extensions = 0; extensions <= MAX_EXTENSIONS; extensions++) {
    let size: number;
    switch (next) {
      case NEXT.hopByHop:
      case NEXT.routing:
      case NEXT.destination:
      case NEXT.mobility:
        if (packet.end - at < 8) return MALFORMED;
        size = (bytes[at + 1]! + 1) * 8;
        break;
      case NEXT.ah:
        if (packet.end - at < 8) return MALFORMED;
        size = (bytes[at + 1]! + 2) * 4;
        break;
      case NEXT.fragment: {
        if (packet.end - at < 8) return MALFORMED;
        size = 8;
        const place = half(bytes, at + 2);
        if ((place & 0xfff9) === 0) break;
        packet.protocol = bytes[at]!;
        packet.wireBytes = wireEnd - at - 8;
        fragment.offset = place & 0xfff8;
        fragment.hasMore = (place & 1) !== 0;
        fragment.id = word(bytes, at + 4);
        fragment.at = at + 8;
        return packet.wireBytes < 0 ? MALFORMED : FRAGMENT;
      }
      case NEXT.esp:
      case NEXT.none:
        return NO_PAYLOAD;
      default:
        packet.protocol = next;
        packet.wireBytes = wireEnd - at;
        return packet.wireBytes < 0 ? MALFORMED : at;
    }
    next = bytes[at]!;
    at += size;
    if (at > packet.end) return MALFORMED;
  }
  return MALFORMED;
}
