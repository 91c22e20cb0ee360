/** What a scan could not see, in sentences: nobody may take silence for safety. */
import { type FaultGroup, isAssumption } from '../base/fault.ts';
import { compileGlob, parseGlob } from '../base/glob.ts';
import type { Rule } from '../detect/rule.ts';
import type { RuleResult, ScanSummary } from '../detect/scan-result.ts';
import { countOf, formatCount } from '../base/text/figures.ts';

/** @returns rules of which no dataset was in the evidence: they ran, and had nothing to look at */
export function blindRules(summary: ScanSummary): RuleResult[] {
  const seen = summary.datasets.map((entry) => entry.dataset);
  return summary.rules.filter((entry) => entry.rule.datasets.length > 0 && !canSee(entry.rule, seen));
}

function canSee(rule: Rule, seen: readonly string[]): boolean {
  return rule.datasets.some((pattern) => seen.some(compileGlob(parseGlob(pattern))));
}

/** @returns files that were not read, or only recognised as nothing we know */
export function unreadFiles(summary: ScanSummary): ScanSummary['files'] {
  return summary.files.filter((file) => file.problem !== undefined);
}

/** @returns groups of faults that cost a record or a value */
export function damage(summary: ScanSummary): FaultGroup[] {
  return summary.faults.filter((group) => !isAssumption(group));
}

/** @returns groups of faults that tell on which assumption something was read */
export function assumptions(summary: ScanSummary): FaultGroup[] {
  return summary.faults.filter(isAssumption);
}

/** @returns damaged places in all files */
function faultCount(summary: ScanSummary): number {
  return damage(summary).reduce((total, group) => total + group.count, 0);
}

/** @returns alerts that are hidden because they only feed other rules */
export function buildingBlockCount(summary: ScanSummary): number {
  return summary.rules.reduce((total, entry) => total + entry.buildingBlocks, 0);
}

/** @returns matching events that exceptions silenced */
export function exceptedCount(summary: ScanSummary): number {
  return summary.rules.reduce((total, entry) => total + entry.excepted, 0);
}

/** @returns counters of all rules, each with its rule */
export function counters(summary: ScanSummary): { rule: Rule; name: string; count: number; hint: string }[] {
  return summary.rules.flatMap((entry) => entry.counters.map((counter) => ({ rule: entry.rule, ...counter })));
}

/** @returns one sentence for each thing that limits the answer; empty when everything was seen */
export function blindSpots(summary: ScanSummary): string[] {
  const found: string[] = [];
  if (summary.interrupted) found.push('The scan was stopped before its end; what follows was found until then.');
  if (summary.rules.length === 0) found.push('No rule ran, so nothing was looked for.');
  if (summary.events === 0) found.push('No event was read, so there was nothing to judge.');
  const unread = unreadFiles(summary).length;
  if (unread > 0) found.push(`${countOf(unread, 'file was', 'files were')} not read.`);
  const faults = faultCount(summary);
  if (faults > 0) found.push(`${countOf(faults, 'damaged record was', 'damaged records were')} left out.`);
  const limits = summary.limits.length;
  if (limits > 0) found.push(`${countOf(limits, 'limit was', 'limits were')} reached, so something is missing.`);
  const blind = blindRules(summary);
  if (blind.length > 0) {
    const all = summary.rules.length;
    found.push(`${formatCount(blind.length)} of ${countOf(all, 'rule')} had no data of the kind they need.`);
  }
  for (const { rule, name, count } of counters(summary)) {
    found.push(`${countOf(count, 'event')} could not be judged by ${rule.id} (counted as “${name}”).`);
  }
  return found;
}
