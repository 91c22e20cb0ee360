import type { ResolvedCorrelation } from '../../query/sigma/correlation.ts';
import type { CorrelationPart, RuleLeg } from '../rule.ts';
import { correlationTree } from './correlation-tree.ts';

/** What a rule gets from a correlation. */
export interface CorrelationRuleParts {
  readonly legs: readonly RuleLeg[];
  readonly part: CorrelationPart;
}

/**
 * @param allowedLatenessMs how late an event may come when events are read as they happen
 * @returns the legs and the part of a rule of type correlation, or in words why it cannot run
 */
export function toCorrelationPart(
  correlation: ResolvedCorrelation,
  allowedLatenessMs: number,
): CorrelationRuleParts | string {
  const tree = correlationTree(correlation);
  if (typeof tree === 'string') return tree;
  const legs = tree.legs.map(({ name, predicate }) => ({ name, predicate }));
  return { legs, part: { correlation, allowedLatenessMs } };
}
