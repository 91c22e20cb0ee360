/**
 * Refusals repeat themselves: a program that may not open a file asks again and again. The same one within a window is one
 * event with a count. Logons and calls are never merged, since rules count them.
 */
import { type Document, setPath } from '../../../../event/document.ts';
import { formatTimestamp } from '../../../../base/time/timestamp.ts';
import type { PacketEventSink } from '../../stream.ts';
import type { SmbLimits } from '../limits.ts';

interface Waiting {
  readonly document: Document;
  readonly identity: readonly string[];
  readonly first: number;
  last: number;
  count: number;
}

/** Holds events that may repeat until their window is over. */
export class EventMerger {
  private readonly sink: PacketEventSink;
  private readonly limits: SmbLimits;
  private readonly waiting = new Map<string, Waiting>();

  constructor(sink: PacketEventSink, limits: SmbLimits) {
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

  hold(key: string, time: number, document: Document, identity: readonly string[]): void {
    if (this.waiting.size >= this.limits.merging) {
      for (const [oldest, event] of this.waiting) {
        this.waiting.delete(oldest);
        this.tell(event);
        break;
      }
    }
    this.waiting.set(key, { document, identity, first: time, last: time, count: 1 });
  }

  /** Gives out everything that waits. */
  flush(): void {
    for (const event of this.waiting.values()) this.tell(event);
    this.waiting.clear();
  }

  private tell({ document, identity, first, last, count }: Waiting): void {
    if (count > 1) {
      setPath(document, ['smb', 'count'], count);
      setPath(document, ['event', 'start'], formatTimestamp(first, 6));
      setPath(document, ['event', 'end'], formatTimestamp(last, 6));
    }
    this.sink(document, identity);
  }
}
