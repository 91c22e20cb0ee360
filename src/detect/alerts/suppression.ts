/**
 * Suppression: the first alert of a group speaks, later ones only count. It is a pass over the alerts of one rule in order
 * of time, so that the order in which files are read changes nothing.
 */
import { DocumentEvent } from '../../event/document-event.ts';
import { fields } from '../../event/field.ts';
import type { Networks } from '../../event/networks.ts';
import type { Alert, Term } from '../alert.ts';
import type { Suppression } from '../rule.ts';
import { MAX_MEMBERS } from './alert-builder.ts';

interface OpenGroup {
  readonly first: Alert;
  readonly terms: readonly Term[];
  members: Alert['members'];
  memberCount: number;
  last: number;
  count: number;
}

/** What a pass did. */
export interface SuppressionResult {
  readonly suppressed: number;
  /** Groups closed before their time because too many were open. */
  readonly closedEarly: number;
}

/**
 * @param alerts alerts of one rule, in order of time; those without time stand alone
 * @param maxOpen groups open at the same time
 * @param emit takes the alerts that speak; a group's alert comes when the group is closed
 */
export function suppress(
  alerts: Iterable<Alert>,
  suppression: Suppression,
  networks: Networks,
  maxOpen: number,
  emit: (alert: Alert) => void,
): SuppressionResult {
  const { durationMs, missing } = suppression;
  const view = new DocumentEvent(networks);
  /** In the order in which groups were last extended: the first ones run out first, or nearly so. */
  const open = new Map<string, OpenGroup>();
  let suppressed = 0;
  let closedEarly = 0;
  const close = (key: string, group: OpenGroup) => {
    open.delete(key);
    emit(closed(group));
  };

  for (const alert of alerts) {
    view.point(alert.document);
    const terms = termsOf(view, suppression.groupBy);
    const isWhole = terms.length === suppression.groupBy.length;
    if (Number.isNaN(alert.originalTime) || (!isWhole && missing === 'doNotSuppress')) {
      emit(alert);
      continue;
    }
    if (durationMs !== undefined) {
      for (const [key, group] of open) {
        if (alert.originalTime - group.last <= durationMs) break;
        close(key, group);
      }
    }
    const key = JSON.stringify(terms);
    let group = open.get(key);
    if (group && durationMs !== undefined && alert.originalTime - group.last > durationMs) {
      close(key, group);
      group = undefined;
    }
    if (group) {
      group.count++;
      group.last = Math.max(group.last, alert.lastTime);
      group.memberCount += alert.memberCount;
      if (group.members.length < MAX_MEMBERS) {
        // Documents of later members would only repeat the first one's.
        const more = alert.members.map((member) => ({ ...member, document: undefined }));
        group.members = [...group.members, ...more].slice(0, MAX_MEMBERS);
      }
      open.delete(key);
      open.set(key, group);
      suppressed++;
      continue;
    }
    if (open.size >= maxOpen) {
      const [oldest] = open;
      close(...oldest!);
      closedEarly++;
    }
    const { members, memberCount } = alert;
    open.set(key, { first: alert, terms, members, memberCount, last: alert.lastTime, count: 0 });
  }
  for (const [key, group] of open) close(key, group);
  return { suppressed, closedEarly };
}

function closed({ first, terms, members, memberCount, last, count }: OpenGroup): Alert {
  return {
    ...first,
    lastTime: last,
    members,
    memberCount,
    suppression: { terms, start: first.originalTime, end: last, count },
  };
}

/** Terms the event has; all values of a field together are one term. */
function termsOf(view: DocumentEvent, names: readonly string[]): Term[] {
  return names.flatMap((name) => {
    const field = fields.find(name);
    const value = field && view.get(field.id);
    if (value === undefined) return [];
    const text = typeof value === 'object' ? value.map(String).sort().join(', ') : String(value);
    return [{ field: name, value: text }];
  });
}
