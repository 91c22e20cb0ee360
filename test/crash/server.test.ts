/**
 * The server is killed at a random moment while shippers send and a rule runs every second, several times over. In the end every
 * event that was acknowledged is there once, each of them that the rule is about has one alert, and the runs of the rule follow
 * each other without a gap. Two rounds with all tests; `npm run test:crash` runs twenty.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { DocumentEvent } from '../../src/event/document-event.ts';
import { fieldId } from '../../src/event/field.ts';
import { Networks } from '../../src/event/networks.ts';
import { ALL } from '../../src/query/predicate.ts';
import { openStore } from '../../src/store/open-store.ts';
import type { Store } from '../../src/store/store.ts';

const ROUNDS = Number(process.env['SMBASTION_CRASH_ROUNDS'] ?? 2);
/** Longest time between two crashes, behind the first acknowledgement. */
const MOST_MS = 2_500;
const SHIPPERS = 3;
const RULE_ID = 'crash-marker';
/** One event of so many is what the rule is about. */
const MARKED = 40;

const RULE = `[rule]
id = "${RULE_ID}"
name = "Marker"
description = "Events that the test marks."
type = "query"
query = 'event.dataset:crash and event.action:marked'
severity = "low"
interval = "1s"
max_signals = 50
reason = "marked {event.id}"
[rule.alert_suppression]
group_by = ["event.id"]
`;

interface Endpoint {
  readonly url: string;
  readonly key: string;
  readonly pid: number;
}

/** Numbers of the events that are sent, and of those that were acknowledged. */
class Shipment {
  private next = 0;
  readonly acknowledged = new Set<number>();

  take(count: number): number[] {
    return Array.from({ length: count }, () => this.next++);
  }
}

function documentOf(number: number): string {
  const time = new Date(Date.UTC(2026, 2, 1) + number * 10).toISOString();
  const action = number % MARKED === 0 ? 'marked' : 'plain';
  return JSON.stringify({ '@timestamp': time, event: { dataset: 'crash', kind: 'event', id: `n${number}`, action } });
}

/** Sends until the server is gone; what got no answer is sent again by the next. */
async function ship({ url, key }: Endpoint, shipment: Shipment, unanswered: number[][], heard: () => void) {
  for (;;) {
    const numbers = unanswered.shift() ?? shipment.take(1 + Math.floor(Math.random() * 300));
    const body = numbers.map((number) => `{"create":{}}\n${documentOf(number)}\n`).join('');
    try {
      const answer = await fetch(`${url}/elasticsearch/logs-crash/_bulk`, {
        method: 'POST',
        headers: { authorization: `Bearer ${key}`, 'content-type': 'application/x-ndjson' },
        body,
      });
      const { items } = (await answer.json()) as { items: { create: { status: number } }[] };
      items.forEach(({ create: { status } }, i) => {
        if (status === 201 || status === 409) shipment.acknowledged.add(numbers[i]!);
        else throw new Error(`status ${status}`);
      });
      heard();
    } catch {
      unanswered.push(numbers);
      return;
    }
  }
}

/** @returns where the server listens, once it is ready */
async function endpointOf(folder: string, child: ChildProcess): Promise<Endpoint> {
  while (child.exitCode === null) {
    try {
      const endpoint = JSON.parse(readFileSync(join(folder, 'data', 'endpoint.json'), 'utf8')) as Endpoint;
      if (endpoint.pid === child.pid && (await fetch(`${endpoint.url}/readyz`)).ok) return endpoint;
    } catch {
      // It is not there, or not whole, before the server is ready.
    }
    await wait(50);
  }
  throw new Error(`the server ended with ${child.exitCode} before it was ready`);
}

function startServer(folder: string): ChildProcess {
  return spawn(process.execPath, ['dist/main.js', 'serve', '-c', join(folder, 'smbastion.toml')], { stdio: 'ignore' });
}

/** Runs the server under load until it is killed. */
async function serveAndDie(folder: string, shipment: Shipment, unanswered: number[][]): Promise<void> {
  const child = startServer(folder);
  const ended = new Promise((resolve) => child.on('exit', resolve));
  const endpoint = await endpointOf(folder, child);
  let isDying = false;
  const heard = () => {
    if (!isDying) setTimeout(() => child.kill('SIGKILL'), Math.random() * MOST_MS);
    isDying = true;
  };
  await Promise.all(Array.from({ length: SHIPPERS }, () => ship(endpoint, shipment, unanswered, heard)));
  await ended;
}

/** Runs the server until its rule has looked at everything. */
async function serveToTheEnd(folder: string, events: number): Promise<void> {
  const child = startServer(folder);
  const ended = new Promise((resolve) => child.on('exit', resolve));
  const { url, key } = await endpointOf(folder, child);
  for (;;) {
    const answer = await fetch(`${url}/api/v1/rules/${RULE_ID}/runs?limit=1`, {
      headers: { authorization: `Bearer ${key}` },
    });
    const { runs } = (await answer.json()) as { runs: { toPosition: number; overflow: number }[] };
    if (runs[0] !== undefined && runs[0].toPosition >= events && runs[0].overflow === 0) break;
    await wait(100);
  }
  child.kill('SIGTERM');
  await ended;
}

async function numbersOf(store: Store): Promise<number[]> {
  const view = new DocumentEvent(new Networks());
  const id = fieldId('event.id');
  const numbers: number[] = [];
  let after: string | undefined;
  do {
    const page = await store.events.search({ predicate: ALL, order: 'oldest', limit: 1_000, after });
    for (const { document } of page.events) {
      view.point(document);
      numbers.push(Number(String(view.get(id)).slice(1)));
    }
    after = page.next;
  } while (after !== undefined);
  return numbers;
}

async function alertedNumbers(store: Store): Promise<number[]> {
  const numbers: number[] = [];
  let after: string | undefined;
  do {
    const page = await store.alerts.search({ limit: 500, after });
    for (const { ruleId, document } of page.alerts) {
      if (ruleId === RULE_ID) numbers.push(Number(/"marked n(\d+)"/.exec(JSON.stringify(document))?.[1]));
    }
    after = page.next;
  } while (after !== undefined);
  return numbers;
}

const ascending = (x: number, y: number) => x - y;

/** @param delay with a long one, events that come are acknowledged before they go into the tables */
function configure(folder: string, delay: string): void {
  writeFileSync(
    join(folder, 'smbastion.toml'),
    `[server]\ndata = "data"\nlisten = "127.0.0.1:0"\nstore_delay = "${delay}"\n[rules]\nfolders = ["."]\n`,
  );
}

test(`nothing is lost and nothing told twice over ${ROUNDS} crashes of the server`, {
  timeout: ROUNDS * 60_000 + 120_000,
}, async () => {
  const built = spawnSync(process.execPath, ['scripts/build.mjs', '--if-needed'], { stdio: 'inherit' });
  expect(built.status).toBe(0);
  const folder = mkdtempSync(join(tmpdir(), 'smbastion-crash-'));
  writeFileSync(join(folder, 'marker.toml'), RULE);
  const shipment = new Shipment();
  const unanswered: number[][] = [];
  for (let round = 0; round < ROUNDS; round++) {
    configure(folder, round % 2 === 0 ? '30s' : '1h');
    await serveAndDie(folder, shipment, unanswered);
  }
  configure(folder, '30s');
  const { acknowledged } = shipment;
  expect(acknowledged.size).toBeGreaterThan(0);

  let store = await openStore(join(folder, 'data', 'store.duckdb'), new Networks());
  const numbers = await numbersOf(store);
  const there = new Set(numbers);
  expect(numbers.length).toBe(there.size);
  expect([...acknowledged].filter((number) => !there.has(number))).toEqual([]);
  const events = await store.events.position();
  await store.close();

  await serveToTheEnd(folder, events);
  store = await openStore(join(folder, 'data', 'store.duckdb'), new Networks());
  const marked = numbers.filter((number) => number % MARKED === 0);
  expect((await alertedNumbers(store)).sort(ascending)).toEqual(marked.sort(ascending));
  const runs = [...(await store.runs.latest(RULE_ID, 10_000))].sort((x, y) => x.toPosition - y.toPosition);
  // Each begins where one before it ended, or again where it began: what is above max_signals takes another run.
  let reached = 0;
  for (const { afterPosition, toPosition } of runs) {
    expect(afterPosition).toBeLessThanOrEqual(reached);
    reached = toPosition;
  }
  expect(runs.at(-1)!.toPosition).toBe(events);
  expect(await store.runs.gaps()).toEqual([]);
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});
