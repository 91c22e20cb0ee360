/** Where in a text something stands, for error messages. */
export interface Place {
  /** File as the user named it; `query` for text given on the command line. */
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** From 1, in code points. */
  readonly column: number;
  /** The whole line the error stands in, without its line end. */
  readonly sourceLine: string;
  /** Number of code points to underline, at least 1. */
  readonly length: number;
}

/** A text with a name, and the place its first character has in a larger file (a query inside a rule file). */
export interface SourceText {
  readonly file: string;
  readonly text: string;
  /** Line of the text's first character in the file, from 1; 1 when the text is the whole file. */
  readonly line?: number;
  /** Column of the text's first character, from 1 in code points. */
  readonly column?: number;
  /**
   * The larger file's whole text, and the offset in it of an offset in this one: true places where escapes or parameters
   * stand between the two. Goes before `line` and `column`.
   */
  readonly origin?: { readonly text: string; readonly offsetOf: (offset: number) => number };
}

/** A piece of a source text: offsets of its first unit and behind its last, in UTF-16 units. */
export interface SourceSpan {
  readonly start: number;
  readonly end: number;
}

/**
 * Turns offsets of a text into a place for an error message.
 *
 * @param source the text, with its own place when it stands inside a larger file
 * @param start offset of the first character in UTF-16 units
 * @param end offset behind the last character; the same as start for "just before"
 * @returns line and column counted from 1, columns in code points, with the line itself
 */
export function placeOf(source: SourceText, start: number, end = start + 1): Place {
  const { text, origin } = source;
  if (origin) return placeOf({ file: source.file, text: origin.text }, origin.offsetOf(start), origin.offsetOf(end));
  const at = Math.min(Math.max(0, start), text.length);
  const lineStart = text.lastIndexOf('\n', at - 1) + 1;
  let lineEnd = text.indexOf('\n', at);
  if (lineEnd < 0) lineEnd = text.length;
  const line = lineOf(text, at);
  const column = codePoints(text.slice(lineStart, at)) + 1;
  const length = Math.max(1, codePoints(text.slice(at, Math.min(end, lineEnd))));
  const indent = line === 1 ? (source.column ?? 1) - 1 : 0;
  return {
    file: source.file,
    line: line + (source.line ?? 1) - 1,
    column: column + indent,
    sourceLine: ' '.repeat(indent) + text.slice(lineStart, lineEnd).replace(/\r$/, ''),
    length,
  };
}

/** Line starts of the text asked last: places are asked by the thousand of one file, and counting each anew is quadratic. */
let countedText = '';
let lineStarts: readonly number[] = [0];

/** @returns number of the line an offset stands in, from 1 */
function lineOf(text: string, at: number): number {
  if (text !== countedText) {
    const starts = [0];
    for (let i = text.indexOf('\n'); i >= 0; i = text.indexOf('\n', i + 1)) starts.push(i + 1);
    countedText = text;
    lineStarts = starts;
  }
  let low = 0;
  let high = lineStarts.length;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (lineStarts[middle]! <= at) low = middle;
    else high = middle;
  }
  return low + 1;
}

function codePoints(text: string): number {
  let count = 0;
  for (const _ of text) count++;
  return count;
}
