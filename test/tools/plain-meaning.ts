import { parseAddress } from '../../src/base/address/address.ts';
import { parseCidr } from '../../src/base/address/cidr.ts';
import type { GlobPart } from '../../src/base/glob.ts';
import type { Scalar } from '../../src/event/document.ts';
import { type Field, fields } from '../../src/event/field.ts';
import { isOfRecord } from '../../src/query/compile/anywhere.ts';
import type { DatePart, Predicate } from '../../src/query/predicate.ts';
import { computes } from './plain-expression.ts';

/**
 * The meaning of every node, written as plainly as possible: slow, without anything the matcher shares but the parsing of
 * addresses and which fields are the record's own. Events are plain records of values by field name, with elements of the nested field beside them.
 */
export interface PlainEvent {
  readonly values: Readonly<Record<string, readonly Scalar[]>>;
  readonly elements: readonly PlainEvent[];
}

export function holds(p: Predicate, event: PlainEvent): boolean {
  const some = (field: Field, testValue: (value: Scalar) => boolean) =>
    (event.values[field.name] ?? []).some(testValue);
  const texts = (field: Field, fold: boolean, testText: (text: string) => boolean) =>
    some(field, (value) => typeof value === 'string' && testText(fold ? lower(value) : value));
  switch (p.kind) {
    case 'all':
      return true;
    case 'none':
      return false;
    case 'and':
      return p.parts.every((part) => holds(part, event));
    case 'or':
      return p.parts.some((part) => holds(part, event));
    case 'not':
      return !holds(p.part, event);
    case 'exists':
      return p.field.type === 'nested' ? event.elements.length > 0 : some(p.field, () => true);
    case 'equals':
      return some(p.field, (value) => same(value, p.value, p.fold));
    case 'oneOf':
      return some(p.field, (value) => p.values.some((one) => same(value, one, p.fold)));
    case 'range':
      return some(p.field, (value) => inRange(p.field, value, p.op, p.value));
    case 'between':
      return some(p.field, (value) => typeof value === 'number' && p.low <= value && value < p.high);
    case 'prefix':
      return texts(p.field, p.fold, (text) => text.startsWith(p.fold ? lower(p.text) : p.text));
    case 'suffix':
      return texts(p.field, p.fold, (text) => text.endsWith(p.fold ? lower(p.text) : p.text));
    case 'contains':
      return texts(p.field, p.fold, (text) => text.includes(p.fold ? lower(p.text) : p.text));
    case 'glob':
      return texts(p.field, false, (text) => globRegex(p.parts, p.fold, true).test(text));
    case 'regex':
      return texts(p.field, false, (text) => {
        const { ignoreCase, multiline, dotAll } = p.flags;
        const flags = `u${ignoreCase ? 'i' : ''}${multiline ? 'm' : ''}${dotAll ? 's' : ''}`;
        if (p.mode === 'search') return new RegExp(p.pattern, flags).test(text);
        return new RegExp(`(?:${p.pattern})(?![^])`, `y${flags}`).test(text);
      });
    case 'cidr':
      return texts(p.field, false, (text) =>
        p.nets.some((net) => bits(text) >= bits(net.low.text) && bits(text) <= bits(net.high.text)),
      );
    case 'computed':
      return computes(p.expression, event);
    case 'datePart':
      return some(p.field, (value) => typeof value === 'number' && partOfDate(p.part, value, p.zone) === p.value);
    case 'words':
      return texts(p.field, false, (text) => hasWords(text, p.words, p.mode));
    case 'wordGlob':
      return texts(p.field, false, (text) =>
        plainWords(text).some((word) => globRegex(p.parts, false, true).test(word)),
      );
    case 'anywhere': {
      const { message } = event.values;
      if (message && (p.test.mode === 'inside' || p.test.mode === 'regex')) {
        return message.some((value) => anywhere(p.test, fields.get('message'), value));
      }
      return Object.entries(event.values).some(([name, values]) =>
        values.some((value) => anywhere(p.test, fields.get(name), value)),
      );
    }
    case 'compare':
      return some(p.field, (left) => some(p.other, (right) => compares(left, right, p.op, p.fold)));
    case 'inList':
      return some(p.field, (value) => p.list.has(value));
    case 'nested':
      return event.elements.some((element) => holds(p.part, element));
  }
}

const lower = (text: string) => text.replace(/[A-Z]/g, (c) => String.fromCharCode(c.charCodeAt(0) + 32));
const same = (x: Scalar, y: Scalar, fold: boolean) =>
  fold && typeof x === 'string' && typeof y === 'string' ? lower(x) === lower(y) : x === y;
export const plainWords = (text: string) =>
  text.toLowerCase().match(/[\p{L}\p{N}][\p{L}\p{N}\p{M}]*(?:\.[\p{L}\p{N}][\p{L}\p{N}\p{M}]*)*/gu) ?? [];

function bits(text: string): bigint {
  const { a, b, c, d } = parseAddress(text)!;
  return (BigInt(a) << 96n) | (BigInt(b) << 64n) | (BigInt(c) << 32n) | BigInt(d);
}

function inRange(field: Field, value: Scalar, op: string, bound: string | number): boolean {
  if (typeof value !== typeof bound) return false;
  const order =
    field.type === 'ip'
      ? Number(bits(String(value)) - bits(String(bound)))
      : typeof value === 'number'
        ? value - Number(bound)
        : Buffer.compare(Buffer.from(String(value)), Buffer.from(String(bound)));
  return op === '<' ? order < 0 : op === '<=' ? order <= 0 : op === '>' ? order > 0 : order >= 0;
}

const escape = (text: string) => [...text].map((c) => `\\u{${c.codePointAt(0)!.toString(16)}}`).join('');

function globRegex(parts: readonly GlobPart[], fold: boolean, whole: boolean): RegExp {
  const letters = (text: string) =>
    [...text].map((c) => (fold && /[a-z]/i.test(c) ? `[${c.toLowerCase()}${c.toUpperCase()}]` : escape(c))).join('');
  const body = parts
    .map((part) => {
      if (part.kind === 'text') return letters(part.text);
      if (part.kind === 'star') return '[^]*';
      if (part.kind === 'one') return '[^]';
      return `[${escape(fold ? part.characters.toLowerCase() + part.characters.toUpperCase() : part.characters)}]`;
    })
    .join('')
    .replace(/(?:\[\^\]\*)+/g, '[^]*');
  return new RegExp(whole ? `^${body}$` : body, 'u');
}

/** Weeks by walking to the Thursday of the week and counting those since New Year. */
function partOfDate(part: DatePart, ms: number, zone = 'UTC'): number {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
  });
  const written = Object.fromEntries(format.formatToParts(ms).map(({ type, value }) => [type, Number(value)]));
  if (part !== 'week') return written[part]!;
  const date = new Date(Date.UTC(written['year']!, written['month']! - 1, written['day']));
  while (date.getUTCDay() !== 4)
    date.setUTCDate(date.getUTCDate() + (date.getUTCDay() === 0 || date.getUTCDay() > 4 ? -1 : 1));
  return Math.ceil((date.getTime() - Date.UTC(date.getUTCFullYear(), 0, 1) + 1) / (7 * 86_400_000));
}

function hasWords(text: string, words: readonly string[], mode: 'any' | 'phrase'): boolean {
  const found: readonly string[] = plainWords(text);
  if (words.length === 0) return false;
  if (mode === 'any') return words.some((word) => found.includes(word));
  return found.some((_, at) => words.every((word, i) => found[at + i] === word));
}

function anywhere(t: Extract<Predicate, { kind: 'anywhere' }>['test'], field: Field, value: Scalar): boolean {
  if (t.members && (field.catalogued || !globRegex(t.members, false, true).test(field.name))) return false;
  const isKeyword = field.type === 'keyword' || field.type === 'wildcard';
  if (t.mode === 'inside' || t.mode === 'regex') {
    if (typeof value !== 'string' || !isOfRecord(field)) return false;
    if (t.mode === 'inside') return globRegex(t.parts, t.cased !== true, false).test(value);
    return new RegExp(t.pattern, t.flags.ignoreCase ? 'i' : '').test(value);
  }
  if (t.mode === 'pattern') {
    if (t.parts.length === 1 && t.parts[0]!.kind === 'star') return true;
    if (field.type === 'text')
      return plainWords(String(value)).some((word) => globRegex(t.parts, false, true).test(word));
    return isKeyword && globRegex(t.parts, false, true).test(String(value));
  }
  if (isKeyword) return value === t.text;
  if (field.type === 'text') return hasWords(String(value), plainWords(t.text), t.phrase ? 'phrase' : 'any');
  if (field.type === 'long' || field.type === 'double') return /^\d+(\.\d+)?$/.test(t.text) && value === Number(t.text);
  const net = field.type === 'ip' ? parseCidr(t.text) : undefined;
  return net !== undefined && bits(String(value)) >= bits(net.low.text) && bits(String(value)) <= bits(net.high.text);
}

function compares(left: Scalar, right: Scalar, op: string, fold: boolean): boolean {
  if (op === '==') return same(left, right, fold);
  if (typeof left !== 'string' || typeof right !== 'string') return false;
  const [l, r] = fold ? [lower(left), lower(right)] : [left, right];
  return op === 'prefix' ? l.startsWith(r) : op === 'suffix' ? l.endsWith(r) : l.includes(r);
}

// Small pools, so that predicates and events meet often.
