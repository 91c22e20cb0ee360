/** An event of a leg, as far as judging it needs: small, plain, the same whatever order the evidence is read in. */
import { compareTexts } from '../../base/order.ts';
import type { FieldValue } from '../../event/document.ts';
import type { Provenance } from '../../event/view.ts';
import type { SpillCodec } from '../scan/sorted-spill.ts';

/** One event that matched a way of a leg. */
export interface ConvergenceEvent {
  /** Number of the way. */
  readonly way: number;
  /** Key of the rule; events of different keys never meet. */
  readonly key: string;
  /** Milliseconds. */
  readonly time: number;
  readonly id: string;
  /** Values that must not contradict each other, null where the event has none. */
  readonly same: readonly (string | null)[];
  /** Values of each link of the way. */
  readonly links: readonly (readonly string[])[];
  /** What is counted once: a hash of the distinct values, or of the event's id. */
  readonly object: number;
  /** Events this one stands for. */
  readonly weight: number;
  /** Values of the fields that alerts show, null where the event has none. */
  readonly values: readonly (Exclude<FieldValue, undefined> | null)[];
  readonly provenance: Provenance;
}

/** @returns whether both are one event in one way, also when one of them was written and read */
export function isSameEvent(one: ConvergenceEvent, other: ConvergenceEvent): boolean {
  return one.id === other.id && one.way === other.way;
}

/** Order of events of one key: time, then id, then way. */
export function compareEvents(one: ConvergenceEvent, other: ConvergenceEvent): number {
  return one.time - other.time || compareTexts(one.id, other.id) || one.way - other.way;
}

/** Events as lines of text, in order of key and time. */
export const CONVERGENCE_EVENT_CODEC: SpillCodec<ConvergenceEvent> = {
  compare: (one, other) => compareTexts(one.key, other.key) || compareEvents(one, other),
  encode: (event) => {
    const { way, key, time, id, same, links, object, weight, values, provenance } = event;
    return JSON.stringify([way, key, time, id, same, links, object, weight, values, provenance]);
  },
  decode: (line) => {
    const [way, key, time, id, same, links, object, weight, values, provenance] = JSON.parse(line) as [
      number,
      string,
      number,
      string,
      ConvergenceEvent['same'],
      ConvergenceEvent['links'],
      number,
      number,
      ConvergenceEvent['values'],
      Provenance,
    ];
    return { way, key, time, id, same, links, object, weight, values, provenance };
  },
  chars: ({ key, id, links, values }) =>
    key.length + id.length + charsOf(links.flat()) + charsOf(values as readonly unknown[]),
};

function charsOf(values: readonly unknown[]): number {
  let chars = 0;
  for (const value of values) {
    if (typeof value === 'string') chars += value.length;
    else if (Array.isArray(value)) chars += charsOf(value);
  }
  return chars;
}
