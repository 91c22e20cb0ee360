import { Address } from '../../base/address/address.ts';
import type { AddressRange, Cidr } from '../../base/address/cidr.ts';

/**
 * Cuts a block into the fewest networks that make it up, in order: back ends know networks, not blocks.
 *
 * @param range lowest and highest address
 * @returns at most 254 networks
 */
export function networksOfRange(range: AddressRange): Cidr[] {
  const networks: Cidr[] = [];
  const end = bitsOf(range.high);
  for (let start = bitsOf(range.low); start <= end; ) {
    let size = 0;
    while (size < 128 && ((start >> BigInt(size)) & 1n) === 0n && start + (1n << BigInt(size + 1)) - 1n <= end) size++;
    const next = start + (1n << BigInt(size));
    networks.push({ low: addressOf(start), high: addressOf(next - 1n), prefix: 128 - size, hasHostBits: false });
    start = next;
  }
  return networks;
}

function bitsOf({ a, b, c, d }: Address): bigint {
  return (BigInt(a) << 96n) | (BigInt(b) << 64n) | (BigInt(c) << 32n) | BigInt(d);
}

function addressOf(bits: bigint): Address {
  const word = (shift: bigint) => Number((bits >> shift) & 0xffffffffn);
  return new Address(word(96n), word(64n), word(32n), word(0n));
}
