/**
 * Modifiers of Sigma, applied from left to right to each value. A value is first text (or a number, true, false), then
 * whatever a modifier makes of it; each modifier says which of these it takes, and everything else is refused.
 */
import { parseCidr } from '../../base/address/cidr.ts';
import type { GlobPart } from '../../base/glob.ts';
import type { RegexFlags } from '../../base/regex.ts';
import { DATE_PARTS, type DatePart, type RangeOperator } from '../predicate.ts';
import { base64Offsets, bytesOf, type TextEncoding } from './base64.ts';
import type { FieldComparison, SigmaTest } from './detection.ts';
import { literalOf, parseSigmaText, withStars } from './sigma-text.ts';
import { withDashes } from './windash.ts';

/** A value between two modifiers: a finished test, text as written, or bytes that wait for Base64. */
export type Working =
  | SigmaTest
  | { readonly kind: 'text'; readonly raw: string }
  | { readonly kind: 'bytes'; readonly bytes: Buffer };

/** A modifier of single values. Returns what it makes of one, all alternatives, or why it cannot. */
export type ValueModifier = (value: Working) => Working | readonly Working[] | Misfit;

/** Why a value does not fit a modifier, and what to write instead. */
export class Misfit {
  readonly message: string;
  readonly fix: string | undefined;

  constructor(message: string, fix?: string) {
    this.message = message;
    this.fix = fix;
  }
}

/** Modifiers of the whole entry: how values are joined, letter case, negation. */
export const ENTRY_MODIFIERS = ['all', 'cased', 'neq'] as const;

const QUOTE = 'put it between quotes';

/** @returns the pattern of a text or pattern, or undefined for anything else */
function partsOf(value: Working): readonly GlobPart[] | undefined {
  if (value.kind === 'text') return parseSigmaText(value.raw);
  return value.kind === 'pattern' ? value.parts : undefined;
}

function pattern(parts: readonly GlobPart[]): SigmaTest {
  return { kind: 'pattern', parts, cased: false };
}

function found(value: Working): string {
  switch (value.kind) {
    case 'text':
    case 'pattern':
      return 'text';
    case 'number':
    case 'boolean':
      return `the ${value.kind} ${value.value}`;
    case 'exists':
      return value.value ? 'a test of presence' : 'nothing';
    case 'bytes':
      return 'bytes, which only base64 and base64offset take';
    default:
      return 'what the modifiers before it made';
  }
}

function needs(what: string, value: Working): Misfit {
  const fix = value.kind === 'number' || value.kind === 'boolean' ? QUOTE : undefined;
  return new Misfit(`takes ${what}, not ${found(value)}`, fix);
}

/** A side that is not open is a side where the value begins or ends. */
function part(ends: { readonly start: boolean; readonly end: boolean }, op: FieldComparison): ValueModifier {
  return (value) => {
    const parts = partsOf(value);
    if (parts) return pattern(withStars(parts, ends));
    if (value.kind === 'field') return { ...value, op };
    if (value.kind === 'regex') {
      const before = ends.start ? '' : '\\A';
      const behind = ends.end ? '' : '\\z';
      return before + behind === '' ? value : { ...value, pattern: `${before}(?:${value.pattern})${behind}` };
    }
    return needs('text, a regular expression or a field', value);
  };
}

function flag(name: keyof RegexFlags): ValueModifier {
  return (value) =>
    value.kind === 'regex'
      ? { ...value, flags: { ...value.flags, [name]: true } }
      : new Misfit('belongs to regular expressions', 'write it behind re, as in field|re|i');
}

function order(op: RangeOperator): ValueModifier {
  return (value) =>
    value.kind === 'number'
      ? { kind: 'order', op, value: value.value }
      : new Misfit(
          `takes a number, not ${found(value)}`,
          value.kind === 'text' ? 'write it without quotes' : undefined,
        );
}

function datePart(name: DatePart): ValueModifier {
  return (value) =>
    value.kind === 'number' && Number.isInteger(value.value)
      ? { kind: 'datePart', part: name, value: value.value }
      : new Misfit(`takes a whole number, not ${found(value)}`);
}

function encoding(name: TextEncoding): ValueModifier {
  return (value) => {
    const text = literal(value);
    return text instanceof Misfit ? text : { kind: 'bytes', bytes: bytesOf(text, name) };
  };
}

function literal(value: Working): string | Misfit {
  const parts = partsOf(value);
  if (!parts) return needs('text', value);
  return (
    literalOf(parts) ??
    new Misfit(
      'takes text without wildcards',
      'write \\* or \\? for the characters themselves; contains stands behind it',
    )
  );
}

function bytes(value: Working): Buffer | Misfit {
  if (value.kind === 'bytes') return value.bytes;
  const text = literal(value);
  return text instanceof Misfit ? text : bytesOf(text, 'utf8');
}

const re: ValueModifier = (value) => {
  if (value.kind === 'text') return { kind: 'regex', pattern: value.raw, flags: {} };
  if (value.kind === 'pattern' || value.kind === 'bytes') return new Misfit('must be the first modifier');
  return needs('text', value);
};

const cidr: ValueModifier = (value) => {
  if (value.kind !== 'text')
    return value.kind === 'pattern' ? new Misfit('must be the first modifier') : needs('text', value);
  const net = parseCidr(value.raw);
  return net
    ? { kind: 'network', net }
    : new Misfit(`takes a network, and "${value.raw.slice(0, 60)}" is none`, 'such as 10.0.0.0/8 or fc00::/7');
};

const fieldref: ValueModifier = (value) => {
  if (value.kind === 'pattern') return new Misfit('stands before contains, startswith and endswith');
  if (value.kind !== 'text') return needs('the name of a field', value);
  return value.raw === ''
    ? new Misfit('takes the name of a field')
    : { kind: 'field', name: value.raw, op: '==', cased: false };
};

const windash: ValueModifier = (value) => {
  const parts = partsOf(value);
  return parts ? pattern(withDashes(parts)) : needs('text', value);
};

const base64: ValueModifier = (value) => {
  const made = bytes(value);
  return made instanceof Misfit ? made : pattern([{ kind: 'text', text: made.toString('base64') }]);
};

const base64offset: ValueModifier = (value) => {
  const made = bytes(value);
  if (made instanceof Misfit) return made;
  if (made.length === 0) return new Misfit('takes text that is not empty');
  return base64Offsets(made).map((text) => pattern([{ kind: 'text', text }]));
};

/** Modifiers of single values, by name; `exists` and `expand` need more than the value and stand elsewhere. */
export const VALUE_MODIFIERS: Readonly<Record<string, ValueModifier>> = {
  contains: part({ start: true, end: true }, 'contains'),
  startswith: part({ start: false, end: true }, 'prefix'),
  endswith: part({ start: true, end: false }, 'suffix'),
  re,
  i: flag('ignoreCase'),
  ignorecase: flag('ignoreCase'),
  m: flag('multiline'),
  multiline: flag('multiline'),
  s: flag('dotAll'),
  dotall: flag('dotAll'),
  base64,
  base64offset,
  utf16le: encoding('utf16le'),
  wide: encoding('utf16le'),
  utf16be: encoding('utf16be'),
  utf16: encoding('utf16'),
  windash,
  cidr,
  fieldref,
  gt: order('>'),
  gte: order('>='),
  lt: order('<'),
  lte: order('<='),
  ...Object.fromEntries(DATE_PARTS.map((name) => [name, datePart(name)])),
};

/** Every modifier, for the nearest name of a typo. */
export const MODIFIER_NAMES: readonly string[] = [
  ...Object.keys(VALUE_MODIFIERS),
  ...ENTRY_MODIFIERS,
  'exists',
  'expand',
];
