/**
 * Conditions to predicates. Every leaf is true or false: an absent field makes it false, and `not`, `!=` and `not in` are
 * the plain negation of the positive leaf. What one field and constants decide becomes a simple node; the rest is computed.
 */
import type { SourceSpan } from '../../base/place.ts';
import type { Scalar } from '../../event/document.ts';
import { parseCidr } from '../../base/address/cidr.ts';
import type { Expression, ExpressionCall } from '../expression.ts';
import { ALL, and, NONE, not, or, type Predicate } from '../predicate.ts';
import type { EqlComparison, EqlExpression } from './ast.ts';
import { fieldEquals, fieldMatches, fieldRange, regexOf } from './lower-field.ts';
import type { EqlLowering } from './lowering.ts';
import { computed, type EqlOperand, fixOfType, toOperand, TYPE_NAMES } from './operand.ts';

type Compare = Extract<EqlExpression, { kind: 'compare' }>;
type Match = Extract<EqlExpression, { kind: 'match' }>;
type In = Extract<EqlExpression, { kind: 'in' }>;

const FLIPPED: Readonly<Record<EqlComparison, EqlComparison>> = {
  '==': '==',
  '!=': '!=',
  '<': '>',
  '<=': '>=',
  '>': '<',
  '>=': '<=',
};

/** @throws EQL-TYPE when a field does not exist or a value does not fit */
export function lowerCondition(node: EqlExpression, lowering: EqlLowering): Predicate {
  switch (node.kind) {
    case 'and':
      return and(node.parts.map((part) => lowerCondition(part, lowering)));
    case 'or':
      return or(node.parts.map((part) => lowerCondition(part, lowering)));
    case 'not':
      return not(lowerCondition(node.part, lowering));
    case 'compare':
      return lowerCompare(node, lowering);
    case 'match':
      return lowerMatch(node, lowering);
    case 'in':
      return lowerIn(node, lowering);
    default:
      return lowerValue(node, lowering);
  }
}

/** A value that stands for a condition: a boolean field, constant or function. */
function lowerValue(node: EqlExpression, lowering: EqlLowering): Predicate {
  const operand = toOperand(node, lowering);
  if (operand.type !== 'boolean' && operand.type !== 'null') {
    const fix = operand.readsField ? 'compare it: ==, :, <, …' : undefined;
    lowering.fail(`${lowering.written(node)} is ${TYPE_NAMES[operand.type]} and no condition`, node, fix);
  }
  return isTrue(operand.expression);
}

/** @returns the test that an expression gives true */
function isTrue(expression: Expression): Predicate {
  switch (expression.kind) {
    case 'constant':
      return expression.value === true ? ALL : NONE;
    case 'field':
      return { kind: 'equals', field: expression.field, value: true, fold: false };
    case 'call':
      return simpleCall(expression) ?? { kind: 'computed', expression };
  }
}

/** The node of a function over one field and constants, or over two fields, where there is one. */
function simpleCall({ name, args, fold }: ExpressionCall): Predicate | undefined {
  const [first, second] = args;
  if (first?.kind !== 'field' || !second) return undefined;
  const { field } = first;
  if (name === 'cidrMatch') {
    const texts = args.slice(1).map((arg) => (arg.kind === 'constant' ? String(arg.value) : ''));
    return { kind: 'cidr', field, nets: texts.map((text) => parseCidr(text)!) };
  }
  if (name !== 'startsWith' && name !== 'endsWith' && name !== 'stringContains') return undefined;
  if (second.kind === 'constant') {
    const text = String(second.value);
    if (text === '') return name === 'stringContains' ? NONE : { kind: 'exists', field };
    const kind = name === 'startsWith' ? 'prefix' : name === 'endsWith' ? 'suffix' : 'contains';
    return { kind, field, text, fold };
  }
  // An empty text is part of no text here, but of every text for the node.
  if (second.kind !== 'field' || second.field === field || name === 'stringContains') return undefined;
  return { kind: 'compare', field, other: second.field, op: name === 'startsWith' ? 'prefix' : 'suffix', fold };
}

function lowerCompare(node: Compare, lowering: EqlLowering): Predicate {
  if (isCondition(node.left) || isCondition(node.right)) return compareCondition(node, lowering);
  const left = toOperand(node.left, lowering);
  const right = toOperand(node.right, lowering);
  if (isNull(left)) return compareNull(node, right, lowering);
  if (isNull(right)) return compareNull(node, left, lowering);
  if (left.readsField && right.readsField) return failTwoFields(node, lowering);
  if (right.readsField) return compareConstant(FLIPPED[node.op], right, left, lowering);
  return compareConstant(node.op, left, right, lowering);
}

/** `null` as written; an absent field is null as well, but stands for a field. */
function isNull(operand: EqlOperand): boolean {
  return operand.type === 'null' && !operand.readsField;
}

function compareNull(node: Compare, other: EqlOperand, lowering: EqlLowering): Predicate {
  if (node.op !== '==' && node.op !== '!=') lowering.fail('null has no order', node, 'write == null or != null');
  const present = isPresent(other.expression);
  return node.op === '==' ? not(present) : present;
}

function isPresent(expression: Expression): Predicate {
  if (expression.kind === 'constant') return expression.value === null ? NONE : ALL;
  if (expression.kind === 'field') return { kind: 'exists', field: expression.field };
  return { kind: 'computed', expression: { kind: 'call', name: 'present', args: [expression], fold: false } };
}

function failTwoFields(node: Compare, lowering: EqlLowering): never {
  const fix = 'one side is a constant; of two texts, startsWith(a, b) and its like can be asked';
  return lowering.fail('two fields cannot be compared', node, fix);
}

/** `(a or b) == true`. */
function compareCondition(node: Compare, lowering: EqlLowering): Predicate {
  const [condition, other] = isCondition(node.left) ? [node.left, node.right] : [node.right, node.left];
  const isNullTest = other.kind === 'null';
  if ((other.kind !== 'boolean' && !isNullTest) || (node.op !== '==' && node.op !== '!=')) {
    lowering.fail(
      'a condition can only be compared with true or false',
      condition,
      'join conditions with and, or and not',
    );
  }
  const predicate = lowerCondition(condition, lowering);
  if (isNullTest) return node.op === '==' ? NONE : ALL;
  return (other.kind === 'boolean' && other.value) === (node.op === '==') ? predicate : not(predicate);
}

function isCondition(node: EqlExpression): boolean {
  return ['and', 'or', 'not', 'compare', 'match', 'in'].includes(node.kind);
}

/** A value, perhaps of a field, with a constant behind the operator. */
function compareConstant(op: EqlComparison, left: EqlOperand, right: EqlOperand, lowering: EqlLowering): Predicate {
  checkComparable(left, right, lowering);
  if (op === '!=') return not(compareConstant('==', left, right, lowering));
  const { expression } = left;
  const value = constantOf(right);
  if (value === null) return NONE;
  if (expression.kind === 'field') {
    const { field } = expression;
    const bound = { value, start: right.start, end: right.end };
    return op === '==' ? fieldEquals(field, [bound], false, lowering) : fieldRange(field, op, bound, lowering);
  }
  if (left.type === 'boolean' && op !== '==') {
    lowering.fail(`${lowering.written(left)} is true or false and has no order`, left, 'write == true or == false');
  }
  if (op === '==' && value === true) return isTrue(expression);
  return isTrue(computed(op, [left, right], 'boolean', left).expression);
}

function constantOf({ expression }: EqlOperand): Scalar | null {
  return expression.kind === 'constant' ? expression.value : null;
}

function checkComparable(left: EqlOperand, right: EqlOperand, lowering: EqlLowering): void {
  if (left.type === 'null' || right.type === 'null' || left.type === right.type) return;
  if (left.type === 'ip' && right.type === 'text') return;
  if (left.type === 'date' && (right.type === 'text' || right.type === 'number')) return;
  lowering.fail(
    `${lowering.written(left)} is ${TYPE_NAMES[left.type]}, and ${lowering.written(right)} is ${TYPE_NAMES[right.type]}`,
    right,
    fixOfConstant(left, right, lowering),
  );
}

/** The constant in the type of the field, where that is a matter of quotes. */
function fixOfConstant(left: EqlOperand, right: EqlOperand, lowering: EqlLowering): string | undefined {
  const value = constantOf(right);
  if (left.type === 'text') return `write "${lowering.written(right)}"`;
  if (typeof value !== 'string') return undefined;
  if (left.type === 'number' && value.trim() !== '' && Number.isFinite(Number(value))) return `write ${value.trim()}`;
  if (left.type === 'boolean' && /^(true|false)$/i.test(value)) return `write ${value.toLowerCase()}`;
  return undefined;
}

function lowerMatch(node: Match, lowering: EqlLowering): Predicate {
  const left = textOperand(node.left, `"${node.op}" is for texts`, lowering);
  const { expression } = left;
  if (expression.kind === 'field') return fieldMatches(expression.field, node.op, node.patterns, lowering);
  const fold = node.op === ':' || node.op.endsWith('~');
  const isRegex = node.op === 'regex' || node.op === 'regex~';
  // Letter case is already in the translated expression.
  const patterns = node.patterns.map((text) => (isRegex ? regexOf(text, fold, lowering) : text.value));
  return testOf(isRegex ? 'regex' : 'like', left, patterns, fold && !isRegex, node);
}

function textOperand(node: EqlExpression, rule: string, lowering: EqlLowering): EqlOperand {
  const operand = toOperand(node, lowering);
  if (operand.type === 'text' || operand.type === 'null') return operand;
  const isAddress = operand.type === 'ip' && operand.expression.kind === 'field';
  const fix = isAddress
    ? `write == or cidrMatch(${lowering.written(node)}, "…")`
    : fixOfType(operand, 'text', lowering);
  return lowering.fail(`${rule}, and ${lowering.written(node)} is ${TYPE_NAMES[operand.type]}`, node, fix);
}

/** @returns the test of an expression against constants */
function testOf(
  name: 'in' | 'like' | 'regex',
  left: EqlOperand,
  values: readonly Scalar[],
  fold: boolean,
  span: SourceSpan,
): Predicate {
  const constants = values.map(
    (value): EqlOperand => ({ ...left, expression: { kind: 'constant', value }, readsField: false }),
  );
  return isTrue(computed(name, [left, ...constants], 'boolean', span, fold).expression);
}

function lowerIn(node: In, lowering: EqlLowering): Predicate {
  const left = node.fold ? textOperand(node.left, '"in~" is for texts', lowering) : toOperand(node.left, lowering);
  const values = node.values.map((constant) => {
    const value = toOperand(constant, lowering);
    if (isNull(value)) {
      lowering.fail('null cannot stand in a list', value, `write ${lowering.written(node.left)} == null`);
    }
    checkComparable(left, value, lowering);
    return { value: constantOf(value)!, start: value.start, end: value.end };
  });
  const positive = membership(left, values, node, lowering);
  return node.isNegated ? not(positive) : positive;
}

function membership(
  left: EqlOperand,
  values: readonly (SourceSpan & { readonly value: Scalar })[],
  node: In,
  lowering: EqlLowering,
): Predicate {
  const { expression } = left;
  if (expression.kind === 'field') return fieldEquals(expression.field, values, node.fold, lowering);
  return testOf(
    'in',
    left,
    values.map(({ value }) => value),
    node.fold,
    node,
  );
}
