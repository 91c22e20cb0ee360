/** What the main thread and the reading threads say to each other. */
import type { FaultGroup } from '../../base/fault.ts';
import type { Provenance } from '../../event/view.ts';
import type { Document } from '../../event/document.ts';
import type { InputFile } from '../../sources/input/discover.ts';
import type { ReadResult } from '../../sources/input/read.ts';
import type { SourceSettings } from '../../sources/source.ts';
import type { DetectionOptions } from '../load-detection.ts';
import type { EvidenceCounts } from '../scan/evidence-tally.ts';

/** What a reading thread is started with. */
export interface WorkerData {
  /** Configuration file; undefined for the defaults. */
  readonly configFile: string | undefined;
  readonly detection: DetectionOptions;
  readonly settings: SourceSettings;
  readonly control: SharedArrayBuffer;
  readonly counters: SharedArrayBuffer;
  /** Number of the thread, from 0. */
  readonly thread: number;
}

/** Main thread to reading thread. */
export type Order =
  | { readonly kind: 'read'; readonly task: number; readonly input: InputFile }
  | { readonly kind: 'end' };

/** An event that matters to a rule, as JSON text of this. */
export interface ForwardedRecord {
  readonly id: string;
  readonly provenance: Provenance;
  readonly document: Document;
}

/** What one task came to. */
export interface TaskResult {
  readonly files: readonly ReadResult[];
  readonly skipped: readonly { readonly reason: string; readonly count: number }[];
  readonly faults: readonly FaultGroup[];
  /** Events that mattered to no rule. */
  readonly unwanted: EvidenceCounts;
}

/** Reading thread to main thread. */
export type Answer =
  | { readonly kind: 'ready' }
  | { readonly kind: 'events'; readonly records: readonly string[] }
  | { readonly kind: 'done'; readonly task: number; readonly result: TaskResult };

/** Places in the shared control array: the stop flag, then for each thread the batches that wait for the main thread. */
export const STOP = 0;
export const WAITING_FROM = 1;

/** Batches a thread may be ahead; then it waits, so that a slow main thread does not fill the memory. */
export const MAX_WAITING = 8;
/** Characters of a batch. */
export const BATCH_CHARS = 256 * 1024;
