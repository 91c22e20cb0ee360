import { parseCidr } from '../../src/base/address/cidr.ts';
import type { Scalar } from '../../src/event/document.ts';
import { type Expression, expressionFields } from '../../src/query/expression.ts';
import type { PlainEvent } from './plain-meaning.ts';

type Value = Scalar | null;

/** @returns whether an expression gives true for one choice of a value for each of its fields, written plainly and slowly */
export function computes(expression: Expression, event: PlainEvent): boolean {
  const names = expressionFields(expression).map((field) => field.name);
  const choices = names.reduce<Record<string, Scalar>[]>(
    (all, name) => all.flatMap((one) => (event.values[name] ?? []).map((value) => ({ ...one, [name]: value }))),
    [{}],
  );
  return choices.some((choice) => valueOf(expression, choice) === true);
}

function valueOf(e: Expression, choice: Readonly<Record<string, Scalar>>): Value {
  if (e.kind === 'constant') return e.value;
  if (e.kind === 'field') return choice[e.field.name] ?? null;
  const args = e.args.map((arg) => valueOf(arg, choice));
  if (e.name === 'present') return args[0] !== null;
  if (args.includes(null)) return null;
  const [a, b, c, d] = args;
  const text = (value: Value | undefined) => (e.fold ? lower(String(value)) : String(value));
  const all = (types: string) => args.every((arg) => types.split(' ').includes(typeof arg));
  switch (e.name) {
    case '+':
    case '-':
    case '*':
    case '/':
    case '%':
      return all('number') ? calculate(e, Number(a), Number(b)) : null;
    case '==':
      return typeof a === typeof b ? (all('string') ? text(a) === text(b) : a === b) : null;
    case '<':
    case '<=':
    case '>':
    case '>=': {
      if (!all('number') && !all('string')) return null;
      const order = all('number') ? Number(a) - Number(b) : codePoints(String(a), String(b));
      return { '<': order < 0, '<=': order <= 0, '>': order > 0, '>=': order >= 0 }[e.name];
    }
    case 'startsWith':
      return all('string') ? text(a).slice(0, text(b).length) === text(b) : null;
    case 'endsWith':
      return all('string') ? text(a).slice(Math.max(0, text(a).length - text(b).length)) === text(b) : null;
    case 'stringContains':
      return all('string') ? b !== '' && text(a).split(text(b)).length > 1 : null;
    case 'string':
    case 'concat':
      return e.args.map((arg, i) => written(arg, args[i]!)).join('');
    case 'length':
      return all('string') ? text(a).split('').length : null;
    case 'between': {
      if (typeof a !== 'string' || typeof b !== 'string' || typeof c !== 'string') return null;
      const pieces = text(a).split(text(b));
      if (b !== '' && pieces.length === 1) return '';
      const start = b === '' ? 0 : pieces[0]!.length + b.length;
      const ends = c === '' ? [0, a.length - start] : positions(text(a).slice(start), text(c));
      const end = d === true ? ends.at(-1) : ends[0];
      return end === undefined ? '' : a.slice(start, start + end);
    }
    case 'indexOf': {
      if (typeof a !== 'string' || typeof b !== 'string' || (c !== undefined && typeof c !== 'number')) return null;
      const from = Math.max(0, c ?? 0);
      return b === '' ? from : (positions(text(a), text(b)).find((at) => at >= from) ?? null);
    }
    case 'substring': {
      if (typeof a !== 'string' || typeof b !== 'number') return null;
      const at = (n: number) => Math.min(a.length, Math.max(0, n < 0 ? a.length + n : n));
      const [from, to] = [at(b), at(typeof c === 'number' ? c : a.length)];
      return a
        .split('')
        .filter((_, i) => i >= from && i < to)
        .join('');
    }
    case 'number': {
      if (typeof a !== 'string') return null;
      const hex = /^\s*0x([0-9a-f]+)\s*$/i.exec(a);
      if (hex && (b === undefined || b === 16)) return Number(`0x${hex[1]}`);
      if (b === undefined || b === 10) return /^\s*[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?\s*$/i.test(a) ? Number(a) : null;
      const digits = /^\s*([+-]?)([0-9a-f]+)\s*$/i.exec(a);
      return b === 16 && digits ? Number(`0x${digits[2]}`) * (digits[1] === '-' ? -1 : 1) : null;
    }
    case 'cidrMatch':
      return args.slice(1).some((net) => {
        const { low, high } = parseCidr(String(net))!;
        const address = parseCidr(String(a))!.low;
        return address.compare(low) >= 0 && address.compare(high) <= 0;
      });
    case 'in':
      return args.slice(1).some((one) => typeof a === typeof one && text(a) === text(one));
    case 'like':
      return typeof a === 'string' ? args.slice(1).some((one) => like([...text(one)], [...text(a)])) : null;
    case 'regex':
      return typeof a === 'string'
        ? args.slice(1).some((one) => new RegExp(`^(?:${String(one)})$`, 'su').test(a))
        : null;
  }
}

const lower = (text: string) => text.replace(/[A-Z]/g, (c) => String.fromCharCode(c.charCodeAt(0) + 32));

const codePoints = (x: string, y: string) => Buffer.compare(Buffer.from(x), Buffer.from(y));

const positions = (text: string, part: string) =>
  text.split('').flatMap((_, at) => (text.slice(at, at + part.length) === part ? [at] : []));

function written(arg: Expression, value: Value): string {
  if (typeof value !== 'number') return String(value);
  if (arg.kind === 'field' && arg.field.type === 'date') return new Date(Math.floor(value)).toISOString();
  if (Number.isInteger(value)) return BigInt(value).toString();
  const [, sign, first, rest = '', exponent] = /^(-?)(\d)\.?(\d*)e(.*)$/.exec(value.toExponential())!;
  const point = 1 + Number(exponent);
  if (point <= 0) return `${sign}0.${'0'.repeat(-point)}${first}${rest}`;
  return `${sign}${(first! + rest).slice(0, point)}.${(first! + rest).slice(point)}`;
}

function calculate(e: Extract<Expression, { kind: 'call' }>, a: number, b: number): number | null {
  const exact = { '+': a + b, '-': a - b, '*': a * b, '/': a / b, '%': a % b }[e.name as '+']!;
  const isCut = e.name === '/' && !e.args.some(counts) && a % 1 === 0 && b % 1 === 0;
  const value = isCut ? (exact < 0 ? Math.ceil(exact) : Math.floor(exact)) : exact;
  return Math.abs(value) < Infinity ? value : null;
}

/** Whether an operand counts as a double even when it is whole. */
function counts(e: Expression): boolean {
  if (e.kind === 'constant') return e.isInteger === false;
  if (e.kind === 'field') return e.field.type === 'double';
  return ['+', '-', '*', '/', '%'].includes(e.name) && e.args.some(counts);
}

/** `?` and `*` by recursion over characters. */
function like([sign, ...pattern]: readonly string[], text: readonly string[]): boolean {
  const [first, ...rest] = text;
  if (sign === undefined) return first === undefined;
  if (sign === '*') return like(pattern, text) || (first !== undefined && like([sign, ...pattern], rest));
  return first !== undefined && (sign === '?' || sign === first) && like(pattern, rest);
}
