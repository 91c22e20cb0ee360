import type { Severity } from '../../event/severity.ts';
import { formatCount } from '../../base/text/figures.ts';
import { type SeverityCounts, WORST_FIRST } from '../severity-order.ts';
import type { Screen } from './screen.ts';

/** Told apart without colour: the worse, the darker. */
const GLYPH: Readonly<Record<Severity, string>> = { critical: '█', high: '▓', medium: '▒', low: '░' };

/** Columns of the bar. */
const BAR_COLUMNS = 24;

/**
 * Writes `████▓▓▓▓▒▒░░░░  █ 1 critical  ▓ 2 high  ░ 4 low`, on two lines where it does not fit; every severity that occurs
 * has at least one column, however small its share.
 */
export function writeSeverityBar(screen: Screen, counts: SeverityCounts): void {
  const present = WORST_FIRST.filter((severity) => counts[severity] > 0);
  const columns = barColumns(present.map((severity) => counts[severity]));
  const bar = present.map((severity, i) => screen.severity(severity, GLYPH[severity].repeat(columns[i]!))).join('');
  let line = bar;
  let width = BAR_COLUMNS;
  const words = present.map((severity) => `${GLYPH[severity]} ${formatCount(counts[severity])} ${severity}`);
  const onOneLine = width + words.reduce((sum, word) => sum + 2 + word.length, 0) <= screen.width;
  present.forEach((severity, i) => {
    const word = words[i]!;
    if ((i === 0 && !onOneLine) || width + 2 + word.length > screen.width) {
      screen.line(line);
      line = '';
      width = 0;
    }
    line += (width > 0 ? '  ' : '') + screen.severity(severity, word);
    width += (width > 0 ? 2 : 0) + word.length;
  });
  screen.line(line);
}

function barColumns(counts: readonly number[]): number[] {
  const total = counts.reduce((sum, count) => sum + count, 0);
  const columns = counts.map((count) => Math.max(1, Math.round((count / total) * BAR_COLUMNS)));
  const widest = columns.indexOf(Math.max(...columns));
  columns[widest]! += BAR_COLUMNS - columns.reduce((sum, count) => sum + count, 0);
  return columns;
}
