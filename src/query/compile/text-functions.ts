/** Functions over texts that expressions call; what each means stands in query/expression.ts. */
import { parseDecimal } from '../../event/document-event-value.ts';
import { foldedText } from './folded-text.ts';

const read = (text: string, fold: boolean) => (fold ? foldedText(text) : text);

/** @returns text between two marks; empty when one is missing */
export function textBetween(text: string, left: string, right: string, isGreedy: boolean, fold: boolean): string {
  const searched = read(text, fold);
  const mark = searched.indexOf(read(left, fold));
  if (mark < 0) return '';
  const start = mark + left.length;
  const close = read(right, fold);
  const end = isGreedy ? searched.lastIndexOf(close) : searched.indexOf(close, start);
  return end < start ? '' : text.slice(start, end);
}

/** @returns first position at or behind `start`, or null */
export function positionOf(text: string, part: string, start: number, fold: boolean): number | null {
  const from = Math.max(0, Math.trunc(start));
  if (part === '') return from;
  const found = read(text, fold).indexOf(read(part, fold), from);
  return found < 0 ? null : found;
}

const WHOLE: Readonly<Record<number, RegExp>> = Object.fromEntries(
  Array.from({ length: 35 }, (_, i) => {
    const base = i + 2;
    const digits = base <= 10 ? `[0-${base - 1}]` : `[0-9a-${(base - 1).toString(base)}]`;
    return [base, new RegExp(`^[+-]?${digits}+$`, 'i')];
  }),
);

/**
 * @param base 2 to 36; undefined: 10, or 16 for a text that starts with `0x`
 * @returns the number a text spells, or null
 */
export function numberIn(text: string, base: number | undefined): number | null {
  const trimmed = text.trim();
  const isHex = (base === undefined || base === 16) && /^0x[^+-]/i.test(trimmed);
  const radix = isHex ? 16 : (base ?? 10);
  if (radix === 10) return parseDecimal(trimmed) ?? null;
  const digits = isHex ? trimmed.slice(2) : trimmed;
  if (!WHOLE[radix]?.test(digits)) return null;
  const value = Number.parseInt(digits, radix);
  return Number.isFinite(value) ? value : null;
}
