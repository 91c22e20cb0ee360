/** Alerts of the store as the API gives them. */
import type { Static } from 'typebox';
import { parseTimestamp } from '../../base/time/timestamp.ts';
import { type Document, isDocument } from '../../event/document.ts';
import type { AlertFilter, StoredAlert } from '../../store/alert-store.ts';
import type { AlertDetail, AlertFilterInput, AlertSummary } from '../contract/alerts.ts';

/** @returns what the store is asked */
export function toAlertFilter(input: Static<typeof AlertFilterInput>): AlertFilter {
  return {
    states: input.state,
    severities: input.severity,
    ruleIds: input.rule,
    text: input.text,
    fromMs: input.fromMs,
    beforeMs: input.beforeMs,
    createdFromMs: input.createdFromMs,
    withBuildingBlocks: input.withBuildingBlocks,
  };
}

/** @returns the alert in short */
export function toAlertSummary(alert: StoredAlert): AlertSummary {
  const { document, about } = alert;
  const inAlert = inside(inside(document, 'kibana'), 'alert');
  const members = inside(document, 'smbastion')['member_count'];
  return {
    id: alert.id,
    rule: { id: alert.ruleId, name: textOr(inside(inAlert, 'rule')['name'], alert.ruleId) },
    severity: alert.severity,
    riskScore: alert.riskScore,
    state: alert.state,
    verdict: alert.verdict,
    timeMs: alert.timeMs,
    createdMs: alert.createdMs,
    reason: textOr(inAlert['reason'], ''),
    events: typeof members === 'number' ? members : 1,
    ...about,
    isBuildingBlock: alert.isBuildingBlock,
  };
}

/** @returns the alert with its history, its events and its document */
export function toAlertDetail(alert: StoredAlert): AlertDetail {
  return {
    ...toAlertSummary(alert),
    history: [...alert.history],
    members: membersOf(alert.document),
    document: alert.document,
  };
}

function membersOf(document: Document): AlertDetail['members'] {
  const members = inside(document, 'smbastion')['members'];
  if (!Array.isArray(members)) return [];
  return members.filter(isDocument).map((member) => {
    const { id, file, line, '@timestamp': time } = member;
    const parsed = typeof time === 'string' ? parseTimestamp(time) : undefined;
    const ms = parsed === undefined ? undefined : Math.floor(parsed);
    return {
      id: String(id),
      timeMs: parsed,
      place: typeof file === 'string' ? `${file}${typeof line === 'number' ? `:${line}` : ''}` : undefined,
      // With its time, so that only events of that moment are looked at.
      search: { query: `smbastion.event.id:"${String(id)}"`, fromMs: ms, beforeMs: ms === undefined ? ms : ms + 1 },
    };
  });
}

function inside(document: Document, key: string): Document {
  const value = document[key];
  return isDocument(value) ? value : {};
}

function textOr(value: unknown, otherwise: string): string {
  return typeof value === 'string' ? value : otherwise;
}
