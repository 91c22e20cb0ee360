/** Tunnels whose inner packets are read: GRE (RFC 2784, 2890), ERSPAN, VXLAN (RFC 7348), GENEVE (RFC 8926), IP in IP. */
import { half, type Packet, word } from '../packet.ts';

/** What carries the inner packet. */
export type TunnelKind = 'gre' | 'erspan' | 'vxlan' | 'geneve' | 'ipip';

/** Where an inner packet begins; written over for every tunnel packet. */
export class TunnelPlace {
  kind: TunnelKind = 'ipip';
  /** Network, key or session that the tunnel tells apart, -1 without. */
  id = -1;
  /** First byte inside. */
  at = 0;
  /** EtherType of the inside, or {@link INNER_ETHERNET}, {@link INNER_IP}. */
  type = 0;
}

/** A whole Ethernet frame stands inside. */
export const INNER_ETHERNET = -1;
/** An IP packet of either version stands inside. */
export const INNER_IP = -2;

const ETHERNET_BRIDGED = 0x6558;
const ERSPAN_2 = 0x88be;
const ERSPAN_3 = 0x22eb;
const VXLAN_PORT = 4789;
const GENEVE_PORT = 6081;

const GRE = { checksum: 0x8000, routing: 0x4000, key: 0x2000, sequence: 0x1000, version: 0x0007 } as const;

/** @returns whether a GRE header with something readable inside stands at `at` */
export function readGre(packet: Packet, at: number, place: TunnelPlace): boolean {
  const { bytes } = packet;
  if (packet.end - at < 4) return false;
  const flags = half(bytes, at);
  const type = half(bytes, at + 2);
  if ((flags & (GRE.routing | GRE.version)) !== 0) return false;
  let next = at + 4;
  if ((flags & GRE.checksum) !== 0) next += 4;
  place.kind = 'gre';
  place.id = -1;
  if ((flags & GRE.key) !== 0) {
    if (packet.end - next < 4) return false;
    place.id = word(bytes, next) >>> 0;
    next += 4;
  }
  if ((flags & GRE.sequence) !== 0) next += 4;
  if (type === ERSPAN_2 || type === ERSPAN_3)
    return readErspan(packet, next, type, (flags & GRE.sequence) !== 0, place);
  place.at = next;
  place.type = type === ETHERNET_BRIDGED ? INNER_ETHERNET : type;
  return true;
}

/** ERSPAN without a sequence number is its first version, which has no header of its own. */
function readErspan(packet: Packet, at: number, type: number, hasSequence: boolean, place: TunnelPlace): boolean {
  place.kind = 'erspan';
  place.type = INNER_ETHERNET;
  place.at = at;
  if (type === ERSPAN_2 && !hasSequence) return true;
  const size = type === ERSPAN_2 ? 8 : 12;
  if (packet.end - at < size) return false;
  place.id = half(packet.bytes, at + 2) & 0x3ff;
  const hasPlatform = type === ERSPAN_3 && (packet.bytes[at + 11]! & 1) === 1;
  place.at = at + size + (hasPlatform ? 8 : 0);
  return true;
}

/**
 * @param at first byte of the UDP payload
 * @returns whether the datagram carries a tunnel
 */
export function readUdpTunnel(packet: Packet, at: number, port: number, place: TunnelPlace): boolean {
  const { bytes } = packet;
  if (packet.end - at < 8) return false;
  if (port === VXLAN_PORT) {
    // The flag that a network id stands here, and nothing reserved.
    if ((bytes[at]! & 0x08) === 0) return false;
    place.kind = 'vxlan';
    place.id = word(bytes, at + 4) >>> 8;
    place.at = at + 8;
    place.type = INNER_ETHERNET;
    return true;
  }
  if (port !== GENEVE_PORT || bytes[at]! >> 6 !== 0) return false;
  const type = half(bytes, at + 2);
  place.kind = 'geneve';
  place.id = word(bytes, at + 4) >>> 8;
  place.at = at + 8 + (bytes[at]! & 0x3f) * 4;
  place.type = type === ETHERNET_BRIDGED ? INNER_ETHERNET : type;
  return true;
}
