import { fieldId } from '../../event/field.ts';
import { type EventView, firstNumber } from '../../event/view.ts';
import { compileMatcher, type Matcher } from '../../query/compile/matcher.ts';
import type { ExceptionResult } from '../scan-result.ts';
import { EVERY_RULE, type Exception } from './exception.ts';

const TIMESTAMP = fieldId('@timestamp');

/** Tells which exception, if any, silences an event, and counts the hit. */
export type ExceptionMatcher = (view: EventView) => Exception | undefined;

/** What an exception did, with the time of the last event it silenced. */
export interface ExceptionHits extends ExceptionResult {
  /** Milliseconds; undefined when it silenced nothing, or only events without a time. */
  readonly lastHit: number | undefined;
}

/** An exception at work. */
interface Active {
  readonly exception: Exception;
  readonly matches: Matcher;
  hits: number;
  lastHit: number | undefined;
}

/** The exceptions of a run with their hit counters. Templates are listed by nobody and match nothing. */
export class ExceptionSet {
  private readonly active: readonly Active[];
  private readonly now: number;

  /**
   * @param exceptions loaded exceptions in the order in which they are tried
   * @param now time that stands in for events without one, milliseconds
   */
  constructor(exceptions: readonly Exception[], now: number) {
    this.now = now;
    this.active = exceptions
      .filter((exception) => !exception.template)
      .map((exception) => ({ exception, matches: compileMatcher(exception.predicate), hits: 0, lastHit: undefined }));
  }

  /**
   * Exceptions of one rule. Whether one has expired is judged by the event's own time, so that a scan of old evidence
   * gives what it gave then, and reading late changes nothing.
   *
   * @param ruleId id of the rule
   * @param sharedLists ids of the shared lists the rule names
   * @returns a matcher that tries its exceptions in order
   */
  forRule(ruleId: string, sharedLists: readonly string[]): ExceptionMatcher {
    const active = this.active.filter(({ exception: { rules, list } }) => {
      return rules.includes(ruleId) || rules.includes(EVERY_RULE) || (list !== undefined && sharedLists.includes(list));
    });
    if (active.length === 0) return () => undefined;
    return (view) => {
      const time = firstNumber(view, TIMESTAMP);
      const judged = time ?? this.now;
      for (const one of active) {
        if (judged >= one.exception.expires || !one.matches(view)) continue;
        one.hits++;
        if (time !== undefined && !(one.lastHit !== undefined && one.lastHit >= time)) one.lastHit = time;
        return one.exception;
      }
      return undefined;
    };
  }

  /** @returns what each exception did, in the order of loading; templates are left out */
  results(): ExceptionHits[] {
    return this.active.map(({ exception: { id, name, expiresText }, hits, lastHit }) => {
      return { id, name, hits, expires: expiresText, lastHit };
    });
  }
}
