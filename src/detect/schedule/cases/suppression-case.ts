/**
 * The short way of rules over single events with suppression. A group that goes on all day, such as a management host, is an
 * island without end; reading it back each run would cost more the longer it lasts. As long as events come in order, what
 * was told says all that is needed: a new event within the duration adds to the alert of its group, any other begins one.
 */
import type { Document } from '../../../event/document.ts';
import { isDocument } from '../../../event/document.ts';
import type { AlertRecord } from '../../../store/alert-store.ts';
import { MAX_MEMBERS } from '../../alerts/alert-builder.ts';
import { toAlertDocument } from '../../alerts/alert-document.ts';
import type { Alert } from '../../alert.ts';
import type { Rule } from '../../rule.ts';
import type { RuleState, ToldAlert } from '../memory/rule-state.ts';
import type { Found } from './judged-case.ts';
import { aboutOf } from '../memory/told-alerts.ts';

/** What was told is remembered for so many durations behind the latest. */
const REMEMBERED = 3;

/** @returns whether the memory of a rule is enough for the short way */
export function canContinue(rule: Rule, state: RuleState, maxTold: number): boolean {
  const hasDuration = rule.type === 'query' && rule.suppression?.durationMs !== undefined;
  return hasDuration && state.isWhole && state.told.length < maxTold;
}

/**
 * @param alerts alerts of the new events alone, in order of time
 * @param stored gives an alert as it is stored
 * @returns what they mean for what was told; undefined when one comes late, so that history must be read
 */
export async function continued(
  rule: Rule,
  told: readonly ToldAlert[],
  alerts: readonly Alert[],
  stored: (id: string) => Promise<AlertRecord | undefined>,
): Promise<Found[] | undefined> {
  const durationMs = rule.suppression!.durationMs!;
  const last = told.reduce((latest, { to }) => Math.max(latest, to), -Infinity);
  const latest = new Map<string, ToldAlert>();
  for (const one of told) {
    if (one.about !== undefined && one.to >= (latest.get(one.about)?.to ?? -Infinity)) latest.set(one.about, one);
  }
  const found: Found[] = [];
  for (const alert of alerts) {
    if (alert.suppression === undefined) {
      found.push({ alert, slackMs: 0 });
      continue;
    }
    const before = latest.get(aboutOf(alert)!);
    const isLate = alert.originalTime <= (before?.to ?? -Infinity);
    if (isLate || alert.originalTime < last - (REMEMBERED - 1) * durationMs) return undefined;
    if (!before || alert.originalTime - before.to > durationMs) {
      found.push({ alert, slackMs: 0 });
      continue;
    }
    const record = await stored(before.id);
    if (!record) return undefined;
    // The alert that was told, with its new end.
    const whole = { ...alert, id: before.now, originalTime: before.from };
    found.push({ alert: whole, slackMs: 0, record: extended(record, alert) });
    latest.delete(before.about!);
  }
  return found;
}

/** @returns what is worth remembering: older alerts could only be met by events that come late, and then history is read */
export function rememberedFor(rule: Rule, told: readonly ToldAlert[]): readonly ToldAlert[] {
  const durationMs = rule.suppression?.durationMs;
  if (durationMs === undefined || rule.type !== 'query') return told;
  const last = told.reduce((latest, { to }) => Math.max(latest, to), -Infinity);
  return told.filter(({ to }) => to >= last - REMEMBERED * durationMs);
}

/** The document of an alert with what its group got on top. */
function extended(record: AlertRecord, more: Alert): AlertRecord {
  const document = structuredClone(record.document);
  const added = toAlertDocument(more);
  const [alert, addedAlert] = [partOf(document, 'kibana', 'alert'), partOf(added, 'kibana', 'alert')];
  const [own, addedOwn] = [partOf(document, 'smbastion'), partOf(added, 'smbastion')];
  const suppression = partOf(alert, 'suppression');
  document['@timestamp'] = added['@timestamp'];
  alert['last_detected'] = addedAlert['last_detected'];
  suppression['end'] = partOf(addedAlert, 'suppression')['end'];
  suppression['docs_count'] = Number(suppression['docs_count']) + more.suppression!.count + 1;
  own['member_count'] = Number(own['member_count']) + more.memberCount;
  own['members'] = [...listOf(own['members']), ...listOf(addedOwn['members'])].slice(0, MAX_MEMBERS);
  alert['ancestors'] = [...listOf(alert['ancestors']), ...listOf(addedAlert['ancestors'])].slice(0, MAX_MEMBERS);
  return { ...record, timeMs: more.lastTime, document };
}

function partOf(document: Document, ...path: readonly string[]): Document {
  let part: unknown = document;
  for (const key of path) part = isDocument(part) ? part[key] : undefined;
  return isDocument(part) ? part : {};
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
