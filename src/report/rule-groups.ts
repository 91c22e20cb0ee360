/**
 * Alerts by rule, with the worst of each rule kept whole. Results may hold millions of alerts and come from disk, so they
 * are walked twice (count, then pick) and never collected.
 */
import { compareTexts, compareTimes } from '../base/order.ts';
import type { Alert } from '../detect/alert.ts';
import type { Severity } from '../event/severity.ts';
import type { Rule } from '../detect/rule.ts';
import type { ScanResult } from '../detect/scan-result.ts';
import type { ReportOptions } from './report.ts';
import { noSeverities, severityRank, worstOf } from './severity-order.ts';

/** The alerts of one rule. */
export interface RuleGroup {
  readonly rule: Rule;
  readonly count: number;
  readonly bySeverity: Readonly<Record<Severity, number>>;
  readonly worst: Severity;
  /** Earliest and latest event time; NaN when no alert has one. */
  readonly firstTime: number;
  readonly lastTime: number;
  /** The worst alerts, then the earliest; as many as the limits allow. */
  readonly shown: readonly Alert[];
}

/** How many alerts are kept whole. */
export interface GroupLimits {
  readonly perRule: number;
  readonly total: number;
}

/** @returns the alerts a report is about: building blocks and those that exceptions silenced only when asked for */
export function* shownAlerts(result: ScanResult, options: ReportOptions): Generator<Alert> {
  for (const alert of result.alerts) {
    if (alert.exceptedBy !== undefined && !options.showExcepted) continue;
    if (alert.isBuildingBlock && !options.showBuildingBlocks) continue;
    yield alert;
  }
}

/**
 * @param alerts may be walked twice
 * @param limits when the total is not enough for all, rules with few alerts keep theirs and the others share the rest
 * @param visit called once for each alert, for further figures
 * @returns groups, worst first, then by number of alerts, then by rule id
 */
export function groupByRule(
  alerts: () => Iterable<Alert>,
  limits: GroupLimits,
  visit?: (alert: Alert) => void,
): RuleGroup[] {
  const groups = new Map<string, Collecting>();
  for (const alert of alerts()) {
    visit?.(alert);
    let group = groups.get(alert.rule.id);
    if (!group) groups.set(alert.rule.id, (group = new Collecting(alert.rule)));
    group.add(alert);
  }
  const quotas = shareOut(
    [...groups.values()].map((group) => Math.min(group.count, limits.perRule)),
    limits.total,
  );
  [...groups.values()].forEach((group, index) => (group.quota = quotas[index]!));
  for (const alert of alerts()) groups.get(alert.rule.id)?.keep(alert);
  return [...groups.values()].sort(compareGroups);
}

/**
 * @param wanted how many each would take
 * @param total how many there are to give
 * @returns how many each gets: small wishes are met, the others share evenly, the first of them take what is left over
 */
export function shareOut(wanted: readonly number[], total: number): number[] {
  const given = wanted.map(() => 0);
  let left = total;
  let open = wanted.map((_, index) => index).sort((a, b) => wanted[a]! - wanted[b]!);
  while (open.length > 0) {
    const index = open[0]!;
    const fair =
      Math.floor(left / open.length) + (left % open.length > 0 && wanted[index]! * open.length > left ? 1 : 0);
    given[index] = Math.min(wanted[index]!, fair);
    left -= given[index];
    open = open.slice(1);
  }
  return given;
}

/** One group while it is filled. */
class Collecting implements RuleGroup {
  readonly rule: Rule;
  readonly bySeverity = noSeverities();
  readonly shown: Alert[] = [];
  count = 0;
  quota = 0;
  firstTime = NaN;
  lastTime = NaN;

  constructor(rule: Rule) {
    this.rule = rule;
  }

  get worst(): Severity {
    return worstOf(this.bySeverity) ?? this.rule.severity;
  }

  add(alert: Alert): void {
    this.count++;
    this.bySeverity[alert.severity]++;
    if (!(this.firstTime <= alert.originalTime)) this.firstTime = pick(alert.originalTime, this.firstTime);
    if (!(this.lastTime >= alert.lastTime)) this.lastTime = pick(alert.lastTime, this.lastTime);
  }

  /** Keeps the alert if it is among the worst so far; the list stays sorted. */
  keep(alert: Alert): void {
    if (this.quota === 0) return;
    const full = this.shown.length >= this.quota;
    if (full && worseFirst(alert, this.shown.at(-1)!) >= 0) return;
    let low = 0;
    let high = this.shown.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (worseFirst(this.shown[middle]!, alert) <= 0) low = middle + 1;
      else high = middle;
    }
    this.shown.splice(low, 0, alert);
    if (full) this.shown.pop();
  }
}

/** The new time unless it is none. */
function pick(time: number, other: number): number {
  return Number.isNaN(time) ? other : time;
}

function worseFirst(a: Alert, b: Alert): number {
  return (
    severityRank(b.severity) - severityRank(a.severity) ||
    compareTimes(a.originalTime, b.originalTime) ||
    compareTexts(a.id, b.id)
  );
}

function compareGroups(a: RuleGroup, b: RuleGroup): number {
  return severityRank(b.worst) - severityRank(a.worst) || b.count - a.count || compareTexts(a.rule.id, b.rule.id);
}
