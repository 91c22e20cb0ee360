/**
 * An EQL query ready to run: fields resolved, conditions lowered to predicates, runs written out, keys by position. What a
 * sequence means event by event stands with whoever runs it.
 */
import type { Field } from '../../event/field.ts';
import type { Predicate } from '../predicate.ts';

/** Keeps the first or last results; pipes apply from left to right. */
export interface EqlPipe {
  readonly kind: 'head' | 'tail';
  readonly count: number;
}

/**
 * Join key of a step: the shared fields first, then the step's own. All steps have the same number, compared by position,
 * type and exact value.
 */
export interface EqlKey {
  /** Undefined for a name outside the catalogue, which only an optional key may have: it is always absent. */
  readonly fields: readonly (Field | undefined)[];
  /** Whether an absent value is a key of its own (`?field`); else an event without the value takes no part. */
  readonly optional: readonly boolean[];
}

/** One step of a sequence or item of a sample. */
export interface EqlStep {
  /** Category and condition together. */
  readonly predicate: Predicate;
  readonly key: EqlKey;
  /** Written with `!`: a matching event must not be there. */
  readonly isMissing: boolean;
  /** For people, unique in the query: `1`, or `2.3` for the third run of the second item. */
  readonly name: string;
  /** The event clause as EQL, without brackets and keys. */
  readonly text: string;
}

/** Events one by one. */
export interface EqlEventQuery {
  readonly kind: 'event';
  readonly predicate: Predicate;
  readonly pipes: readonly EqlPipe[];
}

/** Events in order; at least two steps, and at least one that is not missing. */
export interface EqlSequence {
  readonly kind: 'sequence';
  /** An item `with runs=3` stands here as three steps. */
  readonly steps: readonly EqlStep[];
  /** Undefined: without limit. Always set when a step is missing. */
  readonly maxspanMs: number | undefined;
  /** An event that ends all open sequences of its key; `isMissing` is false. */
  readonly until: EqlStep | undefined;
  readonly pipes: readonly EqlPipe[];
}

/** One event for each item, all different, with the same key and in any order; at least one key field. */
export interface EqlSample {
  readonly kind: 'sample';
  readonly steps: readonly EqlStep[];
  readonly pipes: readonly EqlPipe[];
}

/**
 * Any query of the language.
 *
 * @public
 */
export type EqlQuery = EqlEventQuery | EqlSequence | EqlSample;
