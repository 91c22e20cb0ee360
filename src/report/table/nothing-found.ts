/** The page for a scan without findings: silence has reasons, and the reader is told which apply. */
import type { ScanSummary } from '../../detect/scan-result.ts';
import { blindRules } from '../blind-spots.ts';
import { countOf } from '../../base/text/figures.ts';
import { nextSteps } from '../next-steps.ts';
import type { Screen } from './screen.ts';

/** Writes how many rules looked and what to try next. */
export function writeNothingFound(screen: Screen, summary: ScanSummary): void {
  const looked = summary.rules.length - blindRules(summary).length;
  if (looked > 0 && summary.events > 0) {
    screen.heading(`${countOf(looked, 'rule')} ran and found nothing`);
    screen.prose('A rule sees what its sensor sees: connection logs hold no file names, RPC calls or logons.', 2);
  }
  screen.heading('What to try next');
  for (const hint of nextSteps(summary)) screen.prose(hint, 4, '  · ');
}
