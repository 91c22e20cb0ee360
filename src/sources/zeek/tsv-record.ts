/** The current line of a Zeek TSV log: offsets of its columns in one array that is used again for every line. */
import { decodeText } from '../../base/bytes/text-cache.ts';
import type { Column } from '../record.ts';
import { isSetType, type TsvLayout } from './tsv-header.ts';
import { unescapeZeek } from './unescape.ts';
import { parseMicroseconds, ZeekRecord } from './zeek-record.ts';

/** Lists remembered by their text: sets in logs are words from a small vocabulary. */
const MAX_LISTS = 4096;

const BACKSLASH = 92;
const NO_BYTES: Buffer = Buffer.alloc(0);

/** A line cut at its separators; columns are decoded when somebody asks. */
export class TsvRecord extends ZeekRecord {
  private buffer = NO_BYTES;
  private layout: TsvLayout | undefined;
  /** Start of each column and, behind the last, the line's end plus one. */
  private offsets = new Int32Array(2);
  private hasEscape = false;
  private readonly lists = new Map<string, readonly string[]>();
  /** Bounds found by {@link find}. */
  private from = 0;
  private to = 0;

  use(layout: TsvLayout): void {
    this.layout = layout;
    this.offsets = new Int32Array(layout.width + 1);
    this.lists.clear();
  }

  /**
   * Cuts the next line.
   *
   * @returns number of columns found; the record may only be read when it is the layout's width
   */
  cut(buffer: Buffer, start: number, end: number): number {
    const { offsets } = this;
    const { width, separator } = this.layout!;
    this.nextLine();
    this.buffer = buffer;
    offsets[0] = start;
    let count = 1;
    let hasEscape = false;
    for (let i = start; i < end; i++) {
      const byte = buffer[i]!;
      if (byte === separator) {
        if (count < width) offsets[count] = i + 1;
        count++;
      } else if (byte === BACKSLASH) {
        hasEscape = true;
      }
    }
    offsets[width] = end + 1;
    this.hasEscape = hasEscape;
    return count;
  }

  /** @returns whether the last column holds no byte at all, which Zeek never writes */
  get endsEmpty(): boolean {
    const { offsets } = this;
    return offsets[offsets.length - 1]! - 1 === offsets[offsets.length - 2];
  }

  override has(column: Column): boolean {
    return this.find(column);
  }

  override text(column: Column): string | undefined {
    if (!this.find(column)) return undefined;
    if (this.layout!.isSet[column] === 1) return this.listBetween(this.from, this.to)[0];
    return this.textBetween(this.from, this.to);
  }

  override number(column: Column): number | undefined {
    if (!this.find(column)) return undefined;
    const { buffer, from, to } = this;
    let value = 0;
    if (to - from <= 15) {
      let i = from;
      for (; i < to; i++) {
        const digit = buffer[i]! - 48;
        if (digit < 0 || digit > 9) break;
        value = value * 10 + digit;
      }
      if (i === to) return value;
    }
    value = parseNumber(decodeText(buffer, from, to));
    if (!Number.isNaN(value)) return value;
    this.bad(column, 'a number');
    return undefined;
  }

  override boolean(column: Column): boolean | undefined {
    if (!this.find(column)) return undefined;
    if (this.to - this.from === 1) {
      const byte = this.buffer[this.from];
      if (byte === 84) return true;
      if (byte === 70) return false;
    }
    const text = this.textBetween(this.from, this.to);
    if (text === 'true') return true;
    if (text === 'false') return false;
    this.bad(column, 'T or F');
    return undefined;
  }

  override list(column: Column): readonly string[] | undefined {
    if (!this.find(column)) return undefined;
    if (this.layout!.isSet[column] === 1) return this.listBetween(this.from, this.to);
    return this.remember(this.textBetween(this.from, this.to), undefined);
  }

  *others(): Iterable<readonly [string, unknown]> {
    for (const [place, name, type] of this.layout!.others) {
      const from = this.offsets[place]!;
      const to = this.offsets[place + 1]! - 1;
      if (this.isPresent(from, to)) yield [name, this.typedBetween(from, to, type)];
    }
  }

  protected override microseconds(column: Column): number | undefined {
    if (!this.find(column)) return undefined;
    return parseMicroseconds(this.buffer, this.from, this.to);
  }

  private find(column: Column): boolean {
    const place = this.layout!.places[column]!;
    if (place < 0) return false;
    this.from = this.offsets[place]!;
    this.to = this.offsets[place + 1]! - 1;
    return this.isPresent(this.from, this.to);
  }

  /** Unset and empty are told by the raw bytes: a value that happens to be the same has its first byte escaped. */
  private isPresent(from: number, to: number): boolean {
    const { unsetField, emptyField } = this.layout!;
    return to > from && !this.isSame(unsetField, from, to) && !this.isSame(emptyField, from, to);
  }

  private isSame(word: Buffer, from: number, to: number): boolean {
    if (word.length !== to - from) return false;
    for (let i = 0; i < word.length; i++) if (this.buffer[from + i] !== word[i]) return false;
    return true;
  }

  private textBetween(from: number, to: number): string {
    if (this.hasEscape) {
      for (let i = from; i < to; i++) {
        if (this.buffer[i] === BACKSLASH) return unescapeZeek(this.buffer.toString('utf8', from, to));
      }
    }
    return decodeText(this.buffer, from, to);
  }

  /** A set is cut before its escapes are resolved: a separator inside an element is escaped. */
  private listBetween(from: number, to: number): readonly string[] {
    return this.remember(decodeText(this.buffer, from, to), this.layout!.setSeparator);
  }

  private remember(text: string, separator: string | undefined): readonly string[] {
    const known = this.lists.get(text);
    if (known) return known;
    const list = separator === undefined ? [text] : text.split(separator).map(unescapeZeek);
    if (this.lists.size >= MAX_LISTS) this.lists.clear();
    if (text.length <= 256) this.lists.set(text, list);
    return list;
  }

  /** A column without a number, as the JSON of the same log writes it. */
  private typedBetween(from: number, to: number, type: string): unknown {
    if (isSetType(type)) {
      const element = /\[(.*)\]$/.exec(type)?.[1] ?? '';
      return this.listBetween(from, to).map((text) => typedText(text, element));
    }
    return typedText(this.textBetween(from, to), type);
  }
}

function typedText(text: string, type: string): unknown {
  switch (type) {
    case 'bool':
      return text === 'T' ? true : text === 'F' ? false : text;
    case 'count':
    case 'int':
    case 'port':
    case 'double':
    case 'time':
    case 'interval': {
      const value = parseNumber(text);
      const isExact = !Number.isNaN(value) && (type === 'double' || Math.abs(value) <= Number.MAX_SAFE_INTEGER);
      return isExact ? value : text;
    }
    default:
      return text;
  }
}

/** Decimal numbers only: `Number` would also take hexadecimal, blanks and the empty text. */
function parseNumber(text: string): number {
  return /^[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$/.test(text) ? Number(text) : Number.NaN;
}
