/** Texts in quotes: `"…"` with escapes, `"""…"""` as it stands. */
import type { SourceSpan } from '../../base/place.ts';

/** Reports what is wrong with a literal. */
export type FailAt = (message: string, span: SourceSpan, fix?: string) => never;

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', '\\': '\\', '"': '"' };
const ESCAPED: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t', '\\': '\\\\', '"': '\\"' };
const BACKSLASH_FIX = 'write \\\\ for a backslash, or put the text in """…""", where nothing is escaped';

/**
 * @param text the whole query
 * @param start offset of the opening quote
 * @param fail called with what is wrong; does not return
 */
export function decodeText(text: string, start: number, fail: FailAt): SourceSpan & { readonly value: string } {
  if (text.startsWith('"""', start)) return rawText(text, start, fail);
  let value = '';
  let from = start + 1;
  for (let at = from; ; ) {
    const c = text.charAt(at);
    if (c === '"') return { start, end: at + 1, value: value + text.slice(from, at) };
    if (c === '' || c === '\n') {
      return fail('this quote is not closed', { start, end: start + 1 }, 'add a " behind the text; \\n is a line feed');
    }
    if (c !== '\\') {
      at++;
      continue;
    }
    const escape = escapeAt(text, at, fail);
    value += text.slice(from, at) + escape.value;
    at = escape.end;
    from = at;
  }
}

/** The text ends with the last three of a run of quotes, so that it may end with one or two quotes itself. */
function rawText(text: string, start: number, fail: FailAt): SourceSpan & { readonly value: string } {
  let end = text.indexOf('"""', start + 3);
  if (end < 0) return fail('these quotes are not closed', { start, end: start + 3 }, 'add """ behind the text');
  for (let i = 0; i < 2 && text.charAt(end + 3) === '"'; i++) end++;
  return { start, end: end + 3, value: text.slice(start + 3, end) };
}

function escapeAt(text: string, at: number, fail: FailAt): { readonly value: string; readonly end: number } {
  const c = text.charAt(at + 1);
  const plain = ESCAPES[c];
  if (plain !== undefined) return { value: plain, end: at + 2 };
  const digits = /^\\u\{([0-9a-fA-F]{2,8})\}/.exec(text.slice(at, at + 12))?.[1];
  if (digits === undefined) {
    const length = c === '' ? 1 : String.fromCodePoint(text.codePointAt(at + 1)!).length + 1;
    const span = { start: at, end: at + length };
    if (c === 'u')
      fail('\\u needs 2 to 8 hexadecimal digits in braces', span, 'write \\u{e9}, or \\\\u for a backslash');
    return fail(`"${text.slice(at, span.end)}" is no escape`, span, BACKSLASH_FIX);
  }
  const code = Number.parseInt(digits, 16);
  const end = at + digits.length + 4;
  if (code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) {
    return fail('there is no character of this number', { start: at, end }, 'characters go up to \\u{10ffff}');
  }
  return { value: String.fromCodePoint(code), end };
}

/**
 * @param text any text
 * @returns the text in quotes, as EQL reads it
 */
export function quoteEql(text: string): string {
  const escaped = text.replace(
    // Other control characters would be read back, but not be seen.
    // oxlint-disable-next-line no-control-regex
    /[\\"\u0000-\u001f\u007f]/g,
    (c) => ESCAPED[c] ?? `\\u{${c.charCodeAt(0).toString(16).padStart(2, '0')}}`,
  );
  return `"${escaped}"`;
}
