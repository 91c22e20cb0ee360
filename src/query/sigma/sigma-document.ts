/** Sigma documents (specification 2.1.0) as read: checked, positions kept, nothing looked up outside the document. */
import type { Place, SourceText } from '../../base/place.ts';
import type { SigmaCondition } from './condition.ts';
import type { SigmaCorrelation } from './correlation.ts';
import type { SigmaDetection } from './detection.ts';

/** Levels from least to worst. */
export const SIGMA_LEVELS = ['informational', 'low', 'medium', 'high', 'critical'] as const;
/** How bad a match is. */
export type SigmaLevel = (typeof SIGMA_LEVELS)[number];

/** Stages of a rule's life. */
export const SIGMA_STATUSES = ['stable', 'test', 'experimental', 'deprecated', 'unsupported'] as const;
/** Stage of a rule's life. */
export type SigmaStatus = (typeof SIGMA_STATUSES)[number];

/** What every kind of document says about itself. */
export interface SigmaMeta {
  readonly title: string;
  /** UUID in lower case. */
  readonly id: string | undefined;
  /** Alias that other documents may use. */
  readonly name: string | undefined;
  readonly status: SigmaStatus | undefined;
  readonly level: SigmaLevel | undefined;
  readonly description: string;
  readonly author: string;
  readonly license: string;
  readonly tags: readonly string[];
  readonly references: readonly string[];
  readonly falsePositives: readonly string[];
  /** Fields worth showing, in Sigma's names. */
  readonly fields: readonly string[];
  /** Where the title stands, or the document when it has none. */
  readonly place: Place;
}

/** What kind of log a rule is about; all that is given must hold. Lower case. */
export interface SigmaLogsource {
  readonly category: string | undefined;
  readonly product: string | undefined;
  readonly service: string | undefined;
  /** What must be switched on, for people. */
  readonly definition: string;
}

/** A part `detection` or `filter`: named searches and how they are joined. */
export interface SigmaSearch {
  readonly detections: ReadonlyMap<string, SigmaDetection>;
  /** The file, for places. */
  readonly source: SourceText;
  /** Several conditions are several queries, of which one must hold. */
  readonly conditions: readonly SigmaCondition[];
}

/** A rule. */
export interface SigmaRule extends SigmaSearch {
  readonly kind: 'rule';
  readonly meta: SigmaMeta;
  readonly logsource: SigmaLogsource;
  /** The part `detection` as written. */
  readonly text: string;
}

/** A correlation. */
export interface SigmaCorrelationDocument {
  readonly kind: 'correlation';
  readonly meta: SigmaMeta;
  readonly correlation: SigmaCorrelation;
  /** Where each of `correlation.rules` stands. */
  readonly rulePlaces: readonly Place[];
  /** The part `correlation` as written. */
  readonly text: string;
}

/** A filter, which narrows rules from outside. */
export interface SigmaFilter extends SigmaSearch {
  readonly kind: 'filter';
  readonly meta: SigmaMeta;
  readonly logsource: SigmaLogsource;
  /** Names or ids of rules with their places; undefined means every rule that the logsource covers. */
  readonly rules: readonly { readonly name: string; readonly place: Place }[] | undefined;
}

/** Any document. */
export type SigmaDocument = SigmaRule | SigmaCorrelationDocument | SigmaFilter;
