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
  /** Terms of an alert, as {@link suppressionTerms} gives them. */
  terms(alert: T): readonly Term[];
  /** False for an alert that could not speak for a group; it is counted as suppressed. */
  canSpeak?(alert: T): boolean;
  /** Takes the alerts that speak, a group's once the group is closed; undefined for one that stands alone. */
  emit(alert: T, group: SuppressedParts | undefined): void;
}

interface OpenGroup<T> {
  readonly first: T;
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

/** @param alerts alerts of one rule, in order of time; those without time stand alone */
export function suppress<T extends Suppressible>(alerts: Iterable<T>, pass: SuppressionPass<T>): SuppressionResult {
  const { durationMs } = pass.suppression;
  /** In the order in which groups were last extended: the first ones run out first, or nearly so. */
  const open = new Map<string, OpenGroup<T>>();
  let suppressed = 0;
  let closedEarly = 0;
  const close = (key: string, group: OpenGroup<T>) => {
    open.delete(key);
    pass.emit(group.first, partsOf(group));
  };

  for (const alert of alerts) {
    const terms = pass.terms(alert);
    if (standsAlone(alert.originalTime, terms, pass.suppression)) {
      pass.emit(alert, undefined);
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
    open.set(key, { first: alert, terms, members, memberCount, last: alert.lastTime, count: 0 });
  }
  for (const [key, group] of open) close(key, group);
  return { suppressed, closedEarly };
}

/** @returns whether an alert is neither suppressed nor suppresses others */
export function standsAlone(time: number, terms: readonly Term[], { groupBy, missing }: Suppression): boolean {
  return Number.isNaN(time) || (terms.length < groupBy.length && missing === 'doNotSuppress');
}

function extend<T extends Suppressible>(group: OpenGroup<T>, alert: T): void {
  group.count++;
  group.last = Math.max(group.last, alert.lastTime);
  group.memberCount += alert.memberCount;
  if (group.members.length >= MAX_MEMBERS) return;
  // Documents of later members would only repeat the first one's.
  const more = alert.members.map((member) => ({ ...member, document: undefined }));
  group.members = [...group.members, ...more].slice(0, MAX_MEMBERS);
}

function partsOf<T extends Suppressible>(group: OpenGroup<T>): SuppressedParts {
  const { first, terms, members, memberCount, last, count } = group;
  const suppression = { terms, start: first.originalTime, end: last, count };
  return { lastTime: last, members, memberCount, suppression };
}

/** @returns the terms an event has; all values of a field together are one term */
export function suppressionTerms(view: EventView, groupBy: readonly string[]): Term[] {
  return groupBy.flatMap((name) => {
    const id: FieldId | undefined = fields.find(name)?.id;
    const value = id === undefined ? undefined : view.get(id);
    if (value === undefined) return [];
    const text = typeof value === 'object' ? value.map(String).sort().join(', ') : String(value);
    return [{ field: name, value: text }];
  });
}
