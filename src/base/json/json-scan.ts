/** Where a number, a key or an escape of JSON ends, and whether it is a right one. All places are bytes of a buffer. */

const QUOTE = 34;
const PLUS = 43;
const MINUS = 45;
const DOT = 46;
const ZERO = 48;
const NINE = 57;
const BACKSLASH = 92;

/** Whole numbers of so many digits are written in one way only. */
const MAX_DIGITS = 15;
/** A key that means something else to JavaScript. */
const PROTO = Buffer.from('__proto__');

/** @returns behind the digits in front of a number's point, -1 when they are none or begin with a needless zero */
export function wholeEnd(buffer: Buffer, from: number, end: number): number {
  const digits = buffer[from] === MINUS ? from + 1 : from;
  const close = digitsEnd(buffer, digits, end);
  return close === digits || (buffer[digits] === ZERO && close > digits + 1) ? -1 : close;
}

/** @returns behind a number's fraction and exponent, where it has them; -1 when they lack their digits */
export function fractionEnd(buffer: Buffer, whole: number, end: number): number {
  let pos = whole;
  if (pos < end && buffer[pos] === DOT) {
    const fraction = pos + 1;
    pos = digitsEnd(buffer, fraction, end);
    if (pos === fraction) return -1;
  }
  if (pos < end && (buffer[pos]! | 32) === 101) {
    pos++;
    if (buffer[pos] === MINUS || buffer[pos] === PLUS) pos++;
    const exponent = pos;
    pos = digitsEnd(buffer, exponent, end);
    if (pos === exponent) return -1;
  }
  return pos;
}

/** @returns whether JSON.stringify would write a whole number that stands there in the same way */
export function isOwnWhole(buffer: Buffer, from: number, end: number): boolean {
  const digits = buffer[from] === MINUS ? from + 1 : from;
  return end - digits <= MAX_DIGITS && (buffer[digits] !== ZERO || digits === from);
}

/** @returns where a key ends that is of ASCII without dots and escapes, or -1 */
export function keyEnd(buffer: Buffer, from: number, end: number): number {
  let pos = from;
  while (pos < end && buffer[pos] !== QUOTE) {
    const c = buffer[pos++]!;
    if (c < 32 || c > 126 || c === BACKSLASH || c === DOT) return -1;
  }
  const isProto = pos - from === PROTO.length && PROTO.compare(buffer, from, pos) === 0;
  return pos >= end || pos === from || isProto ? -1 : pos;
}

/** @returns whether the four digits of an escaped character stand there */
export function isHex(buffer: Buffer, at: number, end: number): boolean {
  if (at + 4 > end) return false;
  for (let i = at; i < at + 4; i++) {
    const c = buffer[i]!;
    const letter = c | 32;
    if (!((c >= ZERO && c <= NINE) || (letter >= 97 && letter <= 102))) return false;
  }
  return true;
}

/** @returns whether four digits are those of one half of a pair: D800 to DFFF */
export function isHalf(buffer: Buffer, at: number): boolean {
  return (buffer[at]! | 32) === 100 && buffer[at + 1]! >= 56;
}

function digitsEnd(buffer: Buffer, at: number, end: number): number {
  let pos = at;
  while (pos < end && buffer[pos]! >= ZERO && buffer[pos]! <= NINE) pos++;
  return pos;
}
