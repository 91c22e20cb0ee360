import { Worker } from 'node:worker_threads';
import type { InputFile } from '../../sources/input/discover.ts';
import type { Answer, Order, TaskResult } from './protocol.ts';

/** What a thread needs of those it works for. */
export interface ThreadWork {
  /** @returns the number of the next task, undefined when all are begun */
  readonly next: () => number | undefined;
  readonly taskOf: (task: number) => InputFile;
  /** Takes events; `onTaken` is called when more can come. */
  readonly onEvents: (task: number, records: readonly string[], onTaken: () => void) => void;
  readonly onDone: (task: number, result: TaskResult) => void;
}

/**
 * A thread that reads. It is started before there is anything to read: it loads the program while the main thread loads
 * the rules. Until {@link run} it keeps nobody from ending.
 */
export class ReadingThread {
  /** Figures of the task being read. */
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
   * Does one task after another. A thread that dies is a bug and ends the run.
   *
   * @param begin what it works with, packed by transfer.ts
   */
  run(begin: unknown, work: ThreadWork): Promise<void> {
    const { worker } = this;
    worker.ref();
    this.post({ kind: 'begin', work: begin });
    const order = () => {
      const task = work.next();
      this.bytes = 0;
      this.events = 0;
      this.post(task === undefined ? { kind: 'end' } : { kind: 'read', task, input: work.taskOf(task) });
    };
    const onTaken = () => this.post({ kind: 'took' });
    return new Promise((resolve, reject) => {
      worker.on('error', reject);
      worker.on('exit', (code) => (code === 0 ? resolve() : reject(new Error(`a reading thread ended with ${code}`))));
      worker.on('message', (answer: Answer) => {
        switch (answer.kind) {
          case 'events':
            work.onEvents(answer.task, answer.records, onTaken);
            break;
          case 'progress':
            this.bytes = answer.bytes;
            this.events = answer.events;
            break;
          case 'done':
            work.onDone(answer.task, answer.result);
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
const YOUNG_MEGABYTES = 16;
