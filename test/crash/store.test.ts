/**
 * A program that appends events is killed at a random moment and the store opened again, several times over: every event that
 * was acknowledged must be there once. Two rounds with all tests; `npm run test:crash` runs twenty.
 */
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, test } from 'vitest';
import { DocumentEvent } from '../../src/event/document-event.ts';
import { fieldId } from '../../src/event/field.ts';
import { Networks } from '../../src/event/networks.ts';
import { ALL } from '../../src/query/predicate.ts';
import { openStore } from '../../src/store/open-store.ts';
import type { StoredEvent } from '../../src/store/event-store.ts';
import type { Store } from '../../src/store/store.ts';

const ROUNDS = Number(process.env['SMBASTION_CRASH_ROUNDS'] ?? 2);
/** Longest time between two crashes, behind the first acknowledgement. */
const MOST_MS = 1_500;
/** Rows that wait for each other, round by round: none, a block that is hardly ever full, blocks that follow each other. */
const ROWS = [0, 20_000, 700];
const EVENT_ID = fieldId('event.id');
const networks = new Networks();

/** What a killed program had been told. */
interface Acknowledged {
  /** Numbers of events, first and behind the last. */
  readonly ranges: (readonly [number, number])[];
  position: number;
}

/**
 * Runs the appender until it is killed.
 *
 * @param rows that wait for each other before they go into the tables; 0: they do not wait
 */
async function appendAndDie(file: string, from: number, rows: number): Promise<Acknowledged> {
  const told: Acknowledged = { ranges: [], position: 0 };
  const child = spawn(process.execPath, [join(import.meta.dirname, 'appender.mjs'), file, String(from), String(rows)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise((resolve) => child.on('exit', resolve));
  let isDying = false;
  for await (const line of createInterface({ input: child.stdout })) {
    if (line === 'open') continue;
    const [first, last, position] = line.split(' ').map(Number) as [number, number, number];
    told.ranges.push([first, last]);
    told.position = Math.max(told.position, position);
    if (!isDying) setTimeout(() => child.kill('SIGKILL'), Math.random() * MOST_MS);
    isDying = true;
  }
  await ended;
  return told;
}

async function all(store: Store): Promise<StoredEvent[]> {
  const found: StoredEvent[] = [];
  let after: string | undefined;
  do {
    const page = await store.events.search({ predicate: ALL, order: 'oldest', limit: 1_000, after });
    found.push(...page.events);
    after = page.next;
  } while (after !== undefined);
  return found;
}

test(`events outlive ${ROUNDS} crashes`, { timeout: ROUNDS * 60_000 }, async () => {
  const built = spawnSync(process.execPath, ['scripts/build.mjs', '--if-needed'], { stdio: 'inherit' });
  expect(built.status).toBe(0);
  const folder = mkdtempSync(join(tmpdir(), 'smbastion-crash-'));
  const file = join(folder, 'store.duckdb');
  const acknowledged = new Set<number>();
  let position = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const from = acknowledged.size === 0 ? 0 : Math.max(...acknowledged) + 1;
    const told = await appendAndDie(file, from, ROWS[round % ROWS.length]!);
    expect(told.ranges.length).toBeGreaterThan(0);
    for (const [first, last] of told.ranges) for (let i = first; i < last; i++) acknowledged.add(i);
    const store = await openStore(file, networks);
    const view = new DocumentEvent(networks);
    const numbers = (await all(store)).map(({ document }) => {
      view.point(document);
      return Number(view.get(EVENT_ID));
    });
    const there = new Set(numbers);
    expect(numbers.length).toBe(there.size);
    expect([...acknowledged].filter((number) => !there.has(number))).toEqual([]);
    expect(await store.maintenance.check()).toEqual({ events: numbers.length, problems: [] });
    // What was told of positions still holds, and they never go back.
    const reached = await store.events.position();
    expect(reached).toBeGreaterThanOrEqual(Math.max(told.position, position));
    position = reached;
    await store.close();
  }
  rmSync(folder, { recursive: true, force: true });
});
