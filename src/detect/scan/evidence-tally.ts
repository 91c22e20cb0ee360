/** Counts of everything read: events by dataset, first and last time. Runs for every event, so it allocates nothing. */
import { compareTexts } from '../../base/order.ts';
import type { FieldValue } from '../../event/document.ts';

/** Name under which datasets beyond the limit are counted. */
const OTHER = '(other)';
/** Name for events without a dataset. */
const NONE = '(none)';

interface Counter {
  readonly dataset: string;
  events: number;
}

/** What a tally came to; plain data, so that another thread can send it. */
export interface EvidenceCounts {
  readonly datasets: readonly { readonly dataset: string; readonly events: number }[];
  /** Milliseconds; NaN when no event had a time. */
  readonly firstTime: number;
  readonly lastTime: number;
}

/** Counts events. */
export class EvidenceTally {
  events = 0;
  /** Milliseconds; NaN while no event had a time. */
  firstTime = Number.NaN;
  lastTime = Number.NaN;
  private readonly limit: number;
  private readonly onLimit: () => void;
  private readonly byDataset = new Map<string, Counter>();
  private last: Counter = { dataset: '', events: 0 };

  /**
   * @param limit datasets counted by name
   * @param onLimit called for each event of a dataset beyond
   */
  constructor(limit: number, onLimit: () => void) {
    this.limit = limit;
    this.onLimit = onLimit;
  }

  /** @param time milliseconds, NaN for none; times up to 1970 are clocks that were never set and do not count */
  add(dataset: FieldValue, time: number): void {
    this.events++;
    this.addTime(time);
    const name = typeof dataset === 'string' ? dataset : nameOf(dataset);
    if (this.last.dataset !== name) this.last = this.counterOf(name);
    this.last.events++;
  }

  /** Adds what was counted elsewhere. */
  addCounts({ datasets, firstTime, lastTime }: EvidenceCounts): void {
    for (const { dataset, events } of datasets) {
      this.events += events;
      this.counterOf(dataset).events += events;
    }
    this.addTime(firstTime);
    this.addTime(lastTime);
  }

  /** @returns events by dataset, most first */
  datasets(): readonly { readonly dataset: string; readonly events: number }[] {
    return [...this.byDataset.values()]
      .map(({ dataset, events }) => ({ dataset, events }))
      .sort((one, other) => other.events - one.events || compareTexts(one.dataset, other.dataset));
  }

  private addTime(time: number): void {
    if (!(time > 0)) return;
    if (!(time >= this.firstTime)) this.firstTime = time;
    if (!(time <= this.lastTime)) this.lastTime = time;
  }

  private counterOf(name: string): Counter {
    let counter = this.byDataset.get(name);
    if (counter) return counter;
    if (this.byDataset.size >= this.limit && name !== OTHER) {
      this.onLimit();
      return this.counterOf(OTHER);
    }
    counter = { dataset: name, events: 0 };
    this.byDataset.set(name, counter);
    return counter;
  }
}

function nameOf(dataset: FieldValue): string {
  if (dataset === undefined) return NONE;
  return typeof dataset === 'object' ? dataset.join(', ') : String(dataset);
}
