import { Address, parseAddress } from './address.ts';

/** A block of addresses: the lowest and the highest, both inside. */
export interface AddressRange {
  readonly low: Address;
  readonly high: Address;
}

/** A network as written, with its block. */
export interface Cidr extends AddressRange {
  /** Bits that are fixed, of 128; an IPv4 /8 is 104. */
  readonly prefix: number;
  /** True when the text had bits set behind the prefix (`10.1.2.3/8`); the block is the network's all the same. */
  readonly hasHostBits: boolean;
}

/**
 * Reads a network.
 *
 * @param text `10.0.0.0/8`, `FE80::/10`, or a single address, which is its own network
 * @returns the network, or undefined when the text is none
 */
export function parseCidr(text: string): Cidr | undefined {
  const slash = text.indexOf('/');
  const address = parseAddress(slash < 0 ? text : text.slice(0, slash));
  if (!address) return undefined;
  let prefix = 128;
  if (slash >= 0) {
    const digits = text.slice(slash + 1);
    if (!/^\d{1,3}$/.test(digits)) return undefined;
    const isV4Text = !text.slice(0, slash).includes(':');
    prefix = Number(digits) + (isV4Text ? 96 : 0);
    if (prefix > 128) return undefined;
  }
  const low = new Address(
    keepBits(address.a, prefix),
    keepBits(address.b, prefix - 32),
    keepBits(address.c, prefix - 64),
    keepBits(address.d, prefix - 96),
  );
  const high = new Address(
    fillBits(low.a, prefix),
    fillBits(low.b, prefix - 32),
    fillBits(low.c, prefix - 64),
    fillBits(low.d, prefix - 96),
  );
  return { low, high, prefix, hasHostBits: low.compare(address) !== 0 };
}

/**
 * Reads a network, a single address or a range `low-high`.
 *
 * @returns the block, or undefined when the text is none of these or the range is empty
 */
export function parseAddressRange(text: string): AddressRange | undefined {
  const dash = text.indexOf('-');
  if (dash < 0) return parseCidr(text);
  const low = parseAddress(text.slice(0, dash).trim());
  const high = parseAddress(text.slice(dash + 1).trim());
  if (!low || !high || low.compare(high) > 0) return undefined;
  return { low, high };
}

/** Keeps the first `bits` bits of a word; none for 0 or less, all for 32 or more. */
function keepBits(word: number, bits: number): number {
  if (bits <= 0) return 0;
  if (bits >= 32) return word;
  return (word & (0xffffffff << (32 - bits))) >>> 0;
}

/** Sets all bits behind the first `bits` bits of a word. */
function fillBits(word: number, bits: number): number {
  if (bits <= 0) return 0xffffffff;
  if (bits >= 32) return word;
  return (word | (0xffffffff >>> bits)) >>> 0;
}
