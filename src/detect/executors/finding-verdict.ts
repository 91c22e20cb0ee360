/** What a finding comes to once all its events are in: rungs, severity, counters. */
import { compareTimes } from '../../base/order.ts';
import type { AlertStep } from '../alert.ts';
import { SEVERITIES, type Severity } from '../../event/severity.ts';
import type { FindingLevel, FindingPart, Rule, Threat } from '../rule.ts';
import type { Connection, FindingState } from './finding-state.ts';
import { addProof, emptyProof, highestRung } from './finding-state.ts';
import { totalOf } from './flow-bytes.ts';

/** Name of the level of a finding whose events prove no rung. */
const NO_LEVEL = 'none';

/** The outcome. */
export interface Verdict {
  readonly level: string;
  readonly severity: Severity;
  readonly riskScore: number;
  readonly threat: readonly Threat[];
  readonly steps: readonly AlertStep[];
  /** Connections by the rung they stand on, in the rule's order of rungs. */
  readonly connections: Readonly<Record<string, number>>;
  readonly bytesClient: number;
  readonly bytesServer: number;
  /** Times at which connections reached the rung they stand on, by that rung's name; those without time are left out. */
  timesAt(level: string): readonly number[];
}

/** @param state a whole finding */
export function verdictOf(rule: Rule, part: FindingPart, state: FindingState): Verdict {
  const { levels } = part;
  const all = emptyProof(levels.length);
  addProof(all, state.beyond.rungs, state.beyond.times);
  const counts = new Array<number>(levels.length + 1).fill(0);
  const standing: { readonly rung: number; readonly time: number }[] = [];
  let worst = worstOf(levels, -1, highestRung(state.beyond.rungs));
  let bytesClient = 0;
  let bytesServer = 0;
  for (const connection of state.connections.values()) {
    const bytes = proveByBytes(levels, connection);
    bytesClient += bytes.client;
    bytesServer += bytes.server;
    const { rungs, times } = connection.proof;
    addProof(all, rungs, times);
    const rung = highestRung(rungs);
    if (rung < 0) {
      counts[levels.length]!++;
      continue;
    }
    counts[rung]!++;
    worst = worstOf(levels, worst, rung);
    standing.push({ rung, time: times[rung]! });
  }
  const level = levels[worst];
  return {
    level: level?.name ?? NO_LEVEL,
    severity: level?.severity ?? rule.severity,
    riskScore: level?.riskScore ?? rule.riskScore,
    threat: threatOf(
      rule,
      levels.filter((_, i) => (all.rungs & (1 << i)) !== 0),
    ),
    steps: stepsOf(levels, all.rungs, all.times),
    connections: namedCounts(levels, counts),
    bytesClient,
    bytesServer,
    timesAt: (name) => {
      return standing
        .filter(({ rung, time }) => levels[rung]!.name === name && time < Infinity)
        .map(({ time }) => time);
    },
  };
}

/** The worse of two rungs; of equal severity the higher one. */
function worstOf(levels: readonly FindingLevel[], one: number, other: number): number {
  if (one < 0 || other < 0) return Math.max(one, other);
  const difference = SEVERITIES.indexOf(levels[one]!.severity) - SEVERITIES.indexOf(levels[other]!.severity);
  if (difference !== 0) return difference > 0 ? one : other;
  return Math.max(one, other);
}

/** Merges the byte counters of a connection, and proves the rungs that only their sum reaches. */
function proveByBytes(levels: readonly FindingLevel[], connection: Connection): { client: number; server: number } {
  let { client, server } = connection;
  const { proof } = connection;
  for (const reports of connection.flows?.values() ?? []) {
    const total = totalOf(reports);
    client = Math.max(client, total.client);
    server = Math.max(server, total.server);
    // A running total proves its rungs report by report; only sums of differences are new here.
    if (!total.isDelta) continue;
    totalOf(reports, (time, bytes) => {
      const most = Math.max(bytes.client, bytes.server);
      levels.forEach((level, i) => {
        if (level.bytes === undefined || most < level.bytes) return;
        proof.rungs |= 1 << i;
        proof.times[i] = Math.min(proof.times[i]!, time);
      });
    });
  }
  return { client, server };
}

function stepsOf(levels: readonly FindingLevel[], rungs: number, times: readonly number[]): AlertStep[] {
  const steps = levels.flatMap(({ name, severity }, i) => {
    if ((rungs & (1 << i)) === 0) return [];
    return [{ name, severity, time: times[i] === Infinity ? Number.NaN : times[i]! }];
  });
  return steps.sort((one, other) => compareTimes(one.time, other.time));
}

function namedCounts(levels: readonly FindingLevel[], counts: readonly number[]): Record<string, number> {
  const named: Record<string, number> = {};
  counts.forEach((count, i) => {
    const name = levels[i]?.name ?? NO_LEVEL;
    if (count > 0) named[name] = (named[name] ?? 0) + count;
  });
  return named;
}

function threatOf(rule: Rule, reached: readonly FindingLevel[]): Threat[] {
  const all = [...rule.threat, ...reached.flatMap(({ threat }) => threat)];
  const seen = new Set<string>();
  return all.filter(({ technique, tactic }) => {
    const key = `${technique} ${tactic ?? ''}`;
    return !seen.has(key) && seen.add(key);
  });
}
