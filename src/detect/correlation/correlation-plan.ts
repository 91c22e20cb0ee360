import type { CorrelationCondition, CorrelationType, SigmaCorrelation } from '../../query/sigma/correlation.ts';
import { isMonotone, smallestSets } from './correlation-condition.ts';

/** Orders that an ordered correlation may wait for at the same time. */
const MAX_CHAINS = 64;

/** One correlation as it runs. */
export interface CorrelationPlan {
  readonly type: CorrelationType;
  readonly timespanMs: number;
  readonly condition: CorrelationCondition;
  readonly percentile: number;
  /**
   * False: the condition is tested with each event, over the events of the timespan before it. True: more events could
   * undo it, so it is tested once, when the window that began with the group's first event closes.
   */
  readonly closes: boolean;
  /** For temporal_ordered: the rules, in their order, of which one chain is enough. */
  readonly chains: readonly (readonly number[])[];
}

/** @returns the plan, or in words why there is none */
export function correlationPlan(definition: SigmaCorrelation): CorrelationPlan | string {
  const { type, timespanMs, condition, percentile, rules } = definition;
  const isStatistic = type === 'value_avg' || type === 'value_percentile' || type === 'value_median';
  const closes = isStatistic || !isMonotone(condition);
  const plan = { type, timespanMs, condition, percentile, closes, chains: [] };
  if (type !== 'temporal_ordered') return plan;
  if (closes) return 'temporal_ordered knows the comparisons gt and gte and conditions without "not"';
  const chains = smallestSets(condition, rules.length);
  if (chains === undefined || chains.length > MAX_CHAINS) {
    return 'the condition of temporal_ordered allows too many different orders; ask for all rules or for fewer';
  }
  if (chains.length === 0 || chains[0]!.length === 0) {
    return chains.length === 0 ? 'the condition can never hold' : 'the condition holds without any event';
  }
  return { ...plan, chains };
}
