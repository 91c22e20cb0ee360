import { Address } from './address.ts';
import type { AddressRange } from './cidr.ts';

/**
 * A set of addresses as sorted, merged intervals: membership is one binary search, whatever the number of networks.
 * IPv4 has its own arrays of one word, because nearly every look-up is IPv4 and four words cost four times the memory.
 */
export class AddressSet {
  private readonly v4Low: Uint32Array;
  private readonly v4High: Uint32Array;
  private readonly low: readonly Address[];
  private readonly high: readonly Address[];

  /** @param ranges blocks in any order; overlapping ones are merged */
  constructor(ranges: Iterable<AddressRange>) {
    const merged = mergeRanges([...ranges]);
    const v4 = merged.flatMap(v4Part);
    this.v4Low = Uint32Array.from(v4, (range) => range[0]);
    this.v4High = Uint32Array.from(v4, (range) => range[1]);
    this.low = merged.map((range) => range.low);
    this.high = merged.map((range) => range.high);
  }

  /** Number of separate intervals after merging. */
  get size(): number {
    return this.low.length;
  }

  has(address: Address): boolean {
    return address.isV4 ? this.hasV4(address.d) : this.hasWide(address);
  }

  private hasV4(bits: number): boolean {
    let from = 0;
    let to = this.v4Low.length;
    while (from < to) {
      const middle = (from + to) >>> 1;
      if (this.v4Low[middle]! <= bits) from = middle + 1;
      else to = middle;
    }
    return from > 0 && this.v4High[from - 1]! >= bits;
  }

  private hasWide(address: Address): boolean {
    let from = 0;
    let to = this.low.length;
    while (from < to) {
      const middle = (from + to) >>> 1;
      if (this.low[middle]!.compare(address) <= 0) from = middle + 1;
      else to = middle;
    }
    return from > 0 && this.high[from - 1]!.compare(address) >= 0;
  }
}

/** Sorts blocks and joins those that overlap. */
function mergeRanges(ranges: AddressRange[]): AddressRange[] {
  ranges.sort((x, y) => x.low.compare(y.low));
  const merged: { low: Address; high: Address }[] = [];
  for (const { low, high } of ranges) {
    const last = merged.at(-1);
    if (last && low.compare(last.high) <= 0) {
      if (high.compare(last.high) > 0) last.high = high;
    } else {
      merged.push({ low, high });
    }
  }
  return merged;
}

/** The part of a block that lies in ::ffff:0:0/96, as two 32-bit bounds. */
function v4Part(range: AddressRange): [number, number][] {
  if (range.high.compare(V4_FIRST) < 0 || range.low.compare(V4_LAST) > 0) return [];
  const low = range.low.compare(V4_FIRST) < 0 ? 0 : range.low.d;
  const high = range.high.compare(V4_LAST) > 0 ? 0xffffffff : range.high.d;
  return [[low, high]];
}

const V4_FIRST = new Address(0, 0, 0xffff, 0);
const V4_LAST = new Address(0, 0, 0xffff, 0xffffffff);
