/** Parts of dates: of UTC by arithmetic, of a zone through its offset, which is remembered for each quarter of an hour. */
import { parseTimestamp } from '../../base/time/timestamp.ts';
import { timeZoneOf } from '../../base/time/zone.ts';
import type { Scalar } from '../../event/document.ts';
import type { DatePart } from '../predicate.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;

/**
 * @param part what is compared
 * @param wanted its number; months from 1, hours 0 to 23, weeks 1 to 53
 * @param zone IANA name; UTC when undefined
 * @returns a test over milliseconds since 1970
 * @throws Error for a zone that does not exist, which whoever made the node has to refuse
 */
export function compileDatePart(part: DatePart, wanted: number, zone: string | undefined): (value: Scalar) => boolean {
  const read = READ[part];
  const timeZone = zone === undefined || zone === 'UTC' ? undefined : timeZoneOf(zone);
  if (zone !== undefined && zone !== 'UTC' && !timeZone) throw new Error(`there is no time zone ${zone}`);
  return (value) => {
    const ms = typeof value === 'number' ? value : typeof value === 'string' ? parseTimestamp(value) : undefined;
    return ms !== undefined && read(timeZone ? timeZone.toLocal(ms) : ms) === wanted;
  };
}

/** Each part of a moment, as a wall clock shows it. */
const READ: Readonly<Record<DatePart, (ms: number) => number>> = {
  minute: (ms) => modulo(Math.floor(ms / MINUTE_MS), 60),
  hour: (ms) => modulo(Math.floor(ms / HOUR_MS), 24),
  day: (ms) => dayOfMonth(civil(ms)),
  month: (ms) => monthOf(civil(ms)),
  year: (ms) => yearOf(civil(ms)),
  week: isoWeek,
};

function modulo(value: number, by: number): number {
  return ((value % by) + by) % by;
}

/**
 * Year, month and day of a moment as one number, without making an object: years begin in March, so that a leap day is the
 * last one of its year.
 *
 * @see https://howardhinnant.github.io/date_algorithms.html#civil_from_days
 */
function civil(ms: number): number {
  const days = Math.floor(ms / DAY_MS) + 719_468;
  const era = Math.floor(days / 146_097);
  const ofEra = days - era * 146_097;
  const year = Math.floor(
    (ofEra - Math.floor(ofEra / 1460) + Math.floor(ofEra / 36_524) - Math.floor(ofEra / 146_096)) / 365,
  );
  const ofYear = ofEra - (365 * year + Math.floor(year / 4) - Math.floor(year / 100));
  const fromMarch = Math.floor((5 * ofYear + 2) / 153);
  const day = ofYear - Math.floor((153 * fromMarch + 2) / 5) + 1;
  const month = fromMarch < 10 ? fromMarch + 3 : fromMarch - 9;
  return ((year + era * 400 + (month <= 2 ? 1 : 0)) * 16 + month) * 32 + day;
}

function dayOfMonth(date: number): number {
  return modulo(date, 32);
}

function monthOf(date: number): number {
  return modulo(Math.floor(date / 32), 16);
}

function yearOf(date: number): number {
  return Math.floor(date / 512);
}

/** ISO 8601: the week that holds the year's first Thursday is week 1, and weeks begin on Monday. */
function isoWeek(ms: number): number {
  const day = Math.floor(ms / DAY_MS);
  // 1 January 1970 was a Thursday.
  const thursday = day - modulo(day + 3, 7) + 3;
  const year = yearOf(civil(thursday * DAY_MS));
  return Math.floor((thursday - firstDay(year)) / 7) + 1;
}

/** Days from 1970 to 1 January of a year. */
function firstDay(year: number): number {
  const before = year - 1;
  return (year - 1970) * 365 + Math.floor(before / 4) - Math.floor(before / 100) + Math.floor(before / 400) - 477;
}
