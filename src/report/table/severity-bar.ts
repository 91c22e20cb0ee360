import type { Severity } from '../../detect/rule.ts';
import { formatCount } from '../figures.ts';
import { type SeverityCounts, WORST_FIRST } from '../severity-order.ts';
import type { Screen } from './screen.ts';

/** Told apart without colour: the worse, the darker. */
const GLYPH: Readonly<Record<Severity, string>> = { critical: '█', high: '▓', medium: '▒', low: '░' };

/** Columns of the bar. */
const BAR_COLUMNS = 24;

/**
 * @returns lines such as `████▓▓▓▓▒▒░░░░  █ 1 critical  ▓ 2 high  ░ 4 low`; every severity that occurs has at least one
 * column, however small its share
 */
export function severityBar(screen: Screen, counts: SeverityCounts): string {
  const present = WORST_FIRST.filter((severity) => counts[severity] > 0);
  const columns = barColumns(present.map((severity) => counts[severity]));
  const bar = present.map((severity, i) => screen.severity(severity, GLYPH[severity].repeat(columns[i]!))).join('');
  const words = present.map((severity) =>
    screen.severity(severity, `${GLYPH[severity]} ${formatCount(counts[severity])} ${severity}`),
  );
  return `${bar}  ${words.join('  ')}`;
}

function barColumns(counts: readonly number[]): number[] {
  const total = counts.reduce((sum, count) => sum + count, 0);
  const columns = counts.map((count) => Math.max(1, Math.round((count / total) * BAR_COLUMNS)));
  const widest = columns.indexOf(Math.max(...columns));
  columns[widest]! += BAR_COLUMNS - columns.reduce((sum, count) => sum + count, 0);
  return columns;
}
