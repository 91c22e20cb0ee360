/**
 * Regular expressions of EQL are Lucene's: the whole value must fit, `^` and `$` are ordinary characters, `.` is any
 * character, and there are operators that no other flavour has. They are written anew for RE2; what would mean something
 * else there is refused.
 */

/** The expression in RE2's syntax, or what is wrong with it. */
export type Translated =
  | { readonly pattern: string; readonly hasAnchor: boolean }
  | { readonly misfit: string; readonly fix: string };

const OPERATORS = '~@&<>#"';
const LETTER_CLASSES = 'dDwWsS';

/** A group while it is read: finished alternatives, and the pieces of the one at hand. */
interface Group {
  readonly done: string[];
  pieces: string[];
}

/**
 * @param fold letters A–Z and a–z fit each other; done here, because RE2 would fold all of Unicode
 * @returns the expression for a full match with `.` for any character
 */
export function translateLuceneRegex(text: string, fold: boolean): Translated {
  const groups: Group[] = [{ done: [], pieces: [] }];
  const points = Array.from(text);
  let hasAnchor = false;
  let isRepeated = false;
  for (let at = 0; at < points.length; at++) {
    const c = points[at]!;
    const group = groups.at(-1)!;
    const repeat = repetitionAt(points, at);
    if (repeat !== undefined) {
      const piece = group.pieces.pop();
      if (piece === undefined) return { misfit: `there is nothing before "${c}" to repeat`, fix: escapeFix(c) };
      // A second sign repeats the repetition; in RE2 it would make it lazy.
      group.pieces.push(isRepeated ? `(?:${piece})${repeat}` : piece + repeat);
      isRepeated = true;
      at += repeat.length - 1;
      continue;
    }
    isRepeated = false;
    if (OPERATORS.includes(c)) {
      return {
        misfit: `"${c}" is an operator of Lucene's regular expressions that is not supported`,
        fix: escapeFix(c),
      };
    }
    if (c === '(') groups.push({ done: [], pieces: [] });
    else if (c === ')') {
      if (groups.length === 1) return { misfit: 'there is no bracket that this ) closes', fix: escapeFix(c) };
      groups.pop();
      groups.at(-1)!.pieces.push(`(?:${wholeGroup(group)})`);
    } else if (c === '|') {
      group.done.push(group.pieces.join(''));
      group.pieces = [];
    } else if (c === '[') {
      const found = classAt(points, at, fold);
      if ('misfit' in found) return found;
      group.pieces.push(found.pattern);
      at = found.end - 1;
    } else if (c === '\\') {
      const escape = escapedAt(points, at);
      if ('misfit' in escape) return escape;
      group.pieces.push(escape.isClass ? `\\${escape.character}` : literal(escape.character, fold));
      at++;
    } else if (c === '{' || c === '}' || c === ']') {
      return { misfit: `"${c}" stands for nothing here`, fix: escapeFix(c) };
    } else {
      hasAnchor ||= c === '^' || c === '$';
      group.pieces.push(c === '.' ? '.' : literal(c, fold));
    }
  }
  if (groups.length > 1) return { misfit: 'a bracket is not closed', fix: 'add a ), or write \\\\( for the character' };
  return { pattern: wholeGroup(groups[0]!), hasAnchor };
}

function wholeGroup({ done, pieces }: Group): string {
  return [...done, pieces.join('')].join('|');
}

function escapeFix(c: string): string {
  return `write \\\\${c} for the character`;
}

/** `*`, `+`, `?` or `{2,5}`. */
function repetitionAt(points: readonly string[], at: number): string | undefined {
  const c = points[at]!;
  if (c === '*' || c === '+' || c === '?') return c;
  if (c !== '{') return undefined;
  return /^\{\d{1,4}(?:,\d{0,4})?\}/.exec(points.slice(at, at + 12).join(''))?.[0];
}

type Escape = { readonly character: string; readonly isClass: boolean } | Extract<Translated, { misfit: string }>;

function escapedAt(points: readonly string[], at: number): Escape {
  const character = points[at + 1];
  if (character === undefined)
    return { misfit: 'a backslash stands at the end', fix: 'write \\\\\\\\ for a backslash' };
  if (LETTER_CLASSES.includes(character)) return { character, isClass: true };
  if (/[A-Za-z0-9]/.test(character)) {
    const fix = `write ${character} for the character; there are \\\\d, \\\\w and \\\\s`;
    return { misfit: `\\${character} has no meaning here`, fix };
  }
  return { character, isClass: false };
}

/** A character with both letter cases when folded. */
function literal(c: string, fold: boolean): string {
  if (fold && /[A-Za-z]/.test(c)) return `[${c.toLowerCase()}${c.toUpperCase()}]`;
  return quote(c);
}

function quote(c: string): string {
  return /[A-Za-z0-9]/.test(c) || c > '\u007f' ? c : `\\x{${c.codePointAt(0)!.toString(16)}}`;
}

/** `[a-z_]`, `[^\d]`: characters, ranges and letter classes. */
function classAt(
  points: readonly string[],
  start: number,
  fold: boolean,
): { readonly pattern: string; readonly end: number } | Extract<Translated, { misfit: string }> {
  let at = start + 1;
  const isNegated = points[at] === '^';
  if (isNegated) at++;
  let members = '';
  while (points[at] !== ']' || members === '') {
    const low = memberAt(points, at);
    if (low === undefined) return { misfit: 'a [ is not closed', fix: 'add a ], or write \\\\[ for the character' };
    if ('misfit' in low) return low;
    at += low.length;
    if (low.isClass) {
      members += `\\${low.character}`;
      continue;
    }
    if (points[at] !== '-' || points[at + 1] === ']') {
      members += rangeOf(low.character, low.character, fold);
      continue;
    }
    const high = memberAt(points, at + 1);
    if (high === undefined) return { misfit: 'a [ is not closed', fix: 'add a ], or write \\\\[ for the character' };
    if ('misfit' in high) return high;
    if (high.isClass || high.character.codePointAt(0)! < low.character.codePointAt(0)!) {
      const written = `${low.character}-${high.isClass ? '\\' : ''}${high.character}`;
      return { misfit: `${written} is no range`, fix: 'write the smaller character first, or \\\\- for the character' };
    }
    members += rangeOf(low.character, high.character, fold);
    at += 1 + high.length;
  }
  return { pattern: `[${isNegated ? '^' : ''}${members}]`, end: at + 1 };
}

type Member = { readonly character: string; readonly isClass: boolean; readonly length: number };

function memberAt(points: readonly string[], at: number): Member | Extract<Translated, { misfit: string }> | undefined {
  const c = points[at];
  if (c === undefined) return undefined;
  if (c !== '\\') return { character: c, isClass: false, length: 1 };
  const escape = escapedAt(points, at);
  return 'misfit' in escape ? escape : { ...escape, length: 2 };
}

/** A range for a class; folded, with the other case of the letters in it. */
function rangeOf(low: string, high: string, fold: boolean): string {
  const [from, to] = [low.codePointAt(0)!, high.codePointAt(0)!];
  if (!fold) return range(from, to);
  const upper = range(Math.max(from, 65) + 32, Math.min(to, 90) + 32);
  const lower = range(Math.max(from, 97) - 32, Math.min(to, 122) - 32);
  return range(from, to) + upper + lower;
}

function range(from: number, to: number): string {
  return from > to ? '' : `${quote(String.fromCodePoint(from))}-${quote(String.fromCodePoint(to))}`;
}
