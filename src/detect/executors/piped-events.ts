import type { EventPipes } from '../rule.ts';
import { PipedEvents } from '../sequence/piped-events.ts';
import { EventClock } from './event-clock.ts';
import type { Executor, ExecutorContext } from './executor.ts';
import type { LegMember } from './leg-matches.ts';
import { singleAlert } from './single-alert.ts';

/** Single events with pipes: the first or the last ones of all that match are alerts. */
export function pipedEventsExecutor(context: ExecutorContext, { pipes, clock: fields }: EventPipes): Executor {
  const { documents, limits, onLimit } = context;
  const clock = new EventClock(fields);
  const events = new PipedEvents<LegMember>(pipes, {
    maxEvents: limits['piped-events'],
    onDropped: ({ ticket }) => documents.release(ticket),
    onFull: () => onLimit('piped-events'),
  });
  return {
    onMatch: (match) => {
      const place = clock.orderOf(match);
      if (!place || !events.wants(place)) return;
      events.add({ ...place, provenance: match.provenance(), ticket: documents.keep(match.document()) });
    },
    finish: () => {
      for (const { id, time, provenance, ticket } of events.list()) {
        context.emit(singleAlert(context, { id, time, provenance, document: documents.load(ticket) }));
      }
    },
    unused: () => clock.unused(),
  };
}
