/** Bounds of one run of one rule. Each has a reason; reaching one is said in the run. */
const TABLE = {
  'run-positions': {
    value: 500_000,
    why: 'events stored since the last run that one run looks at; what is left is looked at right afterwards',
  },
  'run-events': {
    value: 50_000,
    why: 'new events of a rule that one run takes, and events read back for what belongs together; all in all a run reads twice as many at most. A run with more new ones is cut into smaller ones. A longer history is cut at its beginning: the alert stays one, its figures are those of its latest events, and the run says so',
  },
  'run-ms': {
    value: 60_000,
    why: 'time of one run in milliseconds; the stretch is tried again in smaller parts',
  },
  'run-failures': {
    value: 5,
    why: 'failures of one stretch, one after the other, before it is given up: it becomes a gap that can be filled later',
  },
  'told-alerts': {
    value: 1_000,
    why: 'alerts of one rule remembered so that one that goes on stays one; an older one that goes on becomes a new alert',
  },
  'rule-matches': {
    value: 200_000,
    why: 'events one rule remembers by the fields that decide, where they matter for a day or for ever. The older ones of a finding are left out then: it stays one, its figures are those of its latest events, and the run says so',
  },
  'standing-events': {
    value: 30_000,
    why: 'events of a rule that makes a finding a day, such as `exposure-egress`, whose findings stay in memory from run to run, about 1.3 kB an event. The first run after a start makes those of all that is remembered, if there is room for them; else they are made when they are needed, and those that were not needed for longest give way',
  },
  'seen-terms': {
    value: 50_000,
    why: 'combinations of values one rule of type `new_terms` remembers; one that was forgotten is new again',
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
