import type { EventOrder } from '../executors/leg-matches.ts';
import type { ForwardedRecord } from '../parallel/forwarded-event.ts';

/** An event that may still be part of alerts. */
export interface KeptEvent extends EventOrder {
  readonly record: ForwardedRecord;
}
