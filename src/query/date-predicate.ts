import type { Field } from '../event/field.ts';
import type { DateSpan } from './date-span.ts';
import type { Predicate, RangeOperator } from './predicate.ts';

/** @returns the test that a date lies in the written unit: a day, an hour, a millisecond */
export function dateEquals(field: Field, { first, last }: DateSpan): Predicate {
  return { kind: 'between', field, low: first, high: last + 1 };
}

/**
 * `>=` and `<` take the first millisecond of the written unit, `>` and `<=` the last. Bounds are whole milliseconds and
 * events have microseconds: `<= last` is `< last + 1`, so that the whole unit counts.
 */
export function dateRange(field: Field, op: RangeOperator, { first, last }: DateSpan): Predicate {
  if (op === '>=' || op === '<') return { kind: 'range', field, op, value: first };
  return { kind: 'range', field, op: op === '>' ? '>=' : '<', value: last + 1 };
}
