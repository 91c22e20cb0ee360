/**
 * Which kinds of events are collected from which host, hour by hour. A leg that nobody could see is reported as blind, never
 * counted as absent; what decides is whether events of its kind came from the host within a day. In a scan the whole
 * evidence is known, so a day before and a day after count alike.
 */

const HOUR_MS = 3_600_000;
/** Hours around an event in which others of its kind show that it would have been seen. */
export const SIGHT_HOURS = 24;

/** @returns the hour that all sightings of a time fall into; NaN without a time */
export function hourOf(time: number): number {
  return Math.floor(time / HOUR_MS);
}

/** Sightings as plain data. */
export type SightingsSnapshot = readonly (readonly [name: string, hours: readonly number[]])[];

/** Remembers sightings by key and way. */
export class Sightings {
  /** Hours by way and key. */
  private readonly ways: Map<string, Set<number>>[] = [];
  private readonly limit: number;
  private readonly onLimit: () => void;
  private count = 0;
  private hasRefused = false;

  /**
   * @param limit hours of all keys and ways remembered
   * @param onLimit called when the first one has no room; legs count as seen from then on. How many more there are nobody can
   *   tell: threads hand on the first of an hour, as far as they remember
   */
  constructor(limit: number, onLimit: () => void) {
    this.limit = limit;
    this.onLimit = onLimit;
  }

  /** An event of a kind was seen. */
  add(key: string, way: number, time: number): void {
    const ofWay = (this.ways[way] ??= new Map<string, Set<number>>());
    const hour = hourOf(time);
    let hours = ofWay.get(key);
    if (hours?.has(hour) === true) return;
    if (this.count >= this.limit) {
      if (!this.hasRefused) this.onLimit();
      this.hasRefused = true;
      return;
    }
    if (!hours) ofWay.set(key, (hours = new Set()));
    hours.add(hour);
    this.count++;
  }

  /** @returns whether an event of the kind was seen within a day */
  isSighted(key: string, way: number, time: number): boolean {
    const hours = this.ways[way]?.get(key);
    const hour = hourOf(time);
    if (hours) {
      for (let distance = 0; distance <= SIGHT_HOURS; distance++) {
        if (hours.has(hour - distance) || hours.has(hour + distance)) return true;
      }
    }
    // What could not be remembered may have been seen: nothing is called blind that is not.
    return this.count >= this.limit;
  }

  /** @returns the state */
  snapshot(): SightingsSnapshot {
    return this.ways.flatMap((keys, way) => [...keys].map(([key, hours]) => [`${way} ${key}`, [...hours]] as const));
  }

  /** Takes over a state. */
  restore(state: SightingsSnapshot): void {
    for (const [name, hours] of state) {
      const blank = name.indexOf(' ');
      (this.ways[Number(name.slice(0, blank))] ??= new Map()).set(name.slice(blank + 1), new Set(hours));
      this.count += hours.length;
    }
  }
}
