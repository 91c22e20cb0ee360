/**
 * What the server keeps, beside the events: alerts and what became of them, what people wrote (exceptions, value lists), what
 * rules remember between runs, the runs themselves, and who changed what. One store holds all of it, so that a run's alerts
 * and its state are written together or not at all. Of it the events are there (duckdb/); the rest is what is to come.
 */
import type { Document } from '../event/document.ts';
import type { EventStore } from './event-store.ts';

/** Where an alert stands with the people who look at it. */
export type AlertState = 'open' | 'acknowledged' | 'closed';

/** Why an alert was closed. */
export type AlertVerdict = 'true-positive' | 'benign' | 'false-positive' | 'duplicate';

/** An alert as rules make it. The same alert has the same id, whichever run makes it. */
export interface AlertRecord {
  readonly id: string;
  readonly ruleId: string;
  /** Time of its latest event, in milliseconds since 1970. */
  readonly timeMs: number;
  readonly document: Document;
}

/** A change of an alert's state. */
export interface AlertChange {
  readonly state: AlertState;
  /** Said when it is closed. */
  readonly verdict?: AlertVerdict | undefined;
  readonly note: string;
  /** Name of the user. */
  readonly by: string;
  readonly atMs: number;
}

/** An alert with what became of it, the oldest change first; one that nobody touched is open. */
export interface StoredAlert extends AlertRecord {
  readonly state: AlertState;
  readonly history: readonly AlertChange[];
}

/** Alerts by what people choose them by; what is left out does not matter. */
export interface AlertSearch {
  readonly states?: readonly AlertState[] | undefined;
  readonly ruleIds?: readonly string[] | undefined;
  readonly fromMs?: number | undefined;
  readonly beforeMs?: number | undefined;
  readonly limit: number;
  /** `next` of the page before. */
  readonly after?: string | undefined;
}

/** The alerts of a store, the newest first. */
export interface AlertStore {
  /** Adds alerts; one that is there already gets the new document and keeps its state. @returns how many are new */
  put(alerts: readonly AlertRecord[]): Promise<number>;
  search(search: AlertSearch): Promise<{ readonly alerts: readonly StoredAlert[]; readonly next: string | undefined }>;
  /** @returns how many of the alerts are there and were changed */
  change(ids: readonly string[], change: AlertChange): Promise<number>;
}

/** Texts that people wrote and may write again, such as exceptions; earlier versions are kept. */
export interface TextStore {
  /** @returns the text as it is now, or undefined when there is none or it was removed */
  get(id: string): Promise<string | undefined>;
  ids(): Promise<readonly string[]>;
  /** @param text undefined removes it */
  put(id: string, text: string | undefined, by: string): Promise<void>;
}

/** One run of a rule. */
export interface RuleRun {
  readonly ruleId: string;
  readonly startedMs: number;
  readonly endedMs: number;
  /** Stretch of event time that was looked at. */
  readonly fromMs: number;
  readonly beforeMs: number;
  readonly candidates: number;
  readonly matches: number;
  readonly alerts: number;
  /** Matches that an exception silenced or a limit cut off. */
  readonly excepted: number;
  readonly dropped: number;
  readonly error?: string | undefined;
}

/** What a run leaves behind; all of it is written, or nothing. */
export interface RunOutcome {
  readonly run: RuleRun;
  readonly alerts: readonly AlertRecord[];
  /** What the rule remembers for its next run, as JSON; undefined leaves it as it was. */
  readonly state?: string | undefined;
}

/** Runs of rules and what they remember. */
export interface RunStore {
  finish(outcome: RunOutcome): Promise<void>;
  /** @returns the latest runs of a rule, the newest first */
  latest(ruleId: string, limit: number): Promise<readonly RuleRun[]>;
  state(ruleId: string): Promise<string | undefined>;
}

/** An entry of the audit log. */
export interface AuditEntry {
  readonly atMs: number;
  readonly by: string;
  /** What was done, such as `rule.disable`. */
  readonly action: string;
  readonly details: Document;
}

/** Who changed what: entries are only added, each with a hash over itself and the one before. */
export interface AuditLog {
  append(entry: AuditEntry): Promise<void>;
  entries(
    limit: number,
    after?: string,
  ): Promise<{ readonly entries: readonly AuditEntry[]; readonly next: string | undefined }>;
  /** @returns the first entry whose hash is not what it should be, or undefined when all are as they were written */
  firstForged(): Promise<AuditEntry | undefined>;
}

/**
 * A store of the server.
 *
 * @public
 */
export interface Store {
  readonly events: EventStore;
  readonly alerts: AlertStore;
  readonly exceptions: TextStore;
  readonly valueLists: TextStore;
  readonly runs: RunStore;
  readonly audit: AuditLog;
  close(): Promise<void>;
}
