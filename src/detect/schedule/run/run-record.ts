import type { RuleRun } from '../../../store/run-store.ts';
import type { Rule } from '../../rule.ts';
import { least, timesOf } from '../cases/run-case.ts';
import type { RunEvent } from '../reading/run-event.ts';
import { emptyRun, type RunGiven } from '../run-given.ts';
import type { Settled } from './settle.ts';

/** A run whose alerts are settled. */
export interface SettledRun {
  readonly rule: Rule;
  readonly given: Pick<RunGiven, 'runId'>;
  readonly startedMs: number;
  readonly endedMs: number;
  readonly afterPosition: number;
  readonly toPosition: number;
  /** New events of the rule that were read. */
  readonly fresh: readonly RunEvent[];
  /** New events of the rule, read or not. */
  readonly matches: number;
  /** All events read. */
  readonly read: number;
  readonly settled: Settled;
  /** New alerts that sum up others. */
  readonly storms: number;
  /** New events, and findings of several, that exceptions silenced. */
  readonly excepted: { readonly events: number; readonly findings: number };
  /** What was left out, and why. */
  readonly remarks: ReadonlySet<string>;
}

/** @returns what is written down of a run */
export function runRecord(run: SettledRun): RuleRun {
  const { rule, given, startedMs, endedMs, afterPosition, toPosition, fresh, matches, settled, excepted, remarks } =
    run;
  const times = timesOf(fresh);
  const left = settled.left.length;
  return {
    ...emptyRun(rule, given, startedMs),
    endedMs,
    afterPosition,
    toPosition,
    fromMs: times.length > 0 ? least(times) : undefined,
    toMs: times.length > 0 ? -least(times.map((time) => -time)) : undefined,
    status: remarks.size > 0 ? 'partial' : 'ok',
    reason: remarks.size > 0 ? [...remarks].join('; ') : undefined,
    candidates: run.read,
    matches,
    alertsNew: settled.added + run.storms,
    alertsUpdated: settled.updated,
    suppressed: rule.suppression ? Math.max(0, fresh.length - excepted.events - settled.added - left) : 0,
    excepted: excepted.events + excepted.findings,
    overflow: left,
  };
}
