import type { EventFacts } from '../../event/event-facts.ts';
import type { EventView } from '../../event/view.ts';
import { cutTests } from '../../query/compile/computed.ts';
import { couldMatch, narrow } from '../../query/compile/could-match.ts';
import { compileMatcher, type Matcher } from '../../query/compile/matcher.ts';
import { type IndexedJob, RuleIndex } from './rule-index.ts';
import type { Predicate } from '../../query/predicate.ts';
import type { Question } from './rule-predicates.ts';
import { SightMemory } from './sight-memory.ts';

interface FilterJob extends IndexedJob<FilterJob> {
  /** Of its question. */
  readonly number: number;
  readonly matches: Matcher;
  /** Of a question that asks only whether events of a kind are collected. */
  readonly sights: SightMemory | undefined;
}

/** Tells whether an event matters to any of some rules, without keeping anything of it but what was sighted. */
export class EventFilter {
  private readonly jobs: readonly FilterJob[];
  private readonly index: RuleIndex<FilterJob>;
  private met: number[] = [];
  private readonly visit = (job: FilterJob, view: EventView): void => {
    const { number, sights } = job;
    if (this.met.includes(number) || !job.matches(view)) return;
    if (sights === undefined || sights.isNew(view)) this.met.push(number);
  };

  /** @param questions everything the rules ask of events; see rule-predicates.ts */
  constructor(questions: readonly Question[]) {
    this.jobs = questions.map(({ predicate, sightPer }, number) =>
      jobOf(number, predicate, sightPer && new SightMemory(sightPer)),
    );
    this.index = new RuleIndex(this.jobs);
  }

  /**
   * @returns numbers of the questions from which a rule or a counter of a rule learns something of the event; undefined when a
   *   test was given up, so that whoever runs the rules has to ask again, and counts it
   */
  questionsMet(view: EventView): readonly number[] | undefined {
    if (this.met.length > 0) this.met = [];
    const cut = cutTests();
    this.index.candidates(view, this.visit);
    return cutTests() > cut ? undefined : this.met;
  }

  /** @returns false when no event with these facts can be wanted */
  admits(facts: EventFacts): boolean {
    return this.jobs.some(({ predicate }) => couldMatch(predicate, facts));
  }
}

function jobOf(number: number, predicate: Predicate, sights: SightMemory | undefined): FilterJob {
  return {
    number,
    predicate,
    sights,
    matches: compileMatcher(predicate),
    ofKind: (facts) => jobOf(number, narrow(predicate, facts), sights),
  };
}
