/** A loaded rule: everything checked, the query compiled to a predicate. Rule files are described in docs/rules.md. */
import type { Severity } from '../event/severity.ts';
import type { EqlPipe, EqlSample, EqlSequence } from '../query/eql/eql-query.ts';
import type { Predicate } from '../query/predicate.ts';
import type { ResolvedCorrelation } from '../query/sigma/correlation.ts';
import type { ConvergencePart } from './convergence/convergence-part.ts';

/** Risk score of each severity, as Elastic Security sets them. */
export const RISK_SCORE: Readonly<Record<Severity, number>> = { low: 21, medium: 47, high: 73, critical: 99 };

/** Rule types that this version runs; a rule of another type is kept and listed as unsupported. */
export const RULE_TYPES = [
  'query',
  'threshold',
  'new_terms',
  'finding',
  'eql',
  'correlation',
  'convergence',
  'volume',
] as const;
/** A type of rule that runs here. */
export type RuleType = (typeof RULE_TYPES)[number];

/** Languages that rules are written in. */
export type RuleLanguage = 'kql' | 'eql' | 'sigma';

/** One ATT&CK reference. */
export interface Threat {
  /** Technique or sub-technique, such as T1021.002. */
  readonly technique: string;
  readonly name?: string | undefined;
  readonly tactic?: string | undefined;
  readonly attackVersion: string;
}

/** One part of a rule that several events decide together: a step of a sequence, a rule of a correlation. */
export interface RuleLeg {
  /** Name shown to people, unique in the rule. */
  readonly name: string;
  readonly predicate: Predicate;
  /** Its events only show that something is collected: they match nothing, and twice is as good as once. */
  readonly isSight?: boolean;
}

/** Names of the fields that put events in order. */
export interface ClockFields {
  /** Of type date. */
  readonly timestamp: string;
  /** Orders events of one time. */
  readonly tiebreaker: string;
}

/** The usual order of events. */
export const EVENT_ORDER: ClockFields = { timestamp: '@timestamp', tiebreaker: 'event.sequence' };

/** Events that an EQL sequence ties together in their order, or an EQL sample in any. */
export interface SequencePart {
  readonly query: EqlSequence | EqlSample;
  /** Leg of each step of the query. */
  readonly legs: readonly number[];
  /** Leg of `until`, when the query has one. */
  readonly untilLeg: number | undefined;
  readonly clock: ClockFields;
  /** Samples that each key may have; of no meaning to a sequence. */
  readonly samplesPerKey: number;
  /** How late an event may come when events are read as they happen, milliseconds. */
  readonly allowedLatenessMs: number;
  /** Whether a schedule keeps open sequences from run to run; false: each run sees its own window alone. */
  readonly isCarried: boolean;
}

/** Pipes of a query over single events: they are put in order, and the first or last ones are alerts. */
export interface EventPipes {
  /** At least one; from left to right. */
  readonly pipes: readonly EqlPipe[];
  readonly clock: ClockFields;
}

/** Groups of events that a Sigma correlation counts, computes over or wants all kinds of. */
export interface CorrelationPart {
  /** Legs of the rule are the events of its members, in the order of `correlationLegs`. */
  readonly correlation: ResolvedCorrelation;
  /** How late an event may come when events are read as they happen, milliseconds. */
  readonly allowedLatenessMs: number;
}

/** Groups of events that reach a number within a sliding window of event time. */
export interface ThresholdPart {
  readonly field: readonly string[];
  readonly value: number;
  readonly cardinality: readonly { readonly field: string; readonly value: number }[];
  readonly windowMs: number;
}

/** First event whose terms were not seen in the history before it. */
export interface NewTermsPart {
  readonly fields: readonly string[];
  readonly historyMs: number;
  /** Time at the start of the evidence that only teaches; 0 alerts from the first event on. */
  readonly learnMs: number;
}

/** Days on which a key has far more bytes than on any day before. */
export interface VolumePart {
  readonly key: readonly string[];
  /** Side whose payload is counted. */
  readonly sentBy: 'client' | 'server';
  /** Bytes a day needs whatever was usual. */
  readonly atLeast: number;
  /** Times the most of the days before. */
  readonly factor: number;
  readonly historyMs: number;
}

/** One rung of a finding, weakest proof first. A member (connection) stands on the highest rung one of its events proves. */
export interface FindingLevel {
  readonly name: string;
  /** Holds for events that prove the rung. */
  readonly when: Predicate;
  /** Also reached when the member's merged payload one way reaches this many bytes. */
  readonly bytes?: number | undefined;
  readonly severity: Severity;
  readonly riskScore: number;
  /** Techniques this rung adds. */
  readonly threat: readonly Threat[];
}

/** Raises findings of a level when one group has many of them in a short time. */
export interface FindingRaise {
  readonly level: string;
  readonly groupBy: readonly string[];
  readonly distinct: string;
  readonly value: number;
  readonly windowMs: number;
  readonly severity: Severity;
  readonly riskScore: number;
}

/** One alert per key that grows: the key's fields and, with `per = "day"`, the UTC day of the event. */
export interface FindingPart {
  readonly key: readonly string[];
  readonly perDay: boolean;
  /** Fields that tell the members (connections) of a finding apart. */
  readonly member: readonly string[];
  /** Events that add to a finding but do not open one. */
  readonly join: Predicate | undefined;
  readonly levels: readonly FindingLevel[];
  readonly raise: readonly FindingRaise[];
}

/** Events that are counted and shown in the summary, never alerted. */
export interface RuleCounter {
  readonly name: string;
  readonly when: Predicate;
  /** What the reader can do about it. */
  readonly hint: string;
}

/** Alert suppression: the first alert of a group speaks, later ones only count. */
export interface Suppression {
  readonly groupBy: readonly string[];
  /** Sliding from the last match; undefined: for the whole run. */
  readonly durationMs: number | undefined;
  readonly missing: 'suppress' | 'doNotSuppress';
}

/** An example of a rule: files of events and whether the rule must fire on them. */
export interface RuleExample {
  readonly fires: boolean;
  /** Files, absolute. */
  readonly events: readonly string[];
  readonly note: string | undefined;
}

/** Severity, score and name taken from the event: `severity_mapping`, `risk_score_mapping`, `rule_name_override`. */
export interface RuleOverrides {
  readonly severity: readonly { readonly field: string; readonly value: string; readonly severity: Severity }[];
  readonly riskScoreField: string | undefined;
  readonly nameField: string | undefined;
}

/** A rule ready to run. */
export interface Rule {
  readonly id: string;
  readonly uuid: string;
  readonly name: string;
  readonly version: number;
  readonly type: RuleType;
  readonly description: string;
  readonly author: readonly string[];
  readonly license: string;
  readonly language: RuleLanguage;
  /** Query as written, parameters put in; empty for a rule without one. */
  readonly query: string;
  /** The query and the datasets together; of a rule with legs, any of them. */
  readonly predicate: Predicate;
  /** Parts that are matched one by one; empty for a rule that a single predicate decides. */
  readonly legs: readonly RuleLeg[];
  readonly datasets: readonly string[];
  readonly severity: Severity;
  readonly riskScore: number;
  readonly intervalMs: number;
  readonly lookBackMs: number;
  readonly maxSignals: number;
  /** What a schedule does with alerts above that: the next run tells them, or one alert sums them up. */
  readonly overflow: 'resume' | 'summarise';
  readonly timestampOverride: string | undefined;
  readonly enabled: boolean;
  readonly buildingBlock: boolean;
  readonly tags: readonly string[];
  readonly falsePositives: readonly string[];
  readonly references: readonly string[];
  /** Investigation guide in Markdown. */
  readonly note: string;
  readonly setup: string;
  readonly threat: readonly Threat[];
  readonly threshold: ThresholdPart | undefined;
  readonly newTerms: NewTermsPart | undefined;
  readonly volume: VolumePart | undefined;
  readonly finding: FindingPart | undefined;
  readonly sequence: SequencePart | undefined;
  readonly pipes: EventPipes | undefined;
  readonly correlation: CorrelationPart | undefined;
  readonly convergence: ConvergencePart | undefined;
  readonly counters: readonly RuleCounter[];
  readonly suppression: Suppression | undefined;
  readonly overrides: RuleOverrides;
  /** Reason sentence with `{field}` placeholders; empty for the built-in one. */
  readonly reason: string;
  /** Fields worth showing first. */
  readonly investigationFields: readonly string[];
  /** Ids of shared exception lists that apply beside the rule's own. */
  readonly exceptionLists: readonly string[];
  readonly examples: readonly RuleExample[];
  /** File the rule was read from. */
  readonly file: string;
}

/** @returns whether each event that matches the rule is an alert by itself */
export function isOfSingleEvents({ type, sequence, pipes }: Rule): boolean {
  return type === 'query' || (type === 'eql' && !sequence && !pipes);
}
