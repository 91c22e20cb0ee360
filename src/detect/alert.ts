/** What a rule found. One shape for every rule type; alert-document.ts turns it into the ECS document. */
import type { Document } from '../event/document.ts';
import type { Provenance } from '../event/view.ts';
import type { Severity } from '../event/severity.ts';
import type { Rule, Threat } from './rule.ts';

/** An event that belongs to an alert. */
export interface AlertMember {
  /** Event id. */
  readonly id: string;
  /** Event time in milliseconds; NaN when the event has none. */
  readonly time: number;
  readonly provenance: Provenance;
  /** The event itself, for the first few members. */
  readonly document: Document | undefined;
}

/** A field with its value as text: part of a group, a key or a first sight. */
export interface Term {
  readonly field: string;
  readonly value: string;
}

/** A rung a finding reached, and when it first did. */
export interface AlertStep {
  readonly name: string;
  readonly severity: Severity;
  readonly time: number;
}

/** Result of a group rule: the group's values and what was counted. */
export interface AlertGroup {
  readonly terms: readonly Term[];
  readonly count: number;
  readonly cardinality: readonly { readonly field: string; readonly value: number }[];
  readonly from: number;
  readonly to: number;
}

/** What became of a leg: an event matched it, none did as the rule asks, or its events cannot be seen here. */
export type AlertLegState = 'matched' | 'missing' | 'blind';

/** One entry of the timeline of an alert that several events decide together. */
export interface AlertLeg {
  /** Name of the leg in the rule; a leg that several events match stands here once for each. */
  readonly name: string;
  readonly state: AlertLegState;
  /** Id of the event, one of the members; undefined unless matched. */
  readonly event: string | undefined;
  /** Time of the event in milliseconds; NaN unless matched. */
  readonly time: number;
  /** The event in a few words; undefined when its document was not kept. */
  readonly what: string | undefined;
  /** What a reader must know of it, such as the audit setting that would open a blind eye. */
  readonly why: string | undefined;
}

/** Result of a rule that several events decide together: what ties them, and which came when. */
export interface AlertSequence {
  /** Values that all events share: join keys of a sequence, the group of a correlation. */
  readonly keys: readonly Term[];
  /** In the order in which the rule tells them: steps of a sequence, events in time order else. At most 1,000. */
  readonly legs: readonly AlertLeg[];
  /** From the first event to the last, milliseconds. */
  readonly spanMs: number;
  /** How well the events are tied together, in a word of the rule's own, such as `exact`. */
  readonly grade: string | undefined;
}

/** An alert. */
export interface Alert {
  /** First 128 bits of SHA-256 over rule and event identities: the same evidence gives the same id. */
  readonly id: string;
  readonly rule: Rule;
  /** After overrides. */
  readonly name: string;
  readonly severity: Severity;
  readonly riskScore: number;
  readonly threat: readonly Threat[];
  /** One sentence with the values that matter. */
  readonly reason: string;
  /** Time of the (first) source event, milliseconds; NaN when it has none. */
  readonly originalTime: number;
  /** Time of the last source event. */
  readonly lastTime: number;
  /** ECS copy of the event; for several members the fields that are equal in all kept ones. */
  readonly document: Document;
  /** Up to 100 members (1,000 of a correlation) in time order; `memberCount` is the true number. */
  readonly members: readonly AlertMember[];
  readonly memberCount: number;
  readonly group: AlertGroup | undefined;
  /** For findings: key, rung, how it rose, counters. */
  readonly finding:
    | {
        readonly key: readonly Term[];
        readonly level: string;
        readonly steps: readonly AlertStep[];
        /** Members by rung, such as `{attempted: 3}`. */
        readonly connections: Readonly<Record<string, number>>;
        readonly bytesClient: number;
        readonly bytesServer: number;
        readonly raised: string | undefined;
      }
    | undefined;
  readonly newTerms: readonly Term[] | undefined;
  readonly sequence: AlertSequence | undefined;
  readonly suppression:
    | {
        readonly terms: readonly Term[];
        readonly start: number;
        readonly end: number;
        readonly count: number;
      }
    | undefined;
  /** Set when an exception silences the alert; shown with `--show-excepted`. */
  readonly exceptedBy: string | undefined;
  /** A weak sign that feeds other rules and is hidden from people unless they ask. */
  readonly isBuildingBlock: boolean;
  /** Remarks such as "severity_mapping: value absent". */
  readonly notes: readonly string[];
}
