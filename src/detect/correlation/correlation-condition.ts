/** Conditions of correlations: over a figure, or over which rules matched. */
import type { CorrelationBound, CorrelationCondition, CorrelationExpression } from '../../query/sigma/correlation.ts';

/** @returns whether all comparisons hold for a figure */
export function boundsHold(bounds: readonly CorrelationBound[], figure: number): boolean {
  return bounds.every(({ op, value }) => {
    switch (op) {
      case 'gt':
        return figure > value;
      case 'gte':
        return figure >= value;
      case 'lt':
        return figure < value;
      case 'lte':
        return figure <= value;
      case 'eq':
        return figure === value;
      case 'neq':
        return figure !== value;
    }
  });
}

/** @returns whether an expression is true over the rules that matched */
export function expressionHolds(expression: CorrelationExpression, has: (rule: number) => boolean): boolean {
  switch (expression.kind) {
    case 'rule':
      return has(expression.rule);
    case 'and':
      return expression.parts.every((part) => expressionHolds(part, has));
    case 'or':
      return expression.parts.some((part) => expressionHolds(part, has));
    case 'not':
      return !expressionHolds(expression.part, has);
  }
}

/** @returns whether a condition that holds goes on to hold with more events: then it need not wait for the window's end */
export function isMonotone(condition: CorrelationCondition): boolean {
  if (condition.kind === 'bounds') return condition.bounds.every(({ op }) => op === 'gt' || op === 'gte');
  return !hasNot(condition.expression);
}

function hasNot(expression: CorrelationExpression): boolean {
  if (expression.kind === 'not') return true;
  return expression.kind !== 'rule' && expression.parts.some(hasNot);
}

/** Rules of an ordered correlation whose subsets are gone through. */
const MAX_ORDERED_RULES = 12;

/**
 * @param rules number of rules
 * @returns the smallest sets of rules that satisfy a monotone condition, each in the order of the rules; undefined when
 *   there are too many rules to go through their sets
 */
export function smallestSets(condition: CorrelationCondition, rules: number): number[][] | undefined {
  const holds = (set: readonly number[]) =>
    condition.kind === 'bounds'
      ? boundsHold(condition.bounds, set.length)
      : expressionHolds(condition.expression, (rule) => set.includes(rule));
  const all = Array.from({ length: rules }, (_, rule) => rule);
  if (!holds(all)) return [];
  if (all.every((left) => !holds(all.filter((rule) => rule !== left)))) return [all];
  if (rules > MAX_ORDERED_RULES) return undefined;
  const found: number[][] = [];
  const sets = Array.from({ length: 2 ** rules }, (_, bits) => all.filter((rule) => (bits >> rule) & 1));
  for (const set of sets.sort((one, other) => one.length - other.length)) {
    if (found.some((smaller) => smaller.every((rule) => set.includes(rule)))) continue;
    if (holds(set)) found.push(set);
  }
  return found;
}
