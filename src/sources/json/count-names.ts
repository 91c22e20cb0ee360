const QUOTE = 34;
const BACKSLASH = 92;
const COLON = 58;

/** Bytes that a name takes at least, with its value and comma: `"":1,`. */
const MIN_BYTES = 5;

/**
 * Whether a JSON object has more names than a limit, on all its levels and with those that stand in it again. Only bytes are
 * looked at, and only of what is long enough: to read an object costs some hundred times as much.
 */
export function hasMoreNames(buffer: Buffer, start: number, end: number, limit: number): boolean {
  if ((end - start) / MIN_BYTES <= limit) return false;
  let names = 0;
  for (let pos = start; pos < end; pos++) {
    const c = buffer[pos]!;
    if (c === COLON && ++names > limit) return true;
    if (c === QUOTE) pos = closingQuote(buffer, pos + 1, end);
  }
  return false;
}

/** @returns index of the quote that ends the text, `end` when none does */
function closingQuote(buffer: Buffer, from: number, end: number): number {
  let pos = from;
  while (pos < end && buffer[pos] !== QUOTE) pos += buffer[pos] === BACKSLASH ? 2 : 1;
  return Math.min(pos, end);
}
