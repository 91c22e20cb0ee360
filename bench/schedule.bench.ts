import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Schedule } from '../src/detect/schedule/schedule.ts';
import { Networks } from '../src/event/networks.ts';
import { jsonSource } from '../src/sources/json/reader.ts';
import { jsonDialects } from '../src/sources/registry.ts';
import { openStore } from '../src/store/open-store.ts';
import type { RuleRun } from '../src/store/run-store.ts';
import type { Store } from '../src/store/store.ts';
import { connections } from './evidence.ts';
import { builtInRules, readThrough } from './reading.ts';
import { SHIPPED } from './shipped.ts';

export const name = 'all built-in rules over what is new in a store; target: a small part of one processor';

/** Events there before; SMBASTION_BENCH_BEFORE changes it. */
const BEFORE = Number(process.env['SMBASTION_BENCH_BEFORE'] ?? 400_000);
/** New events of one interval, in several rounds. */
const FRESH = Number(process.env['SMBASTION_BENCH_FRESH'] ?? 100_000);
const ROUNDS = 3;
const REQUEST_EVENTS = 2_000;
/** Slowest rules shown. */
const SHOWN = 8;

/** Stores events as shippers send them, runs every rule over all of them, then over what comes on top. */
export async function run(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'smbastion-bench-'));
  const networks = new Networks();
  const store = await openStore(join(folder, 'store.duckdb'), networks);
  try {
    const rules = builtInRules;
    const runs: RuleRun[] = [];
    const schedule = new Schedule({
      store,
      desk: store.desk,
      networks,
      rules,
      active: new Set(rules.map(({ id }) => id)),
      exceptions: () => [],
      now: Date.now,
      onOutcome: (outcome) => runs.push(outcome.run),
      onError: (rule, error) => console.log(`${rule?.id}: ${String(error)}`),
    });
    const made = connections();
    await append(store, networks, made, BEFORE);
    await measure(`${rules.length} rules, first run over ${BEFORE} events`, schedule, runs);
    for (let round = 0; round < ROUNDS; round++) {
      await append(store, networks, made, FRESH);
      await measure(`${rules.length} rules over ${FRESH} new events`, schedule, runs);
    }
  } finally {
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function append(store: Store, networks: Networks, made: ReturnType<typeof connections>, count: number) {
  let sent = 0;
  while (sent < count) {
    const lines: string[] = [];
    for (; lines.length < REQUEST_EVENTS && sent < count; sent++) {
      const next = made.next();
      if (next.done === true) return;
      lines.push(SHIPPED[sent % SHIPPED.length]!(next.value));
    }
    const batch = store.events.batch();
    readThrough(jsonSource(jsonDialects), Buffer.from(`${lines.join('\n')}\n`), networks, (event) => batch.add(event));
    await store.events.append(batch);
  }
}

async function measure(what: string, schedule: Schedule, runs: RuleRun[]): Promise<void> {
  runs.length = 0;
  const cpu = process.cpuUsage();
  const started = performance.now();
  await schedule.runNow();
  const ms = performance.now() - started;
  const used = process.cpuUsage(cpu);
  const byRule = new Map<string, { ms: number; matches: number; read: number; alerts: number; reasons: Set<string> }>();
  for (const { ruleId, startedMs, endedMs, matches, candidates, alertsNew, reason } of runs) {
    const sum = byRule.get(ruleId) ?? { ms: 0, matches: 0, read: 0, alerts: 0, reasons: new Set<string>() };
    sum.ms += endedMs - startedMs;
    sum.matches += matches;
    sum.read += candidates;
    sum.alerts += alertsNew;
    if (reason !== undefined) sum.reasons.add(reason);
    byRule.set(ruleId, sum);
  }
  console.log(
    `${what}: ${Math.round(ms)} ms, ${Math.round((used.user + used.system) / 1000)} ms of processor, ${runs.length} runs, ` +
      `rss ${Math.round(process.memoryUsage().rss / 1e6)} MB`,
  );
  for (const [id, sum] of [...byRule].sort(([, one], [, other]) => other.ms - one.ms).slice(0, SHOWN)) {
    const reasons = [...sum.reasons].join('; ');
    console.log(`  ${id}: ${sum.ms} ms, ${sum.matches} matches, ${sum.read} read, ${sum.alerts} alerts ${reasons}`);
  }
}
