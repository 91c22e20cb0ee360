import { MAX_SLOTS } from '../limits.ts';

/** Entries of all levels together: a descriptor has four bytes and a record 64 KiB. */
const CAPACITY = 16_384 + MAX_SLOTS;

/**
 * Substitution values of the current record: place, and the descriptor as it stands in the record, which holds size and type.
 * Used as a stack: nested fragments stand above.
 */
export class Slots {
  readonly at = new Int32Array(CAPACITY);
  readonly descriptor = new Int32Array(CAPACITY);

  /** @returns whether so many entries fit above a base */
  fits(base: number, count: number): boolean {
    return base + count <= CAPACITY;
  }

  /** @returns bytes of a value */
  size(index: number): number {
    return this.descriptor[index]! & 0xffff;
  }

  /** @returns type of a value, with the flag of arrays */
  type(index: number): number {
    return (this.descriptor[index]! >>> 16) & 0xff;
  }
}
