/**
 * How far the events of a rule matter to each other. What lies further apart than that can be judged apart, with the same
 * alerts as if everything were read together; so a run reads only what is near its new events.
 */
import { correlationPlan } from '../../correlation/correlation-plan.ts';
import type { ResolvedCorrelation } from '../../../query/sigma/correlation.ts';
import type { Rule } from '../../rule.ts';

/** What a run must read beside new events. Times are milliseconds of event time. */
export type Reach =
  /** Nothing: each event is judged alone. */
  | { readonly kind: 'event' }
  /** Nothing: what was seen before is remembered by value. */
  | { readonly kind: 'terms' }
  /** The days before, of keys that have enough bytes for an alert. */
  | { readonly kind: 'volume' }
  /** All events that are tied to the new ones by steps no longer than the gap. */
  | { readonly kind: 'island'; readonly gapMs: number }
  /** All events no further than this from a new one. */
  | { readonly kind: 'span'; readonly spanMs: number }
  /** The days (UTC) of the new events, and the days beside them when findings of two days may raise each other. */
  | { readonly kind: 'day'; readonly marginMs: number }
  /** What is near an event of the rare leg that decides. */
  | { readonly kind: 'anchor'; readonly windowMs: number };

/** @returns the reach of a rule */
export function reachOf(rule: Rule): Reach {
  const { convergence, finding, newTerms, threshold, sequence, correlation, suppression } = rule;
  const quietMs = suppression?.durationMs ?? 0;
  if (convergence) return { kind: 'anchor', windowMs: convergence.windowMs };
  if (newTerms) return { kind: 'terms' };
  if (rule.volume) return { kind: 'volume' };
  if (finding) {
    if (!finding.perDay) return { kind: 'island', gapMs: Infinity };
    return { kind: 'day', marginMs: Math.max(0, ...finding.raise.map(({ windowMs }) => windowMs)) };
  }
  if (threshold) return { kind: 'island', gapMs: Math.max(threshold.windowMs, quietMs) };
  if (correlation) return { kind: 'island', gapMs: Math.max(timespanOf(correlation.correlation), quietMs) };
  if (sequence) {
    const { query } = sequence;
    if (query.kind === 'sample' || query.maxspanMs === undefined) return { kind: 'island', gapMs: Infinity };
    return quietMs > 0
      ? { kind: 'island', gapMs: Math.max(2 * query.maxspanMs, quietMs) }
      : { kind: 'span', spanMs: query.maxspanMs };
  }
  return quietMs > 0 ? { kind: 'island', gapMs: quietMs } : { kind: 'event' };
}

/** @returns whether something becomes true only because time passes: a step that is missing, a window judged at its end */
export function isTimed(rule: Rule): boolean {
  if (rule.sequence?.query.steps.at(-1)?.isMissing === true) return true;
  return rule.correlation !== undefined && closes(rule.correlation.correlation);
}

/** Firings of an inner correlation lie up to its timespan behind its events, so timespans add up. */
function timespanOf({ definition, members }: ResolvedCorrelation): number {
  const inner = members.map(({ source }) => (source.kind === 'correlation' ? timespanOf(source.correlation) : 0));
  return definition.timespanMs + Math.max(0, ...inner);
}

function closes({ definition, members }: ResolvedCorrelation): boolean {
  const plan = correlationPlan(definition);
  if (typeof plan !== 'string' && plan.closes) return true;
  return members.some(({ source }) => source.kind === 'correlation' && closes(source.correlation));
}
