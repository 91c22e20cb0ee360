import type { Domain, WaitingSet } from './domain.ts';
import { NETFLOW_LIMITS } from './limits.ts';

/** Data of all domains whose templates have not come yet: for a while, and within limits. */
export class WaitingSets {
  private readonly lost: (bytes: number) => void;
  private totalBytes = 0;

  /** @param lost told of bytes whose template never came, or that had no room */
  constructor(lost: (bytes: number) => void) {
    this.lost = lost;
  }

  /** Keeps data until its template comes. */
  keep(domain: Domain, set: WaitingSet): void {
    this.dropLate(domain, set.received);
    const size = set.bytes.length;
    const isFull =
      domain.waitingBytes + size > NETFLOW_LIMITS.waitingBytes ||
      this.totalBytes + size > NETFLOW_LIMITS.waitingTotalBytes;
    if (isFull) {
      this.lost(size);
      return;
    }
    domain.waiting.push(set);
    domain.waitingBytes += size;
    this.totalBytes += size;
  }

  /** @returns what waited for a template, which has come; it waits no more */
  take(domain: Domain, id: number, now: number): readonly WaitingSet[] {
    if (domain.waiting.length === 0) return [];
    this.dropLate(domain, now);
    const sets = domain.waiting.filter((set) => set.id === id);
    const others = domain.waiting.filter((set) => set.id !== id);
    domain.waiting.length = 0;
    for (const set of others) domain.waiting.push(set);
    for (const { bytes } of sets) this.release(domain, bytes.length);
    return sets;
  }

  /** Nothing more comes for a domain. */
  end(domain: Domain): void {
    for (const { bytes } of domain.waiting) this.lost(bytes.length);
  }

  private dropLate(domain: Domain, now: number): void {
    while (domain.waiting.length > 0 && now - domain.waiting[0]!.received > NETFLOW_LIMITS.waitingMs) {
      const { bytes } = domain.waiting.shift()!;
      this.release(domain, bytes.length);
      this.lost(bytes.length);
    }
  }

  private release(domain: Domain, size: number): void {
    domain.waitingBytes -= size;
    this.totalBytes -= size;
  }
}
