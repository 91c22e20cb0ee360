/**
 * What the server keeps. One store holds all of it, so that what a run of a rule found, what it remembers and that it ran are
 * written together or not at all.
 *
 * Every event gets a *position*, a number that grows in the order in which events were stored. A rule remembers the position up
 * to which it has seen everything, so that nothing is skipped or lost, however late an event comes and whatever clock is wrong.
 */
import type { Document } from '../event/document.ts';
import type { EventStore, EventValues } from './event-store.ts';
import type { Retention } from './store-settings.ts';

/** Where an alert stands with the people who look at it. */
export type AlertState = 'open' | 'acknowledged' | 'closed';

/** Why an alert was closed. */
export type AlertVerdict = 'true-positive' | 'benign' | 'false-positive' | 'duplicate';

/** An alert as rules make it. The same alert has the same id, whichever run makes it. */
export interface AlertRecord {
  readonly id: string;
  readonly ruleId: string;
  /** Time of its latest event, in milliseconds since 1970; 0 when it has none. */
  readonly timeMs: number;
  /** When it was made, in milliseconds since 1970. */
  readonly createdMs: number;
  /** 0 to 100; a higher one than before opens a closed alert again. */
  readonly riskScore: number;
  readonly severity: 'low' | 'medium' | 'high' | 'critical';
  /** A weak sign that feeds other rules; hidden from people unless they ask. */
  readonly isBuildingBlock: boolean;
  /** The alert as ECS document (detect/alerts/alert-document.ts). */
  readonly document: Document;
}

/** A change that a person, or a rule in its own name, made to an alert. */
export interface AlertChange {
  readonly state: AlertState;
  /** Said when it is closed. */
  readonly verdict?: AlertVerdict | undefined;
  readonly note: string;
  /** Name of the user, or `rule` when it became more severe. */
  readonly by: string;
  readonly atMs: number;
}

/** Who an alert is about, as far as its document says. */
export interface AlertAbout {
  readonly host: string | undefined;
  readonly source: string | undefined;
  readonly destination: string | undefined;
  readonly account: string | undefined;
}

/** An alert with what became of it, the oldest change first; one that nobody touched is open. */
export interface StoredAlert extends AlertRecord {
  readonly about: AlertAbout;
  readonly state: AlertState;
  readonly verdict: AlertVerdict | undefined;
  readonly history: readonly AlertChange[];
}

/** Alerts by what people choose them by; what is left out does not matter. */
export interface AlertFilter {
  readonly ids?: readonly string[] | undefined;
  /** Beginning of the id. */
  readonly idPrefix?: string | undefined;
  readonly states?: readonly AlertState[] | undefined;
  readonly ruleIds?: readonly string[] | undefined;
  readonly severities?: readonly AlertRecord['severity'][] | undefined;
  /** Part of a host, an address, an account, a path, the rule's name or the alert's sentence; case does not matter. */
  readonly text?: string | undefined;
  /** Earliest time of the latest event. */
  readonly fromMs?: number | undefined;
  readonly beforeMs?: number | undefined;
  /** Earliest time when it was made. */
  readonly createdFromMs?: number | undefined;
  /** Building blocks, too; false unless given. */
  readonly withBuildingBlocks?: boolean | undefined;
}

/** A page of alerts. */
export interface AlertSearch extends AlertFilter {
  readonly limit: number;
  /** `next` of the page before. */
  readonly after?: string | undefined;
}

/** What alerts are put together by. */
export type AlertGrouping = 'rule' | keyof AlertAbout;

/** Alerts that have a value in common. */
export interface AlertGroup {
  /** Undefined for alerts that have no such value. */
  readonly value: string | undefined;
  readonly count: number;
  /** Those of them that nobody looked at. */
  readonly open: number;
  /** The worst of them. */
  readonly severity: AlertRecord['severity'];
  readonly firstMs: number;
  readonly lastMs: number;
}

/** What became of alerts that were put. */
export interface AlertsPut {
  /** Ids of alerts that were not there. */
  readonly added: readonly string[];
  /** Ids of alerts that were there and have a higher score than they ever had. */
  readonly raised: readonly string[];
}

/** That an alert was made, or became more severe. Written in the transaction of the run, so that none is lost. */
export interface AlertNews {
  /** Grows in the order of writing. */
  readonly number: number;
  readonly alertId: string;
  readonly isNew: boolean;
  readonly atMs: number;
}

/** The alerts of a store, the newest first. */
export interface AlertStore {
  get(id: string): Promise<StoredAlert | undefined>;
  /** @returns those of the ids under which there is an alert */
  known(ids: readonly string[]): Promise<ReadonlySet<string>>;
  search(search: AlertSearch): Promise<{ readonly alerts: readonly StoredAlert[]; readonly next: string | undefined }>;
  /** @returns how many alerts there are by state and severity, building blocks left out */
  counts(): Promise<
    readonly { readonly state: AlertState; readonly severity: AlertRecord['severity']; readonly count: number }[]
  >;
  /** @returns news with higher numbers, the oldest first; those of runs that were forgotten are forgotten, too */
  news(after: number, limit: number): Promise<readonly AlertNews[]>;
  /** @returns number of the latest news, 0 when there was none */
  latestNews(): Promise<number>;
  /** @returns groups with the worst severity first, then the largest */
  groups(filter: AlertFilter, by: AlertGrouping, limit: number): Promise<readonly AlertGroup[]>;
  /**
   * @param audit the entry of the audit log for the alerts that are changed, written with them or not at all
   * @returns ids of those of the alerts that are there and were changed
   */
  change(
    ids: readonly string[],
    change: AlertChange,
    audit?: (changed: readonly string[]) => AuditEntry,
  ): Promise<readonly string[]>;
}

/** What is kept as small documents by kind and id, each version with who wrote it. */
export type DeskKind =
  | 'exception'
  | 'value-list'
  | 'rule-setting'
  | 'user'
  | 'api-key'
  | 'shipper-object'
  | 'silence'
  | 'notification'
  | 'examples'
  | 'file-position';

/** A document of the desk. */
export interface DeskEntry {
  readonly kind: DeskKind;
  readonly id: string;
  readonly document: Document;
  readonly by: string;
  readonly atMs: number;
}

/** Small documents that people or programs wrote: exceptions, lists, switches, accounts. */
export interface DeskStore {
  get(kind: DeskKind, id: string): Promise<DeskEntry | undefined>;
  /** @returns all of a kind in the order of their ids */
  list(kind: DeskKind): Promise<readonly DeskEntry[]>;
  /**
   * Writes a document in place of the one before. Of accounts, keys, what shippers wrote and the state of notifications no
   * earlier version is kept.
   *
   * @param audit its entry of the audit log, written with it or not at all
   */
  put(entry: DeskEntry, audit?: AuditEntry): Promise<void>;
  /**
   * @param audit its entry of the audit log; none is written when there is nothing to remove
   * @returns whether it was there
   */
  remove(kind: DeskKind, id: string, by: string, atMs: number, audit?: AuditEntry): Promise<boolean>;
  /** @returns versions, the newest first; a removal has no document */
  history(
    kind: DeskKind,
    id: string,
  ): Promise<readonly (Omit<DeskEntry, 'document'> & { readonly document: Document | undefined })[]>;
}

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
  /** Groups whose events are wanted, with those that belong to several. */
  readonly groups: readonly string[];
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
  /** @returns the latest runs, of one rule or of all, the newest first */
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

/** An entry of the audit log. */
export interface AuditEntry {
  readonly atMs: number;
  readonly by: string;
  /** What was done, such as `rule.disable`. */
  readonly action: string;
  readonly details: Document;
}

/** An entry as it was written: its number from 1 and its hash over itself and the hash before it. */
export interface StoredAuditEntry extends AuditEntry {
  readonly number: number;
  /** SHA-256, hexadecimal. */
  readonly hash: string;
}

/** Who changed what: entries are only added. */
export interface AuditLog {
  append(entry: AuditEntry): Promise<void>;
  /**
   * @param below number that all entries lie below; the end of the log unless given
   * @returns entries, the newest first
   */
  entries(limit: number, below?: number): Promise<readonly StoredAuditEntry[]>;
  /** @returns the first entry whose hash or number is not what it should be, or undefined when all are as they were written */
  firstForged(): Promise<StoredAuditEntry | undefined>;
}

/** What came in and could not be read. */
export interface DeadLetter {
  readonly id: string;
  readonly atMs: number;
  /** Which intake, such as `bulk` or `syslog udp 10.0.0.7`. */
  readonly intake: string;
  readonly reason: string;
  /** As it came, up to a limit; base64 when it is no UTF-8. */
  readonly content: string;
  readonly isBase64: boolean;
}

/** Dead letters, bounded in number and size; the oldest give way and are counted. */
export interface DeadLetterStore {
  /** Adds letters; one whose id is there already is left out. */
  add(letters: readonly DeadLetter[]): Promise<void>;
  /**
   * @returns letters, the newest first
   * @throws STORE-CURSOR when `after` is not where a page ended
   */
  list(
    limit: number,
    after?: string,
  ): Promise<{ readonly letters: readonly DeadLetter[]; readonly next: string | undefined }>;
  remove(ids: readonly string[]): Promise<number>;
  count(): Promise<{ readonly held: number; readonly discarded: number }>;
}

/** What retention removed, in events, and what is left. */
export interface Removed {
  /** Came in too long ago. */
  readonly byAge: number;
  /** Were the oldest when the file was too large. */
  readonly bySize: number;
  /** Bytes in use afterwards. */
  readonly bytes: number;
}

/** What a look at all of a store found. */
export interface StoreCheck {
  readonly events: number;
  /** Sentences about what is wrong; none when all is well. */
  readonly problems: readonly string[];
}

/** A copy of a store. */
export interface Backup {
  readonly folder: string;
  /** Rows of all tables. */
  readonly rows: number;
}

/** Care for a store while it is in use. */
export interface StoreMaintenance {
  /** Removes old events. Positions go on where they were. */
  retain(retention: Retention, nowMs: number): Promise<Removed>;
  /** @returns bytes in use */
  bytes(): Promise<number>;
  check(): Promise<StoreCheck>;
  /**
   * Copies everything to a folder while the store is in use.
   *
   * @throws STORE-BACKUP when the folder cannot be written
   */
  backUp(folder: string, nowMs: number): Promise<Backup>;
}

/**
 * A store of the server.
 *
 * @public
 */
export interface Store {
  readonly events: EventStore;
  readonly alerts: AlertStore;
  readonly desk: DeskStore;
  readonly runs: RunStore;
  readonly audit: AuditLog;
  readonly deadLetters: DeadLetterStore;
  /** Takes out events, and alerts with their history, for good: all or nothing. Ids that are not there do not matter. */
  forget(what: { readonly events: readonly string[]; readonly alerts: readonly string[] }): Promise<void>;
  readonly maintenance: StoreMaintenance;
  close(): Promise<void>;
}
