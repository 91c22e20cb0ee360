import type { TomlText } from './toml-node.ts';

/** What a letter behind a backslash stands for (TOML 1.1, "String"). */
const ESCAPES: Readonly<Record<string, string>> = {
  b: '\b',
  t: '\t',
  n: '\n',
  f: '\f',
  r: '\r',
  e: '\u001b',
  '"': '"',
  '\\': '\\',
};

/** Number of hexadecimal digits behind `\x`, `\u` and `\U`. */
const HEX_DIGITS: Readonly<Record<string, number>> = { x: 2, u: 4, U: 8 };

/**
 * Reads one of the four kinds of strings of a document that is known to be valid.
 *
 * @param text the document
 * @param start offset of the opening quote
 * @returns the value with the place of each of its characters; the span takes in the quotes
 */
export function locateTomlString(text: string, start: number): TomlText {
  const quote = text.charAt(start);
  const isMultiline = text.startsWith(quote.repeat(3), start);
  let at = start + (isMultiline ? 3 : 1);
  if (isMultiline) at += text.startsWith('\r\n', at) ? 2 : text.charAt(at) === '\n' ? 1 : 0;
  const runs = { value: [0], file: [at] };
  let value = '';
  const startRun = (offset: number) => {
    runs.value.push(value.length);
    runs.file.push(offset);
  };
  const stop = quote === '"' ? /["\\]/g : /'/g;
  for (;;) {
    stop.lastIndex = at;
    const next = stop.exec(text)?.index ?? text.length;
    value += text.slice(at, next);
    at = next;
    if (at >= text.length) break;
    const character = text.charAt(at);
    if (character === quote) {
      const end = endOfString(text, at, quote, isMultiline);
      if (end !== undefined) {
        const kept = end - at - (isMultiline ? 3 : 1);
        return { kind: 'text', value: value + quote.repeat(kept), start, end, runs };
      }
    }
    if (character === '\\') {
      const escape = readEscape(text, at);
      startRun(at);
      value += escape.value;
      at = escape.end;
      startRun(at);
    } else {
      value += character;
      at++;
    }
  }
  return { kind: 'text', value, start, end: at, runs };
}

/** @returns the offset behind the closing quotes, or undefined when the quote at `at` belongs to the value */
function endOfString(text: string, at: number, quote: string, isMultiline: boolean): number | undefined {
  if (!isMultiline) return at + 1;
  if (!text.startsWith(quote.repeat(3), at)) return undefined;
  // Up to two quotes may stand directly before the closing three.
  let end = at + 3;
  for (let more = 0; more < 2 && text.charAt(end) === quote; more++) end++;
  return end;
}

function readEscape(text: string, at: number): { value: string; end: number } {
  const letter = text.charAt(at + 1);
  const digits = HEX_DIGITS[letter];
  if (digits !== undefined) {
    const end = at + 2 + digits;
    return { value: String.fromCodePoint(Number.parseInt(text.slice(at + 2, end), 16)), end };
  }
  const value = ESCAPES[letter];
  if (value !== undefined) return { value, end: at + 2 };
  // A backslash at the end of a line takes away all white space up to the next character.
  let end = at + 1;
  while (end < text.length && ' \t\r\n'.includes(text.charAt(end))) end++;
  return { value: '', end };
}
