/**
 * What the hot path does with an event for each rule: its predicates (of the rule itself, of its legs, of its counters) as
 * jobs of the index. A job that runs for one kind of event tests only what the kind leaves open.
 */
import type { EventFacts } from '../../event/event-facts.ts';
import type { EventView } from '../../event/view.ts';
import { narrow } from '../../query/compile/could-match.ts';
import { compileMatcher, type Matcher } from '../../query/compile/matcher.ts';
import type { Predicate } from '../../query/predicate.ts';
import type { CurrentEvent } from './current-event.ts';
import type { Dedupe } from './dedupe.ts';
import type { IndexedJob } from './rule-index.ts';
import { rulePredicates } from './rule-predicates.ts';
import type { RunningRule } from './running-rule.ts';

/** A predicate to test on candidates, and what to do then. */
export interface Job extends IndexedJob<Job> {
  /** Number of the last event it was tested on: an event with several values of a field may name it twice. */
  lastEvent: number;
  run(view: EventView): void;
  /** Takes an event that is known to match; only a leg's can be known from its predicate alone. */
  readonly take?: ((view: EventView) => void) | undefined;
}

/** Compiles a predicate of a rule, or what a kind of event leaves of it. */
type Compile = (predicate: Predicate) => Matcher;

/** Makes the jobs of the rules of one scan. */
export class RuleJobs {
  private readonly ruleCount: number;
  private readonly current: CurrentEvent;
  private readonly dedupe: Dedupe;

  /**
   * @param ruleCount rules of the scan
   * @param current the event that jobs run on
   * @param dedupe which rule, leg or counter has seen which event
   */
  constructor(ruleCount: number, current: CurrentEvent, dedupe: Dedupe) {
    this.ruleCount = ruleCount;
    this.current = current;
    this.dedupe = dedupe;
  }

  /** @param number of the rule in the scan */
  of(running: RunningRule, number: number): Job[] {
    const { rule } = running;
    const own = rule.legs.length > 0 ? this.ofLegs(running, number) : [this.ofRule(running, number)];
    return [...own, ...this.ofCounters(running, number)];
  }

  private ofRule(running: RunningRule, number: number): Job {
    const { rule } = running;
    return jobOf(rulePredicates(rule).main, (compile) => {
      const matches = compile(rule.predicate);
      const join = rule.finding?.join;
      const joins = join && compile(join);
      return (view) => {
        if (matches(view)) this.onMatch(running, number, view, true);
        else if (joins?.(view) === true) this.onMatch(running, number, view, false);
      };
    });
  }

  private ofLegs(running: RunningRule, number: number): Job[] {
    return running.rule.legs.map(({ predicate, isSight = false }, leg) => {
      const key = this.keyOf(number, running.counters.length + leg);
      const take = (view: EventView) => {
        if (isSight) running.executor.onLeg?.(this.current, leg);
        else if (this.isNew(view, key)) this.onLeg(running, leg, view);
      };
      const make = (compile: Compile) => {
        const matches = compile(predicate);
        return (view: EventView) => {
          if (matches(view)) take(view);
        };
      };
      return { ...jobOf(predicate, make), take };
    });
  }

  private ofCounters(running: RunningRule, number: number): Job[] {
    return running.counters.map((entry, counter) => {
      const key = this.keyOf(number, counter);
      return jobOf(entry.counter.when, (compile) => {
        const counts = compile(entry.counter.when);
        return (view) => {
          if (counts(view) && this.isNew(view, key)) entry.count++;
        };
      });
    });
  }

  /** Behind the numbers of the rules, so that a rule's match, its counts and its legs on one event are told apart. */
  private keyOf(number: number, part: number): number {
    return this.ruleCount * (part + 1) + number;
  }

  /** An event that an exception silences takes part in no group of events that are alerted. */
  private onLeg(running: RunningRule, leg: number, view: EventView): void {
    running.matches++;
    const exception = running.silencedBy?.(view);
    let { executor } = running;
    if (exception) {
      running.excepted++;
      executor = running.silencedExecutor(exception.id);
    }
    executor.onLeg?.(this.current, leg);
  }

  private onMatch(running: RunningRule, number: number, view: EventView, opens: boolean): void {
    const { current } = this;
    if (!this.isNew(view, number)) return;
    if (opens) running.matches++;
    const exception = running.silencedBy?.(view);
    let { executor } = running;
    if (exception) {
      if (opens) running.excepted++;
      executor = running.silencedExecutor(exception.id);
    }
    if (opens) executor.onMatch(current);
    else executor.onJoin?.(current);
  }

  /** @returns whether the event is seen for the first time by this number's rule or counter */
  private isNew(view: EventView, number: number): boolean {
    if (this.current.id === '') this.current.id = view.id();
    return this.dedupe.add(this.current.id, number);
  }
}

/**
 * @param make what is done with an event, given how predicates are compiled
 * @param kind what is known of the events, when they are all of one kind
 */
function jobOf(predicate: Predicate, make: (compile: Compile) => Job['run'], kind?: EventFacts): Job {
  const compile: Compile = kind ? (own) => compileMatcher(narrow(own, kind)) : compileMatcher;
  return { predicate, lastEvent: 0, run: make(compile), ofKind: (facts) => jobOf(predicate, make, facts) };
}
