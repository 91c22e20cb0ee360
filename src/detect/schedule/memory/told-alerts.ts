/**
 * Alerts that were told and may still change. A burst that goes on keeps its id by itself, as its events are read again; but
 * a late event may stand before the first one, and history may be cut where it is long. Then the alert that is found about
 * the same thing at the same time is the one that was told, and stays under its id.
 */
import { stableId } from '../../../base/hash.ts';
import { canonicalJson } from '../../../event/document.ts';
import type { AlertRecord } from '../../../store/alert-store.ts';
import type { Alert } from '../../alert.ts';
import { toAlertDocument } from '../../alerts/alert-document.ts';
import type { ToldAlert } from './rule-state.ts';

/** An alert that was found, and how far apart it and the one it goes on with may lie, milliseconds. */
interface ToldAnew {
  readonly alert: Alert;
  readonly slackMs: number;
}

/** See the head of this file. */
export class ToldAlerts {
  private readonly byNow = new Map<string, ToldAlert>();

  constructor(told: readonly ToldAlert[]) {
    for (const one of told) this.byNow.set(one.now, one);
  }

  /** @returns the alert as it was told, when it is known by the id that its events give */
  get(id: string): ToldAlert | undefined {
    return this.byNow.get(id);
  }

  /**
   * @param found ids of everything that was found together with it
   * @returns the alert that it goes on with under another id
   */
  before({ alert, slackMs }: ToldAnew, found: ReadonlySet<string>): ToldAlert | undefined {
    const about = aboutOf(alert);
    if (about === undefined) return undefined;
    for (const told of this.byNow.values()) {
      if (told.about !== about || found.has(told.now)) continue;
      if (told.from - slackMs <= alert.lastTime && told.to + slackMs >= alert.originalTime) return told;
    }
    return undefined;
  }

  /** @returns the id for an alert that was not told: its own, unless one that began there goes on under it */
  freeId(id: string): string {
    let free = id;
    for (let user = this.userOf(free); user && user.now !== free; user = this.userOf(free)) free = user.now;
    return free;
  }

  private userOf(id: string): ToldAlert | undefined {
    for (const told of this.byNow.values()) if (told.id === id) return told;
    return undefined;
  }

  /** Remembers what was told of an alert, in place of what it goes on with. */
  put(id: string, alert: Alert, before?: ToldAlert): void {
    if (before) this.byNow.delete(before.now);
    this.byNow.delete(alert.id);
    const { originalTime: from, lastTime: to } = alert;
    if (Number.isNaN(from)) return;
    this.byNow.set(alert.id, { id, now: alert.id, about: aboutOf(alert), from, to, hash: hashOf(alert) });
  }

  /** @returns those with the latest events, in the order of their ends */
  write(max: number): ToldAlert[] {
    return [...this.byNow.values()].sort((one, other) => one.to - other.to).slice(-max);
  }
}

/**
 * @param id under which it is stored; its own unless it was told before under another one
 */
export function toRecord(alert: Alert, id: string, nowMs: number): AlertRecord {
  const { rule, severity, riskScore, lastTime, isBuildingBlock } = alert;
  return {
    id,
    ruleId: rule.id,
    timeMs: Number.isNaN(lastTime) ? 0 : lastTime,
    createdMs: nowMs,
    riskScore,
    severity,
    isBuildingBlock,
    document: toAlertDocument(id === alert.id ? alert : { ...alert, id }),
  };
}

/** @returns what tells whether an alert changed, in whatever its events decide; their documents need not be at hand */
export function hashOf(alert: Alert): string {
  const { originalTime, lastTime, memberCount, members, group, finding, newTerms, sequence, suppression } = alert;
  const legs = sequence?.legs.map(({ name, state, event }) => [name, state, event ?? '']);
  const decided = {
    originalTime,
    lastTime,
    memberCount,
    group,
    finding,
    newTerms,
    suppression,
    legs,
    sequence: sequence?.grade,
  };
  return stableId([canonicalJson(decided), ...members.map(({ id }) => id)]);
}

/** @returns what an alert is about, as a text to compare */
export function aboutOf(alert: Alert): string | undefined {
  const terms =
    alert.suppression?.terms ??
    alert.group?.terms ??
    alert.finding?.key ??
    alert.newTerms ??
    (alert.rule.convergence ? alert.sequence?.keys.slice(0, alert.rule.convergence.per.length) : alert.sequence?.keys);
  return terms && JSON.stringify(terms.map(({ field, value }) => [field, value]));
}
