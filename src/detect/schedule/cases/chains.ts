import type { RunEvent } from '../reading/run-event.ts';
import type { Stretch } from '../reach/stretches.ts';

/** Events of one group in order of time, in chains without a step longer than the gap. */
interface Group {
  events: RunEvent[];
  /** The chains that new events lie on; worked out again when events were added. */
  chains: readonly Chain[] | undefined;
}

/** A chain that holds a new event. */
interface Chain extends Stretch {
  readonly events: readonly RunEvent[];
}

/** The chains of events on which new events lie, group by group, as far as they were read. */
export class Chains {
  private readonly gapMs: number;
  private readonly groupsOf: (events: readonly RunEvent[]) => readonly (readonly string[])[];
  private readonly groups = new Map<string, Group>();
  private readonly fresh = new Set<string>();

  /** @param groupsOf gives the groups of each event */
  constructor(gapMs: number, groupsOf: (events: readonly RunEvent[]) => readonly (readonly string[])[]) {
    this.gapMs = gapMs;
    this.groupsOf = groupsOf;
  }

  /** Takes the new events. */
  begin(fresh: readonly RunEvent[]): void {
    for (const groups of this.groupsOf(fresh)) {
      for (const group of groups) this.groups.set(group, { events: [], chains: undefined });
    }
    for (const { id } of fresh) this.fresh.add(id);
    this.add(fresh);
  }

  /** Takes more events; those of groups without a new event are left out. */
  add(events: readonly RunEvent[]): void {
    this.groupsOf(events).forEach((groups, i) => {
      for (const name of groups) {
        const group = this.groups.get(name);
        if (!group) continue;
        group.events.push(events[i]!);
        group.chains = undefined;
      }
    });
  }

  /** @returns an event of each group of which a chain is asked for */
  reaching(isAsked: (chain: Stretch) => boolean): RunEvent[] {
    const found: RunEvent[] = [];
    for (const group of this.groups.values()) {
      if (this.chainsOf(group).some(isAsked)) found.push(group.events[0]!);
    }
    return found;
  }

  /** @returns all events of the chains */
  events(): RunEvent[] {
    const found = new Map<string, RunEvent>();
    for (const group of this.groups.values()) {
      for (const { events } of this.chainsOf(group)) for (const event of events) found.set(event.id, event);
    }
    return [...found.values()];
  }

  private chainsOf(group: Group): readonly Chain[] {
    if (!group.chains) {
      const sorted = [...new Map(group.events.map((event) => [event.id, event])).values()];
      group.events = sorted.sort((one, other) => one.timeMs - other.timeMs);
      group.chains = this.cut(group.events);
    }
    return group.chains;
  }

  private cut(sorted: readonly RunEvent[]): Chain[] {
    const chains: Chain[] = [];
    for (let first = 0, next = 1; first < sorted.length; first = next++) {
      while (next < sorted.length && sorted[next]!.timeMs - sorted[next - 1]!.timeMs <= this.gapMs) next++;
      const events = sorted.slice(first, next);
      if (!events.some(({ id }) => this.fresh.has(id))) continue;
      chains.push({ events, from: events[0]!.timeMs, to: events.at(-1)!.timeMs });
    }
    return chains;
  }
}
