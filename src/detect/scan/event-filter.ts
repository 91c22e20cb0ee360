import type { EventFacts } from '../../event/event-facts.ts';
import type { EventView } from '../../event/view.ts';
import { cutTests } from '../../query/compile/computed.ts';
import { couldMatch, narrow } from '../../query/compile/could-match.ts';
import { compileMatcher, type Matcher } from '../../query/compile/matcher.ts';
import { type IndexedJob, RuleIndex } from './rule-index.ts';
import type { Question } from './rule-predicates.ts';
import { SightMemory } from './sight-memory.ts';

interface FilterJob extends IndexedJob<FilterJob> {
  readonly matches: Matcher;
  /** Of a question that asks only whether events of a kind are collected. */
  readonly sights: SightMemory | undefined;
}

/** Tells whether an event matters to any of some rules, without keeping anything of it but what was sighted. */
export class EventFilter {
  private readonly jobs: readonly FilterJob[];
  private readonly index: RuleIndex<FilterJob>;
  private isWanted = false;
  private readonly visit = (job: FilterJob, view: EventView): void => {
    if (!this.isWanted && job.matches(view)) this.isWanted = job.sights === undefined || job.sights.isNew(view);
  };

  /** @param questions everything the rules ask of events; see rule-predicates.ts */
  constructor(questions: readonly Question[]) {
    this.jobs = questions.map((question) => jobOf(question, question.sightPer && new SightMemory(question.sightPer)));
    this.index = new RuleIndex(this.jobs);
  }

  /** @returns false when no rule and no counter of a rule would learn anything from the event */
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

function jobOf({ predicate }: Pick<Question, 'predicate'>, sights: SightMemory | undefined): FilterJob {
  return {
    predicate,
    sights,
    matches: compileMatcher(predicate),
    ofKind: (facts) => jobOf({ predicate: narrow(predicate, facts) }, sights),
  };
}
