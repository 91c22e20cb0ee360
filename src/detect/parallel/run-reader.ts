import type { EventFacts } from '../../event/event-facts.ts';
import type { EventView } from '../../event/view.ts';
import { fieldId } from '../../event/field.ts';
import type { Networks } from '../../event/networks.ts';
import type { InputFile } from '../../sources/input/discover.ts';
import { type ReadAllOptions, readInputs } from '../../sources/input/read-all.ts';
import { sources } from '../../sources/registry.ts';
import type { SourceSettings } from '../../sources/source.ts';
import { EvidenceTally } from '../scan/evidence-tally.ts';
import type { RunResult } from './protocol.ts';

const TIMESTAMP = fieldId('@timestamp');
const DATASET = fieldId('event.dataset');

/** How a thread reads. */
export interface RunReading extends Pick<ReadAllOptions, 'isStopped' | 'progress' | 'whenReady'> {
  readonly networks: Networks;
  readonly settings: SourceSettings;
  readonly datasetsNamed: number;
  /** @returns false when no rule can want events with these facts */
  readonly admits: (facts: EventFacts) => boolean;
  /** @returns whether the event was taken over; it is counted as unwanted otherwise */
  readonly take: (event: EventView) => boolean;
}

/** Reads the inputs of a run. */
export async function readRun(inputs: readonly InputFile[], reading: RunReading): Promise<RunResult> {
  const { admits, take } = reading;
  const tally = new EvidenceTally(reading.datasetsNamed, () => {});
  const { files, skipped, faults } = await readInputs(inputs, {
    ...reading,
    sources: sources.all,
    gate: { admits, pass: (dataset, time) => tally.add(dataset, time) },
    sink: (event) => {
      if (take(event)) return;
      const time = event.get(TIMESTAMP);
      tally.add(event.get(DATASET), typeof time === 'number' ? time : Number.NaN);
    },
  });
  const { firstTime, lastTime } = tally;
  return { files, skipped, faults: faults.list(), unwanted: { datasets: tally.datasets(), firstTime, lastTime } };
}
