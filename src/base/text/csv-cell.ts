import { printable } from './printable.ts';

/** What makes a spreadsheet take a cell for a formula, the full-width signs of East Asian keyboards too. */
const FORMULA = /^(?:[\t\r\n]|\s*[=+\-@＝＋－＠])/;

/**
 * One cell of comma-separated values (RFC 4180). Spreadsheets run cells that look like formulas, so text that does gets an
 * apostrophe in front; control characters are escaped, so that no cell spans lines or repaints a terminal.
 *
 * @param value text from data, or a figure of our own
 * @returns the cell, in quotes where RFC 4180 asks for them; empty for nothing
 */
export function formatCsvCell(value: string | number | null | undefined): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'number') return String(value);
  const text = `${FORMULA.test(value) ? "'" : ''}${printable(value)}`;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
