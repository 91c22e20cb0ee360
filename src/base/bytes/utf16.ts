/**
 * UTF-16 spans to strings, remembered, because evidence repeats itself: the same channel, computer, account and image
 * stand in every record. Only a few characters are hashed and then all compared, which costs less than hashing all; a
 * hit allocates nothing.
 */

/** Slots; a power of two. */
const SLOTS = 8192;
/** Longer spans are decoded each time: they hardly repeat. In characters. */
const MAX_CHARACTERS = 96;
/** Up to here a loop beats the call into the runtime (measured on node 20: 8 to 10 characters). */
const LOOP_CHARACTERS = 8;

const texts: string[] = new Array<string>(SLOTS).fill('');

/**
 * @param bytes UTF-16, little-endian
 * @param at first byte
 * @param characters code units; one or several U+0000 at the end are dropped
 * @returns the text; a lone surrogate becomes U+FFFD, so that the text can leave the process
 */
export function decodeUtf16(bytes: Uint8Array, at: number, characters: number): string {
  let length = characters;
  while (length > 0) {
    const last = at + length * 2 - 2;
    if (bytes[last] !== 0 || bytes[last + 1] !== 0) break;
    length--;
  }
  if (length === 0) return '';
  if (length > MAX_CHARACTERS) return slice(bytes, at, length);
  const slot = hash(bytes, at, length);
  const known = texts[slot]!;
  if (known.length === length && isText(bytes, at, known)) return known;
  const text = slice(bytes, at, length);
  texts[slot] = text;
  return text;
}

function slice(bytes: Uint8Array, at: number, length: number): string {
  if (length > LOOP_CHARACTERS) {
    const text = bufferOf(bytes).toString('utf16le', at, at + length * 2);
    return text.isWellFormed() ? text : text.toWellFormed();
  }
  let text = '';
  for (let i = at; i < at + length * 2; i += 2) text += String.fromCharCode(bytes[i]! | (bytes[i + 1]! << 8));
  return text.isWellFormed() ? text : text.toWellFormed();
}

function bufferOf(bytes: Uint8Array): Buffer {
  return bytes instanceof Buffer ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** Length, both ends and six places between: enough to tell the vocabulary of a log apart. */
function hash(bytes: Uint8Array, at: number, length: number): number {
  let value = length;
  const step = length <= 8 ? 2 : (length >> 3) * 2;
  const end = at + length * 2;
  for (let i = at; i < end; i += step) value = Math.imul(value ^ bytes[i]!, 0x9e3779b1) ^ bytes[i + 1]!;
  value = Math.imul(value ^ bytes[end - 2]!, 0x85ebca6b);
  if (length > 1) value = Math.imul(value ^ bytes[end - 4]!, 0xc2b2ae35);
  return (value ^ (value >>> 15)) & (SLOTS - 1);
}

/** @returns whether the bytes from a place on, of which there are as many as it needs, are this text */
export function isText(bytes: Uint8Array, at: number, text: string): boolean {
  let from = at;
  for (let i = 0; i < text.length; i++, from += 2) {
    if (text.charCodeAt(i) !== (bytes[from]! | (bytes[from + 1]! << 8))) return false;
  }
  return true;
}
