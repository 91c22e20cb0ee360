/** What a rule remembers when a run is over. */
import type { SettledRun } from './run-record.ts';
import type { RunGiven } from '../run-given.ts';
import type { MatchMemory } from '../memory/remembered-matches.ts';
import type { DayBytes, RuleState, SeenHost, SeenTerm } from '../memory/rule-state.ts';
import type { SilencedFindings } from '../memory/silenced-findings.ts';
import { rememberedFor } from '../cases/suppression-case.ts';
import type { ToldAlerts } from '../memory/told-alerts.ts';

/** What a run has learnt; undefined where nothing changed. */
export interface RunLearnt {
  readonly terms?: readonly SeenTerm[] | undefined;
  readonly sighted?: readonly SeenHost[] | undefined;
  readonly volumes?: readonly DayBytes[] | undefined;
}

/** What the memory is made of. */
export interface StateGiven extends Pick<SettledRun, 'rule' | 'afterPosition' | 'toPosition' | 'settled'> {
  /** Memory before the run. */
  readonly state: RuleState;
  readonly learnt: RunLearnt;
  readonly told: ToldAlerts;
  readonly silenced: SilencedFindings;
  readonly limits: RunGiven['limits'];
}

/**
 * @param untilMs time up to which missing events and closing windows were judged; Infinity when time decides nothing
 * @param isLeft whether new alerts are left for the next run, which looks at the same events again
 * @param matches what is remembered of events; undefined when it is as it was
 * @returns the memory of a rule that goes on behind what it has looked at
 */
export function stateAfterRun(
  { rule, state, learnt, told, silenced, limits, afterPosition, toPosition, settled }: StateGiven,
  untilMs: number,
  isLeft: boolean,
  matches: { readonly memory: MatchMemory | undefined } | undefined,
): RuleState {
  const lasting = isLeft ? {} : withTerms(state, learnt);
  return {
    ...state,
    ...lasting,
    position: isLeft ? state.position : toPosition,
    told: rememberedFor(rule, told.write(limits['told-alerts'])),
    silenced: silenced.write(limits['told-alerts']),
    sighted: learnt.sighted ?? state.sighted,
    volumes: isLeft ? state.volumes : (learnt.volumes ?? state.volumes),
    judgedMs: isLeft || untilMs === Infinity ? state.judgedMs : untilMs,
    overflow: isLeft ? { afterPosition, toPosition, ...settled.last!, left: settled.left.length } : undefined,
    matches: matches ? matches.memory : state.matches,
    chunk: Math.min(2 * state.chunk, limits['run-positions']),
    failures: 0,
  };
}

/**
 * @param isGap whether it were events that the rule had not looked at; else they were those of a stretch of time
 * @returns the memory of a rule that has looked at events anew, and stands where it stood
 */
export function stateAfterWindow({ state, learnt, told, silenced, limits }: StateGiven, isGap: boolean): RuleState {
  return {
    ...state,
    ...withTerms(state, learnt),
    told: told.write(limits['told-alerts']),
    silenced: silenced.write(limits['told-alerts']),
    sighted: learnt.sighted ?? state.sighted,
    // Events of a gap were not counted before, nor remembered; those of a stretch of time were.
    volumes: isGap ? (learnt.volumes ?? state.volumes) : state.volumes,
    matches: isGap ? undefined : state.matches,
  };
}

/** With the terms of a run, those are learnt, too, that the rule has looked at with another meaning. */
function withTerms(state: RuleState, { terms }: RunLearnt): Pick<RuleState, 'terms' | 'learnTo'> {
  return terms ? { terms, learnTo: 0 } : { terms: state.terms, learnTo: state.learnTo };
}
