import { Schedule } from '../detect/schedule/schedule.ts';
import type { Service } from './service.ts';

/** What a schedule takes from the service, which is being made. */
type Given = Pick<Service, 'config' | 'store' | 'networks' | 'detection' | 'exceptions' | 'events' | 'log'>;

/** @returns the schedule of the server's rules; it runs nothing before it is started */
export function newSchedule({ config, store, networks, detection, exceptions, events, log }: Given): Schedule {
  return new Schedule({
    store,
    desk: store.desk,
    networks,
    rules: detection.rules,
    active: new Set(detection.active.map(({ id }) => id)),
    exceptions: () => exceptions.exceptions,
    engineLimits: config.limits,
    now: Date.now,
    onOutcome: ({ run, alerts }, { added, raised }) => {
      events.emit('run', run);
      const told = new Map([...raised.map((id) => [id, false] as const), ...added.map((id) => [id, true] as const)]);
      for (const alert of alerts) {
        const isNew = told.get(alert.id);
        if (isNew !== undefined) events.emit('alert', { alert, isNew });
      }
    },
    onError: (rule, error) => log.error({ err: error, rule: rule?.id }, 'a rule, or the schedule, could not run'),
  });
}
