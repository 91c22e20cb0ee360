/**
 * Refusals repeat themselves: a program that may not open a file asks again and again. The same one within a window is one
 * event with a count. Logons and calls are never merged, since rules count them.
 */
import { type Document, setPath } from '../../../../event/document.ts';
import { formatTimestamp } from '../../../../base/time/timestamp.ts';
import type { SmbLimits } from '../limits.ts';

/** What is held of an event until its window is over. */
export interface HeldParts {
  readonly document: Document;
  readonly identity: readonly string[];
}

interface Waiting {
  /** Undefined when nobody wants it: repeats are still one event. */
  readonly event: HeldParts | undefined;
  readonly first: number;
  last: number;
  count: number;
}

/** Holds events that may repeat until their window is over. */
export class EventMerger {
  private readonly sink: (event: HeldParts) => void;
  private readonly limits: SmbLimits;
  private readonly waiting = new Map<string, Waiting>();

  constructor(limits: SmbLimits, sink: (event: HeldParts) => void) {
    this.sink = sink;
    this.limits = limits;
  }

  /**
   * @param key what makes two events the same
   * @param time milliseconds
   * @returns whether it was added to one that waits; if not, hand the event to {@link hold}
   */
  repeats(key: string, time: number): boolean {
    const known = this.waiting.get(key);
    if (known === undefined) return false;
    if (Math.abs(time - known.first) > this.limits.mergeWindowMs) {
      this.waiting.delete(key);
      this.tell(known);
      return false;
    }
    known.count++;
    known.last = Math.max(known.last, time);
    return true;
  }

  /** @param event undefined when nobody wants it */
  hold(key: string, time: number, event: HeldParts | undefined): void {
    if (this.waiting.size >= this.limits.merging) {
      for (const [oldest, before] of this.waiting) {
        this.waiting.delete(oldest);
        this.tell(before);
        break;
      }
    }
    this.waiting.set(key, { event, first: time, last: time, count: 1 });
  }

  /** Gives out everything that waits. */
  flush(): void {
    for (const event of this.waiting.values()) this.tell(event);
    this.waiting.clear();
  }

  private tell({ event, first, last, count }: Waiting): void {
    if (event === undefined) return;
    if (count > 1) {
      setPath(event.document, ['smb', 'count'], count);
      setPath(event.document, ['event', 'start'], formatTimestamp(first, 6));
      setPath(event.document, ['event', 'end'], formatTimestamp(last, 6));
    }
    this.sink(event);
  }
}
