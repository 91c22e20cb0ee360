import { availableParallelism } from 'node:os';
import { transferable } from '../../../../event/transfer.ts';
import type { NetworkSettings } from '../../../../event/networks.ts';
import { prepareDialects } from '../../../../sources/json/record-reader.ts';
import { jsonDialects } from '../../../../sources/registry.ts';
import type { Intake } from '../../intake.ts';
import { BulkReader } from './bulk-reader.ts';
import type { BulkReading } from './bulk-reading.ts';
import { BulkThreads } from './bulk-threads.ts';
import type { BulkWork } from './bulk-worker.ts';

/** Threads at most, unless the configuration says otherwise: each takes some hundred megabytes. */
const MAX_THREADS = 4;

/**
 * @param intake what is read is for
 * @param networks what the intake's are made of
 * @returns threads; from source code, which threads cannot run, a reader in this one
 */
export function openBulkReading(intake: Intake, networks: NetworkSettings): BulkReading {
  if (import.meta.url.endsWith('.ts')) return readingHere(intake);
  const threads = intake.limits.readers ?? Math.min(MAX_THREADS, availableParallelism());
  const program = new URL('./bulk-worker.js', import.meta.url);
  return new BulkThreads(threads, program, bulkWork(intake, networks), intake.bodies);
}

/** @returns what threads work with, as plain data */
export function bulkWork({ settings, limits, store }: Intake, networks: NetworkSettings): unknown {
  const work: BulkWork = { settings, limits, networks, recipe: store.events.recipe };
  return transferable(work);
}

/** @returns a reader in this thread */
export function readingHere({ settings, limits, store, networks, now }: Intake): BulkReading {
  const dialects = prepareDialects(jsonDialects);
  return new BulkReader({ dialects, networks, settings, limits, batches: store.events, now });
}
