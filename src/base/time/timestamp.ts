/**
 * Points in time are numbers: milliseconds since 1970 UTC, with microseconds as the fraction. A double holds that to a
 * quarter of a microsecond until the year 2255, which is finer than any network sensor writes.
 */

const ISO =
  /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9})\d*)?)?)?\s*(Z|z|[+-]\d{2}:?\d{2}|[+-]\d{2})?$/;

/** A time as read, with what its text did not say. */
export interface ParsedTime {
  /** Milliseconds since 1970 UTC; the fraction holds microseconds. */
  readonly ms: number;
  /** False when the text had no zone and UTC (or the given zone) was assumed. */
  readonly hasZone: boolean;
}

/**
 * Reads an ISO 8601 time: `2025-10-24T12:00:40.000000+0200`, `2025-10-24 12:00:40`, `2025-10-24`.
 *
 * @param text the time; without zone it is read as UTC
 * @returns the time, or undefined when the text is no valid date
 */
export function parseIsoTime(text: string): ParsedTime | undefined {
  const m = ISO.exec(text);
  if (!m) return undefined;
  const year = Number(m[1]);
  const month = Number(m[2]);
  const day = Number(m[3]);
  const hour = Number(m[4] ?? 0);
  const minute = Number(m[5] ?? 0);
  const second = Number(m[6] ?? 0);
  if (month < 1 || month > 12 || day < 1 || hour > 24 || minute > 59 || second > 60) return undefined;
  if (day > new Date(Date.UTC(year, month, 0)).getUTCDate()) return undefined;
  const fraction = m[7] === undefined ? 0 : Number(m[7].padEnd(6, '0').slice(0, 6)) / 1000;
  const zone = m[8];
  return {
    ms: Date.UTC(year, month - 1, day, hour, minute, second) + fraction - zoneOffsetMs(zone),
    hasZone: zone !== undefined,
  };
}

/** Time without the zone question: text to milliseconds, undefined when unreadable. */
export function parseTimestamp(text: string): number | undefined {
  const usual = parseUsualTime(text);
  return Number.isNaN(usual) ? parseIsoTime(text)?.ms : usual;
}

/** The day read last, with its milliseconds: lines of a log share their day. */
let knownDay = '';
let knownDayMs = Number.NaN;

/**
 * `2025-10-24T10:00:40.000Z` with three or six digits, which is how nearly every shipper writes, without a regular
 * expression; this runs for every event.
 *
 * @returns milliseconds, or NaN for any other spelling
 */
function parseUsualTime(text: string): number {
  const { length } = text;
  if ((length !== 24 && length !== 27) || text.charCodeAt(10) !== 84 || text.charCodeAt(length - 1) !== 90)
    return Number.NaN;
  if (text.charCodeAt(13) !== 58 || text.charCodeAt(16) !== 58 || text.charCodeAt(19) !== 46) return Number.NaN;
  if (!text.startsWith(knownDay) || knownDay === '') {
    const day = text.slice(0, 10);
    const ms = parseIsoTime(day)?.ms;
    if (ms === undefined) return Number.NaN;
    knownDay = day;
    knownDayMs = ms;
  }
  const hour = readDigits(text, 11, 13);
  const minute = readDigits(text, 14, 16);
  const second = readDigits(text, 17, 19);
  const fraction = readDigits(text, 20, length - 1);
  if (!(hour <= 23 && minute <= 59 && second <= 59)) return Number.NaN;
  const thousandths = length === 24 ? fraction : fraction / 1000;
  return knownDayMs + hour * 3_600_000 + minute * 60_000 + second * 1000 + thousandths;
}

/** @returns the number, NaN when one of the characters is no digit */
function readDigits(text: string, from: number, to: number): number {
  let value = 0;
  for (let i = from; i < to; i++) {
    const digit = text.charCodeAt(i) - 48;
    if (!(digit >= 0 && digit <= 9)) return Number.NaN;
    value = value * 10 + digit;
  }
  return value;
}

/**
 * @param ms milliseconds since 1970 UTC, fraction allowed
 * @param digits digits behind the second: 3 (default) or 6
 * @returns `2025-10-24T10:00:40.000000Z`, empty for a time no calendar has
 */
export function formatTimestamp(ms: number, digits: 3 | 6 = 3): string {
  const micros = Math.round((ms - Math.floor(ms)) * 1000);
  const whole = Math.floor(ms) + (micros === 1000 ? 1 : 0);
  if (!(Math.abs(whole) <= 8.64e15)) return '';
  const second = Math.floor(whole / 1000);
  if (second !== shownSecond) {
    shownSecond = second;
    shownStart = new Date(second * 1000).toISOString().slice(0, -4);
  }
  const milliseconds = THREE_DIGITS[whole - second * 1000]!;
  return `${shownStart}${milliseconds}${digits === 3 ? '' : THREE_DIGITS[micros % 1000]!}Z`;
}

/** Years that ISO text writes with four digits. */
const FIRST_MS = -62_167_219_200_000;
const BEHIND_LAST_MS = 253_402_300_800_000;

/**
 * A time as it is read again from text with six digits behind the second, without the text.
 *
 * @param ms milliseconds since 1970 UTC, fraction allowed
 * @returns undefined for a time that four digits of a year cannot say
 */
export function toMicroseconds(ms: number): number | undefined {
  const floor = Math.floor(ms);
  const micros = Math.round((ms - floor) * 1000);
  const second = Math.floor((micros === 1000 ? floor + 1 : floor) / 1000) * 1000;
  if (!(second >= FIRST_MS && second < BEHIND_LAST_MS)) return undefined;
  return second + ((floor - second) * 1000 + micros) / 1000;
}

/** Events come mostly in order, so the second before is mostly the second now; `2025-10-24T10:00:40.` */
let shownSecond = Number.NaN;
let shownStart = '';
const THREE_DIGITS = Array.from({ length: 1000 }, (_, i) => String(i).padStart(3, '0'));

function zoneOffsetMs(zone: string | undefined): number {
  if (zone === undefined || zone === 'Z' || zone === 'z') return 0;
  const sign = zone.startsWith('-') ? -1 : 1;
  const hours = Number(zone.slice(1, 3));
  const minutes = Number(zone.slice(3).replace(':', '') || 0);
  return sign * (hours * 60 + minutes) * 60_000;
}
