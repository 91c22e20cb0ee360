import { hash } from 'node:crypto';
import type { Address } from '../base/address/address.ts';

const PROTOCOLS: Readonly<Record<string, number>> = { icmp: 1, tcp: 6, udp: 17, 'ipv6-icmp': 58, sctp: 132 };

/**
 * Community id, version 1, seed 0 (corelight/community-id-spec): one id for a flow whoever saw it and in whichever
 * direction. ICMP is left out: its ids need type and code, which flow records rarely carry.
 *
 * @param transport network.transport
 * @returns `1:` and base64, or undefined for a protocol without ports and for numbers that are no port
 */
export function communityId(
  source: Address,
  sourcePort: number,
  destination: Address,
  destinationPort: number,
  transport: string,
): string | undefined {
  const protocol = PROTOCOLS[transport];
  if (protocol === undefined || protocol === 1 || protocol === 58) return undefined;
  if (!isPort(sourcePort) || !isPort(destinationPort)) return undefined;
  const order = source.compare(destination) || sourcePort - destinationPort;
  const [low, lowPort, high, highPort] =
    order <= 0
      ? [source, sourcePort, destination, destinationPort]
      : [destination, destinationPort, source, sourcePort];
  const isV4 = low.isV4 && high.isV4;
  const size = isV4 ? 4 : 16;
  const bytes = Buffer.alloc(2 + 2 * size + 6);
  let at = writeAddress(bytes, 2, low, isV4);
  at = writeAddress(bytes, at, high, isV4);
  bytes.writeUInt8(protocol, at);
  bytes.writeUInt16BE(lowPort, at + 2);
  bytes.writeUInt16BE(highPort, at + 4);
  return `1:${hash('sha1', bytes, 'base64')}`;
}

/** Documents of others may say anything: 65536, -1, half a port. */
function isPort(value: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= 0xffff;
}

function writeAddress(bytes: Buffer, at: number, address: Address, isV4: boolean): number {
  if (isV4) return bytes.writeUInt32BE(address.d, at);
  let next = bytes.writeUInt32BE(address.a, at);
  next = bytes.writeUInt32BE(address.b, next);
  next = bytes.writeUInt32BE(address.c, next);
  return bytes.writeUInt32BE(address.d, next);
}
