/** ICMP messages that say a packet did not arrive, with the beginning of that packet (RFC 792, RFC 4443 §3.1). */
import { word } from '../packet.ts';
import type { Packet } from '../packet.ts';
import { type FragmentPlace, readIp } from './ip-header.ts';

const V4_UNREACHABLE = 3;
/** Asks for smaller packets; nobody refused. */
const V4_TOO_BIG = 4;
const V6_UNREACHABLE = 1;
/** Bytes of the ICMP header before the quoted packet. */
const QUOTE_AT = 8;

/**
 * Reads the packet that an ICMP message quotes.
 *
 * @param at first byte of the ICMP message
 * @param quoted is written over with the quoted packet
 * @returns offset of the quoted transport header, of which 8 bytes are there, or -1
 */
export function readUnreachable(packet: Packet, at: number, quoted: Packet, place: FragmentPlace): number {
  const { bytes } = packet;
  if (packet.end - at < QUOTE_AT) return -1;
  const type = bytes[at]!;
  if (packet.isV6 ? type !== V6_UNREACHABLE : type !== V4_UNREACHABLE || bytes[at + 1] === V4_TOO_BIG) return -1;
  quoted.bytes = bytes;
  quoted.end = packet.end;
  const transport = readIp(quoted, at + QUOTE_AT, place);
  if (transport < 0 || quoted.isV6 !== packet.isV6) return -1;
  // The quoted header states the length of the whole packet; what is there is what the message holds.
  quoted.end = packet.end;
  return packet.end - transport >= 8 ? transport : -1;
}

/** @returns both ports of a quoted transport header: source in the upper half */
export function quotedPorts(quoted: Packet, transport: number): number {
  return word(quoted.bytes, transport);
}
