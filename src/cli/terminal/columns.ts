import { printable } from '../../base/text/printable.ts';
import { padColumns, textWidth, wrapColumns } from '../../base/text/text-width.ts';

/**
 * Lays rows out in columns for a terminal: all columns but the last are as wide as their widest cell, the last one wraps.
 *
 * @param rows cells; data is made printable here
 * @param width columns of the terminal
 * @returns lines with a line end each
 */
export function layOut(rows: readonly (readonly string[])[], width: number): string {
  const count = Math.max(0, ...rows.map((row) => row.length));
  const cells = rows.map((row) => row.map((cell) => printable(cell)));
  const widths = Array.from({ length: count - 1 }, (_, i) =>
    Math.max(0, ...cells.map((row) => textWidth(row[i] ?? ''))),
  );
  const indent = widths.reduce((sum, one) => sum + one + 2, 0);
  const rest = Math.max(20, width - indent);
  return cells
    .map((row) => {
      const head = widths.map((one, i) => padColumns(row[i] ?? '', one + 2)).join('');
      const lines = wrapColumns(row[count - 1] ?? '', rest);
      return lines.map((line, i) => `${i === 0 ? head : ' '.repeat(indent)}${line}`.trimEnd()).join('\n');
    })
    .map((text) => `${text}\n`)
    .join('');
}
