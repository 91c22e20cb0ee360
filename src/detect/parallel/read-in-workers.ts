/**
 * Reads evidence with several threads. Each thread reads files or parts of files, tests the rules' predicates, and forwards
 * only the events that matter; the rules themselves run here, so that what they remember stays in one place. Since the
 * engine's results do not depend on order, they are the same for any number of threads.
 */
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { FaultLog } from '../../base/fault.ts';
import type { Config } from '../../config/config.ts';
import { configToNetworks } from '../../config/config.ts';
import type { InputFile } from '../../sources/input/discover.ts';
import type { ReadingFigures, ReadSummary } from '../../sources/input/read-all.ts';
import type { ReadResult } from '../../sources/input/read.ts';
import type { DetectionOptions } from '../load-detection.ts';
import type { Scan } from '../scan/scan.ts';
import { ForwardedEvent } from './forwarded-event.ts';
import {
  type Answer,
  type ForwardedRecord,
  type Order,
  STOP,
  type TaskResult,
  WAITING_FROM,
  type WorkerData,
} from './protocol.ts';
import { splitInputs } from './split-inputs.ts';

/** Below this a second thread costs more than it saves. */
const MIN_PARALLEL_BYTES = 32 * 1024 * 1024;
const PROGRESS_MS = 100;

/** How to read in threads. */
export interface WorkerOptions {
  readonly config: Config;
  readonly detection: DetectionOptions;
  readonly scan: Scan;
  readonly workers: number;
  readonly isStopped: () => boolean;
  readonly progress: (figures: () => ReadingFigures) => void;
}

/**
 * @param wanted threads asked for; undefined for as many as there are cores
 * @returns threads worth starting; 1 to read in this thread, always from source code, which threads cannot run
 */
export function workerCount(inputs: readonly InputFile[], wanted: number | undefined): number {
  const bytes = inputs.reduce((sum, input) => sum + input.sizeBytes, 0);
  const hasPipe = inputs.some((input) => input.name === '-');
  if (hasPipe || bytes < MIN_PARALLEL_BYTES || import.meta.url.endsWith('.ts')) return 1;
  return Math.min(wanted ?? availableParallelism(), 64);
}

/** Reads inputs in threads and runs the scan on what they forward. */
export async function readInWorkers(inputs: readonly InputFile[], options: WorkerOptions): Promise<ReadSummary> {
  // A record carved in one part may live in another, which only a reader of the whole file knows.
  const isWhole = options.config.sources.carve === true;
  const tasks = isWhole ? inputs : splitInputs(inputs, options.workers);
  // Largest first, so that no thread ends long after the others.
  const queue = tasks.map((_, task) => task).sort((a, b) => tasks[b]!.sizeBytes - tasks[a]!.sizeBytes || a - b);
  const control = new Int32Array(new SharedArrayBuffer(4 * (WAITING_FROM + options.workers)));
  const counters = new BigInt64Array(new SharedArrayBuffer(16 * options.workers));
  const results: (TaskResult | undefined)[] = tasks.map(() => undefined);
  const event = new ForwardedEvent(configToNetworks(options.config));
  const takeRecords = (records: readonly string[]) => {
    for (const record of records) {
      event.show(JSON.parse(record) as ForwardedRecord);
      options.scan.onEvent(event);
    }
  };
  const timer = setInterval(() => {
    if (options.isStopped()) Atomics.store(control, STOP, 1);
    options.progress(() => figuresOf(tasks, results, counters));
  }, PROGRESS_MS);
  const threads = Array.from({ length: Math.min(options.workers, tasks.length) }, (_, thread) =>
    runThread(thread, {
      options,
      control,
      counters,
      next: () => (options.isStopped() ? undefined : queue.shift()),
      taskOf: (task) => tasks[task]!,
      takeRecords,
      done: (task, result) => {
        results[task] = result;
      },
    }),
  );
  try {
    await Promise.all(threads);
  } finally {
    clearInterval(timer);
  }
  for (const result of results) if (result) options.scan.countUnwanted(result.unwanted);
  return summaryOf(results, options.isStopped());
}

interface ThreadWork {
  readonly options: WorkerOptions;
  readonly control: Int32Array;
  readonly counters: BigInt64Array;
  readonly next: () => number | undefined;
  readonly taskOf: (task: number) => InputFile;
  readonly takeRecords: (records: readonly string[]) => void;
  readonly done: (task: number, result: TaskResult) => void;
}

/** Gives a thread one task after another. A thread that dies is a bug and ends the run. */
function runThread(thread: number, work: ThreadWork): Promise<void> {
  const { options, control, counters } = work;
  const workerData: WorkerData = {
    configFile: options.config.file,
    detection: options.detection,
    settings: options.config.sources,
    control: control.buffer as SharedArrayBuffer,
    counters: counters.buffer as SharedArrayBuffer,
    thread,
  };
  const worker = new Worker(new URL('./scan-worker.js', import.meta.url), { workerData });
  const order = () => {
    const task = work.next();
    const message: Order = task === undefined ? { kind: 'end' } : { kind: 'read', task, input: work.taskOf(task) };
    worker.postMessage(message);
  };
  return new Promise((resolve, reject) => {
    worker.on('error', reject);
    worker.on('exit', (code) => (code === 0 ? resolve() : reject(new Error(`a reading thread ended with ${code}`))));
    worker.on('message', (answer: Answer) => {
      if (answer.kind === 'events') {
        work.takeRecords(answer.records);
        Atomics.sub(control, WAITING_FROM + thread, 1);
        Atomics.notify(control, WAITING_FROM + thread);
        return;
      }
      if (answer.kind === 'done') work.done(answer.task, answer.result);
      order();
    });
  });
}

function figuresOf(
  tasks: readonly InputFile[],
  results: readonly (TaskResult | undefined)[],
  counters: BigInt64Array,
): ReadingFigures {
  let doneBytes = 0;
  let events = 0;
  let faults = 0;
  results.forEach((result, task) => {
    if (!result) return;
    doneBytes += tasks[task]!.sizeBytes;
    events += result.files.reduce((sum, file) => sum + file.events, 0);
    faults += result.faults.reduce((sum, group) => sum + group.count, 0);
  });
  for (let i = 0; i < counters.length; i += 2) {
    doneBytes += Number(Atomics.load(counters, i));
    events += Number(Atomics.load(counters, i + 1));
  }
  const totalBytes = tasks.reduce((sum, task) => sum + task.sizeBytes, 0);
  const running = tasks.find((_, task) => results[task] === undefined);
  return { doneBytes: Math.min(doneBytes, totalBytes), totalBytes, file: running?.name ?? '', events, faults };
}

/** Puts the tasks' results together in the order of the input, parts of one file as one. */
function summaryOf(results: readonly (TaskResult | undefined)[], interrupted: boolean): ReadSummary {
  const faults = new FaultLog();
  const skipped = new Map<string, number>();
  const files: ReadResult[] = [];
  for (const result of results) {
    if (!result) continue;
    for (const group of result.faults) faults.addGroup(group);
    for (const { reason, count } of result.skipped) skipped.set(reason, (skipped.get(reason) ?? 0) + count);
    for (const file of result.files) addFile(files, file);
  }
  return {
    files,
    events: files.reduce((sum, file) => sum + file.events, 0),
    bytes: files.reduce((sum, file) => sum + file.bytes, 0),
    faults,
    skipped: [...skipped].map(([reason, count]) => ({ reason, count })).sort((x, y) => y.count - x.count),
    interrupted,
  };
}

function addFile(files: ReadResult[], file: ReadResult): void {
  const last = files.at(-1);
  if (last?.file !== file.file) {
    files.push(file);
    return;
  }
  files[files.length - 1] = {
    ...last,
    format: last.format ?? file.format,
    bytes: last.bytes + file.bytes,
    events: last.events + file.events,
    problem: last.problem ?? file.problem,
  };
}
