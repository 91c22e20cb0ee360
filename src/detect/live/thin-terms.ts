import type { Networks } from '../../event/networks.ts';
import { FieldTuple, tupleKey } from '../executors/field-tuple.ts';
import { ForwardedEvent } from '../parallel/forwarded-event.ts';
import type { KeptEvent } from './kept-event.ts';

/**
 * Makes the events of a rule of new terms few: whether a term is new follows from the last event before that had it.
 *
 * @param events in the order in which they came
 * @param fields the terms
 * @param maxTuples combinations of values that the engine counts of one event
 * @returns the events that are the first or the last of one of their terms
 */
export function thinTerms(
  events: readonly KeptEvent[],
  fields: readonly string[],
  maxTuples: number,
  networks: Networks,
): KeptEvent[] {
  const tuples = new FieldTuple(fields, maxTuples, () => {});
  const view = new ForwardedEvent(networks);
  const first = new Map<string, number>();
  const last = new Map<string, number>();
  events.forEach(({ record }, at) => {
    view.show(record);
    tuples.each(view, (tuple) => {
      const key = tupleKey(tuple);
      if (!first.has(key)) first.set(key, at);
      last.set(key, at);
    });
  });
  const kept = new Set([...first.values(), ...last.values()]);
  return events.filter((_, at) => kept.has(at));
}
