import { addressOf } from '../base/address/address.ts';
import { parseTimestamp } from '../base/time/timestamp.ts';
import type { Scalar } from './document.ts';
import type { FieldType } from './field.ts';

const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
/** Digits that are a time in milliseconds and not a year. */
const EPOCH_MS = /^-?\d{5,16}$/;
/** Last millisecond a calendar has, either way from 1970. */
const MAX_TIME_MS = 8.64e15;

/**
 * Brings one JSON value into the form of a field's type.
 *
 * @param value a value that is no array and not null
 * @returns text, number (milliseconds for dates) or boolean; undefined when the value does not fit the type
 */
export function coerceValue(type: FieldType, value: unknown): Scalar | undefined {
  switch (type) {
    case 'keyword':
    case 'wildcard':
    case 'text':
      if (typeof value === 'string') return value;
      if (typeof value === 'number') return decimalText(value);
      return typeof value === 'boolean' ? String(value) : undefined;
    case 'long':
    case 'double':
      return coerceNumber(value);
    case 'boolean':
      return coerceBoolean(value);
    case 'date':
      return coerceTime(value);
    case 'ip':
      return typeof value === 'string' ? addressOf(value.trim())?.text : undefined;
    case 'nested':
    case 'object':
      return undefined;
  }
}

/**
 * Reads a decimal number; no hexadecimal, no blanks.
 *
 * @returns the number, or undefined when the text is none or is too large for a double
 */
export function parseDecimal(text: string): number | undefined {
  if (!NUMBER.test(text)) return undefined;
  const number = Number(text);
  return Number.isFinite(number) ? number : undefined;
}

/** @returns digits without an exponent: `1e21` becomes `1000000000000000000000`, `1.5e-7` becomes `0.00000015` */
export function decimalText(value: number): string {
  const text = String(value);
  if (!text.includes('e')) return text;
  if (Number.isInteger(value)) return BigInt(value).toString();
  const [, sign = '', digits = '', exponent = '0'] = /^(-?)([\d.]+)e-(\d+)$/.exec(text) ?? [];
  return `${sign}0.${'0'.repeat(Number(exponent) - 1)}${digits.replace('.', '')}`;
}

function coerceNumber(value: unknown): number | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined;
  return typeof value === 'string' ? parseDecimal(value.trim()) : undefined;
}

function coerceBoolean(value: unknown): boolean | undefined {
  if (typeof value === 'boolean') return value;
  if (typeof value !== 'string' || value.length > 5) return undefined;
  const folded = value.toLowerCase();
  return folded === 'true' ? true : folded === 'false' ? false : undefined;
}

/** The text read last: start, end and time of an event are often the same. */
let knownTime = '';
let knownMs: number | undefined;

function timeOfText(text: string): number | undefined {
  if (text !== knownTime) {
    knownTime = text;
    knownMs = EPOCH_MS.test(text) ? Number(text) : parseTimestamp(text);
  }
  return knownMs;
}

function coerceTime(value: unknown): number | undefined {
  let ms: number | undefined;
  if (typeof value === 'number') ms = value;
  else if (typeof value === 'string') ms = timeOfText(value);
  return ms !== undefined && Math.abs(ms) <= MAX_TIME_MS ? ms : undefined;
}
