/**
 * Whether a predicate can be true for an event of which only its kind is known: which fields it can have at all, and the
 * values of some. Sources that know an event's kind before its values are spared from decoding what no rule can match.
 */
import type { Scalar } from '../../event/document.ts';
import type { Field, FieldId } from '../../event/field.ts';
import { DocumentEvent } from '../../event/document-event.ts';
import { Networks } from '../../event/networks.ts';
import { expressionFields } from '../expression.ts';
import type { Predicate } from '../predicate.ts';
import { compileMatcher } from './matcher.ts';

/** What is known of the event. */
export interface KnownFields {
  /** @returns all values of a field, or undefined when they are not known */
  known(field: FieldId): readonly Scalar[] | undefined;
  /** @returns false when the event cannot have the field */
  canHave(field: FieldId): boolean;
}

/** Bits of an answer: the predicate can be true, can be false. */
const TRUE = 1;
const FALSE = 2;
const EITHER = TRUE | FALSE;

/** @returns false only when the predicate is false for every event that fits what is known */
export function couldMatch(predicate: Predicate, facts: KnownFields): boolean {
  return (outcomes(predicate, facts) & TRUE) !== 0;
}

function outcomes(predicate: Predicate, facts: KnownFields): number {
  switch (predicate.kind) {
    case 'all':
      return TRUE;
    case 'none':
      return FALSE;
    case 'not':
      return swap(outcomes(predicate.part, facts));
    case 'and':
      return swap(predicate.parts.reduce((sum, part) => disjoin(sum, swap(outcomes(part, facts))), FALSE));
    case 'or':
      return predicate.parts.reduce((sum, part) => disjoin(sum, outcomes(part, facts)), FALSE);
    case 'anywhere':
    case 'nested':
      return EITHER;
    case 'computed':
      return expressionFields(predicate.expression).every((field) => isPossible(field, facts)) ? EITHER : FALSE;
    case 'compare':
      return isPossible(predicate.field, facts) && isPossible(predicate.other, facts) ? EITHER : FALSE;
    default:
      return leaf(predicate, predicate.field, facts);
  }
}

/** A leaf on an absent field is false; on known values it is what it is; else nobody knows. */
function leaf(predicate: Predicate, field: Field, facts: KnownFields): number {
  if (!isPossible(field, facts)) return FALSE;
  const values = facts.known(field.id);
  if (values === undefined) return EITHER;
  const event = new DocumentEvent(NETWORKS, { [field.name]: [...values] });
  return compileMatcher(predicate)(event) ? TRUE : FALSE;
}

/** Whole objects (`source:*`) are never ruled out: any field below them may be there. */
function isPossible(field: Field, facts: KnownFields): boolean {
  return field.type === 'object' || field.type === 'nested' || facts.canHave(field.id);
}

/** Outcomes of "one or the other": true when one can be, false when both can be. */
function disjoin(one: number, other: number): number {
  return ((one | other) & TRUE) | (one & other & FALSE);
}

function swap(outcome: number): number {
  return ((outcome & TRUE) << 1) | ((outcome & FALSE) >> 1);
}

const NETWORKS = new Networks();
