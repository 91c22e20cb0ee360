import { setFlagsFromString } from 'node:v8';

/**
 * How much the heap may grow over what is alive before it is cleaned up. V8 lets it grow to four times as much where memory is
 * plenty: of a log that repeats nothing 45 MB were alive, and 270 MB resident. A third more costs one part in twenty of the time.
 */
const PERCENT = 30;

/** Keeps the memory of all threads near what is alive; to be called before much is read. */
export function limitHeapGrowth(): void {
  setFlagsFromString(`--heap-growing-percent=${PERCENT}`);
}
