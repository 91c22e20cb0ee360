import { createHash, hash } from 'node:crypto';

/** Hexadecimal digits of 128 bits. */
const ID_DIGITS = 32;

/**
 * Stable identity of a list of parts: the first 128 bits of SHA-256 over the parts with their lengths, so that
 * ("ab","c") and ("a","bc") differ.
 *
 * @param parts texts in a fixed order
 * @returns 32 hexadecimal digits
 */
export function stableId(parts: readonly string[]): string {
  let text = '';
  for (const part of parts) text += `${part.length}:${part}`;
  return first128Bits(hash('sha256', text, 'hex'));
}

/**
 * {@link stableId} of two parts, of which the second stands in a buffer.
 *
 * @param first short, of ASCII
 * @param buffer valid UTF-8 in `[start..end)`, and room for the first part and two lengths before it
 * @param isAscii whether the second part is
 */
export function stableIdOfBytes(first: string, buffer: Buffer, start: number, end: number, isAscii: boolean): string {
  const length = isAscii ? end - start : utf16Length(buffer, start, end);
  const head = `${first.length}:${first}${length}:`;
  const from = start - head.length;
  buffer.write(head, from, 'latin1');
  return first128Bits(hash('sha256', buffer.subarray(from, end), 'hex'));
}

const digits = Buffer.alloc(ID_DIGITS);

/** A text of its own: ids are kept in great numbers, and a slice would keep the whole digest. */
function first128Bits(digest: string): string {
  digits.write(digest, 0, ID_DIGITS, 'latin1');
  return digits.toString('latin1');
}

/** Units of UTF-16: one for each character, two for those that take four bytes. */
function utf16Length(buffer: Buffer, start: number, end: number): number {
  let length = 0;
  for (let i = start; i < end; i++) {
    const c = buffer[i]!;
    if ((c & 0xc0) !== 0x80) length += c >= 0xf0 ? 2 : 1;
  }
  return length;
}

/**
 * Name-based UUID, version 5 (RFC 9562 §5.5).
 *
 * @param name the name, hashed below the product's own namespace
 * @returns the UUID in lower case
 */
export function uuidV5(name: string): string {
  const digest = createHash('sha1').update(NAMESPACE).update(name).digest();
  digest[6] = (digest[6]! & 0x0f) | 0x50;
  digest[8] = (digest[8]! & 0x3f) | 0x80;
  const hex = digest.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20, 32)}`;
}

/** Namespace of smbastion's names: UUIDv5 of "smbastion" in the DNS namespace. */
const NAMESPACE = Buffer.from('99f155bf63785829816098399483ddfb', 'hex');
