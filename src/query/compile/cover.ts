/**
 * A cover of a predicate: a few cheap questions of which at least one is answered yes whenever the predicate is true. A
 * rule like "operation of this interface, or a file of that name" has no single field that it always needs, but it has
 * a cover of two questions, and most events answer no to both.
 */
import type { Scalar } from '../../event/document.ts';
import type { Field } from '../../event/field.ts';
import { expressionFields } from '../expression.ts';
import type { Predicate } from '../predicate.ts';
import { requiredValues } from './required.ts';

/** One question: does the field hold one of these values, or (`any`) a value at all? */
export interface CoverTerm {
  readonly field: Field;
  readonly values: ReadonlySet<Scalar> | 'any';
}

/** Share of events that answer yes to a question, 0 to 1; only the order of the answers matters. */
export type CoverCost = (term: CoverTerm) => number;

/**
 * @param predicate any predicate
 * @param cost prefers questions that few events answer with yes
 * @returns questions of which one is true whenever the predicate is (none: it is never true), or undefined when there
 * is no such list, as for a negation
 */
export function coverOf(predicate: Predicate, cost: CoverCost): readonly CoverTerm[] | undefined {
  switch (predicate.kind) {
    case 'none':
      return [];
    case 'and':
      return cheapest(
        predicate.parts.map((part) => coverOf(part, cost)),
        cost,
      );
    case 'or':
      return joined(predicate.parts.map((part) => coverOf(part, cost)));
    case 'all':
    case 'not':
    case 'anywhere':
    case 'nested':
      return undefined;
    case 'computed': {
      // Null carries, so every field must be there; asking for the first one is enough.
      const [first] = expressionFields(predicate.expression);
      return first && [{ field: first, values: 'any' }];
    }
    default:
      // An object exists when anything below it does, which is no single question.
      if (predicate.field.type === 'object' || predicate.field.type === 'nested') return undefined;
      return [{ field: predicate.field, values: requiredValues(predicate, predicate.field) ?? 'any' }];
  }
}

/** Of an `and` every part must hold, so the cheapest part's cover covers the whole. */
function cheapest(
  covers: readonly (readonly CoverTerm[] | undefined)[],
  cost: CoverCost,
): readonly CoverTerm[] | undefined {
  let best: readonly CoverTerm[] | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (const cover of covers) {
    if (!cover) continue;
    const sum = cover.reduce((total, term) => total + cost(term), 0);
    if (sum < least) {
      best = cover;
      least = sum;
    }
  }
  return best;
}

/** Of an `or` any part may hold, so all covers are needed; questions about one field become one. */
function joined(covers: readonly (readonly CoverTerm[] | undefined)[]): readonly CoverTerm[] | undefined {
  const byField = new Map<Field, ReadonlySet<Scalar> | 'any'>();
  for (const cover of covers) {
    if (!cover) return undefined;
    for (const { field, values } of cover) {
      const known = byField.get(field);
      byField.set(
        field,
        known === undefined ? values : known === 'any' || values === 'any' ? 'any' : new Set([...known, ...values]),
      );
    }
  }
  return [...byField].map(([field, values]) => ({ field, values }));
}
