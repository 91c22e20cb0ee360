/**
 * Text from evidence, made safe to look at. An attacker wrote those file names: an escape sequence can repaint a terminal,
 * a bidirectional override can turn `exe.txt` into something else, a zero-width character can hide in a name. Everything
 * that has no glyph of its own is shown as its number, in the terminal and in documents alike.
 */

/** Controls (C0, C1, DEL), format characters (bidi, zero width, tags), line separators and lone surrogates. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

/** The same, but line feeds stay. */
const UNPRINTABLE_BUT_LINE_FEED = /(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

const SHORT: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/**
 * @param text any text, hostile or not
 * @returns the text on one line, unprintable characters as `\t`, `\x1b` or `\u{202e}`; backslashes stay as they are, since
 * paths are full of them
 */
export function printable(text: string): string {
  return text.replace(UNPRINTABLE, show);
}

/**
 * @param text prose of several lines, such as a guide
 * @returns the same as {@link printable} with line feeds kept and tabs turned into spaces
 */
export function printableLines(text: string): string {
  return text.replaceAll('\r\n', '\n').replaceAll('\t', '    ').replace(UNPRINTABLE_BUT_LINE_FEED, show);
}

/**
 * JSON that can be printed on a terminal: what `JSON.stringify` leaves raw (DEL, C1 controls, bidi overrides) is escaped
 * too. The value read back is the same.
 *
 * @param value a value that JSON can hold
 * @param indent spaces a level; 0 for one line
 */
export function printableJson(value: unknown, indent = 0): string {
  const text = JSON.stringify(value, undefined, indent) ?? 'null';
  return text.replace(UNPRINTABLE_BUT_LINE_FEED, escapeUnits);
}

/** @returns the text with lone surrogates replaced by U+FFFD, as URL and UTF-8 encoders need it */
export function wellFormed(text: string): string {
  return text.replace(/\p{Cs}/gu, '\ufffd');
}

function show(character: string): string {
  const short = SHORT[character];
  if (short !== undefined) return short;
  const code = character.codePointAt(0)!;
  return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u{${code.toString(16)}}`;
}

function escapeUnits(character: string): string {
  let text = '';
  for (let i = 0; i < character.length; i++) text += `\\u${character.charCodeAt(i).toString(16).padStart(4, '0')}`;
  return text;
}
