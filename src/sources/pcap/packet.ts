/** The packet being taken apart: one object, written over for every packet, so that nothing is made per packet. */
export class Packet {
  bytes: Uint8Array = new Uint8Array(0);
  /** Behind the last captured byte of what is being read. */
  end = 0;

  /** The frame, of which `bytes` is a part unless fragments were put together. */
  frame: Uint8Array = this.bytes;
  /** Where the Ethernet addresses stand (destination, then source), -1 without. */
  macAt = -1;
  /** Outer VLAN id, -1 without. */
  vlan = -1;
  innerVlan = -1;
  /** Number of the interface it was recorded on. */
  on = 0;
  /** Number of the tunnel it came through, 0 for none. */
  tunnel = 0;

  isV6 = false;
  /** Source address in words of 32 bits, signed; IPv4 in the first. */
  s0 = 0;
  s1 = 0;
  s2 = 0;
  s3 = 0;
  /** Destination address. */
  d0 = 0;
  d1 = 0;
  d2 = 0;
  d3 = 0;
  /** IP protocol of the payload. */
  protocol = 0;
  /** Identification of IPv4, which tells a packet recorded twice from one sent twice; 0 in IPv6. */
  id = 0;
  /** Bytes of the IP packet on the wire. */
  ipBytes = 0;
  /** Bytes of the IP payload on the wire; more than were captured when the snap length cut it. */
  wireBytes = 0;
}

/** @returns four bytes in network order as a signed number */
export function word(bytes: Uint8Array, at: number): number {
  return (bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!;
}

/** @returns two bytes in network order */
export function half(bytes: Uint8Array, at: number): number {
  return (bytes[at]! << 8) | bytes[at + 1]!;
}
