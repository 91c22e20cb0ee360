/** What the main thread and the reading threads say to each other. */
import type { FaultGroup } from '../../base/fault.ts';
import type { NetworkSettings } from '../../event/networks.ts';
import type { InputFile } from '../../sources/input/discover.ts';
import type { ReadResult } from '../../sources/input/read.ts';
import type { SourceSettings } from '../../sources/source.ts';
import type { EvidenceCounts } from '../scan/evidence-tally.ts';
import type { Question } from '../scan/rule-predicates.ts';
import type { Run } from './task-queue.ts';

/** What a reading thread works with. */
export interface ReadingWork {
  /** What the rules ask of events. */
  readonly questions: readonly Question[];
  readonly networks: NetworkSettings;
  readonly settings: SourceSettings;
  /** Limit of the engine that counts in each thread. */
  readonly datasetsNamed: number;
}

/** Main thread to reading thread. */
export type Order =
  /** First of all; the work as transfer.ts packs it. */
  | { readonly kind: 'begin'; readonly work: unknown }
  | { readonly kind: 'read'; readonly run: Run; readonly inputs: readonly InputFile[] }
  /** A batch is dealt with. */
  | { readonly kind: 'took' }
  /** Interrupted: what was read so far counts. */
  | { readonly kind: 'stop' }
  | { readonly kind: 'end' };

/** What a run of tasks came to. */
export interface RunResult {
  readonly files: readonly ReadResult[];
  readonly skipped: readonly { readonly reason: string; readonly count: number }[];
  readonly faults: readonly FaultGroup[];
  /** Events that mattered to no rule. */
  readonly unwanted: EvidenceCounts;
}

/** Reading thread to main thread. */
export type Answer =
  | { readonly kind: 'events'; readonly run: Run; readonly records: readonly string[] }
  | { readonly kind: 'progress'; readonly bytes: number; readonly events: number }
  | { readonly kind: 'done'; readonly run: Run; readonly result: RunResult };

/** Batches a thread may be ahead; then it waits, so that a slow main thread does not fill the memory. */
export const MAX_WAITING = 8;
/** Characters of a batch. */
export const BATCH_CHARS = 256 * 1024;
