import { availableParallelism } from 'node:os';

/** How rows go into the tables when many come. */
export interface BlockSettings {
  /** Rows of a block. */
  readonly rows: number;
  /** While as many rows come that a block is full within this time, they wait for it to be; milliseconds. */
  readonly fillMs: number;
}

/** Limits of a store. */
export interface StoreSettings {
  /** Memory that the database may use, in megabytes; what needs more goes through a folder beside the file. */
  readonly memoryMb: number;
  /** Threads of the database. */
  readonly threads: number;
  /** A question that takes longer is stopped, in milliseconds. */
  readonly queryMs: number;
  readonly blocks: BlockSettings;
}

/** Enough for rules over the newest events of fifty million. */
const MEMORY_MB = 2_048;
/** Long enough for a figure over all of a large store, short enough that nobody waits for ever. */
const QUERY_MS = 120_000;

/** One core is left to the program: where all are taken, the database's threads wait for work at its cost. */
const THREADS = Math.max(1, availableParallelism() - 1);

/** Rows that DuckDB keeps together, and writes without a detour when they come together. */
const BLOCK_ROWS = 122_880;
/** Events that come fast are found so much later; rules that look every minute hardly notice. */
const FILL_MS = 30_000;

/** Limits where nothing is said. */
export const DEFAULT_STORE_SETTINGS: StoreSettings = {
  memoryMb: MEMORY_MB,
  threads: THREADS,
  queryMs: QUERY_MS,
  blocks: { rows: BLOCK_ROWS, fillMs: FILL_MS },
};

/** How long and how much is kept. */
export interface Retention {
  /** Events that came in longer ago are removed, in milliseconds. */
  readonly keepMs: number;
  /** When the file holds more than this, the oldest events are removed, in bytes. */
  readonly maxBytes: number;
}
