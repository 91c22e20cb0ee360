/** What is told: one alert, or several together when there were too many. */
import { countOf, formatTime } from '../../base/text/figures.ts';
import { printable } from '../../base/text/printable.ts';
import { type Document, isDocument } from '../../event/document.ts';
import type { StoredAlert } from '../../store/alert-store.ts';

/** An alert as it is told. Texts are from evidence, which an attacker may have written. */
export interface NotifiedAlert {
  readonly id: string;
  readonly ruleId: string;
  readonly ruleName: string;
  readonly severity: StoredAlert['severity'];
  readonly riskScore: number;
  readonly timeMs: number;
  readonly reason: string;
  readonly host: string | undefined;
  readonly source: string | undefined;
  readonly destination: string | undefined;
  readonly account: string | undefined;
  /** False when it was told before and became more severe. */
  readonly isNew: boolean;
}

/** A message of one or more alerts. */
export interface Notification {
  /** The same whenever it is tried, so that a receiver knows it again. */
  readonly id: string;
  readonly alerts: readonly NotifiedAlert[];
  /** Where people look at alerts; undefined when the configuration does not say. */
  readonly publicUrl: string | undefined;
  readonly isTest: boolean;
}

/** Alerts that a message lists by name. */
export const MAX_LISTED = 50;

const RANK = { critical: 3, high: 2, medium: 1, low: 0 } as const;

/** @returns the alert as it is told */
export function toNotifiedAlert(alert: StoredAlert, isNew: boolean): NotifiedAlert {
  const { id, ruleId, severity, riskScore, timeMs, about } = alert;
  const inAlert = inside(inside(alert.document, 'kibana'), 'alert');
  const name = inside(inAlert, 'rule')['name'];
  const { reason } = inAlert;
  const ruleName = typeof name === 'string' ? name : ruleId;
  return {
    id,
    ruleId,
    ruleName,
    severity,
    riskScore,
    timeMs,
    reason: typeof reason === 'string' ? reason : '',
    ...about,
    isNew,
  };
}

/** @returns an alert that nobody made, to try a channel */
export function testAlert(now: number): NotifiedAlert {
  return {
    id: 'test',
    ruleId: 'test',
    ruleName: 'Test of a channel',
    severity: 'low',
    riskScore: 0,
    timeMs: now,
    reason: 'Somebody tries whether alerts arrive here.',
    host: undefined,
    source: undefined,
    destination: undefined,
    account: undefined,
    isNew: true,
  };
}

/** @returns the alerts that are listed, the worst first, and how many are not */
export function listed(alerts: readonly NotifiedAlert[]): {
  readonly shown: readonly NotifiedAlert[];
  readonly more: number;
} {
  const sorted = [...alerts].sort((x, y) => RANK[y.severity] - RANK[x.severity] || y.riskScore - x.riskScore);
  return { shown: sorted.slice(0, MAX_LISTED), more: Math.max(0, alerts.length - MAX_LISTED) };
}

/** @returns how many alerts of which rule, the most first */
export function countsByRule(alerts: readonly NotifiedAlert[]): { readonly ruleId: string; readonly count: number }[] {
  const counts = new Map<string, number>();
  for (const { ruleId } of alerts) counts.set(ruleId, (counts.get(ruleId) ?? 0) + 1);
  return [...counts].map(([ruleId, count]) => ({ ruleId, count })).sort((x, y) => y.count - x.count);
}

/** @returns one line for people */
export function subjectOf({ alerts, isTest }: Notification): string {
  const { shown } = listed(alerts);
  const [worst] = shown;
  const word = isTest ? 'TEST' : worst!.severity.toUpperCase();
  if (alerts.length > 1) return `[smbastion] ${word}: ${countOf(alerts.length, 'alert')}`;
  return printable(`[smbastion] ${word}${worst!.isNew ? '' : ', risen'}: ${worst!.ruleName}`);
}

/** @returns the message as text for people */
export function textOf({ alerts, publicUrl }: Notification): string {
  const { shown, more } = listed(alerts);
  const counts = countsByRule(alerts).map(({ ruleId, count }) => `  ${count} of ${printable(ruleId)}`);
  const head =
    alerts.length === 1
      ? []
      : [`${countOf(alerts.length, 'alert')} in one message, because there were too many for one each:`, ...counts, ''];
  const tail = more === 0 ? [] : [`… and ${countOf(more, 'more', 'more')}`];
  return [...head, ...shown.flatMap((alert) => alertLines(alert, publicUrl)), ...tail, ''].join('\n');
}

function alertLines(alert: NotifiedAlert, publicUrl: string | undefined): string[] {
  const { severity, riskScore, ruleName, reason, timeMs, id } = alert;
  const parties = (['host', 'source', 'destination', 'account'] as const).flatMap((key) => {
    return alert[key] === undefined ? [] : [`${key} ${alert[key]}`];
  });
  const lines = [
    `${severity.toUpperCase()} (${riskScore})${alert.isNew ? '' : ', more severe than before'}: ${ruleName}`,
    reason,
    parties.join(', '),
    `last event ${timeMs === 0 ? 'without time' : `${formatTime(timeMs)} UTC`}, alert ${id}`,
    publicUrl === undefined ? '' : linkOf(publicUrl, id),
  ];
  return [...lines.filter((line) => line !== '').map(printable), ''];
}

/** @returns where people look at the alert */
export function linkOf(publicUrl: string, id: string): string {
  return `${publicUrl}/alerts/${encodeURIComponent(id)}`;
}

function inside(document: Document, key: string): Document {
  const value = document[key];
  return isDocument(value) ? value : {};
}
