/** What a value means on a field, by the field's type: docs/kql.md, "Meaning by field type". */
import { addressOf } from '../../base/address/address.ts';
import { parseCidr } from '../../base/address/cidr.ts';
import { parseDecimal } from '../../event/document-event-value.ts';
import type { Field } from '../../event/field.ts';
import { lowerParts } from '../compile/anywhere.ts';
import { splitWords } from '../compile/words.ts';
import { dateEquals, dateRange } from '../date-predicate.ts';
import { parseDateSpan } from '../date-span.ts';
import { NONE, type Predicate, type RangeOperator } from '../predicate.ts';
import { isLoneStar, type KqlPattern, type KqlValue, patternText } from './ast.ts';

/** A predicate, perhaps with a remark; or why the value does not fit the type, and what to write instead. */
export type Lowered =
  | { readonly predicate: Predicate; readonly remark?: readonly [code: string, message: string] }
  | { readonly misfit: string; readonly fix: string };

/**
 * @param field a field that is no group
 * @param value what stands behind the colon
 * @param now milliseconds that `now` stands for
 */
export function lowerIs(field: Field, value: KqlValue, quoted: boolean, now: number): Lowered {
  if (isLoneStar(value)) return { predicate: { kind: 'exists', field } };
  if (value.kind === 'wildcard') return lowerPattern(field, value);
  if (value.value === null) {
    return { misfit: 'null is no value: absent fields have none', fix: `write not ${field.name}:*` };
  }
  const text = String(value.value);
  switch (field.type) {
    case 'keyword':
    case 'wildcard':
      return lowerKeyword(field, text);
    case 'text':
      return lowerWords(field, text, quoted);
    case 'long':
    case 'double':
      return lowerNumber(field, text);
    case 'boolean':
      return lowerBoolean(field, text);
    case 'ip':
      return lowerAddress(field, text);
    case 'date':
      return lowerDate(field, text, now);
    case 'nested':
    case 'object':
      return { misfit: `${field.name} holds objects, not values`, fix: `write ${field.name}:{ name:value }` };
  }
}

/**
 * @param op comparison
 * @param text the bound as written
 * @param now milliseconds that `now` stands for
 */
export function lowerRange(field: Field, op: RangeOperator, text: string, now: number): Lowered {
  switch (field.type) {
    case 'keyword':
    case 'wildcard':
      return { predicate: { kind: 'range', field, op, value: text } };
    case 'long':
    case 'double': {
      const value = parseDecimal(text);
      return value === undefined ? noNumber(field, text) : { predicate: { kind: 'range', field, op, value } };
    }
    case 'ip': {
      const address = addressOf(text);
      if (address) return { predicate: { kind: 'range', field, op, value: address.text } };
      const fix = text.includes('/')
        ? `write ${field.name}:"${text}" for a network`
        : 'write an address such as 10.0.0.1';
      return { misfit: `${field.name} is compared with one address, and "${text}" is none`, fix };
    }
    case 'date':
      return lowerDateRange(field, op, text, now);
    case 'text':
      return {
        misfit: `${field.name} is text, which is split into words and has no order`,
        fix: `write ${field.name}:word`,
      };
    case 'boolean':
      return { misfit: `${field.name} is true or false and has no order`, fix: `write ${field.name}:true` };
    case 'nested':
    case 'object':
      return { misfit: `${field.name} holds objects, not values`, fix: `write ${field.name}:{ name ${op} value }` };
  }
}

function lowerKeyword(field: Field, text: string): Lowered {
  const predicate: Predicate = { kind: 'equals', field, value: text, fold: false };
  if (!text.includes('/') || !parseCidr(text)) return { predicate };
  return { predicate, remark: ['KQL-CIDR-TEXT', `${field.name} is no address field: "${text}" is compared as text`] };
}

function lowerWords(field: Field, text: string, quoted: boolean): Lowered {
  const words = splitWords(text);
  if (words.length > 0) return { predicate: { kind: 'words', field, words, mode: quoted ? 'phrase' : 'any' } };
  return { predicate: NONE, remark: ['KQL-NEVER', `"${text}" holds no word, so ${field.name} never has it`] };
}

function lowerNumber(field: Field, text: string): Lowered {
  const value = parseDecimal(text);
  if (value === undefined) return noNumber(field, text);
  if (field.type === 'long' && !Number.isInteger(value)) {
    return { predicate: NONE, remark: ['KQL-NEVER', `${field.name} holds whole numbers and is never ${text}`] };
  }
  return { predicate: { kind: 'equals', field, value, fold: false } };
}

function noNumber(field: Field, text: string): Lowered {
  return { misfit: `${field.name} is a number, and "${text}" is none`, fix: 'write digits such as 445, in decimal' };
}

function lowerBoolean(field: Field, text: string): Lowered {
  if (text === 'true' || text === 'false') {
    return { predicate: { kind: 'equals', field, value: text === 'true', fold: false } };
  }
  return {
    misfit: `${field.name} is true or false, and "${text}" is neither`,
    fix: 'write true or false in lower case',
  };
}

function lowerAddress(field: Field, text: string): Lowered {
  const net = parseCidr(text);
  if (!net) {
    const fix = 'write an address or a network such as 10.0.0.0/8 or "fe80::/10"';
    return { misfit: `${field.name} is an address, and "${text}" is none`, fix };
  }
  const predicate: Predicate = { kind: 'cidr', field, nets: [net] };
  if (!net.hasHostBits) return { predicate };
  const prefix = text.slice(text.indexOf('/'));
  return { predicate, remark: ['KQL-HOST-BITS', `"${text}" means the network ${net.low.text}${prefix}`] };
}

const DATE_FIX = 'write a date such as 2026-03-01, 2026-03-01T10:15:00Z, now-1h or 2026-03-01||+1d';

function noDate(field: Field, text: string): Lowered {
  return { misfit: `${field.name} is a date, and "${text}" is none`, fix: DATE_FIX };
}

function lowerDate(field: Field, text: string, now: number): Lowered {
  const span = parseDateSpan(text, now);
  if (!span) return noDate(field, text);
  return withDayRemark(dateEquals(field, span), span.lacksDay, text);
}

function lowerDateRange(field: Field, op: RangeOperator, text: string, now: number): Lowered {
  const span = parseDateSpan(text, now);
  return span
    ? withDayRemark(dateRange(field, op, span), span.lacksDay && (op === '>' || op === '<='), text)
    : noDate(field, text);
}

function withDayRemark(predicate: Predicate, lacksDay: boolean, text: string): Lowered {
  if (!lacksDay) return { predicate };
  const day = text.length === 4 ? `${text}-01-01` : `${text}-01`;
  return {
    predicate,
    remark: ['KQL-DATE-PARTS', `"${text}" ends with the day ${day}; write the first and the last day`],
  };
}

function lowerPattern(field: Field, pattern: KqlPattern): Lowered {
  const text = patternText(pattern.parts);
  switch (field.type) {
    case 'keyword':
    case 'wildcard':
      return { predicate: { kind: 'glob', field, parts: pattern.parts, fold: false } };
    case 'text':
      return lowerWordPattern(field, pattern);
    case 'ip':
      return { misfit: `${field.name} is an address and takes no pattern`, fix: `write ${networkOf(text)}` };
    case 'long':
    case 'double':
      return {
        misfit: `${field.name} is a number and takes no pattern`,
        fix: `write ${field.name} >= 1 and ${field.name} < 10`,
      };
    case 'date':
      return {
        misfit: `${field.name} is a date and takes no pattern`,
        fix: 'write the part you mean: 2026-03-01 is that day',
      };
    case 'boolean':
      return { misfit: `${field.name} is true or false and takes no pattern`, fix: `write ${field.name}:true` };
    case 'nested':
    case 'object':
      return { misfit: `${field.name} holds objects, not values`, fix: `write ${field.name}:{ name:${text} }` };
  }
}

function lowerWordPattern(field: Field, pattern: KqlPattern): Lowered {
  const parts = lowerParts(pattern.parts);
  const predicate: Predicate = { kind: 'wordGlob', field, parts };
  if (!parts.some((part) => part.kind === 'text' && /[\s$\\/]/.test(part.text))) return { predicate };
  const message = `${field.name} is split into words, and no word fits "${patternText(parts)}": words hold no blanks, $ or slashes`;
  return { predicate, remark: ['KQL-NEVER', message] };
}

/** The network that a pattern such as `10.0.*` means. */
function networkOf(text: string): string {
  const octets = /^(\d{1,3}(?:\.\d{1,3}){0,2})\.\*(?:\.\*)*$/.exec(text)?.[1]?.split('.');
  if (!octets) return 'a network such as 10.0.0.0/8 or "fe80::/10"';
  const address = [...octets, '0', '0', '0'].slice(0, 4).join('.');
  return addressOf(address) ? `${address}/${octets.length * 8}` : 'a network such as 10.0.0.0/8';
}
