/**
 * Progress of long work on standard error: one line that is rewritten on a terminal, one line each ten seconds
 * elsewhere, nothing with --quiet.
 */
import { countOf, formatBytes } from '../../base/text/figures.ts';
import { printable } from '../../base/text/printable.ts';
import type { ReadingFigures } from '../../sources/input/read-all.ts';

/** Time between two lines when standard error is no terminal. */
const LOG_EVERY_MS = 10_000;
/** Time between two repaints on a terminal; work that ends sooner shows nothing. */
const PAINT_EVERY_MS = 200;

/** Shows figures now and then; asked often, it answers cheaply. */
export class Progress {
  private readonly isTerminal = process.stderr.isTTY === true;
  private readonly quiet: boolean;
  private readonly started = Date.now();
  private last = Date.now();
  private painted = false;

  constructor(quiet: boolean) {
    this.quiet = quiet;
  }

  update(figures: () => ReadingFigures): void {
    if (this.quiet) return;
    const now = Date.now();
    if (now - this.last < (this.isTerminal ? PAINT_EVERY_MS : LOG_EVERY_MS)) return;
    this.last = now;
    const line = progressLine(figures(), now - this.started);
    if (this.isTerminal) {
      const width = process.stderr.columns ?? 80;
      process.stderr.write(`\r\u001b[2K${line.slice(0, width - 1)}`);
      this.painted = true;
    } else {
      process.stderr.write(`${line}\n`);
    }
  }

  /** Clears the line. */
  finish(): void {
    if (this.painted) process.stderr.write('\r\u001b[2K');
    this.painted = false;
  }
}

/** `42 % of 1.2 GB, 210 MB/s, 4 s left, 1,204,112 events, 3 faults: conn.log` */
export function progressLine(figures: ReadingFigures, elapsedMs: number): string {
  const { doneBytes, totalBytes, events, faults } = figures;
  const rate = doneBytes / Math.max(1, elapsedMs);
  const parts: string[] = [];
  if (totalBytes > 0)
    parts.push(`${Math.min(100, Math.floor((doneBytes / totalBytes) * 100))} % of ${formatBytes(totalBytes)}`);
  else parts.push(formatBytes(doneBytes));
  parts.push(`${formatBytes(rate * 1000)}/s`);
  if (totalBytes > doneBytes && rate > 0) parts.push(`${Math.ceil((totalBytes - doneBytes) / rate / 1000)} s left`);
  parts.push(countOf(events, 'event'));
  if (faults > 0) parts.push(countOf(faults, 'fault'));
  return `${parts.join(', ')}: ${printable(figures.file)}`;
}
