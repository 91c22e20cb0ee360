/** A thread that reads bulk requests: it makes events of documents, and rows of events, so that the main thread need not. */
import { parentPort, workerData } from 'node:worker_threads';
import { movable } from '../../../../base/bytes/buffer-pool.ts';
import { received } from '../../../../event/transfer.ts';
import { Networks, type NetworkSettings } from '../../../../event/networks.ts';
import { prepareDialects } from '../../../../sources/json/record-reader.ts';
import { jsonDialects } from '../../../../sources/registry.ts';
import type { BatchRecipe } from '../../../../store/event-store.ts';
import { openBatches } from '../../../../store/open-batches.ts';
import { EsError } from '../es-error.ts';
import { BulkReader, type BulkReaderOptions } from './bulk-reader.ts';
import type { BulkOrder, BulkWord } from './bulk-thread.ts';

/** What the thread works with. */
export interface BulkWork extends Pick<BulkReaderOptions, 'settings' | 'limits'> {
  readonly networks: NetworkSettings;
  readonly recipe: BatchRecipe;
}

const port = parentPort!;
const work = received<BulkWork>(workerData);
const networks = new Networks(work.networks);
const batches = openBatches(work.recipe, networks);
const reader = new BulkReader({
  dialects: prepareDialects(jsonDialects),
  networks,
  settings: work.settings,
  limits: work.limits,
  batches,
  now: Date.now,
});
/** Called when the part of a request that was sent last is taken. */
const untaken = new Map<number, () => void>();

function say(word: BulkWord, buffers: readonly ArrayBufferLike[] = []): void {
  port.postMessage(word, movable(buffers));
}

async function read(order: Extract<BulkOrder, { kind: 'read' }>): Promise<void> {
  const { number, body, size, index, sender, idScope } = order;
  const request = { body: Buffer.from(body, 0, size), index, sender, idScope };
  try {
    const isBound = await reader.read(request, (part) => {
      say({ kind: 'part', number, part }, part.read.events.buffers);
      return new Promise((taken) => untaken.set(number, taken));
    });
    say({ kind: 'read', number, body, isBound }, [body]);
  } catch (cause) {
    // Whatever else is thrown is a bug, and ends the thread.
    if (!(cause instanceof EsError)) throw cause;
    say({ kind: 'refused', number, body, status: cause.status, type: cause.type, reason: cause.message }, [body]);
  } finally {
    untaken.delete(number);
  }
}

port.on('message', (order: BulkOrder) => {
  switch (order.kind) {
    case 'taken':
      untaken.get(order.number)?.();
      break;
    case 'spent':
      batches.reuse(order.buffers);
      break;
    case 'read':
      void read(order);
  }
});
