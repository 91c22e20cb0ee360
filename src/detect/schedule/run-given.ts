import type { Document } from '../../event/document.ts';
import type { Networks } from '../../event/networks.ts';
import type { EventQuery } from '../../store/event-store.ts';
import type { AlertRecord } from '../../store/alert-store.ts';
import type { RuleRun, RunOutcome } from '../../store/run-store.ts';
import type { Exception } from '../exceptions/exception.ts';
import type { Rule } from '../rule.ts';
import type { EngineLimits } from '../scan/limits.ts';
import type { MatchSource } from './memory/remembered-matches.ts';
import type { RunLimits } from './run-limits.ts';
import type { RuleEvents } from './reading/run-reader.ts';
import type { StandingFindings } from './memory/standing-findings.ts';

/** What a run works with. */
export interface RunGiven {
  readonly events: RuleEvents;
  readonly networks: Networks;
  /** Exceptions at work. */
  readonly exceptions: readonly Exception[];
  /** Memory of the rule, as the run before left it. */
  readonly state: Document | undefined;
  /** Latest position of the store when the run began. */
  readonly position: number;
  /** @returns an alert as it is stored */
  readonly stored: (id: string) => Promise<AlertRecord | undefined>;
  /** @returns those of the ids under which an alert is stored */
  readonly known: (ids: readonly string[]) => Promise<ReadonlySet<string>>;
  /** Events that the rule remembers. */
  readonly matches: MatchSource;
  /** Findings that are at hand from the run before; undefined to make them of what is remembered. */
  readonly standing?: StandingFindings | undefined;
  /** @returns milliseconds since 1970 */
  readonly now: () => number;
  /** @returns milliseconds of a clock that nobody sets: how long something takes is measured by it */
  readonly ticks: () => number;
  readonly limits: RunLimits;
  readonly engineLimits?: Partial<EngineLimits>;
  readonly runId: string;
  /**
   * Looks at these events instead of those behind the rule's position, which stays where it is: a gap, or a stretch of time.
   */
  readonly window?: RunWindow | undefined;
}

/** Events that a run looks at anew. */
export type RunWindow = Pick<EventQuery, 'afterPosition' | 'toPosition' | 'fromMs' | 'beforeMs'>;

/** What a run leaves, and whether there is more to do right away. */
export interface RunResult extends RunOutcome {
  readonly isBehind: boolean;
}

/** @returns a run that found nothing */
export function emptyRun(rule: Rule, { runId }: Pick<RunGiven, 'runId'>, nowMs: number): RuleRun {
  return {
    id: runId,
    ruleId: rule.id,
    startedMs: nowMs,
    endedMs: nowMs,
    afterPosition: 0,
    toPosition: 0,
    fromMs: undefined,
    toMs: undefined,
    status: 'ok',
    reason: undefined,
    candidates: 0,
    matches: 0,
    alertsNew: 0,
    alertsUpdated: 0,
    suppressed: 0,
    excepted: 0,
    overflow: 0,
  };
}
