/**
 * Wall clock of a place to UTC, by the IANA data that comes with the run time. Offsets are asked of Intl once for each
 * quarter of an hour (no zone changes in between) and remembered.
 */

const SLOT_MS = 900_000;
const DAY_MS = 86_400_000;
const MAX_SLOTS = 4096;

/** A time zone such as Europe/Paris. */
export class TimeZone {
  readonly name: string;
  private readonly format: Intl.DateTimeFormat;
  private readonly offsets = new Map<number, number>();

  /** @throws RangeError when the run time does not know the zone; {@link timeZoneOf} answers undefined instead */
  constructor(name: string) {
    this.name = name;
    this.format = new Intl.DateTimeFormat('en-US', {
      timeZone: name,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
  }

  /**
   * @param localMs wall clock written as if it were UTC, in milliseconds since 1970
   * @returns the moment in UTC. An hour that comes twice in autumn is taken as the first one; an hour that is left out in
   * spring as if the clock had not been put forward yet
   */
  toUtc(localMs: number): number {
    const before = this.offsetAt(localMs - DAY_MS);
    const after = this.offsetAt(localMs + DAY_MS);
    const early = localMs - before;
    if (before === after || this.offsetAt(early) === before) return early;
    const late = localMs - after;
    return this.offsetAt(late) === after ? late : early;
  }

  /** @returns the wall clock at a moment in UTC, written as if it were UTC; both in milliseconds since 1970 */
  toLocal(utcMs: number): number {
    return utcMs + this.offsetAt(utcMs);
  }

  /** Milliseconds that the wall clock is ahead of UTC at a moment in UTC. */
  private offsetAt(utcMs: number): number {
    const slot = Math.floor(utcMs / SLOT_MS);
    const known = this.offsets.get(slot);
    if (known !== undefined) return known;
    const at = slot * SLOT_MS;
    const parts: Record<string, number> = {};
    for (const { type, value } of this.format.formatToParts(at)) parts[type] = Number(value);
    const { year, month, day, hour, minute, second } = parts;
    const offset = Date.UTC(year!, month! - 1, day!, hour!, minute!, second!) - at;
    if (this.offsets.size >= MAX_SLOTS) this.offsets.clear();
    this.offsets.set(slot, offset);
    return offset;
  }
}

/** Zones made so far; a configuration names one or two. */
const zones = new Map<string, TimeZone>();

/** @returns the zone of an IANA name, or undefined when there is none of that name */
export function timeZoneOf(name: string): TimeZone | undefined {
  const known = zones.get(name);
  if (known) return known;
  try {
    const zone = new TimeZone(name);
    zones.set(name, zone);
    return zone;
  } catch {
    // Intl says by RangeError that it does not know the name; whoever asks decides what that means.
    return undefined;
  }
}
