/** How long each built-in rule takes over the newest nine minutes of a large store: its question alone, and whole runs. */
import { RuleRunner } from '../src/detect/schedule/rule-runner.ts';
import { readRuleState, writeRuleState } from '../src/detect/schedule/memory/rule-state.ts';
import { emptyRun } from '../src/detect/schedule/run-given.ts';
import { runLimits } from '../src/detect/schedule/run-limits.ts';
import type { Networks } from '../src/event/networks.ts';
import type { EventStore } from '../src/store/event-store.ts';
import type { Store } from '../src/store/store.ts';
import { STORED_RATE, timeOfPosition } from './large-store.ts';
import { builtInRules } from './reading.ts';

/** What a rule looks back that runs every five minutes. */
const LOOK_BACK_MS = 9 * 60_000;
const WINDOW_EVENTS = (LOOK_BACK_MS / 1000) * STORED_RATE;
/** Times that each rule is asked for the same window. */
const ROUNDS = 5;
/** Windows that rules run over, the newest last. */
const WINDOWS = 5;
/** Those of them that only fill the memories of rules: one run may not have the time to look for all that it will remember. */
const FIRST_WINDOWS = 2;
/** What one measurement of a rule took, milliseconds. */
interface Taken {
  readonly ms: number;
  /** Of all processors, in this process; other work on the machine happens to change it less. */
  readonly processorMs: number;
}

/** Measurements by rule. */
type RuleTimes = Map<string, Taken[]>;

/** Measures questions and whole runs of all rules over a store, and prints them rule by rule. */
export async function measureRules(store: Store, networks: Networks): Promise<void> {
  const questions = await measureQuestions(store);
  show(`the question of each rule, ${ROUNDS} times`, questions);
  const { first, later, found, read } = await measureRuns(store, networks);
  show(`the first ${FIRST_WINDOWS} runs of each rule, which look for what it will remember`, first);
  show(
    `whole runs of each rule over ${WINDOWS - FIRST_WINDOWS} windows (${read} events read, ${found} alerts written)`,
    later,
  );
  showTable(questions, later);
}

/** Asks every rule for its first hundred events of the newest window. */
async function measureQuestions({ events }: Store): Promise<RuleTimes> {
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
  return times;
}

/** Runs every rule over window after window, as a schedule of nine minutes would, and writes what it found. */
async function measureRuns(store: Store, networks: Networks) {
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
  const first: RuleTimes = new Map();
  const later: RuleTimes = new Map();
  let [found, read] = [0, 0];
  for (let window = 0; window < WINDOWS; window++, position += WINDOW_EVENTS) {
    for (const rule of builtInRules) {
      const result = await timed(window < FIRST_WINDOWS ? first : later, rule.id, () => runner.run(rule));
      if (window < FIRST_WINDOWS || !result) continue;
      found += result.run.alertsNew;
      read += result.run.candidates;
    }
  }
  return { first, later, found, read };
}

/** The store as it was when it had so many events. */
function boundTo(events: EventStore, position: () => number): EventStore {
  return {
    recipe: events.recipe,
    batch: (ingestedMs) => events.batch(ingestedMs),
    reuse: (buffers) => events.reuse(buffers),
    append: (batch) => events.append(batch),
    settle: () => events.settle(),
    backlog: () => events.backlog(),
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
  const before = process.cpuUsage();
  const result = await work();
  const { user, system } = process.cpuUsage(before);
  const taken = { ms: performance.now() - started, processorMs: (user + system) / 1000 };
  times.set(id, [...(times.get(id) ?? []), taken]);
  return result;
}

/** Prints the distribution over all measurements. */
function show(what: string, times: RuleTimes): void {
  const all = [...times.values()].flat();
  const told = (by: keyof Taken) => {
    const sorted = all.map((one) => one[by]).sort((one, other) => one - other);
    const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]!.toFixed(0);
    return `median ${at(0.5)} ms, 19 of 20 below ${at(0.95)} ms, slowest ${at(1)} ms`;
  };
  console.log(
    `${times.size} rules over nine minutes (${WINDOW_EVENTS} events), ${what}: ${told('ms')}; target 250 ms; ` +
      `of processors ${told('processorMs')}; rss ${Math.round(process.memoryUsage().rss / 1e6)} MB, ` +
      `most so far ${Math.round(process.resourceUsage().maxRSS / 1e3)} MB`,
  );
}

const cell = (text: string) => text.padStart(9);
const slowest = (taken: readonly Taken[]) => Math.max(...taken.map(({ ms }) => ms));

/** Prints every rule, the one with the slowest run first. */
function showTable(questions: RuleTimes, runs: RuleTimes): void {
  const columns = (taken: readonly Taken[]) => {
    const sorted = taken.map(({ ms }) => ms).sort((one, other) => one - other);
    const processor = taken.map(({ processorMs }) => processorMs).sort((one, other) => one - other);
    return [sorted[sorted.length >> 1]!, sorted.at(-1)!, processor[processor.length >> 1]!]
      .map((ms) => cell(ms.toFixed(0)))
      .join('');
  };
  const head = ['median', 'slowest', 'cpu'].map(cell).join('');
  console.log(`${'milliseconds: question, then run'.padEnd(32)}${head}${head}`);
  for (const [id, taken] of [...runs].sort(([, one], [, other]) => slowest(other) - slowest(one))) {
    console.log(`${id.padEnd(32)}${columns(questions.get(id) ?? [])}${columns(taken)}`);
  }
}
