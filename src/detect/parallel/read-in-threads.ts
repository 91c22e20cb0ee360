/**
 * Reads evidence with several threads, of which the main one is the first. Each reads files or parts of files, tests the
 * rules' predicates, and hands on only the events that matter; the rules themselves run here, so that what they remember
 * stays in one place, and see the events in the order of the input (task-turns.ts).
 */
import type { Networks } from '../../event/networks.ts';
import type { Predicate } from '../../query/predicate.ts';
import type { ReadAllOptions, ReadingFigures, ReadSummary } from '../../sources/input/read-all.ts';
import type { SourceSettings } from '../../sources/source.ts';
import { Dedupe } from '../scan/dedupe.ts';
import { EventFilter } from '../scan/event-filter.ts';
import type { Scan } from '../scan/scan.ts';
import { TemporaryFiles } from '../scan/temporary-files.ts';
import { EventBatches } from './event-batches.ts';
import { ForwardedEvent } from './forwarded-event.ts';
import type { ForwardedRecord, TaskResult } from './protocol.ts';
import type { ReadingPlan } from './reading-plan.ts';
import type { ReadingThread } from './reading-thread.ts';
import { summaryOf } from './summary-of.ts';
import { TaskQueue } from './task-queue.ts';
import { forwarded, readTask } from './task-reader.ts';
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
  readonly predicates: readonly Predicate[];
  readonly networks: Networks;
  readonly settings: SourceSettings;
  readonly datasetsNamed: number;
  readonly matchesRemembered: number;
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
  private readonly results: (TaskResult | undefined)[];
  private readonly timer: NodeJS.Timeout;
  private readonly own = { bytes: 0, events: 0 };
  /** Another thread failed: what this one reads is for nothing. */
  private hasFailed = false;

  constructor(options: ThreadedReading) {
    const { tasks } = options.plan;
    const { scan, threads } = options;
    this.options = options;
    this.queue = new TaskQueue(tasks);
    this.results = tasks.map(() => undefined);
    // When the disk is full, threads wait: nothing is lost.
    this.files = new TemporaryFiles(options.temporaryBytes, () => {});
    const event = new ForwardedEvent(options.networks);
    const take = (record: string) => {
      event.show(JSON.parse(record) as ForwardedRecord);
      scan.onEvent(event);
    };
    this.turns = new TaskTurns(tasks.length, take, this.files);
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
    const others = threads.map((thread) =>
      thread.run(work, {
        next: () => (isStopped() ? undefined : this.queue.largest()),
        taskOf: (task) => plan.tasks[task]!,
        onEvents: (task, records, onTaken) => this.turns.add(task, records, onTaken),
        onDone: (task, result) => this.onDone(task, result),
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

  /** This thread's own share, from the front of the input: what stands there needs not to be sent, nor to wait. */
  private async readHere(): Promise<void> {
    const { scan, predicates, networks, settings, datasetsNamed, matchesRemembered, plan } = this.options;
    const gate = scan.gate();
    const isStopped = () => this.hasFailed || this.options.isStopped();
    let filter: EventFilter | undefined;
    const known = new Dedupe(matchesRemembered, () => {});
    while (!isStopped()) {
      const task = this.queue.first();
      if (task === undefined) return;
      const batches = new EventBatches((records) => this.turns.add(task, records, () => batches.took()));
      const result = await readTask(plan.tasks[task]!, {
        networks,
        settings,
        datasetsNamed,
        isStopped,
        admits: gate.admits,
        take: (event) => {
          if (this.turns.isTurnOf(task)) {
            batches.flush();
            scan.onEvent(event);
            return true;
          }
          filter ??= new EventFilter(predicates);
          if (!filter.wants(event) || !known.add(event.id(), 0)) return false;
          batches.add(forwarded(event));
          return true;
        },
        whenReady: () => batches.whenReady(),
        progress: (figures) => {
          const { doneBytes, events } = figures();
          this.own.bytes = doneBytes;
          this.own.events = events;
        },
      });
      batches.flush();
      this.own.bytes = 0;
      this.own.events = 0;
      this.onDone(task, result);
    }
  }

  private onDone(task: number, result: TaskResult): void {
    this.results[task] = result;
    this.turns.done(task);
  }

  private figures(): ReadingFigures {
    const { tasks } = this.options.plan;
    let doneBytes = 0;
    let events = 0;
    let faults = 0;
    this.results.forEach((result, task) => {
      if (!result) return;
      doneBytes += tasks[task]!.sizeBytes;
      events += result.files.reduce((sum, file) => sum + file.events, 0);
      faults += result.faults.reduce((sum, group) => sum + group.count, 0);
    });
    for (const running of [this.own, ...this.options.threads]) {
      doneBytes += running.bytes;
      events += running.events;
    }
    const totalBytes = tasks.reduce((sum, task) => sum + task.sizeBytes, 0);
    const running = tasks.find((_, task) => this.results[task] === undefined);
    return { doneBytes: Math.min(doneBytes, totalBytes), totalBytes, file: running?.name ?? '', events, faults };
  }
}
