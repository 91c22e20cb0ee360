/** A reading thread: reads what it is told, and forwards the events that matter to a rule. */
import { parentPort, workerData } from 'node:worker_threads';
import { configToNetworks, DEFAULT_CONFIG } from '../../config/config.ts';
import { loadConfig } from '../../config/load-config.ts';
import { fieldId } from '../../event/field.ts';
import type { EventView } from '../../event/view.ts';
import type { InputFile } from '../../sources/input/discover.ts';
import { readInputs } from '../../sources/input/read-all.ts';
import { sources } from '../../sources/registry.ts';
import { loadDetection } from '../load-detection.ts';
import { Dedupe } from '../scan/dedupe.ts';
import { EventFilter } from '../scan/event-filter.ts';
import { EvidenceTally } from '../scan/evidence-tally.ts';
import { engineLimits } from '../scan/limits.ts';
import {
  type Answer,
  BATCH_CHARS,
  MAX_WAITING,
  type Order,
  STOP,
  type TaskResult,
  WAITING_FROM,
  type WorkerData,
} from './protocol.ts';

const data = workerData as WorkerData;
const port = parentPort!;
const control = new Int32Array(data.control);
const counters = new BigInt64Array(data.counters);
const waiting = WAITING_FROM + data.thread;
const TIMESTAMP = fieldId('@timestamp');
const DATASET = fieldId('event.dataset');

const config = data.configFile === undefined ? DEFAULT_CONFIG : loadConfig(data.configFile);
const networks = configToNetworks(config);
const filter = new EventFilter(loadDetection(config, data.detection).active);
const limits = engineLimits(config.limits);
const forwarded = new Dedupe(limits['matches-remembered'], () => {});

let batch: string[] = [];
let batchChars = 0;

function post(answer: Answer): void {
  port.postMessage(answer);
}

/** Hands the batch over; waits while the main thread is too far behind. */
function flush(): void {
  if (batch.length === 0) return;
  for (let ahead = Atomics.load(control, waiting); ahead >= MAX_WAITING; ahead = Atomics.load(control, waiting)) {
    Atomics.wait(control, waiting, ahead, 1000);
  }
  Atomics.add(control, waiting, 1);
  post({ kind: 'events', records: batch });
  batch = [];
  batchChars = 0;
}

function forward(event: EventView): void {
  const record = JSON.stringify({ id: event.id(), provenance: event.provenance(), document: event.document() });
  batch.push(record);
  batchChars += record.length;
  if (batchChars >= BATCH_CHARS) flush();
}

async function read(input: InputFile): Promise<TaskResult> {
  const tally = new EvidenceTally(limits['datasets-named'], () => {});
  const reading = await readInputs([input], {
    sources: sources.all,
    networks,
    settings: data.settings,
    gate: { admits: (facts) => filter.admits(facts), pass: (dataset, time) => tally.add(dataset, time) },
    sink: (event) => {
      // What this thread has forwarded already would only be dropped as read twice.
      if (filter.wants(event) && forwarded.add(event.id(), 0)) {
        forward(event);
        return;
      }
      const time = event.get(TIMESTAMP);
      tally.add(event.get(DATASET), typeof time === 'number' ? time : Number.NaN);
    },
    isStopped: () => Atomics.load(control, STOP) !== 0,
    progress: (figures) => {
      const { doneBytes, events } = figures();
      Atomics.store(counters, 2 * data.thread, BigInt(doneBytes));
      Atomics.store(counters, 2 * data.thread + 1, BigInt(events));
    },
  });
  flush();
  return {
    files: reading.files,
    skipped: reading.skipped,
    faults: reading.faults.list(),
    unwanted: { datasets: tally.datasets(), firstTime: tally.firstTime, lastTime: tally.lastTime },
  };
}

port.on('message', (order: Order) => {
  if (order.kind === 'end') {
    port.close();
    return;
  }
  read(order.input).then(
    (result) => post({ kind: 'done', task: order.task, result }),
    // Reading throws nothing for bad input, so this is a bug: it must end the run and not be waited for.
    (cause: unknown) => {
      throw cause;
    },
  );
});
post({ kind: 'ready' });
