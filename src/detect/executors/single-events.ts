import type { Executor, ExecutorContext } from './executor.ts';
import { singleAlert } from './single-alert.ts';
import { suppressedQueryExecutor } from './suppressed-query.ts';

/** Type `query`, and EQL of single events: every matching event is an alert. */
export function singleEventsExecutor(context: ExecutorContext): Executor {
  const { rule, emit, exceptedBy } = context;
  // What an exception silences is shown as it is.
  if (rule.suppression && exceptedBy === undefined) return suppressedQueryExecutor(context, rule.suppression);
  return {
    onMatch: (match) => {
      const { id, time } = match;
      emit(singleAlert(context, { id, time, provenance: match.provenance(), document: match.document() }));
    },
    finish: () => {},
    unused: () => [],
  };
}
