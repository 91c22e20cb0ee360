import { correlationTree } from '../correlation/correlation-tree.ts';
import type { Rule } from '../rule.ts';

/**
 * Rules that ask what did not happen, or how much there was in the end, could be undone by an event that comes late; what
 * only asks for events is certain with the last of them.
 *
 * @returns how long such a rule waits for late events, milliseconds; undefined for a rule that need not wait
 */
export function waitsForLateMs({ sequence, correlation }: Rule): number | undefined {
  if (sequence?.query.kind === 'sequence') {
    const { steps, until } = sequence.query;
    return until || steps.some(({ isMissing }) => isMissing) ? sequence.allowedLatenessMs : undefined;
  }
  if (!correlation) return undefined;
  const tree = correlationTree(correlation.correlation);
  const isUndone = typeof tree !== 'string' && tree.stages.some(({ plan }) => plan.closes);
  return isUndone ? correlation.allowedLatenessMs : undefined;
}
