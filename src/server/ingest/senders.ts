/** Who sends what: counters for the status page, the metrics and the alert about sources that have fallen silent. */
import type { ItemCounts } from './item-reading.ts';

/** Datasets counted by name for one sender, and reasons why items held no event. */
const MAX_NAMES = 200;
const OTHERS = '(others)';

/** One kind of events of a sender. */
export interface DatasetFigures {
  events: number;
  /** Milliseconds since 1970. */
  lastMs: number;
}

/** One who sends: a shipper, a device, a followed folder. */
export class Sender {
  /** The way it comes by, such as `bulk`. */
  readonly intake: string;
  /** With the way, such as `syslog udp 10.0.0.7`. */
  readonly name: string;
  /** Events that came, duplicates among them. */
  events = 0;
  duplicates = 0;
  bytes = 0;
  /** Items that went to the dead letters. */
  unreadable = 0;
  /** Items that came and were not taken in, because the queue was full. */
  dropped = 0;
  lastMs = 0;
  readonly datasets = new Map<string, DatasetFigures>();
  /** Items without event, by reason. */
  readonly empties = new Map<string, number>();

  constructor(intake: string, name: string) {
    this.intake = intake;
    this.name = name;
  }

  /** Counts what was read of it. */
  read({ events, bytes, unreadable, datasets, empties }: ItemCounts, atMs: number): void {
    this.bytes += bytes;
    this.unreadable += unreadable;
    if (events > 0) {
      this.events += events;
      this.lastMs = atMs;
    }
    for (const [name, count] of datasets) this.dataset(name, count, atMs);
    for (const [reason, count] of empties) this.empty(reason, count);
  }

  /** Counts items that hold no event. */
  empty(reason: string, count = 1): void {
    const name = this.empties.has(reason) || this.empties.size < MAX_NAMES ? reason : OTHERS;
    this.empties.set(name, (this.empties.get(name) ?? 0) + count);
  }

  private dataset(name: string, count: number, atMs: number): void {
    const known = this.datasets.get(name);
    if (known) {
      known.events += count;
      known.lastMs = atMs;
    } else if (this.datasets.size < MAX_NAMES) {
      this.datasets.set(name, { events: count, lastMs: atMs });
    }
  }
}

/** All senders since the start, bounded in number. */
export class Senders {
  private readonly byName = new Map<string, Sender>();
  private readonly limit: number;

  constructor(limit: number) {
    this.limit = limit;
  }

  /**
   * @param intake the way it comes by
   * @param name who it is on that way
   * @returns the sender, or the one that stands for all further ones when there are too many
   */
  get(intake: string, name: string): Sender {
    const full = `${intake} ${name}`;
    const known = this.byName.get(full);
    if (known) return known;
    if (this.byName.size >= this.limit && name !== OTHERS) return this.get(intake, OTHERS);
    const sender = new Sender(intake, full);
    this.byName.set(full, sender);
    return sender;
  }

  /** @returns all of them in the order in which they came first */
  list(): readonly Sender[] {
    return [...this.byName.values()];
  }
}
