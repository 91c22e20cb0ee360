import type { Alert } from '../alert.ts';
import type { Partition } from './partition.ts';
import type { Reach } from './reach.ts';
import type { RuleState } from './rule-state.ts';
import type { RunEvent } from './run-event.ts';
import type { RunReader } from './run-reader.ts';

/** Events that are judged together, apart from all others. */
export interface RunCase {
  readonly events: readonly RunEvent[];
  /** Whether an alert rests on everything it depends on; those at the edge of what was read are left to other runs. */
  readonly accepts: (alert: Alert) => boolean;
  /** There was more that belongs here than one run reads: what was left out lies before. */
  readonly isCut: boolean;
  /** What could not be judged, and why. */
  readonly remark?: string | undefined;
}

/** What cases are gathered from. */
export interface Gathering {
  readonly partition: Partition;
  readonly reader: RunReader;
  readonly state: RuleState;
  /** Everything the store holds is new to the rule. */
  readonly isAllNew: boolean;
  /** Events behind this time wait for a later run; Infinity when time decides nothing. */
  readonly untilMs: number;
  /** Events of one case at most. */
  readonly maxEvents: number;
}

/** The reach of one kind. */
export type ReachOf<K extends Reach['kind']> = Extract<Reach, { readonly kind: K }>;

/** Stretches that are read one by one; with more, all that lies between is read at once. */
export const MAX_STRETCHES = 16;

/** @returns a case of everything there is */
export function wholeCase(events: readonly RunEvent[]): RunCase {
  return { events, accepts: () => true, isCut: false };
}

/** @returns times of the events that have one */
export function timesOf(events: readonly RunEvent[]): number[] {
  return events.flatMap(({ timeMs }) => (timeMs > 0 ? [timeMs] : []));
}
