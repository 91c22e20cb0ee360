import { linkValues } from './completion.ts';
import type { ConvergenceEvent } from './convergence-event.ts';
import type { ConvergencePart } from './convergence-part.ts';

/** Finds events by a value of a link, so that what ties two of them together is not searched for among all. */
export class LinkIndex {
  private readonly part: ConvergencePart;
  private readonly events = new Map<string, ConvergenceEvent[]>();

  constructor(part: ConvergencePart) {
    this.part = part;
  }

  /** Takes an event, not earlier than those before, under its values of some links. */
  add(event: ConvergenceEvent, links: Iterable<string>): void {
    for (const link of links) {
      for (const value of linkValues(this.part, event, link)) {
        const key = keyOf(link, value);
        const list = this.events.get(key);
        if (list) list.push(event);
        else this.events.set(key, [event]);
      }
    }
  }

  /** @returns events that share a value of a link with another event, each once, those of one value in order of time */
  sharing(event: ConvergenceEvent, link: string): readonly ConvergenceEvent[] {
    const values = linkValues(this.part, event, link);
    if (values.length === 1) return this.events.get(keyOf(link, values[0]!)) ?? [];
    return [...new Set(values.flatMap((value) => this.events.get(keyOf(link, value)) ?? []))];
  }

  /** Forgets events before a time. */
  trim(before: number): void {
    for (const [key, events] of this.events) {
      if (events[0]!.time >= before) continue;
      const kept = events.filter(({ time }) => time >= before);
      if (kept.length === 0) this.events.delete(key);
      else this.events.set(key, kept);
    }
  }

  /** @returns all events, each once */
  all(): ConvergenceEvent[] {
    return [...new Set([...this.events.values()].flat())];
  }
}

function keyOf(link: string, value: string): string {
  return `${link} ${value}`;
}
