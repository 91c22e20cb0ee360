import type { RuleType } from '../rule.ts';
import { correlationExecutor } from './correlation.ts';
import { convergenceExecutor } from './convergence.ts';
import { eqlExecutor } from './eql.ts';
import type { ExecutorFactory } from './executor.ts';
import { findingExecutor } from './finding.ts';
import { newTermsExecutor } from './new-terms.ts';
import { singleEventsExecutor } from './single-events.ts';
import { thresholdExecutor } from './threshold.ts';
import { volumeExecutor } from './volume.ts';

/** The executor of every rule type. */
export const EXECUTORS: Readonly<Record<RuleType, ExecutorFactory>> = {
  query: singleEventsExecutor,
  threshold: thresholdExecutor,
  new_terms: newTermsExecutor,
  finding: findingExecutor,
  eql: eqlExecutor,
  correlation: correlationExecutor,
  convergence: convergenceExecutor,
  volume: volumeExecutor,
};
