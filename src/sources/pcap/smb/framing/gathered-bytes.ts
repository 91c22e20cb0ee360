import type { ByteBudget } from '../state/byte-budget.ts';

/** Gathered bytes up to which the memory is kept for the next message. */
const KEPT_BYTES = 1024;

/** The beginning of a frame or message that comes in pieces. */
export class GatheredBytes {
  bytes = new Uint8Array(0);
  /** How many are there. */
  used = 0;
  private readonly budget: ByteBudget;

  /** @param budget memory of all connections for what comes in pieces */
  constructor(budget: ByteBudget) {
    this.budget = budget;
  }

  /**
   * Takes bytes until so many are gathered.
   *
   * @returns place behind what was taken
   */
  gather(bytes: Uint8Array, from: number, to: number, need: number): number {
    const end = from + Math.max(Math.min(need - this.used, to - from), 0);
    const length = this.used + end - from;
    if (this.bytes.length < length) this.grow(length);
    for (let i = from; i < end; i++) this.bytes[this.used++] = bytes[i]!;
    return end;
  }

  /** Leaves only a part of what is there. */
  keepOnly(from: number, to: number): void {
    this.bytes.copyWithin(0, from, to);
    this.used = to - from;
  }

  /**
   * Memory for a whole message.
   *
   * @param want its bytes
   * @returns how many there is memory for: fewer when the budget is spent
   */
  makeRoom(want: number): number {
    if (want <= this.bytes.length) return want;
    const more = want - KEPT_BYTES;
    if (more > 0 && !this.budget.take(more)) return Math.max(Math.min(want, KEPT_BYTES), this.used);
    const before = this.bytes.length;
    this.grow(want);
    if (before > KEPT_BYTES) this.budget.give(before - KEPT_BYTES);
    return want;
  }

  /** Gives back memory that only a long message needs. */
  release(): void {
    if (this.bytes.length <= KEPT_BYTES) return;
    this.budget.give(this.bytes.length - KEPT_BYTES);
    this.bytes = new Uint8Array(0);
  }

  private grow(size: number): void {
    const larger = new Uint8Array(Math.max(size, KEPT_BYTES));
    larger.set(this.bytes.subarray(0, this.used));
    this.bytes = larger;
  }
}
