/**
 * Whether a predicate can be true for an event of which only its kind is known: which fields it can have at all, and the
 * values of some. Sources that know an event's kind before its values are spared from decoding what no rule can match.
 */
import type { EventFacts } from '../../event/event-facts.ts';
import type { Field } from '../../event/field.ts';
import { DocumentEvent } from '../../event/document-event.ts';
import { Networks } from '../../event/networks.ts';
import { expressionFields } from '../expression.ts';
import { ALL, and, NONE, not, or, type Predicate } from '../predicate.ts';
import { compileMatcher, type Matcher } from './matcher.ts';

/** Bits of an answer: the predicate can be true, can be false. */
const TRUE = 1;
const FALSE = 2;
const EITHER = TRUE | FALSE;

/** @returns false only when the predicate is false for every event that fits what is known */
export function couldMatch(predicate: Predicate, facts: EventFacts): boolean {
  return (outcomes(predicate, facts) & TRUE) !== 0;
}

/**
 * What is left of a predicate for events of a kind.
 *
 * @returns a predicate with the same answer for every event that fits what is known, without the parts that this settles
 */
export function narrow(predicate: Predicate, facts: EventFacts): Predicate {
  const outcome = outcomes(predicate, facts);
  if (outcome === TRUE) return ALL;
  if (outcome === FALSE) return NONE;
  if (predicate.kind === 'and') return and(predicate.parts.map((part) => narrow(part, facts)));
  if (predicate.kind === 'or') return or(predicate.parts.map((part) => narrow(part, facts)));
  return predicate.kind === 'not' ? not(narrow(predicate.part, facts)) : predicate;
}

function outcomes(predicate: Predicate, facts: EventFacts): number {
  switch (predicate.kind) {
    case 'all':
      return TRUE;
    case 'none':
      return FALSE;
    case 'not':
      return swap(outcomes(predicate.part, facts));
    case 'and':
      return conjoin(predicate.parts, facts);
    case 'or':
      return disjoin(predicate.parts, facts);
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
function leaf(predicate: Predicate, field: Field, facts: EventFacts): number {
  if (!isPossible(field, facts)) return FALSE;
  const values = facts.known(field.id);
  if (values === undefined) return EITHER;
  let matches = matchers.get(predicate);
  if (!matches) matchers.set(predicate, (matches = compileMatcher(predicate)));
  event.point({ [field.name]: [...values] });
  return matches(event) ? TRUE : FALSE;
}

/** Has the known values of one field; used again for every question. */
const event = new DocumentEvent(new Networks());

/** Leaves are asked again for every kind of event. */
const matchers = new WeakMap<Predicate, Matcher>();

/** Whole objects (`source:*`) are never ruled out: any field below them may be there. */
function isPossible(field: Field, facts: EventFacts): boolean {
  return field.type === 'object' || field.type === 'nested' || facts.canHave(field.id);
}

/** True when every part can be, false when one can be; a part that is never true settles it. */
function conjoin(parts: readonly Predicate[], facts: EventFacts): number {
  let all = TRUE;
  for (const part of parts) {
    const outcome = outcomes(part, facts);
    if ((outcome & TRUE) === 0) return FALSE;
    all |= outcome & FALSE;
  }
  return all;
}

/** True when one part can be, false when every one can be; a part that is never false settles it. */
function disjoin(parts: readonly Predicate[], facts: EventFacts): number {
  let all = FALSE;
  for (const part of parts) {
    const outcome = outcomes(part, facts);
    if ((outcome & FALSE) === 0) return TRUE;
    all |= outcome & TRUE;
  }
  return all;
}

function swap(outcome: number): number {
  return ((outcome & TRUE) << 1) | ((outcome & FALSE) >> 1);
}
