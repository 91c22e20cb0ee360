/** Bounds of one run of one rule. Each has a reason; reaching one is said in the run. */
const TABLE = {
  'run-positions': {
    value: 500_000,
    why: 'events stored since the last run that one run looks at; what is left is looked at right afterwards',
  },
  'run-events': {
    value: 50_000,
    why: 'events read for one run; a run with more new matches takes fewer positions, a longer history is cut at its beginning',
  },
  'run-ms': { value: 60_000, why: 'time of one run in milliseconds; the next one takes fewer positions' },
  'told-alerts': {
    value: 1_000,
    why: 'alerts of one rule remembered so that one that goes on stays one; an older one that goes on becomes a new alert',
  },
  'seen-terms': {
    value: 50_000,
    why: 'combinations of values one rule of type new_terms remembers; one that was forgotten is new again',
  },
  'rule-matches': {
    value: 200_000,
    why: 'events one rule remembers by the fields that decide, where they matter for a day or for ever; figures of older findings leave out what has no room',
  },
  'standing-events': {
    value: 30_000,
    why: 'events of one rule whose findings stay in memory from run to run, about 1.3 kB each; those of others are judged again',
  },
  'run-failures': {
    value: 5,
    why: 'failures of one stretch, one after the other, before it is given up: it becomes a gap that can be filled later',
  },
} as const satisfies Record<string, { readonly value: number; readonly why: string }>;

/** Names of the bounds. */
export type RunLimitName = keyof typeof TABLE;

/** Values of the bounds. */
export type RunLimits = Readonly<Record<RunLimitName, number>>;

/** All bounds with their reason, for the generated reference. */
export const RUN_LIMITS: readonly { readonly name: RunLimitName; readonly value: number; readonly why: string }[] =
  Object.entries(TABLE).map(([name, row]) => ({ name: name as RunLimitName, ...row }));

/** @returns all bounds, with those that differ from their default */
export function runLimits(changes: Partial<RunLimits> = {}): RunLimits {
  return { ...(Object.fromEntries(RUN_LIMITS.map(({ name, value }) => [name, value])) as RunLimits), ...changes };
}
