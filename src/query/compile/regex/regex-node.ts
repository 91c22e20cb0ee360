/**
 * Regular expressions as trees, for back ends with another syntax than ours. What RE2 can say beyond these nodes (Unicode
 * classes, folding beyond ASCII) differs between its ports and versions, so it has no node.
 */

/** Code points from the first to the last, both inside. */
export type CodeRange = readonly [first: number, last: number];

/** Places without a width. Lines end at `\n`; words are ASCII. */
export type RegexAnchor = 'textStart' | 'textEnd' | 'lineStart' | 'lineEnd' | 'wordEdge' | 'notWordEdge';

/** A node; `set` is one character out of sorted ranges that do not touch, an empty sequence is the empty text. */
export type RegexNode =
  | { readonly kind: 'set'; readonly ranges: readonly CodeRange[] }
  | { readonly kind: 'sequence'; readonly parts: readonly RegexNode[] }
  | { readonly kind: 'choice'; readonly parts: readonly RegexNode[] }
  | { readonly kind: 'repeat'; readonly part: RegexNode; readonly min: number; readonly max: number }
  | { readonly kind: 'anchor'; readonly anchor: RegexAnchor };

/** Highest code point. */
const LAST = 0x10ffff;

/** Every character. */
export const ANY: readonly CodeRange[] = [[0, LAST]];

/** @returns the ranges sorted, with those that overlap or touch joined */
export function joinRanges(ranges: readonly CodeRange[]): CodeRange[] {
  const joined: [number, number][] = [];
  for (const [first, last] of [...ranges].sort((x, y) => x[0] - y[0])) {
    const before = joined.at(-1);
    if (before && first <= before[1] + 1) before[1] = Math.max(before[1], last);
    else joined.push([first, last]);
  }
  return joined;
}

/** @returns all characters that a set lacks */
export function complement(ranges: readonly CodeRange[]): CodeRange[] {
  const left: CodeRange[] = [];
  let from = 0;
  for (const [first, last] of joinRanges(ranges)) {
    if (first > from) left.push([from, first - 1]);
    from = last + 1;
  }
  if (from <= LAST) left.push([from, LAST]);
  return left;
}

/** Characters beyond ASCII that RE2 folds to an ASCII letter: the Kelvin sign and the long s. */
const FOLDED_BEYOND: readonly (readonly [letter: string, code: number])[] = [
  ['k', 0x212a],
  ['s', 0x17f],
];

/** @returns the set with the other case of its ASCII letters, as RE2 folds them; undefined for a set beyond ASCII */
export function foldRanges(ranges: readonly CodeRange[]): readonly CodeRange[] | undefined {
  if (ranges.some(([, last]) => last > 0x7f)) return undefined;
  const folded = ranges.flatMap(([first, last]): CodeRange[] => [
    [first, last],
    ...overlap(first, last, 65, 90, 32),
    ...overlap(first, last, 97, 122, -32),
  ]);
  for (const [letter, code] of FOLDED_BEYOND) {
    const at = letter.charCodeAt(0);
    if (folded.some(([first, last]) => first <= at && at <= last)) folded.push([code, code]);
  }
  return joinRanges(folded);
}

function overlap(first: number, last: number, low: number, high: number, shift: number): CodeRange[] {
  const from = Math.max(first, low);
  const to = Math.min(last, high);
  return from <= to ? [[from + shift, to + shift]] : [];
}

/** @returns the characters a pattern has once its counted repeats are written out: what an engine compiles */
export function expandedSize(node: RegexNode): number {
  switch (node.kind) {
    case 'set':
    case 'anchor':
      return 1;
    case 'sequence':
    case 'choice':
      return node.parts.reduce((sum, part) => sum + expandedSize(part), 1);
    case 'repeat':
      return expandedSize(node.part) * Math.max(1, Number.isFinite(node.max) ? node.max : node.min + 1);
  }
}
