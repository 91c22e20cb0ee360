import { SIGHT_HOURS } from '../convergence/sightings.ts';
import type { ResolvedCorrelation } from '../../query/sigma/correlation.ts';
import type { Rule } from '../rule.ts';

/** A leg counts as collected when its like was seen within this time. */
const SIGHT_MS = SIGHT_HOURS * 3_600_000;

/** @returns how far apart events may lie that a rule puts together, milliseconds; 0 for a rule that one event decides */
export function ruleReach(rule: Rule): number {
  const { threshold, newTerms, sequence, correlation, convergence, suppression, finding, volume } = rule;
  const hasSights = rule.legs.some(({ isSight }) => isSight === true);
  const query = sequence?.query;
  return Math.max(
    0,
    threshold?.windowMs ?? 0,
    newTerms?.historyMs ?? 0,
    volume?.historyMs ?? 0,
    (query?.kind === 'sequence' ? query.maxspanMs : undefined) ?? 0,
    correlation ? timespanOf(correlation.correlation) : 0,
    convergence?.windowMs ?? 0,
    hasSights ? SIGHT_MS : 0,
    suppression?.durationMs ?? 0,
    ...(finding?.raise ?? []).map(({ windowMs }) => windowMs),
  );
}

/** An inner correlation fires for events of its own timespan. */
function timespanOf({ definition, members }: ResolvedCorrelation): number {
  const inner = members.map(({ source }) => (source.kind === 'correlation' ? timespanOf(source.correlation) : 0));
  return definition.timespanMs + Math.max(0, ...inner);
}
