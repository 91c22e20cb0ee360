import { didYouMean } from '../../base/suggest.ts';
import type { Field } from '../../event/field.ts';
import { KNOWN_VALUES } from '../kql/known-values.ts';
import { ALL, type Predicate } from '../predicate.ts';
import type { EqlEventClause } from './ast.ts';
import type { EqlLowering } from './lowering.ts';

/** @returns the test of `process where`; `any` takes every event */
export function lowerCategory({ category, start }: EqlEventClause, field: Field, lowering: EqlLowering): Predicate {
  if (category === null) return ALL;
  const known = KNOWN_VALUES[field.name] ?? [];
  const near = known.includes(category) ? '' : didYouMean(category, known);
  if (near !== '') {
    const message = `no event here has the category "${category}"; letter case counts.${near}`;
    lowering.remarks.add('EQL-CATEGORY', message, { start, end: start + category.length });
  }
  return { kind: 'equals', field, value: category, fold: false };
}
