import type { EqlEventClause, EqlExpression, EqlFieldName, EqlItem, EqlTree } from './ast.ts';
import { quoteEql } from './text-literal.ts';
import { KEYWORDS, PLAIN_NAME, SPAN_UNITS } from './words.ts';

/**
 * Writes a tree as EQL with as few brackets as possible, one step a line; parsing the text gives the same tree.
 *
 * @param tree the query
 */
export function printEql(tree: EqlTree): string {
  const pipes = tree.pipes.map(({ kind, count }) => ` | ${kind} ${count}`).join('');
  switch (tree.kind) {
    case 'event':
      return printEvent(tree.event) + pipes;
    case 'sample':
      return `sample${printKeys(tree.by)}${tree.items.map(printItem).join('')}${pipes}`;
    case 'sequence': {
      const span = tree.maxspanMs === undefined ? '' : ` with maxspan=${printSpan(tree.maxspanMs)}`;
      const until = tree.until ? `\n  until ${printItem(tree.until).trim()}` : '';
      return `sequence${printKeys(tree.by)}${span}${tree.items.map(printItem).join('')}${until}${pipes}`;
    }
  }
}

/** @returns `category where condition` */
export function printEvent({ category, condition }: EqlEventClause): string {
  const written =
    category === null ? 'any' : PLAIN_NAME.test(category) && !isReserved(category) ? category : quoteEql(category);
  return `${written} where ${printEqlExpression(condition)}`;
}

/** @returns a condition or value with as few brackets as possible */
export function printEqlExpression(node: EqlExpression): string {
  switch (node.kind) {
    case 'text':
      return quoteEql(node.value);
    case 'number':
      return printNumber(node.value, node.isInteger);
    case 'boolean':
      return String(node.value);
    case 'null':
      return 'null';
    case 'field':
      return printField(node);
    case 'and':
    case 'or':
      return node.parts.map((part) => inside(part, rank(node) + 1)).join(` ${node.kind} `);
    case 'not':
      return `not ${inside(node.part, rank(node))}`;
    case 'compare':
      return `${inside(node.left, SUM)} ${node.op} ${inside(node.right, SUM)}`;
    case 'match': {
      const patterns = node.patterns.map(({ value }) => quoteEql(value)).join(', ');
      return `${inside(node.left, SUM)}${node.op === ':' ? '' : ' '}${node.op} ${node.isList ? `(${patterns})` : patterns}`;
    }
    case 'in': {
      const values = node.values.map(printEqlExpression).join(', ');
      return `${inside(node.left, SUM)}${node.isNegated ? ' not' : ''} in${node.fold ? '~' : ''} (${values})`;
    }
    case 'arithmetic':
      return `${inside(node.left, rank(node))} ${node.op} ${inside(node.right, rank(node) + 1)}`;
    case 'sign':
      return `${node.op}${inside(node.part, rank(node))}`;
    case 'call':
      return `${node.name}${node.fold ? '~' : ''}(${node.args.map(printEqlExpression).join(', ')})`;
  }
}

const SUM = 5;
const LITERAL = 8;

/** How tightly a node binds. */
function rank(node: EqlExpression): number {
  switch (node.kind) {
    case 'or':
      return 1;
    case 'and':
      return 2;
    case 'not':
      return 3;
    case 'compare':
    case 'match':
    case 'in':
      return 4;
    case 'arithmetic':
      return node.op === '+' || node.op === '-' ? SUM : 6;
    case 'sign':
      return 7;
    default:
      return LITERAL;
  }
}

function inside(node: EqlExpression, least: number): string {
  const text = printEqlExpression(node);
  return rank(node) < least ? `(${text})` : text;
}

function printNumber(value: number, isInteger: boolean): string {
  if (isInteger) return BigInt(value).toString();
  const text = String(value);
  return /[.e]/.test(text) ? text : `${text}.0`;
}

function printField({ name, isOptional }: EqlFieldName): string {
  const words = name.split('.');
  const isPlain = words.every((word) => PLAIN_NAME.test(word)) && !(words.length === 1 && isReserved(name));
  return `${isOptional ? '?' : ''}${isPlain ? name : `\`${name.replaceAll('`', '``')}\``}`;
}

function isReserved(word: string): boolean {
  return KEYWORDS.has(word);
}

function printKeys(by: readonly EqlFieldName[]): string {
  return by.length === 0 ? '' : ` by ${by.map(printField).join(', ')}`;
}

function printItem({ event, by, isMissing, runs }: EqlItem): string {
  const repeated = runs === 1 ? '' : ` with runs=${runs}`;
  return `\n  ${isMissing ? '!' : ''}[${printEvent(event)}]${printKeys(by)}${repeated}`;
}

/** In the largest unit that leaves no fraction. */
function printSpan(ms: number): string {
  const [unit, unitMs] = Object.entries(SPAN_UNITS).findLast(([, size]) => ms % size === 0)!;
  return `${ms / unitMs}${unit}`;
}
