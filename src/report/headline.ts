import type { ScanSummary } from '../detect/scan-result.ts';
import { countOf, formatRange } from '../base/text/figures.ts';

/** The first sentence of every report, in the two halves at which it may be broken. */
export interface Headline {
  /** `7 findings in 12,345 events from 9 files` */
  readonly found: string;
  /** `2026-03-03 14:00 to 15:10 UTC`, empty when no event has a time */
  readonly range: string;
}

/** @returns what was found in how much */
export function headline(summary: ScanSummary): Headline {
  const found = summary.alertCount === 0 ? 'No findings' : countOf(summary.alertCount, 'finding');
  const files = summary.files.filter((file) => file.problem === undefined).length;
  return {
    found: `${found} in ${countOf(summary.events, 'event')} from ${countOf(files, 'file')}`,
    range: formatRange(summary.firstTime, summary.lastTime),
  };
}
