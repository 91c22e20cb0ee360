import { or, type Predicate } from '../../query/predicate.ts';
import { askedOfWays } from '../convergence/shown-values.ts';
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

/** One of the things that rules ask of events. */
export interface Question {
  readonly predicate: Predicate;
  /**
   * Of a leg that only shows that something is collected: fields that tell apart from where. An event without a new value of
   * these in its hour tells the rule nothing.
   */
  readonly sightPer?: readonly string[];
  /** Names of the fields that the rule takes from an event that meets this; absent when it may want the whole event. */
  readonly takes?: readonly string[];
}

/**
 * @param isExcepted whether exceptions look at the events of a rule, at whatever field of theirs
 * @returns everything that some rules ask, in the order of the jobs of rule-jobs.ts; an event that meets none of it matters to
 *   none of the rules
 */
export function questionsOf(
  rules: readonly Rule[],
  isExcepted: (rule: Rule) => boolean = () => true,
): readonly Question[] {
  return rules.flatMap((rule) => {
    const { main, counters } = rulePredicates(rule);
    const own = rule.legs.length > 0 ? legQuestions(rule, isExcepted(rule)) : [{ predicate: main }];
    return [...own, ...counters.map((predicate) => ({ predicate }))];
  });
}

function legQuestions(rule: Rule, isExcepted: boolean): readonly Question[] {
  const { legs, convergence } = rule;
  const taken = isExcepted ? [] : askedOfWays(rule);
  let sights = 0;
  return legs.map(({ predicate, isSight = false }, leg) => {
    const takes = taken[leg];
    if (!isSight) return takes ? { predicate, takes } : { predicate };
    const sight = sights++;
    // The key of a sight is that of the first way it belongs to, as the executor has it.
    const way = convergence?.ways.find((one) => one.sight === sight);
    return way ? { predicate, sightPer: way.per, takes: way.per } : { predicate };
  });
}

/** @returns the predicates of {@link questionsOf} */
export function askedOf(rules: readonly Rule[]): readonly Predicate[] {
  return questionsOf(rules).map(({ predicate }) => predicate);
}
