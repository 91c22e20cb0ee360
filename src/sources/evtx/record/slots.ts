import { MAX_SLOTS } from '../limits.ts';

/** Entries of all levels together: a descriptor has four bytes and a record 64 KiB. */
const CAPACITY = 16_384 + MAX_SLOTS;

/** Substitution values of the current record: place, size and type. Used as a stack: nested fragments stand above. */
export class Slots {
  readonly at = new Int32Array(CAPACITY);
  readonly size = new Int32Array(CAPACITY);
  readonly type = new Uint8Array(CAPACITY);

  /** @returns whether so many entries fit above a base */
  fits(base: number, count: number): boolean {
    return base + count <= CAPACITY;
  }
}
