import type { FieldValue, Scalar } from '../../event/document.ts';
import type { EventView } from '../../event/view.ts';
import { type Expression, expressionFields } from '../expression.ts';
import { compileExpression } from './expression-value.ts';

/**
 * Combinations of values tried for one event: 64 values of each of two fields. Real fields have a few; without a limit
 * an event made to hurt could ask for millions.
 */
export const MAX_COMBINATIONS = 4_096;

let cut = 0;

/** @returns tests so far in this thread that gave up at {@link MAX_COMBINATIONS} and counted as false */
export function cutTests(): number {
  return cut;
}

/** Compiles an expression to a test over event views; allocates only the texts that functions make. */
export function compileComputed(expression: Expression): (view: EventView) => boolean {
  const fields = expressionFields(expression);
  const values: Scalar[] = [];
  const evaluate = compileExpression(expression, { fields, values });
  if (fields.length === 0) {
    const holds = evaluate() === true;
    return () => holds;
  }
  const ids = fields.map(({ id }) => id);
  const given: FieldValue[] = [];
  let left = 0;
  let isCut = false;

  /** Tries the values of the fields from `at` on, with those before it already chosen. */
  const search = (at: number): boolean => {
    if (at === ids.length) {
      left--;
      return evaluate() === true;
    }
    const value = given[at]!;
    if (typeof value !== 'object') {
      values[at] = value;
      return search(at + 1);
    }
    for (let i = 0; i < value.length; i++) {
      if (left <= 0) {
        isCut = true;
        return false;
      }
      values[at] = value[i]!;
      if (search(at + 1)) return true;
    }
    return false;
  };
  return (view) => {
    for (let i = 0; i < ids.length; i++) {
      const value = view.get(ids[i]!);
      // Null carries, so one absent field makes the whole null.
      if (value === undefined) return false;
      given[i] = value;
    }
    left = ids.length === 1 ? Number.POSITIVE_INFINITY : MAX_COMBINATIONS;
    isCut = false;
    const holds = search(0);
    if (isCut) cut++;
    return holds;
  };
}
