/**
 * Values by the ids of SMB: 64 bits of a session or message, 128 of a file. Ids are two or four 32-bit numbers; text is made
 * of them in events only. The mix is seeded, so that a sender cannot choose ids that fall together.
 */
import { randomBytes } from 'node:crypto';

interface Entry<V> {
  readonly a: number;
  readonly b: number;
  readonly c: number;
  readonly d: number;
  value: V;
  next: Entry<V> | undefined;
}

const SEED = randomBytes(4).readInt32LE();

/** A map by up to four 32-bit numbers, in the order of insertion as far as mixes differ. */
export class IdMap<V> {
  private readonly chains = new Map<number, Entry<V>>();
  private count = 0;

  get size(): number {
    return this.count;
  }

  get(a: number, b: number, c = 0, d = 0): V | undefined {
    let entry = this.chains.get(mix(a, b, c, d));
    while (entry !== undefined && !isKey(entry, a, b, c, d)) entry = entry.next;
    return entry?.value;
  }

  set(value: V, a: number, b: number, c = 0, d = 0): void {
    const key = mix(a, b, c, d);
    const chain = this.chains.get(key);
    for (let entry = chain; entry !== undefined; entry = entry.next) {
      if (isKey(entry, a, b, c, d)) {
        entry.value = value;
        return;
      }
    }
    this.chains.set(key, { a, b, c, d, value, next: chain });
    this.count++;
  }

  /** @returns what stood there */
  delete(a: number, b: number, c = 0, d = 0): V | undefined {
    const key = mix(a, b, c, d);
    let before: Entry<V> | undefined;
    let entry = this.chains.get(key);
    while (entry !== undefined && !isKey(entry, a, b, c, d)) {
      before = entry;
      entry = entry.next;
    }
    if (entry === undefined) return undefined;
    if (before !== undefined) before.next = entry.next;
    else if (entry.next !== undefined) this.chains.set(key, entry.next);
    else this.chains.delete(key);
    this.count--;
    return entry.value;
  }

  /** @returns the entry that was put in first, as far as mixes differ */
  oldest(): V | undefined {
    for (const entry of this.chains.values()) return entry.value;
    return undefined;
  }

  *values(): Generator<V> {
    for (const chain of this.chains.values()) {
      for (let entry: Entry<V> | undefined = chain; entry !== undefined; entry = entry.next) yield entry.value;
    }
  }

  clear(): void {
    this.chains.clear();
    this.count = 0;
  }
}

function isKey<V>(entry: Entry<V>, a: number, b: number, c: number, d: number): boolean {
  return entry.a === a && entry.b === b && entry.c === c && entry.d === d;
}

function mix(a: number, b: number, c: number, d: number): number {
  let h = Math.imul(a ^ SEED, 0x9e3779b1);
  h = Math.imul((h ^ (h >>> 15)) + b, 0x85ebca6b);
  h = Math.imul((h ^ (h >>> 13)) + c, 0xc2b2ae35);
  h = Math.imul((h ^ (h >>> 16)) + d, 0x27d4eb2f);
  return h ^ (h >>> 15);
}
