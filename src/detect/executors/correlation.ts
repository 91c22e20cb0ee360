import type { Executor, ExecutorContext } from './executor.ts';
import { LegMatches } from './leg-matches.ts';

/** Type `correlation`: correlations of Sigma. */
export function correlationExecutor(context: ExecutorContext): Executor {
  const part = context.rule.correlation;
  if (!part) throw new Error(`correlation rule ${context.rule.id} has no correlation`);
  const matches = new LegMatches(context);
  return {
    onMatch: () => {},
    onLeg: (match, leg) => matches.add(match, leg, []),
    finish: () => {},
    unused: () => matches.unused(),
  };
}
