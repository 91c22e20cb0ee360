/**
 * Small expression trees for what leaves cannot say: functions and arithmetic over fields. Inside an expression null
 * carries: an absent field is null, and so is the result of every operation on null or on a value of the wrong type. The
 * leaf that holds the expression is true when it gives `true` for one combination of the fields' values, one value for each
 * field however often it is named, so a result of null is false.
 */
import type { Scalar } from '../event/document.ts';
import type { Field } from '../event/field.ts';

/**
 * Operations between two expressions. Arithmetic is over numbers: `/` of two whole numbers cuts towards zero unless one of
 * them is a field of type double or a constant written as 3.0, `%` has the sign of its left side, `/` and `%` by zero and
 * what is beyond a double are null. `==` compares values of one type, the order two numbers or two texts by code point.
 */
export const EXPRESSION_OPERATORS = ['+', '-', '*', '/', '%', '==', '<', '<=', '>', '>='] as const;

/**
 * Functions, as EQL names them. Positions count UTF-16 units from 0.
 *
 * - `string(v)`: decimal digits of a number, ISO 8601 in UTC with milliseconds for a field of type date;
 *   `concat(v, …)`: those texts joined; `length(s)`: UTF-16 units.
 * - `startsWith(s, t)`, `endsWith(s, t)`: true for an empty `t`; `stringContains(s, t)`: false for an empty `t`.
 * - `between(s, left, right, greedy?)`: the text behind the first `left` up to the next (`greedy`: last) `right`; empty
 *   when either is missing.
 * - `indexOf(s, t, start?)`: first position from `start` on (below 0: from 0), null when there is none; an empty `t` gives
 *   `start`.
 * - `substring(s, start, end?)`: `end` excluded, negative positions count from the end.
 * - `number(s, base?)`: blanks at the ends do not count, `0x` is base 16; null when the text is no number.
 * - `cidrMatch(address, network, …)`: constant networks.
 * - `in(v, …)`: `==` to one of the constants; `like(s, …)`: the whole text fits one of the constant patterns with `*` and
 *   `?`; `regex(s, …)`: the whole text fits one of the constant expressions, where `.` is any character (RE2's syntax).
 * - `present(v)`: true for everything but null.
 */
export const EXPRESSION_FUNCTIONS = [
  'between',
  'cidrMatch',
  'concat',
  'endsWith',
  'in',
  'indexOf',
  'length',
  'like',
  'number',
  'present',
  'regex',
  'startsWith',
  'string',
  'stringContains',
  'substring',
] as const;

/** Name of an operation. */
export type ExpressionName = (typeof EXPRESSION_OPERATORS)[number] | (typeof EXPRESSION_FUNCTIONS)[number];

/** A node of an expression. `fold` compares A–Z and a–z as equal; `isInteger` tells 3 from 3.0 for `/`. */
export type Expression =
  | { readonly kind: 'constant'; readonly value: Scalar | null; readonly isInteger?: boolean }
  | { readonly kind: 'field'; readonly field: Field }
  | ExpressionCall;

/** An operation with its arguments. */
export interface ExpressionCall {
  readonly kind: 'call';
  readonly name: ExpressionName;
  readonly args: readonly Expression[];
  readonly fold: boolean;
}

/** @returns whether a number counts as a double even when it is whole, so that `/` does not cut it */
export function isDouble(expression: Expression): boolean {
  switch (expression.kind) {
    case 'constant':
      return expression.isInteger === false;
    case 'field':
      return expression.field.type === 'double';
    case 'call':
      return /^[-+*/%]$/.test(expression.name) && expression.args.some(isDouble);
  }
}

/** @returns the fields an expression reads, each once */
export function expressionFields(expression: Expression): readonly Field[] {
  const found = new Set<Field>();
  addFields(expression, found);
  return [...found];
}

function addFields(expression: Expression, found: Set<Field>): void {
  if (expression.kind === 'field') found.add(expression.field);
  if (expression.kind === 'call') for (const arg of expression.args) addFields(arg, found);
}
