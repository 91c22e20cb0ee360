/**
 * Reads evidence with several threads, of which the main one is the first. Each reads files or parts of files, tests the
 * rules' predicates, and hands on only the events that matter; the rules themselves run here, so that what they remember
 * stays in one place, and see the events in the order of the input (task-turns.ts).
 */
import type { Networks } from '../../event/networks.ts';
import type { ReadAllOptions, ReadingFigures, ReadSummary } from '../../sources/input/read-all.ts';
import type { SourceSettings } from '../../sources/source.ts';
import type { Question } from '../scan/rule-predicates.ts';
import type { Scan } from '../scan/scan.ts';
import { TemporaryFiles } from '../scan/temporary-files.ts';
import { EventBatches } from './event-batches.ts';
import { EventReceiver, EventSender } from './handed-event.ts';
import type { RunResult } from './protocol.ts';
import type { ReadingPlan } from './reading-plan.ts';
import type { ReadingThread } from './reading-thread.ts';
import { summaryOf } from './summary-of.ts';
import { readRun } from './run-reader.ts';
import { inputsOf, type Run, TaskQueue } from './task-queue.ts';
import { TaskTurns } from './task-turns.ts';

const PROGRESS_MS = 100;

/** How to read in threads. */
export interface ThreadedReading extends Pick<ReadAllOptions, 'isStopped' | 'progress'> {
  readonly plan: ReadingPlan;
  /** Threads beside this one. */
  readonly threads: readonly ReadingThread[];
  /** What they work with, packed by transfer.ts. */
  readonly work: unknown;
  readonly scan: Scan;
  /** What the rules of the scan ask of events. */
  readonly questions: readonly Question[];
  readonly networks: Networks;
  readonly settings: SourceSettings;
  readonly datasetsNamed: number;
  /** Bytes of events that may wait on disk. */
  readonly temporaryBytes: number;
}

/** Reads the tasks of a plan and runs the scan on what is found. */
export async function readInThreads(options: ThreadedReading): Promise<ReadSummary> {
  const reading = new Reading(options);
  try {
    return await reading.run();
  } finally {
    reading.close();
  }
}

class Reading {
  private readonly options: ThreadedReading;
  private readonly queue: TaskQueue;
  private readonly turns: TaskTurns;
  private readonly files: TemporaryFiles;
  private readonly results: (RunResult | undefined)[];
  private readonly timer: NodeJS.Timeout;
  private readonly own = { bytes: 0, events: 0, file: '' };
  private doneBytes = 0;
  /** Another thread failed: what this one reads is for nothing. */
  private hasFailed = false;

  constructor(options: ThreadedReading) {
    const { tasks } = options.plan;
    const { scan, threads } = options;
    this.options = options;
    this.queue = new TaskQueue(tasks, threads.length + 1);
    this.results = tasks.map(() => undefined);
    // When the disk is full, threads wait: nothing is lost.
    this.files = new TemporaryFiles(options.temporaryBytes, () => {});
    const receiver = new EventReceiver(scan, options.questions, options.networks);
    this.turns = new TaskTurns(tasks.length, (line) => receiver.take(line), this.files);
    let isTold = false;
    this.timer = setInterval(() => {
      if (options.isStopped() && !isTold) {
        isTold = true;
        for (const thread of threads) thread.stop();
      }
      options.progress(() => this.figures());
    }, PROGRESS_MS);
  }

  async run(): Promise<ReadSummary> {
    const { threads, work, plan, scan, isStopped } = this.options;
    const others = threads.map((thread, number) =>
      thread.run(work, {
        next: () => (isStopped() ? undefined : this.queue.next(number + 1)),
        inputsOf: (run) => inputsOf(plan.tasks, run),
        onEvents: (run, records, onTaken) => this.turns.add(run.first, records, onTaken),
        onDone: (run, result) => this.onDone(run, result),
      }),
    );
    await Promise.all([...others, this.readHere()]).catch((cause: unknown) => {
      this.hasFailed = true;
      throw cause;
    });
    this.turns.finish();
    for (const result of this.results) if (result) scan.countUnwanted(result.unwanted);
    return summaryOf(this.results, isStopped());
  }

  close(): void {
    clearInterval(this.timer);
    this.files.close();
  }

  /** This thread's own share, first the front of the input: what stands there needs not to be sent, nor to wait. */
  private async readHere(): Promise<void> {
    const { scan, questions, networks, settings, datasetsNamed, plan } = this.options;
    const gate = scan.gate();
    const isStopped = () => this.hasFailed || this.options.isStopped();
    let sender: EventSender | undefined;
    while (!isStopped()) {
      const run = this.queue.next(0);
      if (run === undefined) return;
      const { first } = run;
      const batches = new EventBatches((records) => this.turns.add(first, records, () => batches.took()));
      const result = await readRun(inputsOf(plan.tasks, run), {
        networks,
        settings,
        datasetsNamed,
        isStopped,
        admits: gate.admits,
        take: (event) => {
          if (this.turns.isTurnOf(first)) {
            batches.flush();
            scan.onEvent(event);
            return true;
          }
          sender ??= new EventSender(questions);
          const line = sender.lineOf(event);
          if (line !== undefined) batches.add(line);
          return line !== undefined;
        },
        whenReady: () => batches.whenReady(),
        progress: (figures) => {
          const { doneBytes, events, file } = figures();
          Object.assign(this.own, { bytes: doneBytes, events, file });
        },
      });
      batches.flush();
      this.own.bytes = 0;
      this.own.events = 0;
      this.onDone(run, result);
    }
  }

  private onDone(run: Run, result: RunResult): void {
    this.results[run.first] = result;
    const tasks = this.options.plan.tasks.slice(run.first, run.first + run.count);
    this.doneBytes += tasks.reduce((sum, task) => sum + task.sizeBytes, 0);
    this.turns.done(run);
  }

  private figures(): ReadingFigures {
    const { tasks } = this.options.plan;
    let { doneBytes } = this;
    let events = 0;
    let faults = 0;
    for (const result of this.results) {
      if (!result) continue;
      events += result.files.reduce((sum, file) => sum + file.events, 0);
      faults += result.faults.reduce((sum, group) => sum + group.count, 0);
    }
    for (const running of [this.own, ...this.options.threads]) {
      doneBytes += running.bytes;
      events += running.events;
    }
    const totalBytes = tasks.reduce((sum, task) => sum + task.sizeBytes, 0);
    return { doneBytes: Math.min(doneBytes, totalBytes), totalBytes, file: this.own.file, events, faults };
  }
}
