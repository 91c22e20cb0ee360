/** The current JSON object of Zeek's JSON logs, read as Zeek's types. */
import { parseTimestamp } from '../../base/time/timestamp.ts';
import type { JsonRecord } from '../json/dialect.ts';
import type { Column } from '../record.ts';
import { columnKinds } from './columns.ts';
import { type BadValue, ZeekRecord } from './zeek-record.ts';

/** Numbers above this are milliseconds: in seconds they would lie beyond the year 5000. */
const MILLISECONDS_FROM = 1e11;

/** Zeek's types over the record of the JSON reader. */
export class JsonZeekRecord extends ZeekRecord {
  private readonly inner: JsonRecord;

  /** @param inner record of the reader, the same object for every line of a file */
  constructor(inner: JsonRecord, badValue: BadValue) {
    super(badValue);
    this.inner = inner;
  }

  /** The inner record now holds another object. */
  advance(): void {
    this.nextLine();
  }

  override has(column: Column): boolean {
    return this.inner.has(column);
  }

  override text(column: Column): string | undefined {
    return this.inner.text(column);
  }

  override number(column: Column): number | undefined {
    return this.inner.number(column);
  }

  override boolean(column: Column): boolean | undefined {
    return this.inner.boolean(column);
  }

  override list(column: Column): readonly string[] | undefined {
    return this.inner.list(column);
  }

  override *others(): Iterable<readonly [string, unknown]> {
    for (const [name, value] of this.inner.others()) {
      if (value !== '' && !(Array.isArray(value) && value.length === 0)) yield [name, value];
    }
  }

  protected override microseconds(column: Column): number | undefined {
    const written = this.inner.value(column);
    if (typeof written === 'number') return toMicroseconds(written, column);
    const text = this.inner.raw(column);
    if (text === undefined) return undefined;
    if (!/^[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$/.test(text)) {
      const ms = parseTimestamp(text);
      return ms === undefined ? Number.NaN : Math.round(ms * 1000);
    }
    return toMicroseconds(Number(text), column);
  }
}

/** To whole microseconds a double of seconds is exact until the year 2100; the digits behind them are noise. */
function toMicroseconds(value: number, column: Column): number {
  const isMilliseconds = columnKinds[column] !== 'interval' && Math.abs(value) > MILLISECONDS_FROM;
  return Math.round(value * (isMilliseconds ? 1e3 : 1e6));
}
