import { SEVERITIES, type Severity } from '../event/severity.ts';
import { formatCount } from '../base/text/figures.ts';

/** Severities as reports list them. */
export const WORST_FIRST: readonly Severity[] = SEVERITIES.toReversed();

/** Number of alerts of each severity. */
export type SeverityCounts = Readonly<Record<Severity, number>>;

/** @returns 0 for low to 3 for critical */
export function severityRank(severity: Severity): number {
  return SEVERITIES.indexOf(severity);
}

/** @returns counters that start at zero */
export function noSeverities(): Record<Severity, number> {
  return { low: 0, medium: 0, high: 0, critical: 0 };
}

/** @returns the worst severity with a count, or undefined when all are zero */
export function worstOf(counts: SeverityCounts): Severity | undefined {
  return WORST_FIRST.find((severity) => counts[severity] > 0);
}

/** @returns `1 critical, 2 high`, worst first, zeros left out */
export function severityWords(counts: SeverityCounts): string {
  return WORST_FIRST.filter((severity) => counts[severity] > 0)
    .map((severity) => `${formatCount(counts[severity])} ${severity}`)
    .join(', ');
}
