/** What a rule would find in what is stored, without writing anything: before it is switched on, or with another exception. */
import type { Networks } from '../../event/networks.ts';
import { or } from '../../query/predicate.ts';
import type { EventStore } from '../../store/event-store.ts';
import type { Alert } from '../alert.ts';
import type { Exception } from '../exceptions/exception.ts';
import { ExceptionSet } from '../exceptions/exception-set.ts';
import { ruleExceptions } from '../exceptions/rule-exceptions.ts';
import type { Severity } from '../../event/severity.ts';
import type { Rule } from '../rule.ts';
import { askedOf } from '../scan/rule-predicates.ts';
import { aboutWords } from './about-words.ts';
import type { EngineLimits } from '../scan/limits.ts';
import { evaluate } from './cases/judged-case.ts';
import { MOMENT_MS, RunReader } from './reading/run-reader.ts';

const HOUR_MS = 3_600_000;
/** Events one preview reads; with more it covers the newest of them. */
const MAX_EVENTS = 200_000;
/** Alerts shown; their number is counted. */
const SHOWN = 50;
const TOP_GROUPS = 10;

/** What a preview works with. */
export interface PreviewGiven {
  readonly events: EventStore;
  readonly networks: Networks;
  readonly exceptions: readonly Exception[];
  readonly fromMs: number;
  readonly beforeMs: number;
  readonly now: () => number;
  readonly maxMs: number;
  /** Those that differ from their default. */
  readonly engineLimits: Partial<EngineLimits>;
}

/** What a rule would find. */
export interface Preview {
  readonly alerts: number;
  readonly bySeverity: Readonly<Record<Severity, number>>;
  readonly hours: readonly { readonly fromMs: number; readonly count: number }[];
  /** Groups, keys or hosts with most alerts. */
  readonly groups: readonly { readonly about: string; readonly count: number }[];
  /** What each exception would silence. */
  readonly exceptions: readonly { readonly id: string; readonly hits: number }[];
  /** The first alerts in order of time. */
  readonly shown: readonly { readonly timeMs: number; readonly severity: Severity; readonly reason: string }[];
  /** Events read, and the time it took. */
  readonly events: number;
  readonly tookMs: number;
  /** Earliest time looked at; later than asked for when there were too many events. */
  readonly fromMs: number;
  readonly limits: readonly string[];
}

/** @throws RunCut when it takes too long */
export async function previewRule(rule: Rule, given: PreviewGiven): Promise<Preview> {
  const started = given.now();
  const startedTicks = performance.now();
  const reader = new RunReader({
    events: given.events,
    networks: given.networks,
    toPosition: await given.events.position(),
    maxEvents: Infinity,
    isOver: () => performance.now() - startedTicks > given.maxMs,
  });
  const query = { predicate: or(askedOf([rule])), fromMs: Math.max(MOMENT_MS, given.fromMs), beforeMs: given.beforeMs };
  const events = await reader.all(query, 'newest', MAX_EVENTS);
  const isCut = events.length === MAX_EVENTS;
  const set = new ExceptionSet(given.exceptions, started);
  const judging = { rule, networks: given.networks, exceptions: ruleExceptions(set), limits: given.engineLimits };
  const lastMs = Math.min(given.beforeMs, (await reader.newestMs(given.now())) ?? 0);
  const { alerts, limits } = evaluate(judging, events, { firstMs: Number.NaN, lastMs });
  return {
    ...figuresOf(alerts),
    exceptions: set.results().flatMap(({ id, hits }) => (hits > 0 ? [{ id, hits }] : [])),
    shown: alerts.slice(0, SHOWN).map(({ lastTime, severity, reason }) => {
      return { timeMs: Number.isNaN(lastTime) ? 0 : lastTime, severity, reason };
    }),
    events: events.length,
    tookMs: Math.round(performance.now() - startedTicks),
    fromMs: isCut ? events.at(-1)!.timeMs : given.fromMs,
    limits: limits.map(({ name, consequence }) => `${name}: ${consequence}`),
  };
}

function figuresOf(alerts: readonly Alert[]): Pick<Preview, 'alerts' | 'bySeverity' | 'hours' | 'groups'> {
  const bySeverity: Record<Severity, number> = { low: 0, medium: 0, high: 0, critical: 0 };
  const hours = new Map<number, number>();
  const groups = new Map<string, number>();
  for (const alert of alerts) {
    bySeverity[alert.severity]++;
    const { originalTime } = alert;
    if (!Number.isNaN(originalTime)) count(hours, Math.floor(originalTime / HOUR_MS) * HOUR_MS);
    const about = aboutWords(alert);
    if (about !== '') count(groups, about);
  }
  return {
    alerts: alerts.length,
    bySeverity,
    hours: [...hours].map(([fromMs, n]) => ({ fromMs, count: n })).sort((one, other) => one.fromMs - other.fromMs),
    groups: [...groups]
      .map(([about, n]) => ({ about, count: n }))
      .sort((one, other) => other.count - one.count)
      .slice(0, TOP_GROUPS),
  };
}

function count<K>(counts: Map<K, number>, key: K): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
