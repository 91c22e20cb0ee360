import { FieldTuple } from '../../executors/field-tuple.ts';
import { engineLimits } from '../../scan/limits.ts';
import { type Found, JudgedCase, type Judging } from './judged-case.ts';
import type { RunEvent } from '../reading/run-event.ts';
import type { RuleState, SeenTerm } from '../memory/rule-state.ts';
import type { RunReader } from '../reading/run-reader.ts';
import { SeenTerms, termOf } from '../memory/seen-terms.ts';

/** What new events of a rule of type `new_terms` are judged by. */
export interface TermsGiven {
  readonly state: RuleState;
  /** Events that a rule with another meaning has looked at, as far as they teach terms of this one. */
  readonly before: readonly RunEvent[];
  readonly reader: RunReader;
  /** Combinations remembered. */
  readonly maxTerms: number;
}

/** What new events of a rule of type `new_terms` come to. */
export interface TermsJudged {
  readonly found: readonly Found[];
  readonly terms: readonly SeenTerm[];
  /** Combinations that had no room. */
  readonly forgotten: number;
}

/** Judges new events of the rule by what was seen before. */
export function judgeTerms(
  judging: Judging,
  fresh: readonly RunEvent[],
  { state, before, reader, maxTerms }: TermsGiven,
): TermsJudged {
  const part = judging.rule.newTerms!;
  const seen = new SeenTerms(state.terms, part.historyMs);
  const tuples = new FieldTuple(part.fields, engineLimits(judging.limits)['value-combinations'], () => {});
  const learn = (events: readonly RunEvent[]) => {
    let at = 0;
    for (const view of reader.views(events)) {
      const { timeMs } = events[at++]!;
      tuples.each(view, (tuple) => seen.add(JSON.stringify(tuple), timeMs));
    }
  };
  const spoken = spokenOf(judging, fresh, reader);
  learn(spokenOf(judging, before, reader));
  const span = { firstMs: state.firstMs ?? Number.NaN, lastMs: Number.NaN };
  const from = new JudgedCase(judging, spoken, span);
  const found = from.alerts.flatMap((alert): Found[] => {
    const verdict = seen.judge(termOf(alert), alert.originalTime);
    // One that comes before what was told is the same alert, with an earlier first event.
    return verdict === 'seen' ? [] : [{ alert, from, slackMs: verdict === 'before' ? part.historyMs : 0 }];
  });
  learn(spoken);
  const { terms, forgotten } = seen.write(maxTerms);
  return { found, terms, forgotten };
}

/** @returns the events that have a time and are not silenced */
function spokenOf({ rule, exceptions }: Judging, events: readonly RunEvent[], reader: RunReader): readonly RunEvent[] {
  const silencedBy = exceptions.exceptionsFor?.(rule);
  const spoken: RunEvent[] = [];
  let place = 0;
  for (const view of reader.views(events)) {
    const event = events[place++]!;
    if (event.timeMs > 0 && silencedBy?.(view) === undefined) spoken.push(event);
  }
  return spoken;
}
