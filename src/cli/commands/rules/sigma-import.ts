/** The report of an import of Sigma rules: how many run, why the others do not, then each of those. */
import { formatError } from '../../../base/error.ts';
import { countOf, formatCount } from '../../../base/text/figures.ts';
import { printable, printableLines } from '../../../base/text/printable.ts';
import { wrapColumns } from '../../../base/text/text-width.ts';
import type { SigmaImport } from '../../../detect/sigma/import-sigma.ts';

/** @param width columns of the terminal */
export function describeSigmaImport(report: SigmaImport, width: number): string {
  const { rules, correlations, filters, withoutSource, refused, warnings } = report;
  const running = [countOf(rules, 'rule'), countOf(correlations, 'correlation'), countOf(filters, 'filter')].join(', ');
  const counts: readonly (readonly [number, string])[] = [
    [rules + correlations + filters, `run here: ${running}`],
    [withoutSource.length, 'are about logs that no source here gives, and are not copied'],
    [refused.length, 'are refused'],
  ];
  const parts = [
    `Sigma: ${countOf(report.documents, 'document')}\n`,
    ...counts.map(([count, what]) => `${formatCount(count).padStart(8)}  ${what}\n`),
  ];
  if (warnings > 0) parts.push(`${countOf(warnings, 'remark')} on those that run: smbastion rules lint shows them.\n`);
  parts.push(
    ...grouped(
      'No data source',
      withoutSource.map(({ reason }) => reason),
      width,
    ),
  );
  parts.push(
    ...grouped(
      'Refused',
      refused.map(({ errors }) => withoutNames(errors[0]!.message)),
      width,
    ),
  );
  if (withoutSource.length > 0) parts.push('\nWithout data source\n');
  for (const { title, file, reason } of withoutSource) parts.push(printable(`  ${file}: ${title}: ${reason}`), '\n');
  if (refused.length > 0) parts.push('\nRefused, each\n');
  for (const { title, file, errors } of refused) {
    const said = errors.map((error) => formatError(error)).join('\n');
    parts.push(`${printable(`  ${file}: ${title}`)}\n${printableLines(said).replaceAll(/^/gm, '    ')}\n`);
  }
  return parts.join('');
}

/** Reasons with their counts, the most frequent first. */
function grouped(heading: string, reasons: readonly string[], width: number): string[] {
  if (reasons.length === 0) return [];
  const counts = new Map<string, number>();
  for (const reason of reasons) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  const rows = [...counts].toSorted(([one, a], [other, b]) => b - a || (one < other ? -1 : 1));
  return [
    `\n${heading}, by reason\n`,
    ...rows.map(([reason, count]) => {
      const lines = wrapColumns(printable(reason), Math.max(20, width - 10));
      return `${formatCount(count).padStart(8)}  ${lines.join(`\n${' '.repeat(10)}`)}\n`;
    }),
  ];
}

/** The same mistake in two rules is one reason, whatever names they use. */
function withoutNames(message: string): string {
  return message.replaceAll(/"[^"]*"|`[^`]*`/g, '…').replace(/ Did you mean …\?/, '');
}
