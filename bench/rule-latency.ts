/** How long each built-in rule takes over the newest nine minutes of a large store: its question alone, and whole runs. */
import { RuleRunner } from '../src/detect/schedule/rule-runner.ts';
import { readRuleState, writeRuleState } from '../src/detect/schedule/rule-state.ts';
import { emptyRun } from '../src/detect/schedule/run-given.ts';
import { runLimits } from '../src/detect/schedule/run-limits.ts';
import type { Networks } from '../src/event/networks.ts';
import type { EventStore } from '../src/store/event-store.ts';
import type { Store } from '../src/store/store.ts';
import { STORED_RATE, timeOfPosition } from './large-store.ts';
import { builtInRules } from './reading.ts';

/** What a rule looks back, as the rule of the mission does. */
const LOOK_BACK_MS = 9 * 60_000;
const WINDOW_EVENTS = (LOOK_BACK_MS / 1000) * STORED_RATE;
/** Times that each rule is asked for the same window. */
const ROUNDS = 5;
/** Windows that rules run over, the newest last; the first one only fills their memories. */
const WINDOWS = 4;
/** Slowest rules shown. */
const SHOWN = 5;

/** Times of one rule, milliseconds. */
type RuleTimes = Map<string, number[]>;

/** Asks every rule for its first hundred events of the newest window. */
export async function measureQuestions({ events }: Store): Promise<void> {
  const toPosition = await events.position();
  const afterPosition = toPosition - WINDOW_EVENTS;
  const fromMs = timeOfPosition(afterPosition);
  const times: RuleTimes = new Map();
  for (let round = 0; round < ROUNDS; round++) {
    for (const { id, predicate } of builtInRules) {
      const query = { predicate, afterPosition, toPosition, fromMs };
      await timed(times, id, () => events.search({ ...query, order: 'oldest', limit: 100 }));
    }
  }
  show(`the question of each rule, ${ROUNDS} times`, times);
}

/** Runs every rule over window after window, as a schedule of nine minutes would, and writes what it found. */
export async function measureRuns(store: Store, networks: Networks): Promise<void> {
  const newest = await store.events.position();
  let position = newest - (WINDOWS - 1) * WINDOW_EVENTS;
  const events = boundTo(store.events, () => position);
  const runner = new RuleRunner({
    store: { events, alerts: store.alerts, runs: store.runs },
    networks,
    exceptions: () => [],
    now: () => timeOfPosition(position),
    onError: (rule, error) => console.log(`${rule?.id}: ${String(error)}`),
  });
  await standAt(store, position - WINDOW_EVENTS);
  const times: RuleTimes = new Map();
  let [found, read] = [0, 0];
  for (let window = 0; window < WINDOWS; window++, position += WINDOW_EVENTS) {
    for (const rule of builtInRules) {
      const ignored: RuleTimes = new Map();
      const result = await timed(window === 0 ? ignored : times, rule.id, () => runner.run(rule));
      if (window === 0 || !result) continue;
      found += result.run.alertsNew;
      read += result.run.candidates;
    }
  }
  show(`whole runs of each rule over ${WINDOWS - 1} windows (${read} events read, ${found} alerts written)`, times);
}

/** The store as it was when it had so many events. */
function boundTo(events: EventStore, position: () => number): EventStore {
  return {
    recipe: events.recipe,
    batch: (ingestedMs) => events.batch(ingestedMs),
    append: (batch) => events.append(batch),
    position: () => Promise.resolve(position()),
    search: (search) => events.search(search),
    values: (search) => events.values(search),
    at: (positions) => events.at(positions),
    count: (query) => events.count(query),
    topValues: (query, field, limit) => events.topValues(query, field, limit),
    sums: (query, by, of, limit) => events.sums(query, by, of, limit),
    histogram: (query, widthMs) => events.histogram(query, widthMs),
  };
}

/** Every rule has looked at everything up to a position. */
async function standAt({ runs }: Store, position: number): Promise<void> {
  for (const rule of builtInRules) {
    const state = {
      ...readRuleState(undefined, rule, runLimits()['run-positions']),
      position,
      isWhole: true,
      firstMs: timeOfPosition(1),
    };
    const run = { ...emptyRun(rule, { runId: `start-${rule.id}` }, 0), toPosition: position };
    await runs.finish({ run, alerts: [], state: writeRuleState(state) });
  }
}

async function timed<T>(times: RuleTimes, id: string, work: () => Promise<T>): Promise<T> {
  const started = performance.now();
  const result = await work();
  times.set(id, [...(times.get(id) ?? []), performance.now() - started]);
  return result;
}

/** Prints the distribution over all measurements, and the rules whose slowest one was the slowest. */
function show(what: string, times: RuleTimes): void {
  const all = [...times.values()].flat().sort((one, other) => one - other);
  const at = (share: number) => all[Math.min(all.length - 1, Math.floor(all.length * share))]!.toFixed(0);
  console.log(
    `${times.size} rules over nine minutes (${WINDOW_EVENTS} events), ${what}: median ${at(0.5)} ms, ` +
      `19 of 20 below ${at(0.95)} ms, slowest ${at(1)} ms; target 250 ms; rss ${Math.round(process.memoryUsage().rss / 1e6)} MB`,
  );
  const slowest = [...times].sort(([, one], [, other]) => Math.max(...other) - Math.max(...one)).slice(0, SHOWN);
  for (const [id, own] of slowest) {
    const sorted = [...own].sort((one, other) => one - other);
    console.log(
      `  ${id}: median ${sorted[sorted.length >> 1]!.toFixed(0)} ms, slowest ${sorted.at(-1)!.toFixed(0)} ms`,
    );
  }
}
