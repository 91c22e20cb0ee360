import type { EventFacts } from '../../event/event-facts.ts';
import type { EventView } from '../../event/view.ts';
import { cutTests } from '../../query/compile/computed.ts';
import { couldMatch } from '../../query/compile/could-match.ts';
import { compileMatcher, type Matcher } from '../../query/compile/matcher.ts';
import type { Predicate } from '../../query/predicate.ts';
import { RuleIndex } from './rule-index.ts';

interface FilterJob {
  readonly predicate: Predicate;
  readonly matches: Matcher;
}

/** Tells whether an event matters to any of some rules, without keeping anything of it. */
export class EventFilter {
  private readonly jobs: readonly FilterJob[];
  private readonly index: RuleIndex<FilterJob>;
  private isWanted = false;
  private readonly visit = (job: FilterJob, view: EventView): void => {
    if (!this.isWanted && job.matches(view)) this.isWanted = true;
  };

  /** @param predicates everything the rules ask of events; see rule-predicates.ts */
  constructor(predicates: readonly Predicate[]) {
    this.jobs = predicates.map((predicate) => ({ predicate, matches: compileMatcher(predicate) }));
    this.index = new RuleIndex(this.jobs);
  }

  /** @returns false when no rule and no counter of a rule would see the event */
  wants(view: EventView): boolean {
    this.isWanted = false;
    const cut = cutTests();
    this.index.candidates(view, this.visit);
    // An event that a test gave up on is handed on, so that whoever runs the rules counts it.
    return this.isWanted || cutTests() > cut;
  }

  /** @returns false when no event with these facts can be wanted */
  admits(facts: EventFacts): boolean {
    return this.jobs.some(({ predicate }) => couldMatch(predicate, facts));
  }
}
