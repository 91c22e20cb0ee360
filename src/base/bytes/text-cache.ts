/**
 * Decodes short byte spans to strings and remembers them, because evidence repeats itself: the same addresses, shares
 * and words stand in every line. A look-up hashes and compares bytes and allocates nothing; only a miss makes a string.
 */

/** Slots; a power of two. 4,096 strings stay in the processor's cache and hold the vocabulary of a log. */
const SLOTS = 4096;
/** Longer spans are decoded each time: they hardly repeat, and hashing them costs more than decoding. */
const MAX_LENGTH = 64;

const texts: (string | undefined)[] = new Array<string | undefined>(SLOTS).fill(undefined);
/** Bytes of each slot's text, at slot * MAX_LENGTH. */
const bytes = new Uint8Array(SLOTS * MAX_LENGTH);
const lengths = new Uint8Array(SLOTS);

/**
 * @param buffer bytes in UTF-8
 * @param start first byte
 * @param end behind the last byte
 * @returns the text; invalid UTF-8 becomes U+FFFD
 */
export function decodeText(buffer: Buffer, start: number, end: number): string {
  const length = end - start;
  if (length > MAX_LENGTH) return buffer.toString('utf8', start, end);
  if (length <= 0) return '';
  let hash = length;
  for (let i = start; i < end; i++) hash = (Math.imul(hash, 31) + buffer[i]!) | 0;
  const slot = (hash ^ (hash >>> 15)) & (SLOTS - 1);
  const base = slot * MAX_LENGTH;
  const known = texts[slot];
  if (known !== undefined && lengths[slot] === length) {
    let i = 0;
    while (i < length && bytes[base + i] === buffer[start + i]) i++;
    if (i === length) return known;
  }
  const text = buffer.toString('utf8', start, end);
  texts[slot] = text;
  lengths[slot] = length;
  for (let i = 0; i < length; i++) bytes[base + i] = buffer[start + i]!;
  return text;
}
