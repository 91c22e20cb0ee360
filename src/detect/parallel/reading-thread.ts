import { Worker } from 'node:worker_threads';
import type { InputFile } from '../../sources/input/discover.ts';
import type { Answer, Order, RunResult } from './protocol.ts';
import type { Run } from './task-queue.ts';

/** What a thread needs of those it works for. */
export interface ThreadWork {
  /** @returns the next tasks, undefined when all are begun */
  readonly next: () => Run | undefined;
  readonly inputsOf: (run: Run) => readonly InputFile[];
  /** Takes events; `onTaken` is called when more can come. */
  readonly onEvents: (run: Run, records: readonly string[], onTaken: () => void) => void;
  readonly onDone: (run: Run, result: RunResult) => void;
}

/**
 * A thread that reads. It is started before there is anything to read: it loads the program while the main thread loads
 * the rules. Until {@link run} it keeps nobody from ending.
 */
export class ReadingThread {
  /** Figures of the run being read. */
  bytes = 0;
  events = 0;
  private readonly worker: Worker;

  constructor() {
    this.worker = new Worker(new URL('./scan-worker.js', import.meta.url), {
      // Hardly anything of a record lives longer than the record.
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MEGABYTES },
    });
    this.worker.unref();
  }

  /**
   * Does one run after another. A thread that dies is a bug and ends the run.
   *
   * @param begin what it works with, packed by transfer.ts
   */
  run(begin: unknown, work: ThreadWork): Promise<void> {
    const { worker } = this;
    worker.ref();
    this.post({ kind: 'begin', work: begin });
    const order = () => {
      const run = work.next();
      this.bytes = 0;
      this.events = 0;
      this.post(run === undefined ? { kind: 'end' } : { kind: 'read', run, inputs: work.inputsOf(run) });
    };
    const onTaken = () => this.post({ kind: 'took' });
    return new Promise((resolve, reject) => {
      worker.on('error', reject);
      worker.on('exit', (code) => (code === 0 ? resolve() : reject(new Error(`a reading thread ended with ${code}`))));
      worker.on('message', (answer: Answer) => {
        switch (answer.kind) {
          case 'events':
            work.onEvents(answer.run, answer.records, onTaken);
            break;
          case 'progress':
            this.bytes = answer.bytes;
            this.events = answer.events;
            break;
          case 'done':
            work.onDone(answer.run, answer.result);
            order();
            break;
        }
      });
      order();
    });
  }

  /** What was read so far counts. */
  stop(): void {
    this.post({ kind: 'stop' });
  }

  private post(order: Order): void {
    this.worker.postMessage(order);
  }
}

/** Largest part of the heap for new objects. */
const YOUNG_MEGABYTES = 8;
