/** What a comparison of one field with constants means, by the field's type: simple nodes that can be indexed and pushed down. */
import { addressOf } from '../../base/address/address.ts';
import { parseCidr } from '../../base/address/cidr.ts';
import { compileRegex } from '../../base/regex.ts';
import { SmbError } from '../../base/error.ts';
import { type GlobPart, parseGlob } from '../../base/glob.ts';
import type { SourceSpan } from '../../base/place.ts';
import type { Field } from '../../event/field.ts';
import { dateEquals, dateRange } from '../date-predicate.ts';
import { type DateSpan, parseDateSpan } from '../date-span.ts';
import { NONE, or, type Predicate, type RangeOperator } from '../predicate.ts';
import type { EqlText, EqlTextOperator } from './ast.ts';
import type { EqlLowering } from './lowering.ts';
import { translateLuceneRegex } from './lucene-regex.ts';
import { remarkHostBits } from './operand.ts';

/** A constant that fits the type of the field: text for text, addresses and dates, also a number for dates. */
export interface FieldValue extends SourceSpan {
  readonly value: string | number | boolean;
}

/** @returns the test that one of the field's values equals one of the constants */
export function fieldEquals(
  field: Field,
  values: readonly FieldValue[],
  fold: boolean,
  lowering: EqlLowering,
): Predicate {
  switch (field.type) {
    case 'ip':
      return { kind: 'cidr', field, nets: values.map((value) => networkOf(field, value, lowering)) };
    case 'date':
      return or(values.map((value) => dateEquals(field, dateOf(field, value, lowering))));
    default: {
      const possible = values.filter((value) => isPossible(field, value, lowering)).map(({ value }) => value);
      if (possible.length === 0) return NONE;
      if (possible.length > 1) return { kind: 'oneOf', field, values: possible, fold };
      return { kind: 'equals', field, value: possible[0]!, fold };
    }
  }
}

/** @returns the test that one of the field's values stands before or behind the constant */
export function fieldRange(field: Field, op: RangeOperator, bound: FieldValue, lowering: EqlLowering): Predicate {
  const { value } = bound;
  if (field.type === 'date') return dateRange(field, op, dateOf(field, bound, lowering, op === '>' || op === '<='));
  if (field.type === 'boolean' || typeof value === 'boolean') {
    return lowering.fail(`${field.name} is true or false and has no order`, bound, `write ${field.name} == true`);
  }
  if (field.type !== 'ip') return { kind: 'range', field, op, value };
  const address = addressOf(String(value));
  if (address) return { kind: 'range', field, op, value: address.text };
  const fix = parseCidr(String(value))
    ? `write cidrMatch(${field.name}, "${value}")`
    : 'write an address such as "10.0.0.1"';
  return lowering.fail(`${field.name} is compared with one address, and "${value}" is none`, bound, fix);
}

/** @returns the test that one of the field's texts fits one of the patterns */
export function fieldMatches(
  field: Field,
  op: EqlTextOperator,
  patterns: readonly EqlText[],
  lowering: EqlLowering,
): Predicate {
  const fold = op === ':' || op.endsWith('~');
  if (op === 'regex' || op === 'regex~') {
    const pattern = patterns.map((text) => `(?:${regexOf(text, fold, lowering)})`).join('|');
    return { kind: 'regex', field, pattern, mode: 'full', flags: { dotAll: true } };
  }
  const globs = patterns.map(({ value }) => parseGlob(value, true));
  const literals = globs.flatMap(literalText);
  const whole: Predicate[] =
    literals.length > 1
      ? [{ kind: 'oneOf', field, values: literals, fold }]
      : literals.map((value) => ({ kind: 'equals', field, value, fold }));
  const others = globs.filter((parts) => literalText(parts).length === 0);
  return or([...whole, ...others.map((parts) => globNode(field, parts, fold))]);
}

/** Characters of one regular expression; Elasticsearch takes a thousand, and a megabyte would compile for many seconds. */
const MAX_REGEX_CHARS = 10_000;

/** @returns the expression in RE2's syntax */
export function regexOf(text: EqlText, fold: boolean, lowering: EqlLowering): string {
  if (text.value.length > MAX_REGEX_CHARS) {
    lowering.fail(
      `a regular expression of more than ${MAX_REGEX_CHARS} characters`,
      text,
      'write a list: regex ("…", "…")',
    );
  }
  const translated = translateLuceneRegex(text.value, fold);
  if ('misfit' in translated) return lowering.fail(translated.misfit, text, translated.fix);
  if (translated.hasAnchor) {
    const message = '^ and $ are ordinary characters in regular expressions here: the whole value must fit anyway';
    lowering.remarks.add('EQL-ANCHOR', message, text);
  }
  try {
    compileRegex(translated.pattern, 'full', { dotAll: true });
  } catch (error) {
    if (!(error instanceof SmbError)) throw error;
    lowering.fail(error.message, text, 'counts in braces go up to 1000');
  }
  return translated.pattern;
}

/** The text of a pattern without signs, in a list of one; an empty list for others. */
function literalText(parts: readonly GlobPart[]): string[] {
  if (parts.length === 0) return [''];
  return parts.length === 1 && parts[0]!.kind === 'text' ? [parts[0]!.text] : [];
}

/** The narrowest node for a pattern. */
function globNode(field: Field, parts: readonly GlobPart[], fold: boolean): Predicate {
  const [first, second, third] = parts;
  if (parts.length === 1 && first?.kind === 'star') return { kind: 'exists', field };
  if (parts.length === 2 && first?.kind === 'text' && second?.kind === 'star') {
    return { kind: 'prefix', field, text: first.text, fold };
  }
  if (first?.kind === 'star' && second?.kind === 'text') {
    if (parts.length === 2) return { kind: 'suffix', field, text: second.text, fold };
    if (parts.length === 3 && third?.kind === 'star') return { kind: 'contains', field, text: second.text, fold };
  }
  return { kind: 'glob', field, parts, fold };
}

function networkOf(field: Field, value: FieldValue, lowering: EqlLowering) {
  const text = String(value.value);
  const net = parseCidr(text);
  if (!net) {
    const fix = 'write an address or a network such as "10.0.0.0/8"; for patterns, string(field) : "10.*"';
    return lowering.fail(`${field.name} is an address, and "${text}" is none`, value, fix);
  }
  remarkHostBits(text, net.hasHostBits, net.low.text, value, lowering);
  if (text.includes('/')) {
    lowering.remarks.add('EQL-CIDR', `"${text}" is a network; cidrMatch(${field.name}, "${text}") says so`, value);
  }
  return net;
}

function dateOf(field: Field, value: FieldValue, lowering: EqlLowering, endCounts = true): DateSpan {
  const text = String(value.value);
  const isNumber = typeof value.value === 'number';
  const span = isNumber
    ? { first: Math.floor(value.value), last: Math.floor(value.value), lacksDay: false }
    : parseDateSpan(text, lowering.now);
  if (!span || !(Math.abs(span.first) <= 8.64e15)) {
    const fix = 'write a date such as "2026-03-01", "2026-03-01T10:15:00Z" or "now-1h"';
    return lowering.fail(`${field.name} is a date, and ${lowering.written(value)} is none`, value, fix);
  }
  if (span.lacksDay && endCounts) {
    const day = text.length === 4 ? `${text}-01-01` : `${text}-01`;
    const message = `"${text}" ends with the day ${day}; write the first and the last day`;
    lowering.remarks.add('EQL-DATE-PARTS', message, value);
  }
  return span;
}

/** Whether a value can be equal at all; says so when it hardly means what it says. */
function isPossible(field: Field, { value, start, end }: FieldValue, lowering: EqlLowering): boolean {
  const span = { start, end };
  if (field.type === 'long' && !Number.isInteger(value)) {
    lowering.remarks.add('EQL-NEVER', `${field.name} holds whole numbers and is never ${value}`, span);
    return false;
  }
  if (typeof value !== 'string') return true;
  if (value.includes('/') && parseCidr(value)) {
    lowering.remarks.add('EQL-CIDR-TEXT', `${field.name} is no address field: "${value}" is compared as text`, span);
  }
  if (value.includes('*')) {
    lowering.remarks.add('EQL-STAR', 'a * is an ordinary star here; patterns stand behind : and like', span);
  }
  return true;
}
