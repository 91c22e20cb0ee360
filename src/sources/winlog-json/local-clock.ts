/**
 * Times of flat exports, which are local and do not say so. How far the clock is from UTC is found from what stands
 * beside it: the time of receipt in both forms, or Sysmon's own UtcTime. What remains unknown is said.
 */
import { type TimeZone, timeZoneOf } from '../../base/time/zone.ts';
import { type Moment, NO_MOMENT, parseMoment } from './system-values.ts';

const MINUTE_MS = 60_000;
const QUARTER_MS = 15 * MINUTE_MS;
const HALF_DAY_MS = 12 * 60 * MINUTE_MS;
/** Offsets lie between -12 and +14 hours. */
const MAX_OFFSET_MS = 14 * 60 * MINUTE_MS;
/** Two times of one receipt may lie this far from a whole quarter of an hour; a backlog that was replayed lies anywhere. */
const MAX_REST_MS = 5 * MINUTE_MS;
/** Hosts whose clock is remembered; a hostile file must not fill the memory. */
const MAX_HOSTS = 10_000;

/** What stands beside an EventTime. */
export interface TimeWitnesses {
  /** EventReceivedTime: the same clock. */
  readonly received: string | undefined;
  /** `@timestamp`: UTC. */
  readonly timestamp: string | undefined;
  /** Sysmon's UtcTime. */
  readonly utcTime: string | undefined;
}

interface HostClock {
  offsetMs: number;
  /** Last sure moment; the file goes on from there. */
  utcMs: number;
}

/** Clocks of one file. */
export class LocalClock {
  private readonly zone: TimeZone | undefined;
  private readonly assumed: () => void;
  private readonly hosts = new Map<string, HostClock>();

  /**
   * @param timezone IANA zone of the settings
   * @param assumed called when a time without any witness was read as UTC
   */
  constructor(timezone: string | undefined, assumed: () => void) {
    this.zone = timezone === undefined ? undefined : timeZoneOf(timezone);
    this.assumed = assumed;
  }

  /** Whether the clock of a host is known. */
  get remembers(): boolean {
    return this.hosts.size > 0;
  }

  /** EventTime of NXLog: wall clock of the host, unless it states a zone. */
  eventTime(text: string | undefined, witnesses: TimeWitnesses): Moment {
    const wall = parseMoment(text);
    if (wall.hasZone) return wall;
    const offset = offsetBetween(witnesses.received, witnesses.timestamp) ?? offsetBetween(text, witnesses.utcTime);
    return offset === undefined ? this.local(text, wall, false) : parseMoment(text, offset);
  }

  /**
   * A top-level TimeCreated. It is local time with a false Z or no zone, on a clock of 12 hours without AM and PM; seven
   * decimals are those of the event log itself, which is true.
   */
  timeCreated(text: string | undefined, utcTime: string | undefined, host: string): Moment {
    if (text !== undefined && /\.\d{7}Z$|[+-]\d\d:?\d\d$/.test(text)) return parseMoment(text);
    if (utcTime !== undefined) {
      const moment = parseMoment(utcTime);
      if (!Number.isNaN(moment.ms)) return moment;
    }
    const bare = withoutZone(text);
    const wall = parseMoment(bare);
    const clock = this.hosts.get(host);
    if (clock === undefined || Number.isNaN(wall.ms)) return this.local(bare, wall, true);
    const guess = wall.ms + clock.offsetMs;
    const turns = Math.round((clock.utcMs - guess) / HALF_DAY_MS);
    return parseMoment(bare, clock.offsetMs + turns * HALF_DAY_MS);
  }

  /** Learns the clock of a host from an event of Sysmon. */
  observe(text: string | undefined, utcTime: string | undefined, host: string): void {
    if (utcTime === undefined) return;
    const utc = parseMoment(utcTime).ms;
    const wall = parseMoment(withoutZone(text)).ms;
    if (Number.isNaN(utc - wall)) return;
    const offsetMs = Math.round((utc - wall) / QUARTER_MS) * QUARTER_MS;
    if (this.hosts.size < MAX_HOSTS || this.hosts.has(host)) this.hosts.set(host, { offsetMs, utcMs: utc });
  }

  /** @param isHalfDay the clock does not tell morning from afternoon, so that a zone does not make it sure */
  private local(text: string | undefined, wall: Moment, isHalfDay: boolean): Moment {
    if (Number.isNaN(wall.ms)) return NO_MOMENT;
    if (isHalfDay || this.zone === undefined) this.assumed();
    if (this.zone === undefined) return { ...wall, isUncertain: true };
    const whole = Math.floor(wall.ms);
    return { ...parseMoment(text, this.zone.toUtc(whole) - whole), isUncertain: isHalfDay };
  }
}

/** How far a wall clock is from UTC, from one moment told in both; undefined when the two do not belong together. */
function offsetBetween(wall: string | undefined, utc: string | undefined): number | undefined {
  if (wall === undefined || utc === undefined) return undefined;
  const local = parseMoment(wall);
  const difference = parseMoment(utc).ms - local.ms;
  if (Number.isNaN(difference) || local.hasZone) return undefined;
  const offset = Math.round(difference / QUARTER_MS) * QUARTER_MS;
  if (Math.abs(offset) > MAX_OFFSET_MS || Math.abs(difference - offset) > MAX_REST_MS) return undefined;
  return offset;
}

function withoutZone(text: string | undefined): string | undefined {
  return text?.replace(/\s*[zZ]$/, '');
}
