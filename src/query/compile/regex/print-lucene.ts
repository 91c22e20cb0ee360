import { ANY, type CodeRange, complement, type RegexNode } from './regex-node.ts';

/**
 * Prints for Lucene with `flags: NONE`: `.` is any character, newlines too; `"` quotes; a backslash makes a letter of any
 * sign.
 *
 * @param node a tree without anchors
 * @returns the expression, or undefined for one that holds an empty set of characters, which Lucene cannot write so
 * @see https://www.elastic.co/guide/en/elasticsearch/reference/current/regexp-syntax.html
 */
export function printLucene(node: RegexNode): string | undefined {
  switch (node.kind) {
    case 'set':
      return node.ranges.length === 0 ? undefined : printSet(node.ranges);
    case 'anchor':
      throw new Error('anchors are taken out before');
    case 'sequence': {
      const parts = node.parts.map(printLucene);
      return parts.includes(undefined) ? undefined : parts.join('') || '()';
    }
    case 'choice': {
      const parts = node.parts.map(printLucene);
      return parts.includes(undefined) ? undefined : `(${parts.join('|')})`;
    }
    case 'repeat': {
      const inner = printLucene(node.part);
      if (inner === undefined) return undefined;
      return `${node.part.kind === 'set' || node.part.kind === 'choice' ? inner : `(${inner})`}${printCounts(node)}`;
    }
  }
}

function printCounts({ min, max }: Extract<RegexNode, { kind: 'repeat' }>): string {
  if (max === Number.POSITIVE_INFINITY) return min === 0 ? '*' : min === 1 ? '+' : `{${min},}`;
  if (min === 0 && max === 1) return '?';
  return min === max ? `{${min}}` : `{${min},${max}}`;
}

function printSet(ranges: readonly CodeRange[]): string {
  const [first, ...more] = ranges;
  if (more.length === 0 && first![0] === first![1]) return printCode(first![0]);
  if (more.length === 0 && first![0] === ANY[0]![0] && first![1] === ANY[0]![1]) return '.';
  const others = complement(ranges);
  // Of sets that reach the last character, what they lack is shorter and easier to read.
  return ranges.at(-1)![1] === ANY[0]![1]
    ? `[^${others.map(printRange).join('')}]`
    : `[${ranges.map(printRange).join('')}]`;
}

function printRange([first, last]: CodeRange): string {
  if (first === last) return printCode(first);
  return last === first + 1 ? printCode(first) + printCode(last) : `${printCode(first)}-${printCode(last)}`;
}

function printCode(code: number): string {
  const character = String.fromCodePoint(code);
  return /^[!-/:-@[-`{-~]$/.test(character) ? `\\${character}` : character;
}
