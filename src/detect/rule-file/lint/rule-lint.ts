/** Remarks about a rule as a whole: what runs, but hardly does what its writer meant. */
import { formatDuration } from '../../../base/time/duration.ts';
import type { TableRead } from '../../../base/toml/toml-reader.ts';
import type { Severity } from '../../../event/severity.ts';
import type { Rule } from '../../rule.ts';
import { isHostId } from '../../sequence/join-keys.ts';
import type { RULE_KEYS } from '../rule-keys.ts';
import type { RuleReading } from '../rule-reading.ts';
import { lintClockField } from './clock-field.ts';
import { unknownDataset } from './never-occurs.ts';

type RuleRead = TableRead<typeof RULE_KEYS>;

/** Scores that go with a severity: up to its own usual one, from above the next lower one. */
const SCORES: Readonly<Record<Severity, readonly [number, number]>> = {
  low: [0, 21],
  medium: [22, 47],
  high: [48, 73],
  critical: [74, 100],
};

/** Adds warnings about a rule that loads. */
export function lintRule(reading: RuleReading, read: RuleRead, rule: Rule): void {
  lintExamples(reading, read, rule);
  lintTimes(reading, read, rule);
  lintScore(reading, read);
  lintDatasets(reading, read);
  lintParts(reading, read, rule);
  lintSequence(reading, read, rule);
  lintClockField(reading, read);
  if (rule.query.trim() === '' && read.nodes.query) {
    reading.warn('LINT-EMPTY', 'an empty query matches every event', read.nodes.query);
  }
}

function lintExamples(reading: RuleReading, read: RuleRead, rule: Rule): void {
  const at = read.nodes.example ?? read.nodes.id ?? read.node;
  if (!rule.examples.some(({ fires }) => fires)) {
    reading.warn('LINT-EXAMPLE', 'the rule has no example that fires, so nothing proves that it can', at);
  }
  if (!rule.examples.some(({ fires }) => !fires)) {
    reading.warn('LINT-EXAMPLE', 'the rule has no near miss (an example with fires = false)', at);
  }
}

function lintTimes(reading: RuleReading, read: RuleRead, rule: Rule): void {
  const { intervalMs, lookBackMs, newTerms } = rule;
  if (intervalMs > lookBackMs) {
    const message = `the rule runs every ${formatDuration(intervalMs)} and looks back ${formatDuration(lookBackMs)}: what happens between is never seen`;
    reading.warn('LINT-INTERVAL', message, read.nodes.interval ?? read.nodes.from ?? read.node);
  }
  if (newTerms && newTerms.historyMs <= lookBackMs) {
    const at = read.nodes.new_terms ?? read.nodes.history_window_start ?? read.node;
    reading.warn('LINT-HISTORY', 'the history is not longer than the look-back, so every term is new', at);
  }
}

function lintScore(reading: RuleReading, read: RuleRead): void {
  const { severity, risk_score: score } = read.values;
  if (severity === undefined || score === undefined || !read.nodes.risk_score) return;
  const [low, high] = SCORES[severity];
  if (score >= low && score <= high) return;
  reading.warn(
    'LINT-SCORE',
    `severity ${severity} goes with risk scores from ${low} to ${high}`,
    read.nodes.risk_score,
  );
}

function lintDatasets(reading: RuleReading, read: RuleRead): void {
  for (const { value, node } of read.values.datasets ?? []) {
    const why = unknownDataset(value, reading.context.knownDatasets);
    if (why !== undefined) reading.warn('LINT-NEVER', `the dataset "${value}" ${why}`, node);
  }
}

/** A part of another type is read and never used. */
function lintParts(reading: RuleReading, read: RuleRead, rule: Rule): void {
  const parts = {
    threshold: 'threshold',
    new_terms: 'new_terms',
    new_terms_fields: 'new_terms',
    history_window_start: 'new_terms',
    volume: 'volume',
    finding: 'finding',
    convergence: 'convergence',
    steps: 'eql',
  } as const;
  for (const [key, type] of Object.entries(parts) as [keyof typeof parts, (typeof parts)[keyof typeof parts]][]) {
    const node = read.nodes[key];
    if (node && rule.type !== type) {
      reading.warn('LINT-UNUSED', `"${key}" belongs to rules of type ${type} and is not used here`, node);
    }
  }
}

function lintSequence(reading: RuleReading, read: RuleRead, rule: Rule): void {
  const at = read.nodes.query;
  if (!rule.sequence || !at) return;
  const { query, legs } = rule.sequence;
  const usesHostId = query.steps.some(({ key }) => key.fields.some((one, i) => isHostId(one) && !key.optional[i]));
  if (usesHostId) {
    const message =
      'logs hold no host.id: their events are tied together by host.name; write by host.name where no agent is';
    reading.warn('LINT-HOST-ID', message, at);
  }
  if (query.kind !== 'sequence') return;
  if (query.maxspanMs === undefined) {
    reading.warn('LINT-SPAN', 'without maxspan events are tied together however far apart they are', at);
  }
  const last = query.steps.findLastIndex(({ isMissing }) => !isMissing);
  if (last > 0 && legs[last] === legs[last - 1] && !rule.suppression) {
    const message =
      'runs slide: one event more is one alert more; let the first speak for the rest with alert_suppression';
    reading.warn('LINT-RUNS', message, at);
  }
}
