/** Compiles an expression to closures over the current combination of its fields' values. */
import { addressOf } from '../../base/address/address.ts';
import { AddressSet } from '../../base/address/address-set.ts';
import { parseCidr } from '../../base/address/cidr.ts';
import { compileGlob, foldAscii, parseGlob } from '../../base/glob.ts';
import { compileRegex } from '../../base/regex.ts';
import { formatTimestamp } from '../../base/time/timestamp.ts';
import { decimalText } from '../../event/document-event-value.ts';
import type { Scalar } from '../../event/document.ts';
import type { Field } from '../../event/field.ts';
import { type Expression, type ExpressionCall, isDouble } from '../expression.ts';
import { equalsFolded, foldedText } from './folded-text.ts';
import { numberIn, positionOf, textBetween } from './text-functions.ts';
import { compareCodePoints } from './text-order.ts';

/** Value of an expression for the current combination; null where something is missing or of the wrong type. */
export type Evaluate = () => Scalar | null;

/** The combination that closures read: one value for each field. */
export interface Combination {
  readonly fields: readonly Field[];
  /** By position of the field; changed for each combination. */
  readonly values: Scalar[];
}

/**
 * @param current where the closures find the fields' values
 * @throws REGEX-UNSAFE when an expression cannot be run in linear time
 */
export function compileExpression(expression: Expression, current: Combination): Evaluate {
  switch (expression.kind) {
    case 'constant': {
      const { value } = expression;
      return () => value;
    }
    case 'field': {
      const at = current.fields.indexOf(expression.field);
      return () => current.values[at]!;
    }
    case 'call':
      return compileCall(expression, current);
  }
}

function compileCall(call: ExpressionCall, current: Combination): Evaluate {
  const args = call.args.map((arg) => compileExpression(arg, current));
  const { fold } = call;
  switch (call.name) {
    case '+':
      return ofNumbers(args, (x, y) => x + y);
    case '-':
      return ofNumbers(args, (x, y) => x - y);
    case '*':
      return ofNumbers(args, (x, y) => x * y);
    case '/':
      return ofNumbers(args, call.args.some(isDouble) ? (x, y) => x / y : divide);
    case '%':
      return ofNumbers(args, (x, y) => x % y);
    case '==':
      return compileEquals(args, fold);
    case '<':
      return compileOrder(args, (sign) => sign < 0);
    case '<=':
      return compileOrder(args, (sign) => sign <= 0);
    case '>':
      return compileOrder(args, (sign) => sign > 0);
    case '>=':
      return compileOrder(args, (sign) => sign >= 0);
    case 'startsWith':
      return ofTexts(args, fold, (text, part) => text.startsWith(part));
    case 'endsWith':
      return ofTexts(args, fold, (text, part) => text.endsWith(part));
    case 'stringContains':
      return ofTexts(args, fold, (text, part) => part !== '' && text.includes(part));
    case 'string':
    case 'concat':
      return compileConcat(call.args, args);
    case 'length':
      return ofText(args[0]!, (text) => text.length);
    case 'between':
      return compileBetween(args, fold);
    case 'indexOf':
      return compileIndexOf(args, fold);
    case 'substring':
      return compileSubstring(args);
    case 'number':
      return compileNumber(args);
    case 'cidrMatch':
      return compileCidrMatch(args[0]!, call.args);
    case 'in':
      return compileIn(args[0]!, constantsOf(call.args), fold);
    case 'like': {
      const tests = textsOf(call.args).map((pattern) => compileGlob(parseGlob(pattern, true), fold));
      return ofText(args[0]!, (text) => tests.some((test) => test(text)));
    }
    case 'regex': {
      const flags = { ignoreCase: fold, dotAll: true };
      const tests = textsOf(call.args).map((pattern) => compileRegex(pattern, 'full', flags));
      return ofText(args[0]!, (text) => tests.some((test) => test(text)));
    }
    case 'present': {
      const value = args[0]!;
      return () => value() !== null;
    }
  }
}

/** Everything behind the first argument, which the node promises to be constant. */
function constantsOf(args: readonly Expression[]): readonly Scalar[] {
  return args.slice(1).flatMap((arg) => (arg.kind === 'constant' && arg.value !== null ? [arg.value] : []));
}

function textsOf(args: readonly Expression[]): readonly string[] {
  return constantsOf(args).filter((value) => typeof value === 'string');
}

function ofNumbers([left, right]: readonly Evaluate[], apply: (x: number, y: number) => number): Evaluate {
  return () => {
    const x = left!();
    if (typeof x !== 'number') return null;
    const y = right!();
    if (typeof y !== 'number') return null;
    const value = apply(x, y);
    return Number.isFinite(value) ? value : null;
  };
}

/** Whole numbers are cut towards zero; by zero it is infinite, which ends as null. */
function divide(x: number, y: number): number {
  return Number.isInteger(x) && Number.isInteger(y) ? Math.trunc(x / y) : x / y;
}

function compileEquals([left, right]: readonly Evaluate[], fold: boolean): Evaluate {
  return () => {
    const x = left!();
    if (x === null) return null;
    const y = right!();
    if (y === null || typeof x !== typeof y) return null;
    if (!fold || typeof x !== 'string' || typeof y !== 'string') return x === y;
    return equalsFolded(x, foldedText(y));
  };
}

function compileOrder([left, right]: readonly Evaluate[], fits: (sign: number) => boolean): Evaluate {
  return () => {
    const x = left!();
    if (x === null) return null;
    const y = right!();
    if (typeof x === 'number' && typeof y === 'number') return fits(x - y);
    return typeof x === 'string' && typeof y === 'string' ? fits(compareCodePoints(x, y)) : null;
  };
}

function ofText(value: Evaluate, apply: (text: string) => Scalar): Evaluate {
  return () => {
    const text = value();
    return typeof text === 'string' ? apply(text) : null;
  };
}

function ofTexts([left, right]: readonly Evaluate[], fold: boolean, test: (s: string, t: string) => boolean): Evaluate {
  return () => {
    const text = left!();
    if (typeof text !== 'string') return null;
    const part = right!();
    if (typeof part !== 'string') return null;
    return fold ? test(foldedText(text), foldedText(part)) : test(text, part);
  };
}

function compileConcat(expressions: readonly Expression[], args: readonly Evaluate[]): Evaluate {
  const write = expressions.map((one) => (one.kind === 'field' && one.field.type === 'date' ? dateText : scalarText));
  return () => {
    let all = '';
    for (let i = 0; i < args.length; i++) {
      const value = args[i]!();
      if (value === null) return null;
      all += write[i]!(value);
    }
    return all;
  };
}

function scalarText(value: Scalar): string {
  return typeof value === 'number' ? decimalText(value) : String(value);
}

function dateText(value: Scalar): string {
  return typeof value === 'number' ? formatTimestamp(value) : String(value);
}

function compileBetween([value, left, right, greedy]: readonly Evaluate[], fold: boolean): Evaluate {
  return () => {
    const text = value!();
    const from = left!();
    const to = right!();
    const isGreedy = greedy ? greedy() : false;
    if (typeof text !== 'string' || typeof from !== 'string' || typeof to !== 'string') return null;
    return typeof isGreedy === 'boolean' ? textBetween(text, from, to, isGreedy, fold) : null;
  };
}

function compileIndexOf([value, part, start]: readonly Evaluate[], fold: boolean): Evaluate {
  return () => {
    const text = value!();
    const wanted = part!();
    const from = start ? start() : 0;
    if (typeof text !== 'string' || typeof wanted !== 'string' || typeof from !== 'number') return null;
    return positionOf(text, wanted, from, fold);
  };
}

function compileSubstring([value, start, end]: readonly Evaluate[]): Evaluate {
  return () => {
    const text = value!();
    const from = start!();
    if (typeof text !== 'string' || typeof from !== 'number') return null;
    if (!end) return text.slice(from);
    const to = end();
    return typeof to === 'number' ? text.slice(from, to) : null;
  };
}

function compileNumber([value, base]: readonly Evaluate[]): Evaluate {
  return () => {
    const text = value!();
    if (typeof text !== 'string') return null;
    if (!base) return numberIn(text, undefined);
    const radix = base();
    return typeof radix === 'number' ? numberIn(text, radix) : null;
  };
}

function compileCidrMatch(value: Evaluate, args: readonly Expression[]): Evaluate {
  const nets = new AddressSet(textsOf(args).flatMap((text) => parseCidr(text) ?? []));
  return ofText(value, (text) => {
    const address = addressOf(text);
    return address !== undefined && nets.has(address);
  });
}

function compileIn(value: Evaluate, constants: readonly Scalar[], fold: boolean): Evaluate {
  const read = (one: Scalar) => (fold && typeof one === 'string' ? foldAscii(one) : one);
  const wanted = new Set(constants.map(read));
  return () => {
    const one = value();
    if (one === null) return null;
    return wanted.has(fold && typeof one === 'string' ? foldedText(one) : one);
  };
}
