import { alertId } from '../alerts/alert-id.ts';
import type { Executor, ExecutorContext } from './executor.ts';

/** Type `query`: every matching event is an alert. */
export function queryExecutor({ rule, build, emit, exceptedBy }: ExecutorContext): Executor {
  return {
    onMatch: (match) => {
      const { id, time } = match;
      const document = match.document();
      emit(
        build.build({
          id: alertId(rule, [id], exceptedBy),
          document,
          originalTime: time,
          lastTime: time,
          members: [{ id, time, provenance: match.provenance(), document }],
          memberCount: 1,
          exceptedBy,
        }),
      );
    },
    finish: () => {},
    unused: () => [],
  };
}
