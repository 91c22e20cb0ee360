/** How many columns of a terminal a text takes, and cutting it to fit. */

/** Ranges that terminals draw two columns wide: East Asian Wide and Fullwidth (UAX #11) and emoji, joined where close. */
const WIDE: readonly (readonly [from: number, to: number])[] = [
  [0x1100, 0x115f],
  [0x231a, 0x231b],
  [0x23e9, 0x23ec],
  [0x25fd, 0x25fe],
  [0x2614, 0x2615],
  [0x26a1, 0x26a1],
  [0x2705, 0x2705],
  [0x274c, 0x274c],
  [0x2753, 0x2755],
  [0x2795, 0x2797],
  [0x2e80, 0x303e],
  [0x3041, 0xa4cf],
  [0xa960, 0xa97f],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe10, 0xfe19],
  [0xfe30, 0xfe6f],
  [0xff00, 0xff60],
  [0xffe0, 0xffe6],
  [0x16fe0, 0x18cff],
  [0x1b000, 0x1b2ff],
  [0x1f004, 0x1f004],
  [0x1f0cf, 0x1f0cf],
  [0x1f18e, 0x1f19a],
  [0x1f200, 0x1f320],
  [0x1f32d, 0x1f64f],
  [0x1f680, 0x1f6ff],
  [0x1f7e0, 0x1f7eb],
  [0x1f90c, 0x1faff],
  [0x20000, 0x3fffd],
];

const COMBINING = /^[\p{Mn}\p{Me}]$/u;
// oxlint-disable-next-line no-control-regex
const ASCII = /^[\u0000-\u007f]*$/;

/**
 * @param text printable text without escape sequences
 * @returns columns it takes: 0 for combining marks, 2 for wide characters, 1 for the rest
 */
export function textWidth(text: string): number {
  if (ASCII.test(text)) return text.length;
  let width = 0;
  for (const character of text) width += characterWidth(character);
  return width;
}

/** @returns the text with spaces behind it up to that many columns; longer text stays as it is */
export function padColumns(text: string, columns: number): string {
  const missing = columns - textWidth(text);
  return missing > 0 && Number.isFinite(missing) ? text + ' '.repeat(missing) : text;
}

/** @returns the text, or as much of it as fits with `…` at the end */
export function cutColumns(text: string, columns: number): string {
  if (textWidth(text) <= columns) return text;
  return `${takeColumns(text, columns - 1)}…`;
}

/** Blanks at which a line may end: all but the one between a number and its unit. */
const BREAK = /(?<!\d) | (?!(?:[kMGTP]?B|ms|s|min|h|d)(?:[ ,.;:)]|$))/;

/** Ends of the parts that names of hosts, paths and addresses are made of: where one that is too long is broken. */
const JOINT = /[\\/.,;:&=_-](?=[^\\/.,;:&=_-])/g;

/**
 * Breaks text at spaces; a word longer than a line is broken behind one of its parts, or anywhere when a part is longer than
 * half a line.
 *
 * @param text printable text on one line
 * @param columns columns of a line, at least 2; Infinity for no breaks
 * @returns one or more lines without trailing spaces
 */
export function wrapColumns(text: string, columns: number): string[] {
  const lines: string[] = [];
  let line = '';
  let width = 0;
  for (let word of text.split(BREAK)) {
    let wordWidth = textWidth(word);
    if (width > 0 && width + 1 + wordWidth > columns) {
      lines.push(line);
      line = '';
      width = 0;
    }
    while (wordWidth > columns) {
      const head = behindPart(takeColumns(word, columns));
      lines.push(head.trimEnd());
      word = word.slice(head.length).trimStart();
      wordWidth = textWidth(word);
    }
    line = width > 0 ? `${line} ${word}` : word;
    width = width > 0 ? width + 1 + wordWidth : wordWidth;
  }
  if (line !== '' || lines.length === 0) lines.push(line);
  return lines;
}

/** @returns the beginning of a text up to the last end of a part, when that leaves more than half of it */
function behindPart(text: string): string {
  const end = [...text.matchAll(JOINT)].at(-1)?.index ?? -1;
  return end + 1 > text.length / 2 ? text.slice(0, end + 1) : text;
}

/** Never takes nothing, so that wrapping always moves on. */
function takeColumns(text: string, columns: number): string {
  let width = 0;
  let end = 0;
  for (const character of text) {
    width += characterWidth(character);
    if (width > columns && end > 0) break;
    end += character.length;
  }
  return text.slice(0, end);
}

function characterWidth(character: string): number {
  const code = character.codePointAt(0)!;
  if (code < 0x300) return 1;
  if (COMBINING.test(character)) return 0;
  return WIDE.some(([from, to]) => code >= from && code <= to) ? 2 : 1;
}
