/** Values of conditions: what type they have, and the expression that computes them. */
import type { SourceSpan } from '../../base/place.ts';
import type { Scalar } from '../../event/document.ts';
import type { Field } from '../../event/field.ts';
import { parseCidr } from '../../base/address/cidr.ts';
import { compileExpression } from '../compile/expression-value.ts';
import { type Expression, type ExpressionCall, type ExpressionName, isDouble } from '../expression.ts';
import type { EqlExpression } from './ast.ts';
import { ARITHMETIC_FUNCTIONS, EQL_FUNCTIONS, type EqlFunction, type EqlType } from './functions.ts';
import type { EqlLowering } from './lowering.ts';

/** A value. */
export interface EqlOperand extends SourceSpan {
  readonly expression: Expression;
  /** `null` also for whatever is computed of null: it fits every type. */
  readonly type: EqlType | 'null';
  /** Whether a field is named in it, even one that does not exist. */
  readonly readsField: boolean;
}

type Call = Extract<EqlExpression, { kind: 'call' }>;

/** How types are called in messages. */
export const TYPE_NAMES: Readonly<Record<EqlType | 'null' | 'any', string>> = {
  text: 'text',
  number: 'a number',
  boolean: 'true or false',
  ip: 'an address',
  date: 'a date',
  null: 'null',
  any: 'any value',
};

/** @throws EQL-TYPE when operands do not fit, or when the node is a condition */
export function toOperand(node: EqlExpression, lowering: EqlLowering): EqlOperand {
  const { start, end } = node;
  switch (node.kind) {
    case 'text':
      return { start, end, ...constant(node.value) };
    case 'boolean':
      return { start, end, ...constant(node.value) };
    case 'number':
      return { start, end, ...constant(node.value, node.isInteger) };
    case 'null':
      return { start, end, ...constant(null) };
    case 'field': {
      const field = lowering.field(node);
      if (!field) return { start, end, ...constant(null), readsField: true };
      return { start, end, expression: { kind: 'field', field }, type: typeOf(field), readsField: true };
    }
    case 'sign': {
      const part = numeric(node.part, node.op, lowering);
      if (node.op === '+') return part;
      const zero: EqlOperand = { start, end, ...constant(0, true) };
      return computed('-', [zero, part], 'number', node);
    }
    case 'arithmetic': {
      const parts = [node.left, node.right].map((part) => numeric(part, node.op, lowering));
      return computed(node.op, parts, 'number', node);
    }
    case 'call':
      return called(node, lowering);
    default:
      return lowering.fail(
        'a condition cannot stand where a value is needed',
        node,
        'join conditions with and, or and not',
      );
  }
}

/** A call over operands; worked out at once when they are constant. */
export function computed(
  name: ExpressionName,
  args: readonly EqlOperand[],
  type: EqlType,
  { start, end }: SourceSpan,
  fold = false,
): EqlOperand {
  const readsField = args.some((arg) => arg.readsField);
  const expressions = args.map((arg) => arg.expression);
  const isConstant = expressions.every((one) => one.kind === 'constant');
  // Null carries, so one null makes the whole null.
  if (expressions.some((one) => one.kind === 'constant' && one.value === null)) {
    return { start, end, ...constant(null), readsField };
  }
  const call: ExpressionCall = { kind: 'call', name, args: expressions, fold };
  if (!isConstant) return { start, end, expression: call, type, readsField };
  const value = compileExpression(call, { fields: [], values: [] })();
  return { start, end, ...constant(value, typeof value === 'number' ? !isDouble(call) : undefined) };
}

function constant(value: Scalar | null, isInteger?: boolean): Omit<EqlOperand, keyof SourceSpan> {
  const expression: Expression =
    isInteger === undefined ? { kind: 'constant', value } : { kind: 'constant', value, isInteger };
  return { expression, type: constantType(value), readsField: false };
}

function constantType(value: Scalar | null): EqlOperand['type'] {
  if (typeof value === 'string') return 'text';
  if (typeof value === 'number') return 'number';
  return value === null ? 'null' : 'boolean';
}

/** Fields of type text, nested and object never come here. */
function typeOf(field: Field): EqlType {
  switch (field.type) {
    case 'long':
    case 'double':
      return 'number';
    case 'boolean':
    case 'ip':
    case 'date':
      return field.type;
    default:
      return 'text';
  }
}

function numeric(node: EqlExpression, op: string, lowering: EqlLowering): EqlOperand {
  const operand = toOperand(node, lowering);
  checkType(operand, 'number', `"${op}" is for numbers`, lowering);
  return operand;
}

function checkType(operand: EqlOperand, wanted: EqlType | 'any', rule: string, lowering: EqlLowering): void {
  const { type } = operand;
  if (wanted === 'any' || type === wanted || type === 'null') return;
  lowering.fail(
    `${rule}, and ${lowering.written(operand)} is ${TYPE_NAMES[type]}`,
    operand,
    fixOfType(operand, wanted, lowering),
  );
}

/** @returns how a value becomes one of another type */
export function fixOfType(operand: EqlOperand, wanted: EqlType, lowering: EqlLowering): string | undefined {
  const written = lowering.written(operand);
  if (wanted === 'text' && operand.readsField) return `write string(${written})`;
  if (wanted === 'text') return `write "${written}"`;
  if (wanted === 'number' && operand.type === 'text' && operand.readsField) return `write number(${written})`;
  if (wanted === 'number' && operand.type === 'date') return 'dates are compared with texts such as "now-1d"';
  return undefined;
}

function called(node: Call, lowering: EqlLowering): EqlOperand {
  const known = EQL_FUNCTIONS.get(node.name.toLowerCase())!;
  checkCount(node, known, lowering);
  const args = node.args.map((arg, i) => {
    const operand = toOperand(arg, lowering);
    const wanted = known.takes[Math.min(i, known.takes.length - 1)]!;
    checkType(operand, wanted, `${node.name} takes ${TYPE_NAMES[wanted]} here`, lowering);
    return operand;
  });
  if (node.name === 'cidrMatch') checkNetworks(args.slice(1), lowering);
  // The text of a text is the text itself.
  if (args.length === 1 && args[0]!.type === 'text' && (node.name === 'string' || node.name === 'concat')) {
    return { ...args[0]!, start: node.start, end: node.end };
  }
  const name = ARITHMETIC_FUNCTIONS[node.name] ?? (node.name as ExpressionName);
  return computed(name, args, known.gives, node, node.fold);
}

function checkCount(node: Call, { name, takes, required, isOpen }: EqlFunction, lowering: EqlLowering): void {
  const count = node.args.length;
  if (count >= required && (isOpen || count <= takes.length)) return;
  const wanted = isOpen
    ? `${required} or more arguments`
    : required === takes.length
      ? `${required} ${required === 1 ? 'argument' : 'arguments'}`
      : `${required} to ${takes.length} arguments`;
  lowering.fail(`${name} takes ${wanted}, and here ${count === 1 ? 'is 1' : `are ${count}`}`, node);
}

function checkNetworks(args: readonly EqlOperand[], lowering: EqlLowering): void {
  for (const arg of args) {
    const { expression } = arg;
    if (expression.kind !== 'constant') {
      lowering.fail('networks are written out, not taken from the event', arg, 'write "10.0.0.0/8"');
    }
    if (typeof expression.value !== 'string') continue;
    const net = parseCidr(expression.value);
    if (!net) {
      lowering.fail(`"${expression.value}" is no network`, arg, 'write an address or a network such as "10.0.0.0/8"');
    }
    remarkHostBits(expression.value, net.hasHostBits, net.low.text, arg, lowering);
  }
}

/** Says so when a network is written with bits behind its prefix. */
export function remarkHostBits(
  text: string,
  hasHostBits: boolean,
  low: string,
  span: SourceSpan,
  lowering: EqlLowering,
): void {
  if (!hasHostBits) return;
  lowering.remarks.add('EQL-HOST-BITS', `"${text}" means the network ${low}${text.slice(text.indexOf('/'))}`, span);
}
