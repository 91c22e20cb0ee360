/** The beginning of a sequence: its positive events so far, and what its missing steps have seen. */
import { isBeyond } from './span.ts';

/** One beginning. Everything in it is JSON. */
export interface Beginning<M> {
  readonly events: M[];
  /** Latest match of a leading missing step before the first event. */
  readonly before: number | undefined;
  /** Earliest match of a missing step in the gap behind the last event. */
  gapFrom: number | undefined;
  /** A gap was not empty. The sequence still takes its slots; it is only not reported. */
  isSpoilt: boolean;
}

/** Notes a match of a missing step that belongs behind the last event so far. */
export function noteInGap<M extends { readonly time: number }>(beginning: Beginning<M>, time: number): void {
  if (beginning.gapFrom === undefined && time > beginning.events.at(-1)!.time) beginning.gapFrom = time;
}

/** Adds the event of the next positive step; what lies at the very times of its two ends is not between them. */
export function extend<M extends { readonly time: number }>(beginning: Beginning<M>, event: M): void {
  if (beginning.gapFrom !== undefined && beginning.gapFrom < event.time) beginning.isSpoilt = true;
  beginning.gapFrom = undefined;
  beginning.events.push(event);
}

/** @returns whether the gaps and the time before the first event allow a completed sequence */
export function isAllowed<M extends { readonly time: number }>(beginning: Beginning<M>, maxspanMs: number): boolean {
  const { before, events, isSpoilt } = beginning;
  return !isSpoilt && (before === undefined || isBeyond(before, events.at(-1)!.time, maxspanMs));
}
