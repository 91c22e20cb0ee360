import { Address, addressFromV4 } from '../../../base/address/address.ts';
import { MAX_TUNNELS } from '../limits.ts';
import type { Packet } from '../packet.ts';
import type { TunnelKind, TunnelPlace } from './tunnel.ts';

/** A tunnel through which packets came. */
export interface Tunnel {
  readonly kind: TunnelKind;
  readonly id: number;
  readonly source: Address;
  readonly destination: Address;
}

/** Numbers the tunnels of a capture, so that a flow remembers its own in a few bits. */
export class TunnelList {
  private readonly tunnels: Tunnel[] = [];
  private last = 0;

  /** @returns the tunnel of a number; undefined for 0, no tunnel */
  at(number: number): Tunnel | undefined {
    return number === 0 ? undefined : this.tunnels[number - 1];
  }

  /** @returns number of the tunnel whose outer packet this is, from 1; 0 when there are too many to tell apart */
  numberOf(packet: Packet, place: TunnelPlace): number {
    const known = this.at(this.last);
    if (known && isOf(known, packet, place)) return this.last;
    // Mirrors use one tunnel or a few; a list of thousands is looked through only when they take turns.
    let number = this.tunnels.findIndex((tunnel) => isOf(tunnel, packet, place)) + 1;
    if (number === 0 && this.tunnels.length < MAX_TUNNELS) number = this.tunnels.push(tunnelOf(packet, place));
    this.last = number;
    return number;
  }
}

function tunnelOf(packet: Packet, { kind, id }: TunnelPlace): Tunnel {
  const { s0, s1, s2, s3, d0, d1, d2, d3 } = packet;
  const source = packet.isV6 ? new Address(s0 >>> 0, s1 >>> 0, s2 >>> 0, s3 >>> 0) : addressFromV4(s0);
  const destination = packet.isV6 ? new Address(d0 >>> 0, d1 >>> 0, d2 >>> 0, d3 >>> 0) : addressFromV4(d0);
  return { kind, id, source, destination };
}

function isOf({ kind, id, source, destination }: Tunnel, packet: Packet, place: TunnelPlace): boolean {
  if (kind !== place.kind || id !== place.id) return false;
  if (!packet.isV6) return isV4(source, packet.s0) && isV4(destination, packet.d0);
  const isSource = isWords(source, packet.s0, packet.s1, packet.s2, packet.s3);
  return isSource && isWords(destination, packet.d0, packet.d1, packet.d2, packet.d3);
}

function isV4(address: Address, bits: number): boolean {
  return address.isV4 && address.d === bits >>> 0;
}

function isWords(address: Address, a: number, b: number, c: number, d: number): boolean {
  return address.a === a >>> 0 && address.b === b >>> 0 && address.c === c >>> 0 && address.d === d >>> 0;
}
