/**
 * What earlier lines of an SMB session said: Suricata names the user in SESSION_SETUP and the share in TREE_CONNECT only,
 * and a rule about a file needs both.
 */

/** Who logged on. */
export interface SessionUser {
  readonly name: string;
  readonly domain: string | undefined;
}

/** What a tree id stands for. */
export interface SessionTree {
  readonly path: string;
  /** DISK, PIPE or PRINT. */
  readonly type: string | undefined;
}

interface Entry<T> {
  readonly value: T;
  time: number;
}

/** Entries kept of each kind: about 20 MB at worst, and more sessions than a file server holds at once. */
export const MAX_ENTRIES = 100_000;
/** An entry not used for this long (in event time) is taken for a session that has ended. */
export const MAX_AGE_MS = 3_600_000;

/** A bounded map whose entries age by the time of the events, so that a second read gives the same joins. */
export class AgingTable<T> {
  private readonly entries = new Map<string, Entry<T>>();
  private readonly capacity: number;
  private readonly overflow: () => void;

  /** @param overflow called when an entry that had not aged yet had to go */
  constructor(capacity: number, overflow: () => void) {
    this.capacity = capacity;
    this.overflow = overflow;
  }

  get size(): number {
    return this.entries.size;
  }

  set(key: string, value: T, time: number): void {
    this.entries.delete(key);
    if (this.entries.size >= this.capacity) this.dropOldest(time);
    this.entries.set(key, { value, time });
  }

  /** @param time time of the asking event, in milliseconds */
  get(key: string, time: number): T | undefined {
    const entry = this.entries.get(key);
    if (entry === undefined) return undefined;
    this.entries.delete(key);
    if (Math.abs(time - entry.time) > MAX_AGE_MS) return undefined;
    // Put back at the end: the map's order is the order of last use.
    entry.time = Math.max(time, entry.time);
    this.entries.set(key, entry);
    return entry.value;
  }

  private dropOldest(time: number): void {
    const oldest = this.entries.entries().next();
    if (oldest.done) return;
    const [key, entry] = oldest.value;
    this.entries.delete(key);
    if (time - entry.time <= MAX_AGE_MS) this.overflow();
  }
}
