import type { FaultGroup } from '../base/fault.ts';
import type { ReadResult } from '../sources/input/read.ts';
import type { Alert } from './alert.ts';
import type { Severity } from '../event/severity.ts';
import type { Rule } from './rule.ts';

/** What happened with one rule. */
export interface RuleResult {
  readonly rule: Rule;
  readonly matches: number;
  readonly alerts: number;
  /** Alerts that are building blocks, which are hidden unless asked for. */
  readonly buildingBlocks: number;
  readonly suppressed: number;
  /** Matching events that exceptions silenced. */
  readonly excepted: number;
  /** Counters of the rule that are not zero. */
  readonly counters: readonly { readonly name: string; readonly count: number; readonly hint: string }[];
}

/** What an exception did. */
export interface ExceptionResult {
  readonly id: string;
  readonly name: string;
  /** Matching events it silenced. */
  readonly hits: number;
  readonly expires: string;
}

/** A named limit that was reached, said so that nobody takes the answer for complete. */
export interface LimitReached {
  readonly name: string;
  readonly limit: number;
  readonly count: number;
  readonly consequence: string;
}

/** Figures of a scan. */
export interface ScanSummary {
  readonly files: readonly ReadResult[];
  readonly events: number;
  readonly bytes: number;
  /** Wall time, for people; never part of machine-readable reports, which are the same on each run. */
  readonly elapsedMs: number;
  /** Events by dataset, most first. */
  readonly datasets: readonly { readonly dataset: string; readonly events: number }[];
  /** Records that were recognised but hold no event, by reason. */
  readonly skipped: readonly { readonly reason: string; readonly count: number }[];
  readonly firstTime: number;
  readonly lastTime: number;
  readonly rules: readonly RuleResult[];
  readonly exceptions: readonly ExceptionResult[];
  readonly faults: readonly FaultGroup[];
  readonly limits: readonly LimitReached[];
  readonly alertCount: number;
  readonly bySeverity: Readonly<Record<Severity, number>>;
  /** Alerts an hour, for the timeline: start of the hour in milliseconds, and the number by severity. */
  readonly timeline: readonly { readonly time: number; readonly counts: Readonly<Record<Severity, number>> }[];
  /** Client and server pairs with most alerts. */
  readonly topPairs: readonly {
    readonly client: string;
    readonly server: string;
    readonly alerts: number;
    readonly worst: Severity;
  }[];
  /** True when the scan was stopped before its end. */
  readonly interrupted: boolean;
}

/** Result of a scan. `alerts` can be walked as often as needed, in order of time and id; it may come from disk. */
export interface ScanResult {
  readonly summary: ScanSummary;
  readonly alerts: Iterable<Alert>;
}
