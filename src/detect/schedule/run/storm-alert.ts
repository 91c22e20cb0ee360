import { formatCount, formatRange } from '../../../base/text/figures.ts';
import type { Alert } from '../../alert.ts';
import { alertId } from '../../alerts/alert-id.ts';
import type { Rule } from '../../rule.ts';
import { aboutWords } from '../about-words.ts';

/** Groups a storm names. */
const NAMED = 3;

/**
 * One alert in place of all above `max_signals`, for a rule that says `overflow = "summarise"`. It counts them, says when they
 * were and what they were about most often; `rules backfill` over that time tells them one by one.
 *
 * @param left alerts that are not told, in order of time
 * @param positions events of the run, so that the same run gives the same alert
 */
export function stormAlert(rule: Rule, left: readonly Alert[], positions: readonly [after: number, to: number]): Alert {
  const counts = new Map<string, number>();
  for (const alert of left) {
    const about = aboutWords(alert);
    if (about !== '') counts.set(about, (counts.get(about) ?? 0) + 1);
  }
  const most = [...counts].sort(([, one], [, other]) => other - one).slice(0, NAMED);
  const named = most.map(([about, count]) => `${about} (${formatCount(count)})`).join('; ');
  const first = left[0]!;
  const from = Math.min(...left.map(({ originalTime }) => originalTime).filter((time) => !Number.isNaN(time)));
  const to = Math.max(...left.map(({ lastTime }) => lastTime).filter((time) => !Number.isNaN(time)));
  const when = Number.isFinite(from) ? `, ${formatRange(from, to)}` : '';
  return {
    id: alertId(rule, ['storm', ...positions.map(String)], undefined),
    rule,
    name: rule.name,
    severity: rule.severity,
    riskScore: rule.riskScore,
    threat: rule.threat,
    reason: `${formatCount(left.length)} more alerts than max_signals (${rule.maxSignals})${when}${named === '' ? '' : `; most: ${named}`}`,
    originalTime: Number.isFinite(from) ? from : Number.NaN,
    lastTime: Number.isFinite(to) ? to : Number.NaN,
    document: {},
    members: [],
    memberCount: left.reduce((sum, { memberCount }) => sum + memberCount, 0),
    group: undefined,
    finding: undefined,
    newTerms: undefined,
    sequence: undefined,
    suppression: undefined,
    exceptedBy: undefined,
    isBuildingBlock: first.isBuildingBlock,
    notes: ['overflow: these alerts were not told one by one; smbastion rules backfill does'],
  };
}
