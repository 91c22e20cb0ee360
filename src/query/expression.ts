/**
 * Small expression trees for what leaves cannot say: functions and arithmetic over fields. Inside an expression null
 * carries: an absent field is null, and so is the result of every operation on null. The leaf that holds the expression is
 * true when it gives `true` for one combination of the fields' values, so a result of null is false.
 */
import type { Scalar } from '../event/document.ts';
import type { Field } from '../event/field.ts';

/** Operations between two expressions; `/` of two whole numbers cuts towards zero, `/` and `%` by zero are null. */
export const EXPRESSION_OPERATORS = ['+', '-', '*', '/', '%', '==', '<', '<=', '>', '>='] as const;
/** Functions of one or more expressions, as EQL names them. */
export const EXPRESSION_FUNCTIONS = [
  'between',
  'cidrMatch',
  'concat',
  'endsWith',
  'indexOf',
  'length',
  'number',
  'startsWith',
  'string',
  'stringContains',
  'substring',
  // Tests of EQL's text operators on a computed text: text first, then patterns (`*` and `?`) or regular expressions.
  'like',
  'regex',
] as const;

/** Name of an operation. */
export type ExpressionName = (typeof EXPRESSION_OPERATORS)[number] | (typeof EXPRESSION_FUNCTIONS)[number];

/** A node of an expression. `fold` compares A–Z and a–z as equal; `isInteger` tells 3 from 3.0 for `/`. */
export type Expression =
  | { readonly kind: 'constant'; readonly value: Scalar | null; readonly isInteger?: boolean }
  | { readonly kind: 'field'; readonly field: Field }
  | {
      readonly kind: 'call';
      readonly name: ExpressionName;
      readonly args: readonly Expression[];
      readonly fold: boolean;
    };

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
