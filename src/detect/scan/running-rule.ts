import type { EventView } from '../../event/view.ts';
import type { AlertLog } from '../alerts/alert-log.ts';
import type { Executor } from '../executors/executor.ts';
import type { Rule, RuleCounter } from '../rule.ts';
import type { RuleResult } from '../scan-result.ts';

/** The exceptions of one rule over one event: the one that silences it, if any does. */
export type ExceptionTest = (view: EventView) => { readonly id: string } | undefined;

/** A rule while it runs. */
export class RunningRule {
  readonly rule: Rule;
  readonly executor: Executor;
  readonly silencedBy: ExceptionTest | undefined;
  readonly counters: { readonly counter: RuleCounter; count: number }[];
  /** Alerts before suppression, for a rule that has it. */
  readonly raw: AlertLog | undefined;
  /** Executors of what exceptions silence, by exception: the same rule over the silenced events alone. */
  readonly silenced = new Map<string, Executor>();
  matches = 0;
  excepted = 0;
  suppressed = 0;
  private readonly makeExecutor: (exception: string | undefined) => Executor;

  /** @param makeExecutor called without exception for what is alerted, and once for each exception that silences */
  constructor(
    rule: Rule,
    raw: AlertLog | undefined,
    silencedBy: ExceptionTest | undefined,
    makeExecutor: (exception: string | undefined) => Executor,
  ) {
    this.rule = rule;
    this.raw = raw;
    this.silencedBy = silencedBy;
    this.makeExecutor = makeExecutor;
    this.executor = makeExecutor(undefined);
    this.counters = rule.counters.map((counter) => ({ counter, count: 0 }));
  }

  /** @returns the executor of what an exception silences, made when it first does */
  silencedExecutor(exception: string): Executor {
    let executor = this.silenced.get(exception);
    if (!executor) {
      executor = this.makeExecutor(exception);
      this.silenced.set(exception, executor);
    }
    return executor;
  }

  /**
   * @param alerts alerts that speak
   * @param buildingBlocks alerts that are hidden
   */
  result(alerts: number, buildingBlocks: number): RuleResult {
    const { rule, matches, suppressed, excepted } = this;
    const counters = this.counters.map(({ counter: { name, hint }, count }) => ({ name, count, hint }));
    return {
      rule,
      matches,
      alerts,
      buildingBlocks,
      suppressed,
      excepted,
      counters: [...counters, ...this.executor.unused()].filter(({ count }) => count > 0),
    };
  }
}
