/**
 * Dates of queries: ISO 8601 with optional parts, epoch milliseconds, and date math. A date stands for a span, from the
 * first to the last millisecond of its unit; the operator chooses the end. Missing months and days are 01 even for the
 * last millisecond, as Elasticsearch fills them in.
 */

/** The span a written date stands for. */
export interface DateSpan {
  /** First millisecond. */
  readonly first: number;
  /** Last millisecond. */
  readonly last: number;
  /** Month or day is missing, so that the span ends on a day nobody wrote. */
  readonly lacksDay: boolean;
}

const ISO =
  /^(\d{4})(?:-(\d{2})(?:-(\d{2})(?:T(\d{2})(?::(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?)?(Z|[+-]\d{2}(?::?\d{2})?)?)?)?)?$/;
const EPOCH_MS = /^\d{5,16}$/;
const STEP = /([+-])(\d{0,9})([yMwdhHms])|\/([yMwdhHms])/y;
const MAX_TIME_MS = 8.64e15;

/**
 * @param text `2026-03-01`, `1772375400000`, `now-9m`, `now/d`, `2026-03-01||+1M/d`
 * @param now milliseconds that `now` stands for
 * @returns the span, or undefined when the text is no date or lies beyond the calendar
 */
export function parseDateSpan(text: string, now: number): DateSpan | undefined {
  const anchorEnd = text.startsWith('now') ? 3 : text.indexOf('||');
  if (anchorEnd < 0) return checked(parseDate(text));
  const math = text.slice(text.startsWith('now') ? 3 : anchorEnd + 2);
  const anchor = text.startsWith('now') ? Math.floor(now) : parseDate(text.slice(0, anchorEnd))?.first;
  if (anchor === undefined) return undefined;
  const first = applyMath(math, anchor, false);
  const last = applyMath(math, anchor, true);
  if (first === undefined || last === undefined) return undefined;
  return checked({ first, last, lacksDay: false });
}

function checked(span: DateSpan | undefined): DateSpan | undefined {
  return span && Math.abs(span.first) <= MAX_TIME_MS && Math.abs(span.last) <= MAX_TIME_MS ? span : undefined;
}

function parseDate(text: string): DateSpan | undefined {
  if (EPOCH_MS.test(text)) return { first: Number(text), last: Number(text), lacksDay: false };
  const m = ISO.exec(text);
  if (!m) return undefined;
  const [year, month, day] = [Number(m[1]), Number(m[2] ?? 1), Number(m[3] ?? 1)];
  if (month < 1 || month > 12 || day < 1 || day > daysInMonth(year, month - 1)) return undefined;
  const [hour, minute, second] = [partOf(m[4], 23), partOf(m[5], 59), partOf(m[6], 59)];
  if (!hour || !minute || !second) return undefined;
  const offset = zoneOffsetMs(m[8]);
  if (offset === undefined) return undefined;
  const ms = m[7] === undefined ? undefined : Number(m[7].padEnd(3, '0').slice(0, 3));
  const date = utc(year, month - 1, day) - offset;
  return {
    first: date + hour.first * HOUR + minute.first * MINUTE + second.first * SECOND + (ms ?? 0),
    last: date + hour.last * HOUR + minute.last * MINUTE + second.last * SECOND + (ms ?? 999),
    lacksDay: m[3] === undefined,
  };
}

const SECOND = 1_000;
const MINUTE = 60_000;
const HOUR = 3_600_000;
const DAY = 86_400_000;

/** A part that is missing runs from 0 to its highest value. */
function partOf(digits: string | undefined, highest: number): { first: number; last: number } | undefined {
  if (digits === undefined) return { first: 0, last: highest };
  const value = Number(digits);
  return value > highest ? undefined : { first: value, last: value };
}

function zoneOffsetMs(zone: string | undefined): number | undefined {
  if (zone === undefined || zone === 'Z') return 0;
  const hours = Number(zone.slice(1, 3));
  const minutes = Number(zone.slice(3).replace(':', '') || 0);
  if (hours > 18 || minutes > 59) return undefined;
  return (zone.startsWith('-') ? -1 : 1) * (hours * HOUR + minutes * MINUTE);
}

/** @returns the time after all steps, or undefined when the text is no date math */
function applyMath(math: string, anchor: number, roundUp: boolean): number | undefined {
  let time = anchor;
  STEP.lastIndex = 0;
  while (STEP.lastIndex < math.length) {
    const m = STEP.exec(math);
    if (!m) return undefined;
    if (m[4] !== undefined) {
      const start = startOf(time, m[4]);
      time = roundUp ? add(start, 1, m[4]) - 1 : start;
    } else {
      time = add(time, (m[1] === '-' ? -1 : 1) * Number(m[2] || 1), m[3]!);
    }
    if (!(Math.abs(time) <= MAX_TIME_MS)) return undefined;
  }
  return time;
}

function startOf(time: number, unit: string): number {
  const date = new Date(time);
  switch (unit) {
    case 'y':
      return utc(date.getUTCFullYear(), 0, 1);
    case 'M':
      return utc(date.getUTCFullYear(), date.getUTCMonth(), 1);
    case 'w': {
      const day = Math.floor(time / DAY);
      // Day 0 of 1970 was a Thursday, three days after a Monday.
      return (day - ((((day + 3) % 7) + 7) % 7)) * DAY;
    }
    case 'd':
      return Math.floor(time / DAY) * DAY;
    case 'm':
      return Math.floor(time / MINUTE) * MINUTE;
    case 's':
      return Math.floor(time / SECOND) * SECOND;
    default:
      return Math.floor(time / HOUR) * HOUR;
  }
}

function add(time: number, count: number, unit: string): number {
  switch (unit) {
    case 'y':
      return addMonths(time, count * 12);
    case 'M':
      return addMonths(time, count);
    case 'w':
      return time + count * 7 * DAY;
    case 'd':
      return time + count * DAY;
    case 'm':
      return time + count * MINUTE;
    case 's':
      return time + count * SECOND;
    default:
      return time + count * HOUR;
  }
}

/** 31 January and one month is the last day of February. */
function addMonths(time: number, count: number): number {
  const date = new Date(time);
  const month = date.getUTCFullYear() * 12 + date.getUTCMonth() + count;
  const [year, index] = [Math.floor(month / 12), ((month % 12) + 12) % 12];
  if (Math.abs(year) > 270_000) return Number.NaN;
  const day = Math.min(date.getUTCDate(), daysInMonth(year, index));
  return utc(year, index, day) + (((time % DAY) + DAY) % DAY);
}

function daysInMonth(year: number, index: number): number {
  if (index !== 1) return [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][index]!;
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
}

/** Date.UTC that takes the years 0 to 99 as they are. */
function utc(year: number, month: number, day: number): number {
  return new Date(0).setUTCFullYear(year, month, day);
}
