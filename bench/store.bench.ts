import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Networks } from '../src/event/networks.ts';
import { jsonSource } from '../src/sources/json/reader.ts';
import { jsonDialects } from '../src/sources/registry.ts';
import type { EventBatch, EventStore } from '../src/store/event-store.ts';
import { openStore } from '../src/store/open-store.ts';
import { connections } from './evidence.ts';
import { parseLines } from './json.bench.ts';
import { multiplyEvents } from './large-store.ts';
import { readThrough } from './reading.ts';
import { measureRules } from './rule-latency.ts';
import { SHIPPED } from './shipped.ts';

export const name =
  'the store of events: lines of shippers read by one thread to disk, and rules over a large store; target 250 ms a run';

/** Events appended; SMBASTION_BENCH_APPEND changes it. */
const APPENDED = Number(process.env['SMBASTION_BENCH_APPEND'] ?? 200_000);
/** Events of the store that rules are asked over; SMBASTION_BENCH_STORE changes it, to 50e6 for a large site, 0 leaves it out. */
const STORED = Number(process.env['SMBASTION_BENCH_STORE'] ?? 5_000_000);
/** Folder in which the large store is kept and found again; SMBASTION_BENCH_FOLDER names it, without it nothing is kept. */
const KEPT = process.env['SMBASTION_BENCH_FOLDER'];
/** Events of a request, as shippers send them. */
const REQUEST_EVENTS = 2_000;
/** Requests on their way at once. */
const SENDERS = 8;

/** Appends documents of shippers, makes a large store of them and asks it. */
export async function run(): Promise<void> {
  const folder = KEPT ?? mkdtempSync(join(tmpdir(), 'smbastion-bench-'));
  const file = join(folder, 'store.duckdb');
  const networks = new Networks();
  try {
    if (!existsSync(file)) await make(file, networks);
    if (STORED > 0) await measureStored(file, networks);
  } finally {
    if (KEPT === undefined) rmSync(folder, { recursive: true, force: true });
  }
}

async function make(file: string, networks: Networks): Promise<void> {
  const requests = makeRequests(APPENDED);
  const store = await openStore(file, networks);
  await measureAppend(store.events, networks, requests);
  await store.close();
  console.log(`bytes a stored event: ${Math.round(statSync(file).size / APPENDED)}`);
  if (STORED > 0) await multiplyEvents(file, APPENDED, STORED);
}

async function measureStored(file: string, networks: Networks): Promise<void> {
  const opened = performance.now();
  const store = await openStore(file, networks);
  console.log(`opened ${await store.events.position()} events in ${(performance.now() - opened).toFixed(0)} ms`);
  await measureRules(store, networks);
  await store.close();
  console.log(`most memory of this process: ${Math.round(process.resourceUsage().maxRSS / 1e3)} MB`);
}

/** A request is of one shipper, as they come. */
function makeRequests(events: number): Buffer[] {
  const requests: Buffer[] = [];
  let lines: string[] = [];
  let made = 0;
  for (const connection of connections()) {
    lines.push(SHIPPED[requests.length % SHIPPED.length]!(connection));
    made++;
    if (lines.length === REQUEST_EVENTS || made === events) {
      requests.push(Buffer.from(`${lines.join('\n')}\n`));
      lines = [];
    }
    if (made === events) return requests;
  }
  return requests;
}

/** Reads each request and appends its events; the baseline is JSON.parse of every line and nothing else. */
async function measureAppend(events: EventStore, networks: Networks, requests: readonly Buffer[]): Promise<void> {
  const bytes = requests.reduce((sum, { length }) => sum + length, 0);
  let started = performance.now();
  for (const request of requests) parseLines(request);
  const parsedMs = performance.now() - started;
  const cpu = process.cpuUsage();
  started = performance.now();
  let readMs = 0;
  let next = 0;
  const sender = async () => {
    while (next < requests.length) {
      const request = requests[next++]!;
      const batch: EventBatch = events.batch(Date.now());
      const from = performance.now();
      readThrough(jsonSource(jsonDialects), request, networks, (event) => batch.add(event));
      readMs += performance.now() - from;
      await events.append(batch);
    }
  };
  await Promise.all(Array.from({ length: SENDERS }, sender));
  await events.settle();
  const ms = performance.now() - started;
  const used = process.cpuUsage(cpu);
  const count = await events.position();
  const each = (value: number) => `${((value * 1000) / count).toFixed(0)} us`;
  console.log(
    `append ${count} events of ${Math.round(bytes / count)} bytes: ${Math.round((count / ms) * 1000)} events/s; an event takes ${each(ms)}, ` +
      `${each(readMs)} of it in the main thread, ${each((used.user + used.system) / 1000)} of processor; JSON.parse alone ${each(parsedMs)}; ` +
      `rss ${Math.round(process.memoryUsage().rss / 1e6)} MB`,
  );
}
