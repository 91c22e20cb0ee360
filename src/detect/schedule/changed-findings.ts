/**
 * Which findings new events can have changed. A run judges all findings of the groups that new events are in, for they may raise
 * each other; nearly all of them are as they were told. Those are left out: what was told is remembered of the latest only, and the
 * others would be written again in every run.
 */
import type { Alert } from '../alert.ts';
import { FindingKey } from '../executors/finding-key.ts';
import type { EventView } from '../../event/view.ts';
import type { FindingPart } from '../rule.ts';
import type { Partition } from './partition.ts';
import type { Gathering } from './run-case.ts';
import type { RunEvent } from './run-event.ts';

/** See the head of this file. */
export class ChangedFindings {
  /** Findings that a new event belongs to. */
  readonly keys: ReadonlySet<string>;
  private readonly key: FindingKey;
  private readonly partition: Partition;
  private readonly raisedAt: ReadonlySet<string>;
  private readonly windowMs: number;

  constructor(
    part: FindingPart,
    { partition, reader }: Pick<Gathering, 'partition' | 'reader'>,
    fresh: readonly RunEvent[],
  ) {
    this.key = new FindingKey(part);
    this.partition = partition;
    this.raisedAt = new Set(part.raise.map(({ level }) => level));
    this.windowMs = Math.max(0, ...part.raise.map(({ windowMs }) => windowMs));
    const views = reader.views(fresh)[Symbol.iterator]();
    this.keys = new Set(
      fresh.flatMap(
        ({ timeMs }) => this.key.of(views.next().value as EventView, timeMs === 0 ? Infinity : timeMs) ?? [],
      ),
    );
  }

  /**
   * @param alerts of all findings of the groups of the new events
   * @returns those of findings that a new event belongs to, and those near enough to one of them to be raised with it, or no more
   */
  of(alerts: readonly Alert[]): readonly Alert[] {
    const touched = new Map<string | undefined, Alert[]>();
    for (const alert of alerts) {
      if (!this.isTouched(alert)) continue;
      const group = this.partition.groupOf(alert);
      const others = touched.get(group);
      if (others) others.push(alert);
      else touched.set(group, [alert]);
    }
    return alerts.filter((alert) => {
      if (this.isTouched(alert)) return true;
      if (!this.raisedAt.has(alert.finding?.level ?? '')) return false;
      const others = touched.get(this.partition.groupOf(alert)) ?? [];
      return others.some((other) => this.areNear(alert, other));
    });
  }

  private isTouched(alert: Alert): boolean {
    const key = this.key.ofAlert(alert);
    return key !== undefined && this.keys.has(key);
  }

  private areNear(one: Alert, other: Alert): boolean {
    const { windowMs } = this;
    return other.originalTime - windowMs <= one.lastTime && other.lastTime + windowMs >= one.originalTime;
  }
}
