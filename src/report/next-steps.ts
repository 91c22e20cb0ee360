/** Silence has reasons: which of them apply to a scan without findings, and what the reader can do. */
import type { ScanSummary } from '../detect/scan-result.ts';
import { blindRules, buildingBlockCount, counters, exceptedCount, unreadFiles } from './blind-spots.ts';
import { countOf } from '../base/text/figures.ts';

/**
 * @param summary a scan without alerts
 * @returns hints, the most likely reason for silence first; never empty
 */
export function nextSteps(summary: ScanSummary): string[] {
  const hints: string[] = [];
  if (summary.files.length === 0) hints.push('No file was read: name files or folders that hold logs or captures.');
  else if (summary.events === 0) {
    hints.push('No event was read: run smbastion sources for the formats that are understood.');
  }
  if (summary.rules.length === 0)
    hints.push('No rule ran: run smbastion rules list for the rules and which are enabled.');
  const excepted = exceptedCount(summary);
  if (excepted > 0)
    hints.push(`Exceptions silenced ${countOf(excepted, 'match', 'matches')}: --show-excepted shows them.`);
  const weak = buildingBlockCount(summary);
  if (weak > 0)
    hints.push(
      weak === 1
        ? '1 weak sign that feeds other rules is hidden: --show-building-blocks shows it.'
        : `${countOf(weak, 'weak sign')} that feed other rules are hidden: --show-building-blocks shows them.`,
    );
  for (const { name, count, hint } of counters(summary)) {
    hints.push(`${countOf(count, 'event')} counted as “${name}”: ${hint}`);
  }
  const blind = blindRules(summary);
  if (blind.length > 0 && summary.events > 0) {
    const wanted = [...new Set(blind.flatMap((entry) => entry.rule.datasets))].slice(0, 4).join(', ');
    hints.push(`${countOf(blind.length, 'rule')} had no data: add evidence such as ${wanted}.`);
  }
  if (unreadFiles(summary).length > 0) hints.push('Some files were not read; the reasons stand below.');
  if (hints.length === 0) hints.push('No rule fired. That is no proof: other sensors or a longer time may show more.');
  if (summary.events > 0)
    hints.push(`What spoke SMB all the same: smbastion query 'smb.flow.evidence:*' and these paths.`);
  return hints;
}
