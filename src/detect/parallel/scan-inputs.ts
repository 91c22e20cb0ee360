import { type Config, configToNetworkSettings } from '../../config/config.ts';
import type { Networks } from '../../event/networks.ts';
import type { InputFile } from '../../sources/input/discover.ts';
import { type ReadAllOptions, readInputs, type ReadSummary } from '../../sources/input/read-all.ts';
import { sources } from '../../sources/registry.ts';
import { engineLimits } from '../scan/limits.ts';
import type { Scan } from '../scan/scan.ts';
import type { ReadingWork } from './protocol.ts';
import { readInThreads } from './read-in-threads.ts';
import type { ReadingPlan } from './reading-plan.ts';
import { ReadingThread } from './reading-thread.ts';
import { transferable } from '../../event/transfer.ts';

/** What is read, by how many threads, for which scan. */
export interface ScanReading extends Pick<ReadAllOptions, 'isStopped' | 'progress'> {
  readonly inputs: readonly InputFile[];
  readonly plan: ReadingPlan;
  /** Of the plan, from {@link startThreads}. */
  readonly threads: readonly ReadingThread[];
  readonly config: Config;
  readonly networks: Networks;
  readonly scan: Scan;
}

/** @returns the threads of a plan beside this one, on their way to be ready */
export function startThreads(plan: ReadingPlan): readonly ReadingThread[] {
  return Array.from({ length: plan.threads - 1 }, () => new ReadingThread());
}

/** Reads inputs and shows their events to the scan, with as many threads as are there; what is found is the same. */
export async function scanInputs(reading: ScanReading): Promise<ReadSummary> {
  const { inputs, threads, config, scan } = reading;
  const settings = config.sources;
  const limits = engineLimits(config.limits);
  const questions = scan.questions();
  const work = transferable({
    questions,
    networks: configToNetworkSettings(config),
    settings,
    datasetsNamed: limits['datasets-named'],
  } satisfies ReadingWork);
  // Rules that need more than their predicates, such as a value list, can only be tested here.
  if (threads.length === 0 || work === undefined) {
    return readInputs(inputs, {
      ...reading,
      sources: sources.all,
      settings,
      sink: (event) => scan.onEvent(event),
      gate: scan.gate(),
    });
  }
  return readInThreads({
    ...reading,
    work,
    questions,
    settings,
    datasetsNamed: limits['datasets-named'],
    temporaryBytes: limits['temporary-bytes'],
  });
}
