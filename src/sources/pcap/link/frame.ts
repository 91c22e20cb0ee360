/**
 * From a frame to its IP packet: Ethernet with VLAN tags, MPLS and PPPoE, cooked Linux frames, loopback, PPP, raw IP.
 * {@link readFrame} answers with the offset of the IP packet and sets what the link says.
 */
import { half, type Packet, word } from '../packet.ts';
import type { LinkKind } from './link-type.ts';

/** Answers of {@link readFrame} that are no offset. */
export const NOT_IP = -1;
/** NetBEUI: NetBIOS, and so SMB1, straight over Ethernet. */
export const NETBEUI = -2;

const ETHER = {
  ipv4: 0x0800,
  ipv6: 0x86dd,
  vlan: 0x8100,
  qinq: 0x88a8,
  qinq1: 0x9100,
  qinq2: 0x9200,
  mpls: 0x8847,
  mplsMulticast: 0x8848,
  pppoe: 0x8864,
} as const;

/** An EtherType below this is a length (IEEE 802.3). */
const FIRST_ETHER_TYPE = 0x0600;
const MAX_TAGS = 4;
const MAX_LABELS = 16;
const MPLS_BOTTOM = 0x100;
const PPP_IPV4 = 0x0021;
const PPP_IPV6 = 0x0057;
const AF_INET = 2;
/** AF_INET6 of Linux, NetBSD, FreeBSD and macOS. */
const AF_INET6: ReadonlySet<number> = new Set([10, 24, 28, 30]);

/** @returns offset of the IP packet in `packet.bytes`, or {@link NOT_IP}, {@link NETBEUI} */
export function readFrame(packet: Packet, from: number, kind: LinkKind): number {
  switch (kind) {
    case 'ethernet':
      return readEthernet(packet, from);
    case 'raw':
      return ipAt(packet, from);
    case 'cooked1':
      return packet.end - from < 16 ? NOT_IP : readEtherType(packet, half(packet.bytes, from + 14), from + 16);
    case 'cooked2':
      return packet.end - from < 20 ? NOT_IP : readEtherType(packet, half(packet.bytes, from), from + 20);
    case 'null':
    case 'loop':
      return readLoopback(packet, from);
    case 'ppp':
      return readPpp(packet, from);
    default:
      return NOT_IP;
  }
}

/** @returns offset of the IP packet behind an Ethernet header */
export function readEthernet(packet: Packet, from: number): number {
  if (packet.end - from < 14) return NOT_IP;
  packet.macAt = from;
  const { bytes } = packet;
  const type = half(bytes, from + 12);
  if (type >= FIRST_ETHER_TYPE) return readEtherType(packet, type, from + 14);
  const isNetbios = packet.end - from >= 17 && bytes[from + 14] === 0xf0 && bytes[from + 15] === 0xf0;
  return isNetbios ? NETBEUI : NOT_IP;
}

/** @returns offset of the IP packet behind an EtherType, through tags and labels */
export function readEtherType(packet: Packet, type: number, from: number): number {
  let etherType = type;
  let at = from;
  for (let tags = 0; isTag(etherType) && tags < MAX_TAGS; tags++) {
    if (packet.end - at < 4) return NOT_IP;
    const id = half(packet.bytes, at) & 0xfff;
    if (packet.vlan < 0) packet.vlan = id;
    else if (packet.innerVlan < 0) packet.innerVlan = id;
    etherType = half(packet.bytes, at + 2);
    at += 4;
  }
  switch (etherType) {
    case ETHER.ipv4:
    case ETHER.ipv6:
      return at;
    case ETHER.mpls:
    case ETHER.mplsMulticast:
      return readLabels(packet, at);
    case ETHER.pppoe:
      return readPpp(packet, at + 6);
    default:
      return NOT_IP;
  }
}

function isTag(type: number): boolean {
  return type === ETHER.vlan || type === ETHER.qinq || type === ETHER.qinq1 || type === ETHER.qinq2;
}

function readLabels(packet: Packet, from: number): number {
  let at = from;
  for (let labels = 0; labels < MAX_LABELS; labels++) {
    if (packet.end - at < 4) return NOT_IP;
    const label = word(packet.bytes, at);
    at += 4;
    if ((label & MPLS_BOTTOM) !== 0) return ipAt(packet, at);
  }
  return NOT_IP;
}

function readLoopback(packet: Packet, from: number): number {
  if (packet.end - from < 4) return NOT_IP;
  const family = word(packet.bytes, from);
  // Link type 0 writes the family in the recorder's byte order: a small number stands at one end or the other.
  const small = (family & 0xffff) === 0 ? (family >>> 24) | ((family >>> 8) & 0xff00) : family;
  return small === AF_INET || AF_INET6.has(small) ? from + 4 : NOT_IP;
}

/** PPP with or without its address and control bytes FF 03; a protocol below 0x100 may stand in one byte. */
function readPpp(packet: Packet, from: number): number {
  const { bytes } = packet;
  let at = from;
  if (packet.end - at >= 2 && bytes[at] === 0xff && bytes[at + 1] === 0x03) at += 2;
  if (packet.end - at < 2) return NOT_IP;
  const isShort = (bytes[at]! & 1) === 1;
  const protocol = isShort ? bytes[at]! : half(bytes, at);
  return protocol === PPP_IPV4 || protocol === PPP_IPV6 ? at + (isShort ? 1 : 2) : NOT_IP;
}

function ipAt(packet: Packet, at: number): number {
  if (at >= packet.end) return NOT_IP;
  const version = packet.bytes[at]! >> 4;
  return version === 4 || version === 6 ? at : NOT_IP;
}
