import { availableParallelism } from 'node:os';
import type { InputFile } from '../../sources/input/discover.ts';
import { splitInputs } from './split-inputs.ts';

/** Below this a second thread costs more than it saves. */
const MIN_PARALLEL_BYTES = 32 * 1024 * 1024;

/** Who reads what. */
export interface ReadingPlan {
  /** Files and parts of files in the order of the input. */
  readonly tasks: readonly InputFile[];
  /** Threads that read, the main one among them. */
  readonly threads: number;
}

/**
 * @param wanted threads asked for; undefined for as many as there are cores
 * @param isWhole every file has to be read by one reader
 * @returns the threads worth starting; always one from source code, which threads cannot run
 */
export function planReading(inputs: readonly InputFile[], wanted: number | undefined, isWhole: boolean): ReadingPlan {
  const bytes = inputs.reduce((sum, input) => sum + input.sizeBytes, 0);
  const hasPipe = inputs.some((input) => input.name === '-');
  const threads = Math.min(wanted ?? availableParallelism(), 64);
  if (hasPipe || threads === 1 || bytes < MIN_PARALLEL_BYTES || import.meta.url.endsWith('.ts'))
    return { tasks: inputs, threads: 1 };
  const tasks = isWhole ? inputs : splitInputs(inputs);
  return { tasks, threads: Math.min(threads, tasks.length) };
}
