import { blankRule } from '../../../src/detect/blank-rule.ts';
import { emptyRun } from '../../../src/detect/schedule/run-given.ts';
import type { AlertRecord } from '../../../src/store/alert-store.ts';
import type { RuleRun, RunOutcome } from '../../../src/store/run-store.ts';
import type { Store } from '../../../src/store/store.ts';

/** What is kept beside events. */
export type Desk = Omit<Store, 'events' | 'forget' | 'maintenance'>;

/** A desk for one test. */
export interface DeskUnderTest {
  readonly desk: Desk;
  /** What is found after the machine stopped at this moment. */
  readonly afterCrash: () => Promise<Desk>;
}

/** Makes a desk that holds nothing. */
export type OpenDesk = () => Promise<DeskUnderTest>;

/** The moment at which tests begin. */
export const NOW = 1_772_375_400_000;

/** @returns an alert of a rule, the n-th minute */
export function alert(id: string, minute = 0, more: Partial<AlertRecord> = {}): AlertRecord {
  return {
    id,
    ruleId: 'admin-share-write',
    timeMs: NOW + minute * 60_000,
    createdMs: NOW + 1,
    riskScore: 47,
    severity: 'medium',
    isBuildingBlock: false,
    document: { host: { name: 'FS01' }, source: { ip: '10.1.2.3' } },
    ...more,
  };
}

/** @returns a run in which nothing happened */
export function run(id: string, more: Partial<RuleRun> = {}): RuleRun {
  const nothing = emptyRun(blankRule('admin-share-write'), { runId: id }, NOW);
  return { ...nothing, endedMs: NOW + 20, toPosition: 10, ...more };
}

/** @returns what a run leaves behind that made these alerts */
export function outcome(alerts: readonly AlertRecord[], more: Partial<RunOutcome> = {}): RunOutcome {
  return { run: run(`run ${alerts.map(({ id }) => id).join(' ')}`), alerts, state: undefined, ...more };
}
