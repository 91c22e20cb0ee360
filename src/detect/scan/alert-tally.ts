/** Figures over the alerts of a scan: by rule, by severity, by hour, by pair. Alerts that an exception silences do not count, nor do building blocks. */
import { DocumentEvent } from '../../event/document-event.ts';
import { fieldId } from '../../event/field.ts';
import type { Networks } from '../../event/networks.ts';
import { firstText } from '../../event/view.ts';
import type { Alert } from '../alert.ts';
import { SEVERITIES, type Severity } from '../../event/severity.ts';
import type { ScanSummary } from '../scan-result.ts';

const HOUR_MS = 3_600_000;
/** Pairs the summary shows. */
const TOP_PAIRS = 10;

const CLIENT = ['client.ip', 'client.address', 'client.domain'].map(fieldId);
const SERVER = ['server.ip', 'server.address', 'server.domain', 'host.name'].map(fieldId);

type BySeverity = Record<Severity, number>;

interface Pair {
  readonly client: string;
  readonly server: string;
  alerts: number;
  worst: number;
}

/** What {@link tallyAlerts} counts. */
export interface AlertTally extends Pick<ScanSummary, 'alertCount' | 'bySeverity' | 'timeline' | 'topPairs'> {
  /** Alerts by rule id. */
  readonly byRule: ReadonlyMap<string, number>;
  /** Building blocks by rule id; they count nowhere else. */
  readonly blocksByRule: ReadonlyMap<string, number>;
}

/**
 * @param alerts in order of time
 * @param maxPairs pairs counted
 * @param onPairLimit called for each alert of a pair beyond
 */
export function tallyAlerts(
  alerts: Iterable<Alert>,
  networks: Networks,
  maxPairs: number,
  onPairLimit: () => void,
): AlertTally {
  const view = new DocumentEvent(networks);
  const bySeverity = zeroes();
  const byRule = new Map<string, number>();
  const blocksByRule = new Map<string, number>();
  const hours = new Map<number, BySeverity>();
  const pairs = new Map<string, Pair>();
  let alertCount = 0;
  for (const alert of alerts) {
    if (alert.exceptedBy !== undefined) continue;
    if (alert.isBuildingBlock) {
      blocksByRule.set(alert.rule.id, (blocksByRule.get(alert.rule.id) ?? 0) + 1);
      continue;
    }
    alertCount++;
    bySeverity[alert.severity]++;
    byRule.set(alert.rule.id, (byRule.get(alert.rule.id) ?? 0) + 1);
    if (!Number.isNaN(alert.originalTime)) {
      const hour = Math.floor(alert.originalTime / HOUR_MS) * HOUR_MS;
      const counts = hours.get(hour) ?? zeroes();
      counts[alert.severity]++;
      hours.set(hour, counts);
    }
    view.point(alert.document);
    const client = firstOf(view, CLIENT);
    const server = firstOf(view, SERVER);
    if (client === undefined || server === undefined) continue;
    const key = JSON.stringify([client, server]);
    let pair = pairs.get(key);
    if (!pair) {
      if (pairs.size >= maxPairs) {
        onPairLimit();
        continue;
      }
      pair = { client, server, alerts: 0, worst: 0 };
      pairs.set(key, pair);
    }
    pair.alerts++;
    pair.worst = Math.max(pair.worst, SEVERITIES.indexOf(alert.severity));
  }
  return {
    alertCount,
    bySeverity,
    byRule,
    blocksByRule,
    timeline: [...hours].map(([time, counts]) => ({ time, counts })).sort((one, other) => one.time - other.time),
    topPairs: [...pairs]
      .sort(([keyOne, one], [keyOther, other]) => {
        return other.alerts - one.alerts || other.worst - one.worst || (keyOne < keyOther ? -1 : 1);
      })
      .slice(0, TOP_PAIRS)
      .map(([, { client, server, alerts: count, worst }]) => {
        return { client, server, alerts: count, worst: SEVERITIES[worst]! };
      }),
  };
}

function zeroes(): BySeverity {
  return { low: 0, medium: 0, high: 0, critical: 0 };
}

function firstOf(view: DocumentEvent, ids: readonly number[]): string | undefined {
  for (const id of ids) {
    const text = firstText(view, id);
    if (text !== undefined) return text;
  }
  return undefined;
}
