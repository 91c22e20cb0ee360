/** The page for a scan without findings: silence has reasons, and the reader is told which apply. */
import type { ScanSummary } from '../../detect/scan-result.ts';
import { blindRules } from '../blind-spots.ts';
import { countOf } from '../../base/text/figures.ts';
import { nextSteps } from '../next-steps.ts';
import type { Screen } from './screen.ts';

/** Writes which rules ran and what to try next. */
export function writeNothingFound(screen: Screen, summary: ScanSummary): void {
  const blind = new Set(blindRules(summary).map((entry) => entry.rule.id));
  const looked = summary.rules.filter((entry) => !blind.has(entry.rule.id)).map((entry) => entry.rule.id);
  if (looked.length > 0) {
    screen.heading(`${countOf(looked.length, 'rule')} looked at the evidence and found nothing`);
    screen.prose(looked.join(', '), 2);
  }
  screen.heading('What to try next');
  for (const hint of nextSteps(summary)) screen.prose(hint, 4, '  · ');
}
