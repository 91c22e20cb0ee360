/** Correlation documents of Sigma (specification 2.1.0): what several rules' matches say together. */
import type { Field } from '../../event/field.ts';
import type { Predicate } from '../predicate.ts';

/** Kinds of correlations, as documents spell them. */
export const CORRELATION_TYPES = [
  'event_count',
  'value_count',
  'temporal',
  'temporal_ordered',
  'value_sum',
  'value_avg',
  'value_percentile',
  'value_median',
] as const;
/** What is counted or computed over the members of a group and window. */
export type CorrelationType = (typeof CORRELATION_TYPES)[number];

/** Comparisons of a condition, as documents spell them. */
export const CORRELATION_OPERATORS = ['gt', 'gte', 'lt', 'lte', 'eq', 'neq'] as const;
/** A comparison of a condition. */
export type CorrelationOperator = (typeof CORRELATION_OPERATORS)[number];

/** A bound on the figure of a group; several must hold together. */
export interface CorrelationBound {
  readonly op: CorrelationOperator;
  readonly value: number;
}

/** Which rules must have matched, as a text condition of the temporal types says it: `a and (b or c) and not d`. */
export type CorrelationExpression =
  /** Index of the rule in {@link SigmaCorrelation.rules}. */
  | { readonly kind: 'rule'; readonly rule: number }
  | { readonly kind: 'and' | 'or'; readonly parts: readonly CorrelationExpression[] }
  | { readonly kind: 'not'; readonly part: CorrelationExpression };

/**
 * When a group fires. `bounds`: one or two comparisons of its figure (for the temporal types: of the number of different
 * rules that matched). `expression`: of the temporal types, over which rules matched; without a condition: all of them.
 */
export type CorrelationCondition =
  | { readonly kind: 'bounds'; readonly bounds: readonly CorrelationBound[] }
  | { readonly kind: 'expression'; readonly expression: CorrelationExpression };

/** The part `correlation` of a document, checked; names are not yet looked up. */
export interface SigmaCorrelation {
  readonly type: CorrelationType;
  /** Names or ids of rules and correlations, as written and in their order. */
  readonly rules: readonly string[];
  /** Fields or aliases whose values make a group; empty: one group of everything. */
  readonly groupBy: readonly string[];
  /** The window: last member's time minus the first one's, inclusive. */
  readonly timespanMs: number;
  readonly condition: CorrelationCondition;
  /** Fields counted or computed (`condition.field`); of value_count a list is a tuple. Empty for the other types. */
  readonly fields: readonly string[];
  /** Rank of value_percentile, 0 to 100. */
  readonly percentile: number;
  /** Field by rule (as written in `rules`) for each alias that `groupBy` or `fields` may name. */
  readonly aliases: ReadonlyMap<string, ReadonlyMap<string, string>>;
  /** Whether the referenced rules raise alerts of their own as well. */
  readonly generate: boolean;
}

/** What one rule of a correlation contributes, with names looked up. */
export interface CorrelationMember {
  /** Name of the rule, unique in the correlation. */
  readonly name: string;
  /** A rule's events, or the firings of another correlation. */
  readonly source:
    | { readonly kind: 'events'; readonly predicate: Predicate }
    | { readonly kind: 'correlation'; readonly correlation: ResolvedCorrelation };
  /**
   * For each name of `groupBy`: the fields that may hold its value in this rule's events, of which the first present one
   * counts. None: the field is unknown, so that no event of this rule takes part.
   */
  readonly groupBy: readonly (readonly Field[])[];
  /** The same for each name of `fields`. */
  readonly fields: readonly (readonly Field[])[];
}

/** A correlation ready to run: references and fields looked up, free of cycles. */
export interface ResolvedCorrelation {
  readonly definition: SigmaCorrelation;
  /** One for each of `definition.rules`, in their order. */
  readonly members: readonly CorrelationMember[];
}
