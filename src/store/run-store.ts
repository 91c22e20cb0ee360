import type { Document } from '../event/document.ts';
import type { AlertRecord, AlertsPut } from './alert-store.ts';
import type { EventValues } from './event-store.ts';

/** How a run of a rule went: all of its stretch was looked at, some is left for the next run, or nothing was done. */
export type RunStatus = 'ok' | 'partial' | 'failed';

/** One run of a rule. Times are milliseconds since 1970. */
export interface RuleRun {
  readonly id: string;
  readonly ruleId: string;
  readonly startedMs: number;
  readonly endedMs: number;
  /** Events stored behind this position up to {@link RuleRun.toPosition} were looked at. */
  readonly afterPosition: number;
  readonly toPosition: number;
  /** Stretch of event time that was read for it; undefined when nothing new mattered. */
  readonly fromMs: number | undefined;
  readonly toMs: number | undefined;
  readonly status: RunStatus;
  /** Why it is not ok. */
  readonly reason: string | undefined;
  /** Events read from the store. */
  readonly candidates: number;
  readonly matches: number;
  readonly alertsNew: number;
  readonly alertsUpdated: number;
  readonly suppressed: number;
  readonly excepted: number;
  /** Alerts beyond max_signals, left for the next run or summarised. */
  readonly overflow: number;
}

/** A stretch that a rule did not look at, and why. */
export interface RuleGap {
  readonly id: string;
  readonly ruleId: string;
  readonly afterPosition: number;
  readonly toPosition: number;
  readonly reason: string;
  readonly foundMs: number;
  readonly filledMs: number | undefined;
}

/** What an exception silenced of one rule. */
export interface ExceptionHits {
  readonly exceptionId: string;
  readonly ruleId: string;
  readonly count: number;
  /** When it was last used, in milliseconds since 1970. */
  readonly lastMs: number;
}

/** An event of a rule that the rule remembers by the fields that decide, so that it need not be looked for again. */
export interface RuleMatch extends EventValues {
  /** The one group it belongs to; undefined where it belongs to several. */
  readonly group: string | undefined;
}

/** What a rule remembers of its events from a run on. */
export interface MatchesKept {
  /** Whether these are all; else they are added to those before. */
  readonly isAnew: boolean;
  readonly added: readonly RuleMatch[];
  /** Those before this time are forgotten. */
  readonly fromMs: number;
}

/** Which of the remembered events of a rule are wanted. */
export interface MatchSearch {
  /** Groups whose events are wanted, with those that belong to several; undefined for all. */
  readonly groups: readonly string[] | undefined;
  readonly fromMs: number;
  /** Time before which they lie. */
  readonly beforeMs: number;
  /** The newest, so many at most. */
  readonly limit: number;
}

/** What a run leaves behind; all of it is written, or nothing. */
export interface RunOutcome {
  readonly run: RuleRun;
  readonly alerts: readonly AlertRecord[];
  /** What the rule remembers for its next run, as JSON; undefined leaves it as it was. */
  readonly state: Document | undefined;
  /** Events it remembers beside that; undefined leaves them as they were. */
  readonly matches?: MatchesKept | undefined;
  /** Gaps that are new. */
  readonly gaps?: readonly RuleGap[] | undefined;
  /** Ids of gaps that this run filled. */
  readonly filled?: readonly string[] | undefined;
  /** What exceptions silenced in this run; counts are added to those before. */
  readonly hits?: readonly ExceptionHits[] | undefined;
}

/** Runs of rules and what rules remember. */
export interface RunStore {
  /** Writes alerts (new ones are added, known ones get the new document and keep their state), state and run. */
  finish(outcome: RunOutcome): Promise<AlertsPut>;
  /** @returns the latest runs, of one rule or of all, the one that was written last first */
  latest(ruleId: string | undefined, limit: number): Promise<readonly RuleRun[]>;
  state(ruleId: string): Promise<Document | undefined>;
  /** @returns remembered events of a rule, the newest first */
  matches(ruleId: string, search: MatchSearch): Promise<readonly RuleMatch[]>;
  /** @returns the time of the event that has so many newer ones beside it among those remembered; undefined when there are fewer */
  matchTime(ruleId: string, newer: number): Promise<number | undefined>;
  gaps(ruleId?: string): Promise<readonly RuleGap[]>;
  /** @returns what exceptions silenced so far */
  exceptionHits(): Promise<readonly ExceptionHits[]>;
  /** Forgets runs that ended before, but the last one of each rule. */
  forget(beforeMs: number): Promise<void>;
}
