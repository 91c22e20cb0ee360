/**
 * Which events a rule has seen already: a set of 64-bit hashes in typed arrays with open addressing. With the 4 million
 * entries it may hold, the chance that two different events are taken for one is about one in two million.
 */
import { hash64, lanes } from './text-hash.ts';

const FIRST_SLOTS = 1024;

/** A bounded set of (event, rule) pairs. */
export class Dedupe {
  private readonly limit: number;
  private readonly onFull: () => void;
  private low = new Uint32Array(FIRST_SLOTS);
  private high = new Uint32Array(FIRST_SLOTS);
  private count = 0;

  /**
   * @param limit entries at most
   * @param onFull called for each new entry that has no room
   */
  constructor(limit: number, onFull: () => void) {
    this.limit = limit;
    this.onFull = onFull;
  }

  /** Entries held. */
  get size(): number {
    return this.count;
  }

  /**
   * Remembers a pair.
   *
   * @param id event id
   * @param rule number of the rule in this scan
   * @returns true when it was not known; beyond the limit also when it could not be remembered
   */
  add(id: string, rule: number): boolean {
    hash64(id, rule);
    const low = lanes[0]!;
    // (0, 0) marks a free slot.
    const high = low === 0 && lanes[1] === 0 ? 1 : lanes[1]!;
    let slot = this.slotOf(low, high);
    if (this.low[slot] !== 0 || this.high[slot] !== 0) return false;
    if (this.count >= this.limit) {
      this.onFull();
      return true;
    }
    if ((this.count + 1) * 2 > this.low.length) {
      this.grow();
      slot = this.slotOf(low, high);
    }
    this.low[slot] = low;
    this.high[slot] = high;
    this.count++;
    return true;
  }

  /** @returns the slot that holds the pair, or the free one where it belongs */
  private slotOf(low: number, high: number): number {
    const mask = this.low.length - 1;
    let slot = low & mask;
    while ((this.low[slot] !== low || this.high[slot] !== high) && (this.low[slot] !== 0 || this.high[slot] !== 0)) {
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  private grow(): void {
    const { low, high } = this;
    this.low = new Uint32Array(low.length * 2);
    this.high = new Uint32Array(low.length * 2);
    for (let i = 0; i < low.length; i++) {
      if (low[i] === 0 && high[i] === 0) continue;
      const slot = this.slotOf(low[i]!, high[i]!);
      this.low[slot] = low[i]!;
      this.high[slot] = high[i]!;
    }
  }
}
