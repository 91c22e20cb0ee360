import type { Offers } from './completion.ts';
import type { OpenFinding } from './open-finding.ts';
import { compareEvents, type ConvergenceEvent, isSameEvent } from './convergence-event.ts';
import type { SameValues } from './same-values.ts';

/** Events of one key that state the same values, by way and in order of time. */
export class LegGroup {
  readonly same: SameValues;
  readonly byWay: ConvergenceEvent[][];
  finding: OpenFinding | undefined;
  /** Time of the latest event; -Infinity before the first. */
  last = -Infinity;

  constructor(same: SameValues, ways: number) {
    this.same = same;
    this.byWay = Array.from({ length: ways }, () => []);
  }

  /** Takes an event, not earlier than those before. */
  push(event: ConvergenceEvent): void {
    this.byWay[event.way]!.push(event);
    this.last = event.time;
  }

  /** @returns whether an event is one of the group's */
  holds(event: ConvergenceEvent): boolean {
    return this.byWay[event.way]!.some((one) => isSameEvent(one, event));
  }

  /** @returns how many events there are */
  get size(): number {
    return this.byWay.reduce((sum, events) => sum + events.length, 0);
  }

  /** Forgets events before a time. */
  trim(before: number): void {
    this.byWay.forEach((events, way) => {
      if (events.length > 0 && events[0]!.time < before) {
        this.byWay[way] = events.filter(({ time }) => time >= before);
      }
    });
  }
}

/** @returns the events of several groups together, by way and in order of time; those of one group as they are */
export function mergedOffers(groups: readonly LegGroup[]): Offers {
  const [first, ...others] = groups;
  if (!first || others.length === 0) return first?.byWay ?? [];
  return first.byWay.map((events, way) => {
    const lists = groups.map(({ byWay }) => byWay[way]!).filter((list) => list.length > 0);
    if (lists.length === 0) return events;
    return lists.length === 1 ? lists[0]! : lists.flat().sort(compareEvents);
  });
}
