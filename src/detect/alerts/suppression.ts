/**
 * Suppression: the first alert of a group speaks, later ones only count. It is a pass over the alerts of one rule in order
 * of time, so that the order in which files are read changes nothing.
 */
import { type FieldId, fields } from '../../event/field.ts';
import type { EventView } from '../../event/view.ts';
import type { Alert, Term } from '../alert.ts';
import type { Suppression } from '../rule.ts';
import { MAX_MEMBERS } from './alert-builder.ts';

/** What suppression needs to know of an alert, made or still to be made. */
export type Suppressible = Pick<Alert, 'originalTime' | 'lastTime' | 'members' | 'memberCount'>;

/** What an alert stands for together with those it suppressed. */
export type SuppressedParts = Pick<Alert, 'lastTime' | 'members' | 'memberCount' | 'suppression'>;

/** How alerts of one rule are suppressed. */
export interface SuppressionPass<T extends Suppressible> {
  readonly suppression: Suppression;
  /** Groups open at the same time. */
  readonly maxOpen: number;
  /** @returns the terms of an alert as JSON, as {@link groupOf} gives them; undefined for one that stands alone */
  group(alert: T): string | undefined;
  /** False for an alert that could not speak for a group; it is counted as suppressed. */
  canSpeak?(alert: T): boolean;
  /** Takes the alerts that speak, a group's once the group is closed; undefined for one that stands alone. */
  emit(alert: T, group: SuppressedParts | undefined): void;
}

interface OpenGroup<T> {
  readonly first: T;
  readonly members: Alert['members'][number][];
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

/** @param alerts alerts of one rule, in order of time; those without time stand alone */
export function suppress<T extends Suppressible>(alerts: Iterable<T>, pass: SuppressionPass<T>): SuppressionResult {
  const { durationMs } = pass.suppression;
  /** In the order in which groups were last extended: the first ones run out first, or nearly so. */
  const open = new Map<string, OpenGroup<T>>();
  let suppressed = 0;
  let closedEarly = 0;
  const close = (key: string, group: OpenGroup<T>) => {
    open.delete(key);
    pass.emit(group.first, partsOf(key, group));
  };

  for (const alert of alerts) {
    const key = Number.isNaN(alert.originalTime) ? undefined : pass.group(alert);
    if (key === undefined) {
      pass.emit(alert, undefined);
      continue;
    }
    if (durationMs !== undefined) {
      for (const [oldest, before] of open) {
        if (alert.originalTime - before.last <= durationMs) break;
        close(oldest, before);
      }
    }
    let group = open.get(key);
    if (group && durationMs !== undefined && alert.originalTime - group.last > durationMs) {
      close(key, group);
      group = undefined;
    }
    if (group) {
      extend(group, alert);
      open.delete(key);
      open.set(key, group);
      suppressed++;
      continue;
    }
    if (pass.canSpeak?.(alert) === false) {
      suppressed++;
      continue;
    }
    if (open.size >= pass.maxOpen) {
      const [oldest] = open;
      close(...oldest!);
      closedEarly++;
    }
    const { members, memberCount } = alert;
    open.set(key, { first: alert, members: [...members], memberCount, last: alert.lastTime, count: 0 });
  }
  for (const [key, group] of open) close(key, group);
  return { suppressed, closedEarly };
}

function extend<T extends Suppressible>(group: OpenGroup<T>, alert: T): void {
  group.count++;
  group.last = Math.max(group.last, alert.lastTime);
  group.memberCount += alert.memberCount;
  for (const member of alert.members) {
    if (group.members.length >= MAX_MEMBERS) return;
    // Documents of later members would only repeat the first one's.
    group.members.push({ ...member, document: undefined });
  }
}

function partsOf<T extends Suppressible>(key: string, group: OpenGroup<T>): SuppressedParts {
  const { first, members, memberCount, last, count } = group;
  const suppression = { terms: JSON.parse(key) as Term[], start: first.originalTime, end: last, count };
  return { lastTime: last, members, memberCount, suppression };
}

/**
 * @param maxChars characters of the values, beyond which there is no answer
 * @returns the group of an event: its terms as JSON, undefined where it stands alone; null when its values are too long
 */
export function groupOf(
  view: EventView,
  { groupBy, missing }: Suppression,
  maxChars = Infinity,
): string | undefined | null {
  const terms = termsOf(view, groupBy);
  if (terms.length < groupBy.length && missing === 'doNotSuppress') return undefined;
  const chars = terms.reduce((sum, { value }) => sum + value.length, 0);
  return chars > maxChars ? null : JSON.stringify(terms);
}

/** All values of a field together are one term; a field the event does not have is none. */
function termsOf(view: EventView, groupBy: readonly string[]): Term[] {
  return groupBy.flatMap((name) => {
    const id: FieldId | undefined = fields.find(name)?.id;
    const value = id === undefined ? undefined : view.get(id);
    if (value === undefined) return [];
    const text = typeof value === 'object' ? value.map(String).sort().join(', ') : String(value);
    return [{ field: name, value: text }];
  });
}
