import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { Networks } from '../src/event/networks.ts';
import { jsonSource } from '../src/sources/json/reader.ts';
import { jsonDialects } from '../src/sources/registry.ts';
import type { EventBatch, EventStore } from '../src/store/event-store.ts';
import { openStore } from '../src/store/open-store.ts';
import { connections } from './evidence.ts';
import { parseLines } from './json.bench.ts';
import { builtInRules, readThrough } from './reading.ts';
import { SHIPPED } from './shipped.ts';

export const name = 'the store of events; target: 30 k events/s from lines of shippers to disk';

/** Events appended; SMBASTION_BENCH_APPEND changes it. */
const APPENDED = Number(process.env['SMBASTION_BENCH_APPEND'] ?? 200_000);
/** Events of the store that rules are asked over; SMBASTION_BENCH_STORE changes it, to 50e6 for a large site, 0 leaves it out. */
const STORED = Number(process.env['SMBASTION_BENCH_STORE'] ?? 5_000_000);
/** Events a second of that store: its newest nine minutes are 135,000 events. */
const STORED_RATE = 250;
/** What a rule looks back, as the rule of the mission does. */
const LOOK_BACK_MS = 9 * 60_000;
/** Events of a request, as shippers send them. */
const REQUEST_EVENTS = 2_000;
/** Requests on their way at once. */
const SENDERS = 8;

/** Appends documents of shippers. */
export async function run(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'smbastion-bench-'));
  const file = join(folder, 'store.duckdb');
  const networks = new Networks();
  try {
    const requests = makeRequests(APPENDED);
    const store = await openStore(file, networks);
    await measureAppend(store.events, networks, requests);
    await store.close();
    console.log(`bytes a stored event: ${Math.round(statSync(file).size / APPENDED)}`);
    if (STORED === 0) return;
    await multiply(file, STORED);
    await measureRules(file, networks);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
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

/** Fills the store with copies of its events, by SQL, so that their times are evenly spread and they stand in their order. */
async function multiply(file: string, events: number): Promise<void> {
  const started = performance.now();
  const instance = await DuckDBInstance.create(file, { memory_limit: '2GB' });
  const connection = await instance.connect();
  const columns = await connection.runAndReadAll(
    "SELECT column_name FROM information_schema.columns WHERE table_name = 'events' ORDER BY ordinal_position",
  );
  const copied: Record<string, string> = {
    position: `position + copy.n * ${APPENDED}`,
    id: "id || '-' || copy.n",
    time: `(position + copy.n * ${APPENDED}) * ${1000 / STORED_RATE} + 1.6e12`,
    ingested: `(position + copy.n * ${APPENDED}) * ${1000 / STORED_RATE} + 1.6e12`,
  };
  const values = columns.getRows().map(([column]) => copied[String(column)] ?? `"${String(column)}"`);
  const wanted = Math.ceil(events / APPENDED);
  await connection.run(`CREATE TEMP TABLE first AS SELECT * FROM events WHERE position <= ${APPENDED}`);
  await connection.run(`DELETE FROM events`);
  await connection.run('DELETE FROM events_lists');
  for (let n = 0; n < wanted; n++) {
    await connection.run(
      `INSERT INTO events SELECT ${values.join(', ')} FROM first, (SELECT ${n}::BIGINT AS n) AS copy`,
    );
  }
  await connection.run('CHECKPOINT');
  connection.closeSync();
  instance.closeSync();
  const seconds = ((performance.now() - started) / 1000).toFixed(0);
  console.log(
    `a store of ${wanted * APPENDED} events made in ${seconds} s: ${(statSync(file).size / 1e9).toFixed(2)} GB`,
  );
}

/** Asks every built-in rule for its events of the newest nine minutes. */
async function measureRules(file: string, networks: Networks): Promise<void> {
  const opened = performance.now();
  const store = await openStore(file, networks);
  const position = await store.events.position();
  console.log(`opened in ${(performance.now() - opened).toFixed(0)} ms`);
  const afterPosition = position - (LOOK_BACK_MS / 1000) * STORED_RATE;
  const fromMs = afterPosition * (1000 / STORED_RATE) + 1.6e12;
  const times: { readonly id: string; readonly ms: number; readonly found: number }[] = [];
  for (let round = 0; round < 2; round++) {
    times.length = 0;
    for (const { id, predicate } of builtInRules) {
      const started = performance.now();
      const query = { predicate, afterPosition, toPosition: position, fromMs };
      const { events } = await store.events.search({ ...query, order: 'oldest', limit: 100 });
      times.push({ id, ms: performance.now() - started, found: events.length });
    }
  }
  times.sort((x, y) => x.ms - y.ms);
  const at = (share: number) => times[Math.min(times.length - 1, Math.floor(times.length * share))]!;
  const slowest = times.slice(-3).map(({ id, ms }) => `${id} ${ms.toFixed(0)} ms`);
  console.log(
    `${times.length} rules over nine minutes (${position - afterPosition} events): median ${at(0.5).ms.toFixed(0)} ms, ` +
      `19 of 20 below ${at(0.95).ms.toFixed(0)} ms, slowest ${slowest.join(', ')}; target 250 ms; rss ${Math.round(process.memoryUsage().rss / 1e6)} MB`,
  );
  await store.close();
}
