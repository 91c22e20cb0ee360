/** Query DSL of Elasticsearch and OpenSearch, as far as predicates need it. Everything stands in filter context. */
import type { Scalar } from '../../../event/document.ts';
import type { Field } from '../../../event/field.ts';
import type { RangeOperator } from '../../predicate.ts';
import type { Algebra } from '../pushdown.ts';

/** One clause: a JSON object with the kind of query as its only key. */
export type Clause = { readonly [kind: string]: unknown };

/** Every document. */
export const MATCH_ALL: Clause = { match_all: {} };
/** No document. */
export const MATCH_NONE: Clause = { match_none: {} };

/** How clauses are joined. */
export const CLAUSES: Algebra<Clause> = {
  all: MATCH_ALL,
  none: MATCH_NONE,
  and: (parts) => ({ bool: { filter: parts } }),
  or: (parts) => ({ bool: { should: parts, minimum_should_match: 1 } }),
  not: (part) => ({ bool: { must_not: [part] } }),
};

/** @returns one of several clauses; one or more */
export function anyOf(parts: readonly Clause[]): Clause {
  return parts.length === 1 ? parts[0]! : CLAUSES.or(parts);
}

/** @returns the documents of which one element of a nested field satisfies a clause */
export function nestedClause(path: string, query: Clause): Clause {
  return { nested: { path, query, score_mode: 'none', ignore_unmapped: true } };
}

/** Keys of range queries. */
export const RANGE_KEYS: Readonly<Record<RangeOperator, string>> = { '<': 'lt', '<=': 'lte', '>': 'gt', '>=': 'gte' };

/**
 * @param values any number of them
 * @param maxTerms values of one query
 * @returns documents whose field has one of the values exactly
 */
export function termsClause(field: Field, values: readonly Scalar[], maxTerms: number): Clause {
  if (values.length === 0) return MATCH_NONE;
  if (values.length === 1) return { term: { [field.name]: { value: values[0] } } };
  const parts: Clause[] = [];
  for (let from = 0; from < values.length; from += maxTerms) {
    parts.push({ terms: { [field.name]: values.slice(from, from + maxTerms) } });
  }
  return anyOf(parts);
}
