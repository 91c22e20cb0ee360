import { printable } from '../../base/text/printable.ts';
import { padColumns, textWidth, wrapColumns } from '../../base/text/text-width.ts';

/** Columns that the last column keeps where others are wide: a host and what it did fit in two or three lines. */
const LAST_COLUMNS = 32;
/** What is left of a wide column at least: a time fits. */
const LEAST_COLUMNS = 20;
const GAP = 2;

/**
 * Lays rows out in columns for a terminal: all columns but the last are as wide as their widest cell and the last one wraps. Where
 * that leaves it little room, the widest of the others wrap too.
 *
 * @param rows cells; data is made printable here
 * @param width columns of the terminal
 * @returns lines with a line end each
 */
export function layOut(rows: readonly (readonly string[])[], width: number): string {
  const count = Math.max(0, ...rows.map((row) => row.length));
  const cells = rows.map((row) => row.map((cell) => printable(cell)));
  const widest = Array.from({ length: count }, (_, i) => Math.max(0, ...cells.map((row) => textWidth(row[i] ?? ''))));
  const widths = narrowed(widest, width);
  const indent = widths.reduce((sum, one) => sum + one + GAP, 0);
  const columns = [...widths, Math.max(20, width - indent)];
  return cells.map((row) => linesOf(row, columns)).join('');
}

/** Widths of all columns but the last. */
function narrowed(widest: readonly number[], width: number): number[] {
  const widths = widest.slice(0, -1);
  const last = Math.min(widest.at(-1) ?? 0, LAST_COLUMNS);
  let excess = widths.reduce((sum, one) => sum + one + GAP, last) - width;
  for (; excess > 0; excess--) {
    const at = widths.indexOf(Math.max(...widths));
    if (!(widths[at]! > LEAST_COLUMNS)) break;
    widths[at]!--;
  }
  return widths;
}

function linesOf(row: readonly string[], columns: readonly number[]): string {
  const wrapped = columns.map((one, i) => {
    const cell = row[i] ?? '';
    // What fits stands as it is: blanks in front of it say what it belongs to.
    return textWidth(cell) <= one ? [cell] : wrapColumns(cell, Math.max(2, one));
  });
  const height = Math.max(1, ...wrapped.map((lines) => lines.length));
  return Array.from({ length: height }, (_, line) => {
    const parts = wrapped.map((lines, i) =>
      i === columns.length - 1 ? (lines[line] ?? '') : padColumns(lines[line] ?? '', columns[i]! + GAP),
    );
    return `${parts.join('').trimEnd()}\n`;
  }).join('');
}
