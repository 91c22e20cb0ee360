/**
 * What Zeek's mappings read from: a raw record that also knows Zeek's types. TSV and JSON fill it differently and give the
 * same values: times and intervals have microseconds, whatever number of digits a writer prints.
 */
import type { FieldValue } from '../../event/document.ts';
import { formatTimestamp } from '../../base/time/timestamp.ts';
import type { EventView } from '../../event/view.ts';
import type { Column, RawRecord } from '../record.ts';
import { columnKinds } from './columns.ts';

/** Reads one field from the current Zeek line. */
export type ZeekRead = (record: ZeekRecord, view: EventView) => FieldValue;

/** Called with a value that does not fit its column and what was expected, once for each column of a line. */
export type BadValue = (column: Column, text: string, expected: string) => void;

/** A line of a Zeek log. */
export abstract class ZeekRecord implements RawRecord {
  private readonly badValue: BadValue;
  /** Lines are numbered by {@link nextLine}; a column whose number is the current one has been reported. */
  private readonly reported = new Uint32Array(columnKinds.length);
  private lineNumber = 1;

  constructor(badValue: BadValue) {
    this.badValue = badValue;
  }

  abstract has(column: Column): boolean;
  abstract text(column: Column): string | undefined;
  abstract number(column: Column): number | undefined;
  abstract boolean(column: Column): boolean | undefined;
  abstract list(column: Column): readonly string[] | undefined;
  abstract others(): Iterable<readonly [string, unknown]>;
  /** Whole microseconds of a decimal number of seconds, undefined when absent, NaN when the text is none. */
  protected abstract microseconds(column: Column): number | undefined;

  raw(column: Column): string | undefined {
    return this.text(column);
  }

  /** Time in milliseconds, microseconds as the fraction. */
  time(column: Column): number | undefined {
    const micros = this.microseconds(column);
    if (micros === undefined || Math.abs(micros) <= MAX_TIME) return micros === undefined ? undefined : micros / 1000;
    this.bad(column, 'a time');
    return undefined;
  }

  /** Interval in microseconds, 0 or more. */
  interval(column: Column): number | undefined {
    const micros = this.microseconds(column);
    if (micros === undefined || (micros >= 0 && micros < Infinity)) return micros;
    this.bad(column, 'an interval');
    return undefined;
  }

  /** Number of 0 or more. */
  count(column: Column): number | undefined {
    const value = this.number(column);
    if (value === undefined || value >= 0) return value;
    this.bad(column, 'a count');
    return undefined;
  }

  /** Port, 0 to 65535. */
  port(column: Column): number | undefined {
    const value = this.number(column);
    if (value === undefined || (value >= 0 && value <= 65_535 && Number.isInteger(value))) return value;
    this.bad(column, 'a port');
    return undefined;
  }

  /** Value of a column as documents hold it when the column has no ECS name. */
  plain(column: Column): FieldValue {
    switch (columnKinds[column]) {
      case 'boolean':
        return this.boolean(column);
      case 'count':
        return this.count(column);
      case 'port':
        return this.port(column);
      case 'list':
        return this.list(column);
      case 'time': {
        const ms = this.time(column);
        return ms === undefined ? undefined : formatTimestamp(ms, 6);
      }
      case 'interval': {
        const micros = this.interval(column);
        return micros === undefined ? undefined : micros / 1e6;
      }
      default:
        return this.text(column);
    }
  }

  /** The record now holds another line. */
  protected nextLine(): void {
    this.lineNumber = (this.lineNumber + 1) >>> 0;
  }

  protected bad(column: Column, expected: string): void {
    if (this.reported[column] === this.lineNumber) return;
    this.reported[column] = this.lineNumber;
    this.badValue(column, this.text(column) ?? '', expected);
  }
}

/** Last time a calendar has, in microseconds (ECMA-262 §21.4.1.1). */
const MAX_TIME = 8.64e18;

/**
 * Whole microseconds of seconds written in decimal. The whole and the fraction are read apart, because their sum in
 * seconds has more digits than a double holds for ever.
 *
 * @param buffer ASCII
 * @returns microseconds rounded half up, or NaN when the bytes are no plain decimal number
 */
export function parseMicroseconds(buffer: Buffer, start: number, end: number): number {
  let at = start;
  const negative = buffer[at] === 45;
  if (negative) at++;
  const first = at;
  let whole = 0;
  while (at < end) {
    const digit = buffer[at]! - 48;
    if (digit < 0 || digit > 9) break;
    whole = whole * 10 + digit;
    at++;
  }
  if (at === first) return Number.NaN;
  let micros = 0;
  if (at < end) {
    if (buffer[at] !== 46) return Number.NaN;
    at++;
    let scale = 100_000;
    for (; at < end; at++) {
      const digit = buffer[at]! - 48;
      if (digit < 0 || digit > 9) return Number.NaN;
      if (scale >= 1) micros += digit * scale;
      else if (scale > 0.05 && digit >= 5) micros++;
      scale /= 10;
    }
  }
  const value = whole * 1e6 + micros;
  return negative ? -value : value;
}
