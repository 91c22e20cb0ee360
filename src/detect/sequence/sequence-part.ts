import type { EqlKey, EqlSample, EqlSequence, EqlStep } from '../../query/eql/eql-query.ts';
import { EVENT_ORDER, type RuleLeg, type SequencePart } from '../rule.ts';

/** What a rule says of its sequence beside the query. */
export interface SequenceSettings {
  /** Names of the items in their order, without `until`; `step-1`, `step-2` … for those that have none. */
  readonly names?: readonly string[] | undefined;
  readonly tiebreaker: string;
  /** Name of the field that is the time of events; @timestamp unless given. */
  readonly timestamp?: string | undefined;
  readonly samplesPerKey?: number | undefined;
  readonly allowedLatenessMs: number;
  readonly isCarried: boolean;
}

/** Name of the leg of `until`. */
export const UNTIL_LEG = 'until';

/** @returns the legs a sequence or sample is matched by, and the part of the rule that ties them together */
export function toSequencePart(
  query: EqlSequence | EqlSample,
  settings: SequenceSettings,
): { readonly legs: readonly RuleLeg[]; readonly part: SequencePart } {
  const legs: RuleLeg[] = [];
  const numbers: number[] = [];
  let item = -1;
  query.steps.forEach((step, at) => {
    // Runs of one item are one leg: an event is matched once for all of them.
    if (at > 0 && isSame(query.steps[at - 1]!, step)) {
      numbers.push(legs.length - 1);
      return;
    }
    item++;
    numbers.push(legs.length);
    legs.push({ name: settings.names?.[item] ?? `step-${item + 1}`, predicate: step.predicate });
  });
  const until = query.kind === 'sequence' ? query.until : undefined;
  const untilLeg = until && legs.push({ name: UNTIL_LEG, predicate: until.predicate }) - 1;
  const { tiebreaker, timestamp = EVENT_ORDER.timestamp, samplesPerKey = 1, allowedLatenessMs, isCarried } = settings;
  const clock = { timestamp, tiebreaker };
  return { legs, part: { query, legs: numbers, untilLeg, clock, samplesPerKey, allowedLatenessMs, isCarried } };
}

/** @returns for each leg of a sequence the key it is tied to the others by */
export function legKeys({ query, legs, untilLeg }: SequencePart): readonly EqlKey[] {
  const keys: EqlKey[] = [];
  query.steps.forEach(({ key }, step) => (keys[legs[step]!] = key));
  if (query.kind === 'sequence' && query.until && untilLeg !== undefined) keys[untilLeg] = query.until.key;
  return keys;
}

/** @returns number of items of a query as written: a step with runs is one */
export function itemCount(query: EqlSequence | EqlSample): number {
  return query.steps.filter((step, at) => at === 0 || !isSame(query.steps[at - 1]!, step)).length;
}

/** Steps that `runs` made of one item share everything but their name. */
function isSame(one: EqlStep, other: EqlStep): boolean {
  return one.predicate === other.predicate && one.key === other.key && one.isMissing === other.isMissing;
}
