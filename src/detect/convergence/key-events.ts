import { compareEvents, type ConvergenceEvent } from './convergence-event.ts';
import type { ConvergencePart } from './convergence-part.ts';
import { LegGroup } from './leg-group.ts';
import { LinkIndex } from './link-index.ts';
import { knownCount, type SameValues } from './same-values.ts';

/** The events of one key that are held: those of other legs in groups and by their links, those of the anchor that wait. */
export class KeyEvents {
  /** Links of which an event of the anchor may need one. */
  readonly neededLinks: ReadonlySet<string>;
  /** Events of other legs by their links. */
  readonly linked: LinkIndex;
  /** Events of the anchor that need another event by a link. */
  readonly dormant: LinkIndex;
  private readonly part: ConvergencePart;
  private readonly links: ReadonlySet<string>;
  private readonly groups = new Map<string, LegGroup>();
  private partialGroups: LegGroup[] = [];

  constructor(part: ConvergencePart) {
    this.part = part;
    this.neededLinks = new Set(part.ways.flatMap(({ needs }) => needs.flatMap(({ link }) => link ?? [])));
    this.links = new Set([...this.neededLinks, ...part.grades.flatMap(({ linked }) => linked)]);
    this.linked = new LinkIndex(part);
    this.dormant = new LinkIndex(part);
  }

  /** All groups. */
  all(): Iterable<LegGroup> {
    return this.groups.values();
  }

  /** Groups that lack some of the values; their events go with those of others. */
  partial(): readonly LegGroup[] {
    return this.partialGroups;
  }

  groupOf(same: SameValues): LegGroup {
    const name = JSON.stringify(same);
    let group = this.groups.get(name);
    if (!group) {
      group = new LegGroup(same, this.part.ways.length);
      this.groups.set(name, group);
      if (knownCount(same) < same.length) this.partialGroups.push(group);
    }
    return group;
  }

  /** Takes an event of a leg other than the anchor's. */
  add(event: ConvergenceEvent): LegGroup {
    const group = this.groupOf(event.same);
    group.push(event);
    this.linked.add(event, this.links);
    return group;
  }

  /** @returns events in groups, in order */
  events(): ConvergenceEvent[] {
    return [...this.groups.values()].flatMap(({ byWay }) => byWay.flat()).sort(compareEvents);
  }

  /**
   * Forgets events before a time.
   *
   * @returns how many are left
   */
  trim(before: number): number {
    let held = 0;
    for (const [name, group] of this.groups) {
      group.trim(before);
      held += group.size;
      if (group.size === 0 && !group.finding) this.groups.delete(name);
    }
    this.partialGroups = this.partialGroups.filter((group) => group.size > 0 || group.finding);
    this.linked.trim(before);
    this.dormant.trim(before);
    return held + this.dormant.all().length;
  }
}
