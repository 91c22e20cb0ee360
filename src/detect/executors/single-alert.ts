import type { Alert, AlertMember } from '../alert.ts';
import { alertId } from '../alerts/alert-id.ts';
import type { ExecutorContext } from './executor.ts';

/** @returns the alert that a single event is */
export function singleAlert({ rule, build, exceptedBy }: ExecutorContext, event: AlertMember): Alert {
  const { id, time, document } = event;
  return build.build({
    id: alertId(rule, [id], exceptedBy),
    document: document ?? {},
    originalTime: time,
    lastTime: time,
    members: [event],
    memberCount: 1,
    exceptedBy,
  });
}
