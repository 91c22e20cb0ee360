import { alertId } from '../alerts/alert-id.ts';
import type { AlertMember } from '../alert.ts';
import type { Executor, ExecutorContext } from './executor.ts';

/** Type `query`: every matching event is an alert. */
export function queryExecutor(context: ExecutorContext): Executor {
  return {
    onMatch: (match) => {
      const { id, time } = match;
      emitEvent(context, { id, time, provenance: match.provenance(), document: match.document() });
    },
    finish: () => {},
    unused: () => [],
  };
}

/** Emits the alert of a single event. */
export function emitEvent({ rule, build, emit, exceptedBy }: ExecutorContext, event: AlertMember): void {
  const { id, time, document } = event;
  emit(
    build.build({
      id: alertId(rule, [id], exceptedBy),
      document: document ?? {},
      originalTime: time,
      lastTime: time,
      members: [event],
      memberCount: 1,
      exceptedBy,
    }),
  );
}
