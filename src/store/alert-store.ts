import type { Severity } from '../event/severity.ts';
import type { Document } from '../event/document.ts';
import type { AuditEntry } from './audit-log.ts';

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
  readonly severity: Severity;
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
  /**
   * Takes out closed alerts, with their history, that were made, last changed and last about an event before a time.
   *
   * @param audit the entry of the audit log, written with it or not at all; none when there are no such alerts
   * @returns how many
   */
  removeClosed(beforeMs: number, audit: (removed: number) => AuditEntry): Promise<number>;
}
