/**
 * The current PAN-OS record: a line of CSV cut into one array of offsets that is used again for every line. Quotes stand
 * around fields with commas and are doubled inside; the list of link switches stands in braces with bare commas.
 */
import { decodeText } from '../../base/bytes/text-cache.ts';
import { parseIsoTime } from '../../base/time/timestamp.ts';
import type { TimeZone } from '../../base/time/zone.ts';
import type { Column, RawRecord } from '../record.ts';
import type { SourceSettings } from '../source.ts';
import { panosColumn, panosColumns } from './columns.ts';

/** Columns whose place is kept; the newest version has about 120. */
const MAX_COLUMNS = 512;
/** The high-resolution time moves with each version, but never stands before the device attributes. */
const FIRST_APPENDED = panosColumn('forwarded_for') + 1;

/** Times remembered. */
const MAX_TIMES = 1024;

const COMMA = 44;
const QUOTE = 34;
const OPEN = 123;
const CLOSE = 125;
const NO_BYTES: Buffer = Buffer.alloc(0);

/** Called with a value that does not fit its column. */
export type BadValue = (column: Column, text: string, expected: string) => void;

/** A PAN-OS record. */
export class PanosRecord implements RawRecord {
  readonly settings: SourceSettings;
  private readonly zone: TimeZone | undefined;
  private readonly badValue: BadValue;
  private buffer = NO_BYTES;
  private readonly starts = new Int32Array(MAX_COLUMNS);
  private readonly ends = new Int32Array(MAX_COLUMNS);
  /** By column: 1 when it holds doubled quotes. */
  private readonly doubled = new Uint8Array(MAX_COLUMNS);
  private count = 0;
  private readonly times = new Map<string, number>();
  private precise: string | undefined;
  private isPreciseKnown = false;
  /** Lines cut so far; a column that holds the current number has been reported. */
  private lineNumber = 0;
  private readonly reported = new Uint32Array(panosColumns.names.length);

  /** @param zone zone of times without one; without it the record's own high-resolution time decides, else UTC */
  constructor(settings: SourceSettings, zone: TimeZone | undefined, badValue: BadValue) {
    this.settings = settings;
    this.zone = zone;
    this.badValue = badValue;
  }

  /**
   * Cuts the next line.
   *
   * @returns number of columns, or -1 when a quote is never closed
   */
  cut(buffer: Buffer, start: number, end: number): number {
    this.buffer = buffer;
    this.isPreciseKnown = false;
    this.lineNumber = (this.lineNumber + 1) >>> 0;
    let count = 0;
    let at = start;
    let hasBraces = true;
    for (;;) {
      let from = at;
      let to: number;
      let doubled = 0;
      if (buffer[at] === QUOTE && at < end) {
        from = ++at;
        for (;;) {
          const close = buffer.indexOf(QUOTE, at);
          if (close < 0 || close >= end) return -1;
          at = close + 1;
          if (buffer[at] !== QUOTE || at >= end) break;
          doubled = 1;
          at++;
        }
        to = at - 1;
        while (at < end && buffer[at] !== COMMA) at++;
      } else {
        while (at < end && buffer[at] !== COMMA) {
          if (buffer[at] === OPEN && hasBraces) {
            const close = closingBrace(buffer, at, end);
            // A brace that is never closed is an ordinary character, and so are all behind it.
            if (close < 0) hasBraces = false;
            else at = close;
          }
          at++;
        }
        to = at;
      }
      if (count < MAX_COLUMNS) {
        this.starts[count] = from;
        this.ends[count] = to;
        this.doubled[count] = doubled;
      }
      count++;
      if (at >= end) break;
      at++;
    }
    this.count = Math.min(count, MAX_COLUMNS);
    return count;
  }

  has(column: Column): boolean {
    return column < this.count && this.ends[column]! > this.starts[column]!;
  }

  text(column: Column): string | undefined {
    if (!this.has(column)) return undefined;
    const text = decodeText(this.buffer, this.starts[column]!, this.ends[column]!);
    return this.doubled[column] === 1 ? text.replaceAll('""', '"') : text;
  }

  raw(column: Column): string | undefined {
    return this.text(column);
  }

  number(column: Column): number | undefined {
    const text = this.text(column);
    if (text === undefined) return undefined;
    if (/^\d{1,15}$/.test(text)) return Number(text);
    this.bad(column, text, 'a number of 0 or more');
    return undefined;
  }

  /** Port, 0 to 65535. */
  port(column: Column): number | undefined {
    const value = this.number(column);
    if (value === undefined || value <= 65_535) return value;
    this.bad(column, String(value), 'a port');
    return undefined;
  }

  boolean(): undefined {
    return undefined;
  }

  list(column: Column): readonly string[] | undefined {
    const text = this.text(column);
    return text === undefined ? undefined : [text];
  }

  others(): Iterable<readonly [string, unknown]> {
    return [];
  }

  /** Time of a column in milliseconds UTC. */
  time(column: Column): number | undefined {
    const text = this.text(column);
    if (text === undefined) return undefined;
    const local = this.localTime(text);
    if (local === undefined) {
      this.bad(column, text, 'a time such as 2025/10/24 12:01:39');
      return undefined;
    }
    return this.zone ? local : local - this.statedOffset();
  }

  /** Time in UTC when a zone is configured, else wall clock. Thousands of records share a second, so texts are remembered. */
  private localTime(text: string): number | undefined {
    const known = this.times.get(text);
    if (known !== undefined) return known;
    const parts = /^(\d{4})\/(\d\d)\/(\d\d) (\d\d:\d\d:\d\d)$/.exec(text);
    const wall = parts ? parseIsoTime(`${parts[1]}-${parts[2]}-${parts[3]}T${parts[4]}`) : undefined;
    if (wall === undefined) return undefined;
    const ms = this.zone ? this.zone.toUtc(wall.ms) : wall.ms;
    if (this.times.size >= MAX_TIMES) this.times.clear();
    this.times.set(text, ms);
    return ms;
  }

  /** The high-resolution time, which alone carries a zone; undefined before PAN-OS 10.0. */
  preciseTime(): number | undefined {
    const text = this.preciseText();
    return text === undefined ? undefined : parseIsoTime(text)?.ms;
  }

  /** Zone of the record's times: the configured one, the one of the high-resolution time, else unknown. */
  get timezone(): string {
    return this.zone?.name ?? this.preciseText()?.slice(PRECISE_ZONE) ?? 'unknown';
  }

  /** @returns whether times can be brought to UTC without guessing */
  get knowsZone(): boolean {
    return this.zone !== undefined || this.preciseText() !== undefined;
  }

  private preciseText(): string | undefined {
    if (this.isPreciseKnown) return this.precise;
    this.isPreciseKnown = true;
    this.precise = undefined;
    for (let column = FIRST_APPENDED; column < this.count; column++) {
      const start = this.starts[column]!;
      // Date, `T`, time, milliseconds and an offset: nothing else in a record has this form.
      if (this.ends[column]! - start !== PRECISE_LENGTH || this.buffer[start + 10] !== 84) continue;
      const text = this.buffer.toString('latin1', start, this.ends[column]!);
      if (/[+-]\d\d:\d\d$/.test(text) && parseIsoTime(text)) {
        this.precise = text;
        break;
      }
    }
    return this.precise;
  }

  /** Milliseconds the firewall's clock is ahead of UTC as its high-resolution time says; 0 when it does not. */
  private statedOffset(): number {
    const text = this.preciseText();
    if (text === undefined) return 0;
    return parseIsoTime(text.slice(0, PRECISE_ZONE))!.ms - parseIsoTime(text)!.ms;
  }

  private bad(column: Column, text: string, expected: string): void {
    if (this.reported[column] === this.lineNumber) return;
    this.reported[column] = this.lineNumber;
    this.badValue(column, text, expected);
  }
}

/** `2025-10-24T12:01:39.123+02:00` */
const PRECISE_LENGTH = 29;
const PRECISE_ZONE = 23;

/** @returns index of the brace that closes the one at `open`, or -1 */
function closingBrace(buffer: Buffer, open: number, end: number): number {
  let depth = 0;
  for (let at = open; at < end; at++) {
    if (buffer[at] === OPEN) depth++;
    else if (buffer[at] === CLOSE && --depth === 0) return at;
  }
  return -1;
}
