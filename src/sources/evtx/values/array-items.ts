/** Items of array values; the element that holds an array is repeated once per item. */
import { MAX_REPEATS } from '../limits.ts';
import { ansiText } from './ansi.ts';
import { decodeUtf16 } from '../../../base/bytes/utf16.ts';
import { fits, hasText, valueText, widthOf } from './value-text.ts';
import { ARRAY, VALUE } from './value-type.ts';

/** Items of an array value. */
export interface ArrayItems {
  readonly items: string[];
  /** What does not fit, for a fault. */
  readonly problem: string | undefined;
}

/**
 * @param type with the array bit
 * @param pointerBytes width of size_t values in this record: 4 or 8
 * @returns the items; an array of nothing has one empty item, as Windows shows one empty element
 */
export function arrayItems(bytes: Buffer, at: number, size: number, type: number, pointerBytes: number): ArrayItems {
  const item = type & ~ARRAY;
  const items: string[] = [];
  let problem: string | undefined;
  if (item === VALUE.string || item === VALUE.ansi) problem = splitTexts(bytes, at, size, item, items);
  else if (item === VALUE.sid) problem = splitSids(bytes, at, size, items);
  else problem = splitFixed(bytes, at, size, item, item === VALUE.size ? pointerBytes : widthOf(item), items);
  if (items.length === 0 && problem === undefined) items.push('');
  return { items, problem };
}

const TOO_MANY = `more than ${MAX_REPEATS} items; the rest is left out`;

function splitTexts(bytes: Buffer, at: number, size: number, item: number, items: string[]): string | undefined {
  const unit = item === VALUE.string ? 2 : 1;
  const end = at + size - (size % unit);
  let from = at;
  for (let i = at; i < end; i += unit) {
    if (bytes[i] !== 0 || (unit === 2 && bytes[i + 1] !== 0)) continue;
    if (items.length >= MAX_REPEATS) return TOO_MANY;
    items.push(textOf(bytes, from, i - from, unit));
    from = i + unit;
  }
  if (from < end) items.push(textOf(bytes, from, end - from, unit));
  return undefined;
}

function textOf(bytes: Buffer, at: number, size: number, unit: number): string {
  return unit === 2 ? decodeUtf16(bytes, at, size >> 1) : ansiText(bytes, at, size);
}

function splitSids(bytes: Buffer, at: number, size: number, items: string[]): string | undefined {
  for (let from = at; from < at + size; ) {
    const length = 8 + 4 * (bytes[from + 1] ?? 0);
    if (from + 8 > at + size || from + length > at + size || !fits(bytes, from, length, VALUE.sid))
      return 'a SID that does not fit its array';
    if (items.length >= MAX_REPEATS) return TOO_MANY;
    items.push(valueText(bytes, from, length, VALUE.sid)!);
    from += length;
  }
  return undefined;
}

function splitFixed(bytes: Buffer, at: number, size: number, item: number, width: number, items: string[]) {
  if (width === 0 || !hasText(item)) return `an array of items of type 0x${item.toString(16)}, which has no fixed size`;
  for (let from = at; from + width <= at + size; from += width) {
    if (items.length >= MAX_REPEATS) return TOO_MANY;
    items.push(valueText(bytes, from, width, item) ?? '');
  }
  return size % width === 0 ? undefined : `${size} bytes, which are no multiple of ${width}`;
}
