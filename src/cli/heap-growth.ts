import { setFlagsFromString } from 'node:v8';

/** How far the heap may grow beyond what lives in it before the next full collection, percent. */
const GROWTH_PERCENT = 30;

/**
 * Keeps the process small. V8 lets a heap of 50 MB grow to four times that before it looks for what can go; we make little
 * that lives for long, so looking earlier costs next to nothing. Threads that are started later do the same.
 */
export function boundHeapGrowth(): void {
  setFlagsFromString(`--heap-growing-percent=${GROWTH_PERCENT}`);
}
