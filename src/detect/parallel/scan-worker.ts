/** A reading thread: reads what it is told, and forwards the events that matter to a rule. */
import { parentPort } from 'node:worker_threads';
import { Networks } from '../../event/networks.ts';
import { EventBatches } from './event-batches.ts';
import { EventSender } from './handed-event.ts';
import type { Answer, Order, ReadingWork } from './protocol.ts';
import { readRun, type RunReading } from './run-reader.ts';
import type { Run } from './task-queue.ts';
import { received } from '../../event/transfer.ts';

/** Time between two words on how far it is. */
const PROGRESS_MS = 100;

const port = parentPort!;
let isStopped = false;
let run: Run = { first: 0, count: 0 };
let reading: RunReading;
let sender: EventSender;
let lastProgress = 0;

const batches = new EventBatches((records) => post({ kind: 'events', run, records }));

function post(answer: Answer): void {
  port.postMessage(answer);
}

function begin({ questions, networks, settings, datasetsNamed }: ReadingWork): void {
  sender = new EventSender(questions);
  reading = {
    networks: new Networks(networks),
    settings,
    datasetsNamed,
    admits: (facts) => sender.admits(facts),
    take: (event) => {
      const line = sender.lineOf(event);
      if (line !== undefined) batches.add(line);
      return line !== undefined;
    },
    isStopped: () => isStopped,
    whenReady: () => batches.whenReady(),
    progress: (figures) => {
      const now = performance.now();
      if (now - lastProgress < PROGRESS_MS) return;
      lastProgress = now;
      const { doneBytes, events } = figures();
      post({ kind: 'progress', bytes: doneBytes, events });
    },
  };
}

async function read(order: Extract<Order, { kind: 'read' }>): Promise<void> {
  // Of copies the first in the order of the input is cited, so that what a later run brought does not count.
  if (order.run.first < run.first) sender.forget();
  run = order.run;
  const result = await readRun(order.inputs, reading);
  batches.flush();
  post({ kind: 'done', run, result });
}

port.on('message', (order: Order) => {
  switch (order.kind) {
    case 'begin':
      begin(received<ReadingWork>(order.work));
      break;
    case 'read':
      // Reading throws nothing for bad input, so that this is a bug: it must end the run and not be waited for.
      read(order).catch((cause: unknown) => {
        throw cause;
      });
      break;
    case 'took':
      batches.took();
      break;
    case 'stop':
      isStopped = true;
      break;
    case 'end':
      port.close();
      break;
  }
});
