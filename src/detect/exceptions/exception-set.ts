import { fieldId } from '../../event/field.ts';
import { type EventView, firstNumber } from '../../event/view.ts';
import { compileMatcher, type Matcher } from '../../query/compile/matcher.ts';
import type { ExceptionResult } from '../scan-result.ts';
import { belongsTo, type Exception } from './exception.ts';
import { isSilenced, type MemberExceptions } from './member-exceptions.ts';

const NONE: readonly string[] = [];
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
   * @param isTried says which of its exceptions are tried on single events
   * @returns a matcher that tries its exceptions in order; undefined when it has none
   */
  forRule(
    ruleId: string,
    sharedLists: readonly string[],
    isTried?: (exception: Exception) => boolean,
  ): ExceptionMatcher | undefined {
    const active = this.of(ruleId, sharedLists).filter(({ exception }) => isTried?.(exception) ?? true);
    if (active.length === 0) return undefined;
    return (view) => {
      const time = firstNumber(view, TIMESTAMP);
      for (const one of active) {
        if (!this.holds(one, view, time)) continue;
        hit(one, time);
        return one.exception;
      }
      return undefined;
    };
  }

  /** Exceptions of one rule that are tested on what events make together; those with `before` are not among them. */
  forMembers(ruleId: string, sharedLists: readonly string[]): MemberExceptions | undefined {
    const active = this.of(ruleId, sharedLists).filter(({ exception }) => !exception.before);
    if (active.length === 0) return undefined;
    return {
      holdFor: (view) => {
        const time = firstNumber(view, TIMESTAMP);
        const held = active.filter((one) => this.holds(one, view, time));
        return held.length === 0 ? NONE : held.map(({ exception }) => exception.id);
      },
      silencing: (members) => {
        const found = active.find(({ exception: { id, step = 'any' } }) => isSilenced(id, step, members));
        if (found) hit(found, Math.max(...members.map(({ time }) => time)));
        return found?.exception.id;
      },
    };
  }

  private of(ruleId: string, sharedLists: readonly string[]): readonly Active[] {
    return this.active.filter(({ exception }) => belongsTo(exception, ruleId, sharedLists));
  }

  private holds({ exception, matches }: Active, view: EventView, time: number | undefined): boolean {
    return (time ?? this.now) < exception.expires && matches(view);
  }

  /** @returns what each exception did, in the order of loading; templates are left out */
  results(): ExceptionHits[] {
    return this.active.map(({ exception: { id, name, expiresText }, hits, lastHit }) => {
      return { id, name, hits, expires: expiresText, lastHit };
    });
  }
}

function hit(one: Active, time: number | undefined): void {
  one.hits++;
  if (time !== undefined && !(one.lastHit !== undefined && one.lastHit >= time)) one.lastHit = time;
}
