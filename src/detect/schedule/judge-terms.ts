import { FieldTuple } from '../executors/field-tuple.ts';
import { JudgedCase, type Judging } from './evaluate.ts';
import type { RunEvent } from './run-event.ts';
import type { RuleState, SeenTerm } from './rule-state.ts';
import type { RunReader } from './run-reader.ts';
import { SeenTerms, termOf } from './seen-terms.ts';
import type { Found } from './told-alerts.ts';

/** Combinations of values one event may have, as in the executor. */
const COMBINATIONS = 256;

/** What new events of a rule of type `new_terms` come to. */
export interface TermsJudged {
  readonly found: readonly Found[];
  readonly terms: readonly SeenTerm[];
  /** Combinations that had no room. */
  readonly forgotten: number;
}

/**
 * Judges new events by what was seen before.
 *
 * @param fresh new events of the rule
 * @param maxTerms combinations remembered
 */
export function judgeTerms(
  judging: Judging,
  fresh: readonly RunEvent[],
  { state, reader, maxTerms }: { readonly state: RuleState; readonly reader: RunReader; readonly maxTerms: number },
): TermsJudged {
  const part = judging.rule.newTerms!;
  const seen = new SeenTerms(state.terms, part.historyMs);
  const silencedBy = judging.exceptions.exceptionsFor?.(judging.rule);
  const spoken: RunEvent[] = [];
  let place = 0;
  for (const view of reader.views(fresh)) {
    const event = fresh[place++]!;
    if (event.timeMs > 0 && silencedBy?.(view) === undefined) spoken.push(event);
  }
  const span = { firstMs: state.firstMs ?? Number.NaN, lastMs: Number.NaN };
  const from = new JudgedCase(judging, spoken, span);
  const found = from.alerts.flatMap((alert): Found[] => {
    const verdict = seen.judge(termOf(alert), alert.originalTime);
    // One that comes before what was told is the same alert, with an earlier first event.
    return verdict === 'seen' ? [] : [{ alert, from, slackMs: verdict === 'before' ? part.historyMs : 0 }];
  });
  const tuples = new FieldTuple(part.fields, COMBINATIONS, () => {});
  let at = 0;
  for (const view of reader.views(spoken)) {
    const { timeMs } = spoken[at++]!;
    tuples.each(view, (tuple) => seen.add(JSON.stringify(tuple), timeMs));
  }
  const { terms, forgotten } = seen.write(maxTerms);
  return { found, terms, forgotten };
}
