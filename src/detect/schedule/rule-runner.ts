/** Runs rules over a store and writes down what they leave: alerts, memory, run and gaps in one transaction. */
import { randomUUID } from 'node:crypto';
import type { Networks } from '../../event/networks.ts';
import type { AlertsPut } from '../../store/alert-store.ts';
import type { RuleGap, RunOutcome } from '../../store/run-store.ts';
import type { Store } from '../../store/store.ts';
import type { Exception } from '../exceptions/exception.ts';
import type { Rule } from '../rule.ts';
import type { EngineLimits } from '../scan/limits.ts';
import { type RunLimits, runLimits } from './run-limits.ts';
import { emptyRun, type RunGiven, type RunResult, type RunWindow } from './run-given.ts';
import { runRule } from './run/run-rule.ts';
import { readRuleState, type RuleState, writeRuleState } from './memory/rule-state.ts';
import { StandingFindings } from './memory/standing-findings.ts';

/** What rules run with. */
export interface RunnerOptions {
  readonly store: Pick<Store, 'events' | 'alerts' | 'runs'>;
  readonly networks: Networks;
  /** @returns the exceptions at work now */
  readonly exceptions: () => readonly Exception[];
  /** @returns milliseconds since 1970 */
  readonly now: () => number;
  /** @returns milliseconds of a clock that nobody sets; that of the process unless given */
  readonly ticks?: (() => number) | undefined;
  readonly limits?: Partial<RunLimits> | undefined;
  readonly engineLimits?: Partial<EngineLimits> | undefined;
  /** Told after it was written. */
  readonly onOutcome?: ((outcome: RunOutcome, put: AlertsPut) => void) | undefined;
  /** A run, or without a rule the schedule itself, failed for a reason that is ours, not the evidence's. */
  readonly onError?: ((rule: Rule | undefined, error: unknown) => void) | undefined;
}

/** See the head of this file. */
export class RuleRunner {
  readonly limits: RunLimits;
  private readonly options: RunnerOptions;
  private readonly standing = new WeakMap<Rule, StandingFindings>();

  constructor(options: RunnerOptions) {
    this.options = options;
    this.limits = runLimits(options.limits);
  }

  /** @returns what the run left, or undefined when nothing new was stored since the last one */
  async run(rule: Rule): Promise<RunResult | undefined> {
    const given = await this.given(rule);
    let result: RunResult | undefined;
    try {
      result = await runRule(rule, given);
      if (result && isStuck(result)) result = this.afterFailure(rule, given, 'partial', result.run.reason ?? '');
    } catch (error) {
      this.options.onError?.(rule, error);
      result = this.afterFailure(rule, given, 'failed', error instanceof Error ? error.message : String(error));
    }
    if (result) await this.finish(result);
    if (result) given.standing?.settle(result.state);
    return result;
  }

  /**
   * Looks at events anew: those of a gap, or of a stretch of time.
   *
   * @param fills ids of gaps that are filled when all of it was looked at
   * @throws whatever went wrong; nothing is written then
   */
  async again(rule: Rule, window: RunWindow, fills: readonly string[] = []): Promise<RunResult | undefined> {
    const given = await this.given(rule);
    const result = await runRule(rule, { ...given, window });
    if (!result || isStuck(result)) return result;
    const outcome = fills.length > 0 ? { ...result, filled: fills } : result;
    await this.finish(outcome);
    return outcome;
  }

  /** Leaves out what was stored while the rule was switched off, as a gap; undefined when there is nothing to leave out. */
  async skip(rule: Rule, reason: string): Promise<RuleGap | undefined> {
    const given = await this.given(rule);
    if (given.state === undefined) return undefined;
    const state = readRuleState(given.state, rule, this.limits['run-positions']);
    if (state.position >= given.position) return undefined;
    const gap = this.gapOf(rule, state.position, given.position, reason);
    const next = { ...leftOut(state, given.position), judgedMs: undefined };
    const run = {
      ...emptyRun(rule, given, given.now()),
      reason,
      afterPosition: given.position,
      toPosition: given.position,
    };
    await this.finish({ run, alerts: [], state: writeRuleState(next), gaps: [gap] });
    return gap;
  }

  private async given(rule: Rule): Promise<RunGiven> {
    const { store, networks, exceptions, now, ticks = () => performance.now(), engineLimits } = this.options;
    return {
      events: store.events,
      networks,
      exceptions: exceptions(),
      state: await store.runs.state(rule.id),
      position: await store.events.position(),
      stored: (id) => store.alerts.get(id),
      known: (ids) => store.alerts.known(ids),
      matches: {
        find: (search) => store.runs.matches(rule.id, search),
        timeOf: (newer) => store.runs.matchTime(rule.id, newer),
      },
      standing: this.standingOf(rule),
      now,
      ticks,
      limits: this.limits,
      ...(engineLimits && { engineLimits }),
      runId: randomUUID(),
    };
  }

  private standingOf(rule: Rule): StandingFindings {
    let standing = this.standing.get(rule);
    if (!standing) this.standing.set(rule, (standing = new StandingFindings(this.limits['standing-events'])));
    return standing;
  }

  private async finish(outcome: RunOutcome): Promise<void> {
    const put = await this.options.store.runs.finish(outcome);
    this.options.onOutcome?.(outcome, put);
  }

  /** The stretch is tried again; after too many failures it becomes a gap, so that one bad event does not stop a rule. */
  private afterFailure(rule: Rule, given: RunGiven, status: 'failed' | 'partial', reason: string): RunResult {
    const nowMs = given.now();
    const state = readRuleState(given.state, rule, this.limits['run-positions']);
    const after = state.overflow?.afterPosition ?? state.position;
    const to = state.overflow?.toPosition ?? Math.min(given.position, state.position + state.chunk);
    const failures = state.failures + 1;
    const isGivenUp = failures >= this.limits['run-failures'];
    const size = Math.max(1, Math.floor((to - after) / 2));
    const next: RuleState = isGivenUp
      ? leftOut(state, to)
      : { ...state, failures, chunk: state.overflow ? state.chunk : size };
    const run = { ...emptyRun(rule, given, nowMs), status, reason, afterPosition: after, toPosition: after };
    const gaps = isGivenUp ? [this.gapOf(rule, after, to, reason)] : [];
    return { run, alerts: [], state: writeRuleState(next), gaps, isBehind: isGivenUp && to < given.position };
  }

  private gapOf(rule: Rule, afterPosition: number, toPosition: number, reason: string): RuleGap {
    const foundMs = this.options.now();
    return { id: randomUUID(), ruleId: rule.id, afterPosition, toPosition, reason, foundMs, filledMs: undefined };
  }
}

/** What a rule remembers when it goes on behind events that it has not looked at: those are among no events it remembers. */
function leftOut(state: RuleState, position: number): RuleState {
  return { ...state, position, overflow: undefined, failures: 0, matches: undefined };
}

/** A run that could not do any of its work. */
function isStuck({ run }: RunResult): boolean {
  return run.status === 'partial' && run.toPosition === run.afterPosition && run.candidates === 0;
}
