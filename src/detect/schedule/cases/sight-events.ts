import { SIGHT_HOURS } from '../../convergence/sightings.ts';
import { formatTimestamp } from '../../../base/time/timestamp.ts';
import { fields } from '../../../event/field.ts';
import { and, type Predicate } from '../../../query/predicate.ts';
import type { StoredEvent } from '../../../store/event-store.ts';
import type { Rule } from '../../rule.ts';
import { isOneOf, type Parts } from '../reach/partition.ts';
import type { Gathering } from './run-case.ts';
import { MOMENT_MS } from '../reading/run-reader.ts';
import type { Stretch } from '../reach/stretches.ts';

const HOUR_MS = 3_600_000;

/**
 * Events that show what is collected from some hosts around a time: one of each kind and hour is enough. It is a real event
 * of the host with the time of the hour.
 */
export async function sightEvents(
  rule: Rule,
  { reader }: Gathering,
  { from, to }: Stretch,
  parts: Parts,
): Promise<StoredEvent[]> {
  const part = rule.convergence!;
  const found: StoredEvent[] = [];
  const span = {
    fromMs: Math.max(MOMENT_MS, from - (SIGHT_HOURS + 1) * HOUR_MS),
    beforeMs: to + (SIGHT_HOURS + 1) * HOUR_MS,
  };
  const nearby = { fromMs: Math.max(MOMENT_MS, from), beforeMs: to };
  const isShort = to - from < (SIGHT_HOURS - 2) * HOUR_MS;
  for (let sight = 0; sight < rule.legs.length - part.ways.length; sight++) {
    const own = rule.legs[part.ways.length + sight]!.predicate;
    for (const host of hostsOf(rule, sight, parts)) {
      const predicate = and([host, own]);
      const near = isShort ? await reader.all({ predicate, ...nearby }, 'newest', 1) : [];
      found.push(...near);
      if (near.length > 0) continue;
      const hours = await reader.events.histogram(reader.bounded({ predicate, ...span }), HOUR_MS);
      if (hours.length === 0) continue;
      const [sample] = await reader.all({ predicate, ...span }, 'newest', 1);
      if (!sample) continue;
      for (const { fromMs } of hours) {
        const document = { ...sample.document, '@timestamp': formatTimestamp(fromMs) };
        found.push({ ...sample, id: `${sample.id} ${fromMs}`, timeMs: fromMs, document });
      }
    }
  }
  return found;
}

/** Conditions of the hosts, one each; of all together when they cannot be told apart. */
function hostsOf(rule: Rule, sight: number, parts: Parts): Predicate[] {
  const way = rule.convergence!.ways.find((one) => one.sight === sight);
  const [first, ...others] = (way?.per ?? []).map((name) => fields.find(name));
  if (!first || !parts[0]) return [{ kind: 'all' }];
  const rest = others.flatMap((field, i) => (field && parts[i + 1] ? [isOneOf(field, [...parts[i + 1]!], true)] : []));
  return [...parts[0]].map((value) => and([isOneOf(first, [value], true), ...rest]));
}
