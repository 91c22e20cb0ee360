/** Names on the wire to text, bounded. */
import { decodeUtf16 } from '../../../base/bytes/utf16.ts';
import type { Span } from './message.ts';

/** UTF-16 units of a name that are kept; 32,767 would be legal. */
const MAX_UNITS = 4096;

/** @returns the text of a UTF-16 region, at most 4,096 units, without zeros at its end; half a unit is dropped */
export function utf16Name(bytes: Uint8Array, span: Span | undefined): string {
  if (span === undefined) return '';
  return decodeUtf16(bytes, span.from, Math.min((span.to - span.from) >> 1, MAX_UNITS));
}

/** @returns the text of bytes of an old code page, read as Latin-1: the page is not said on the wire */
export function oemName(bytes: Uint8Array, from: number, to: number): string {
  const end = Math.min(to, from + MAX_UNITS);
  let text = '';
  for (let i = from; i < end && bytes[i] !== 0; i++) text += String.fromCharCode(bytes[i]!);
  return text;
}

/** A text that ends with zero, and where the next thing begins. */
export interface EndedName {
  readonly text: string;
  readonly next: number;
}

/**
 * Reads UTF-16 up to its zero.
 *
 * @param from first byte
 * @param end behind the last byte that may be read
 */
export function endedUtf16(bytes: Uint8Array, from: number, end: number): EndedName {
  let at = from;
  while (at + 1 < end && (bytes[at] !== 0 || bytes[at + 1] !== 0)) at += 2;
  const text = utf16Name(bytes, { from, to: Math.min(at, end) });
  return { text, next: Math.min(at + 2, end) };
}

/** Reads bytes of an old code page up to their zero. */
export function endedOem(bytes: Uint8Array, from: number, end: number): EndedName {
  let at = from;
  while (at < end && bytes[at] !== 0) at++;
  return { text: oemName(bytes, from, at), next: Math.min(at + 1, end) };
}

/** @returns a GUID in the usual letters: its first three parts are little-endian numbers */
export function guidText(bytes: Uint8Array, at: number): string {
  const hex = (offset: number) => bytes[at + offset]!.toString(16).padStart(2, '0');
  const join = (offsets: readonly number[]) => offsets.map(hex).join('');
  return `${join([3, 2, 1, 0])}-${join([5, 4])}-${join([7, 6])}-${join([8, 9])}-${join([10, 11, 12, 13, 14, 15])}`;
}

/** @returns a 64-bit id as sixteen hexadecimal digits with 0x */
export function hexId(high: number, low: number): string {
  return `0x${high.toString(16).padStart(8, '0')}${low.toString(16).padStart(8, '0')}`;
}
