import type { CodeRange, RegexAnchor, RegexNode } from './regex-node.ts';

/**
 * @param node the tree
 * @returns the pattern in RE2 syntax that needs no flags
 */
export function printRe2(node: RegexNode): string {
  switch (node.kind) {
    case 'set':
      return printSet(node.ranges);
    case 'anchor':
      return ANCHORS[node.anchor];
    case 'sequence':
      return node.parts.map((part) => (part.kind === 'choice' ? `(?:${printRe2(part)})` : printRe2(part))).join('');
    case 'choice':
      return node.parts.map(printRe2).join('|');
    case 'repeat': {
      const inner = printRe2(node.part);
      const { min, max } = node;
      const body = node.part.kind === 'set' ? inner : `(?:${inner})`;
      if (max === Number.POSITIVE_INFINITY) return min === 0 ? `${body}*` : min === 1 ? `${body}+` : `${body}{${min},}`;
      return min === 0 && max === 1 ? `${body}?` : `${body}{${min},${max}}`;
    }
  }
}

const ANCHORS: Readonly<Record<RegexAnchor, string>> = {
  textStart: '\\A',
  textEnd: '\\z',
  lineStart: '(?m:^)',
  lineEnd: '(?m:$)',
  wordEdge: '\\b',
  notWordEdge: '\\B',
};

function printSet(ranges: readonly CodeRange[]): string {
  const [range, ...more] = ranges;
  // Nothing fits an empty set.
  if (!range) return '[^\\x{0}-\\x{10FFFF}]';
  if (more.length === 0 && range[0] === range[1]) return printCode(range[0]);
  if (more.length === 0 && range[0] === 0 && range[1] === 0x10ffff) return '(?s:.)';
  return `[${ranges.map(([first, last]) => (first === last ? printCode(first) : `${printCode(first)}-${printCode(last)}`)).join('')}]`;
}

/** Letters, digits and blanks as they are, everything else as its number. */
function printCode(code: number): string {
  const character = String.fromCodePoint(code);
  return /^[A-Za-z0-9 ]$/.test(character) ? character : `\\x{${code.toString(16).toUpperCase()}}`;
}
