/** What was read, what was not, and what that means: the end of the table. */
import type { Fault } from '../../base/fault.ts';
import { printable } from '../../base/text/printable.ts';
import { cutColumns, padColumns, textWidth } from '../../base/text/text-width.ts';
import type { ScanSummary } from '../../detect/scan-result.ts';
import { assumptions, blindRules, blindSpots, damage, unreadFiles } from '../blind-spots.ts';
import { countOf, formatBytes, formatCount, formatElapsed } from '../../base/text/figures.ts';
import type { Screen } from './screen.ts';

/** Rows of one list on a terminal; longer lists say how many are left out. */
const ROWS = 12;
const INDENT = 2;

/** Writes every part that has something to say. */
export function writeSummary(screen: Screen, summary: ScanSummary): void {
  writeRead(screen, summary);
  writeUnread(screen, summary);
  writeFaults(screen, summary);
  writeLimits(screen, summary);
  writeExceptions(screen, summary);
  writeBlind(screen, summary);
}

function writeRead(screen: Screen, summary: ScanSummary): void {
  const files = summary.files.filter((file) => file.problem === undefined).length;
  const rate = `${countOf(files, 'file')}, ${countOf(summary.events, 'event')}, ${formatBytes(summary.bytes)}`;
  screen.heading('Read');
  screen.prose(`${rate} in ${formatElapsed(summary.elapsedMs)}`, INDENT);
  writeRows(
    screen,
    summary.datasets.map((entry) => [entry.dataset, formatCount(entry.events)]),
  );
  if (summary.skipped.length > 0) {
    screen.line('  records without an event:');
    writeRows(
      screen,
      summary.skipped.map((entry) => [entry.reason, formatCount(entry.count)]),
    );
  }
}

/** Two columns, the second to the right. */
function writeRows(screen: Screen, rows: readonly (readonly [string, string])[]): void {
  const shown = rows.slice(0, ROWS);
  const numbers = Math.max(0, ...shown.map((row) => row[1].length));
  const room = Math.min(screen.width, 80) - 2 * INDENT - numbers - 2;
  const names = shown.map((row) => cutColumns(printable(row[0]), room));
  const widest = Math.max(0, ...names.map(textWidth));
  shown.forEach((row, i) => {
    screen.line(`${' '.repeat(2 * INDENT)}${padColumns(names[i]!, widest)}  ${row[1].padStart(numbers)}`);
  });
  writeRest(screen, rows.length - shown.length);
}

function writeRest(screen: Screen, rest: number): void {
  if (rest > 0) screen.line(`${' '.repeat(2 * INDENT)}and ${formatCount(rest)} more (see --format html)`);
}

function writeUnread(screen: Screen, summary: ScanSummary): void {
  const unread = unreadFiles(summary);
  if (unread.length === 0) return;
  screen.heading('Not read');
  for (const file of unread.slice(0, ROWS)) screen.prose(`${file.file}: ${file.problem}`, 2 * INDENT, '  ');
  writeRest(screen, unread.length - ROWS);
}

function writeFaults(screen: Screen, summary: ScanSummary): void {
  const damaged = damage(summary);
  if (damaged.length > 0) screen.heading('Damaged records and values, left out');
  for (const group of damaged.slice(0, ROWS)) {
    const first = group.samples[0];
    const sample = first ? `: ${first.message}${placeOf(first, group.count)}` : '';
    screen.prose(`${group.file}: ${formatCount(group.count)} × ${group.code}${sample}`, 2 * INDENT, '  ');
  }
  writeRest(screen, damaged.length - ROWS);
  const assumed = assumptions(summary);
  if (assumed.length > 0) screen.heading('Assumptions');
  for (const { file, count, samples } of assumed.slice(0, ROWS)) {
    const more = count > 1 ? ` (and ${formatCount(count - 1)} more like it)` : '';
    screen.prose(`${file}: ${samples[0]?.message ?? ''}${more}`, 2 * INDENT, '  ');
  }
  writeRest(screen, assumed.length - ROWS);
}

/** The file is named already. */
function placeOf({ line, offset }: Fault, count: number): string {
  const place = line !== undefined ? `line ${line}` : offset !== undefined ? `byte ${offset}` : undefined;
  return place === undefined ? '' : ` (${count > 1 ? 'first ' : ''}at ${place})`;
}

function writeLimits(screen: Screen, summary: ScanSummary): void {
  if (summary.limits.length === 0) return;
  screen.heading('Limits reached');
  for (const limit of summary.limits) {
    const figures = `${limit.name} = ${formatCount(limit.limit)}, reached ${countOf(limit.count, 'time')}`;
    screen.prose(`${figures}: ${limit.consequence}`, 2 * INDENT, '  ');
  }
}

function writeExceptions(screen: Screen, summary: ScanSummary): void {
  const used = summary.exceptions.filter((exception) => exception.hits > 0);
  if (used.length === 0) return;
  screen.heading('Exceptions that hid something');
  for (const exception of used.slice(0, ROWS)) {
    const expires = exception.expires === '' ? 'never expires' : `until ${exception.expires}`;
    screen.prose(
      `${exception.name} (${exception.id}, ${expires}): ${countOf(exception.hits, 'match', 'matches')}`,
      2 * INDENT,
      '  ',
    );
  }
  writeRest(screen, used.length - ROWS);
}

function writeBlind(screen: Screen, summary: ScanSummary): void {
  const spots = blindSpots(summary);
  if (spots.length === 0) return;
  screen.heading('What could not be seen');
  for (const spot of spots) screen.prose(spot, 2 * INDENT, '  ');
  const blind = blindRules(summary);
  for (const { rule } of blind.slice(0, ROWS)) {
    screen.prose(`${rule.id} needs ${rule.datasets.join(' or ')}`, 3 * INDENT, ' '.repeat(2 * INDENT), screen.dim);
  }
  writeRest(screen, blind.length - ROWS);
}
