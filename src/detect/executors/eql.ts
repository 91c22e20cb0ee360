import type { Executor, ExecutorContext } from './executor.ts';
import { LegMatches } from './leg-matches.ts';

/** Type `eql`: sequences and samples. */
export function eqlExecutor(context: ExecutorContext): Executor {
  const part = context.rule.sequence;
  if (!part) throw new Error(`eql rule ${context.rule.id} has no sequence`);
  const matches = new LegMatches(context, part.tiebreaker);
  return {
    onMatch: () => {},
    onLeg: (match, leg) => matches.add(match, leg, []),
    finish: () => {},
    unused: () => matches.unused(),
  };
}
