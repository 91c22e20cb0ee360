import { printable } from '../../base/text/printable.ts';

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
  const widths = Array.from({ length: count - 1 }, (_, i) => Math.max(0, ...cells.map((row) => row[i]?.length ?? 0)));
  const indent = widths.reduce((sum, one) => sum + one + 2, 0);
  const rest = Math.max(20, width - indent);
  return cells
    .map((row) => {
      const head = widths.map((one, i) => (row[i] ?? '').padEnd(one + 2)).join('');
      const lines = wrap(row[count - 1] ?? '', rest);
      return lines.map((line, i) => `${i === 0 ? head : ' '.repeat(indent)}${line}`.trimEnd()).join('\n');
    })
    .map((text) => `${text}\n`)
    .join('');
}

/** Breaks text at blanks so that no line is longer than the width, unless a single word is. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  return [...lines, line];
}
