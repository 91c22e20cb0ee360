import type { ConditionNode } from './condition.ts';

/** How tightly a node binds; an operand that binds less needs brackets. */
const STRENGTH: Readonly<Record<ConditionNode['kind'], number>> = { or: 1, and: 2, not: 3, search: 4, of: 4 };

/**
 * @param node a condition
 * @returns its text; parsing it gives the same tree
 */
export function printCondition(node: ConditionNode): string {
  switch (node.kind) {
    case 'and':
    case 'or':
      // A list directly inside the same kind of list was written with brackets.
      return node.parts.map((part) => operand(part, STRENGTH[node.kind] + 1)).join(` ${node.kind} `);
    case 'not':
      return `not ${operand(node.part, STRENGTH.not)}`;
    case 'search':
      return node.name;
    case 'of':
      return `${node.quantifier === 'all' ? 'all' : '1'} of ${node.pattern ?? 'them'}`;
  }
}

function operand(node: ConditionNode, least: number): string {
  const text = printCondition(node);
  return STRENGTH[node.kind] < least ? `(${text})` : text;
}
