import { or, type Predicate } from '../../query/predicate.ts';
import type { Rule } from '../rule.ts';

/** What a rule asks of an event: whether it matches (or joins), then whether each counter counts it. */
export interface RulePredicates {
  readonly main: Predicate;
  readonly counters: readonly Predicate[];
  /** Asked instead of `main` in a rule with legs, each for itself. */
  readonly legs: readonly Predicate[];
}

/** @returns the predicates of a rule; an event that meets none of them changes nothing for the rule */
export function rulePredicates(rule: Rule): RulePredicates {
  const join = rule.finding?.join;
  return {
    legs: rule.legs.map((leg) => leg.predicate),
    main: join ? or([rule.predicate, join]) : rule.predicate,
    counters: rule.counters.map((counter) => counter.when),
  };
}

/** @returns every predicate of some rules; an event that meets none of them matters to none of the rules */
export function askedOf(rules: readonly Rule[]): readonly Predicate[] {
  return rules
    .map(rulePredicates)
    .flatMap(({ main, counters, legs }) => [...(legs.length > 0 ? legs : [main]), ...counters]);
}
