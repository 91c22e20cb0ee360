/** The current JSON object as a raw record: decodes a column's span when somebody asks. */
import { decodeText } from '../../base/bytes/text-cache.ts';
import type { JsonTape } from '../../base/json/json-tape.ts';
import { unescapeJson } from '../../base/json/unescape.ts';
import type { Document, FieldValue, Scalar } from '../../event/document.ts';
import { isDocument } from '../../event/document.ts';
import { type ColumnSpans, SPAN } from './column-spans.ts';
import type { JsonRecord } from './dialect.ts';
import { readKnownTape } from './known-tape.ts';
import { parseLenient } from './lenient.ts';
import { parseRepeating } from './repeated-keys.ts';

/** Reports a value that does not fit what its column needs. */
export type BadValue = (column: number, text: string, expected: string) => void;

/** Levels below which no column is looked for: what stands deeper is handed out whole. */
const MAX_OTHERS_DEPTH = 16;

/** Reads the spans of columns. */
export class SpanRecord implements JsonRecord {
  private readonly spans: ColumnSpans;
  private readonly badValue: BadValue;
  private readonly knownPaths: ReadonlySet<string>;
  private start = 0;
  private end = 0;
  /** Null: there is none. */
  private knownTape: JsonTape | null | undefined;

  /** @param knownPaths dotted paths that have a column, so that {@link others} can leave them out */
  constructor(spans: ColumnSpans, knownPaths: ReadonlySet<string>, badValue: BadValue) {
    this.spans = spans;
    this.knownPaths = knownPaths;
    this.badValue = badValue;
  }

  /** Whether a value was decoded since {@link point}; what was asked before follows from names and kinds alone. */
  wasRead = false;
  /** Whether {@link tape} was asked since {@link point}. */
  isTapeWanted = false;

  /**
   * The spans are now those of the object in `[start..end)`.
   *
   * @param tape the tape of the object, null when there is none; undefined when it was not looked for
   */
  point(start: number, end: number, tape?: JsonTape | null): void {
    this.start = start;
    this.end = end;
    this.knownTape = tape;
    this.wasRead = false;
    this.isTapeWanted = false;
  }

  tape(): JsonTape | undefined {
    this.isTapeWanted = true;
    if (this.knownTape === undefined) this.knownTape = readKnownTape(this.spans.buffer, this.start, this.end) ?? null;
    return this.knownTape ?? undefined;
  }

  has(column: number): boolean {
    return this.spans.has(column);
  }

  text(column: number): string | undefined {
    const { spans } = this;
    if (!spans.has(column)) return undefined;
    const kind = spans.kinds[column]!;
    // An object is no text whatever it holds; but which of several values comes first does not follow from names and kinds.
    if (kind !== SPAN.object || spans.extras.length > 0) this.wasRead = true;
    const text = this.spanText(spans.starts[column]!, spans.ends[column]!, kind);
    if (text !== undefined) return text === '' ? undefined : text;
    return kind === SPAN.array ? this.list(column)?.[0] : undefined;
  }

  raw(column: number): string | undefined {
    return this.text(column);
  }

  number(column: number): number | undefined {
    const { spans } = this;
    if (!spans.has(column)) return undefined;
    this.wasRead = true;
    const start = spans.starts[column]!;
    const end = spans.ends[column]!;
    if (spans.kinds[column] === SPAN.literal) {
      const whole = parsePlainNumber(spans.buffer, start, end);
      if (whole >= 0) return whole;
    }
    const text = this.text(column);
    if (text === undefined) return undefined;
    const value = Number(text);
    if (text.trim() !== '' && Number.isFinite(value)) return value;
    this.badValue(column, text, 'a number');
    return undefined;
  }

  boolean(column: number): boolean | undefined {
    const text = this.text(column);
    if (text === undefined) return undefined;
    if (text === 'true' || text === 'T') return true;
    if (text === 'false' || text === 'F') return false;
    this.badValue(column, text, 'true or false');
    return undefined;
  }

  list(column: number): readonly string[] | undefined {
    const value = this.value(column);
    if (value === undefined) return undefined;
    return Array.isArray(value) ? value.map(String) : [String(value)];
  }

  value(column: number): FieldValue {
    const { spans } = this;
    if (!spans.has(column)) return undefined;
    this.wasRead = true;
    const first = this.spanValue(spans.starts[column]!, spans.ends[column]!, spans.kinds[column]!);
    if (spans.extras.length === 0) return first;
    const values = first === undefined ? [] : Array.isArray(first) ? [...(first as Scalar[])] : [first as Scalar];
    const { extras } = spans;
    for (let i = 0; i < extras.length; i += 4) {
      if (extras[i] !== column) continue;
      const more = this.spanValue(extras[i + 1]!, extras[i + 2]!, extras[i + 3]!);
      if (Array.isArray(more)) for (const one of more as Scalar[]) values.push(one);
      else if (more !== undefined) values.push(more as Scalar);
    }
    return values.length === 0 ? undefined : values.length === 1 ? values[0] : values;
  }

  objects(column: number): readonly Document[] {
    const { spans } = this;
    if (!spans.has(column)) return [];
    this.wasRead = true;
    const value = parseLenient(spans.buffer.toString('utf8', spans.starts[column]!, spans.ends[column]!));
    return (Array.isArray(value) ? value : [value]).filter(isDocument);
  }

  parse(): Document {
    this.wasRead = true;
    const value = parseLenient(this.spans.buffer.toString('utf8', this.start, this.end));
    return isDocument(value) ? value : {};
  }

  parseRepeating(): Document {
    this.wasRead = true;
    const value = parseRepeating(this.spans.buffer.toString('utf8', this.start, this.end));
    return isDocument(value) ? value : {};
  }

  *others(): Iterable<readonly [string, unknown]> {
    yield* this.othersIn(this.parse(), '', 0);
  }

  private *othersIn(document: Document, prefix: string, depth: number): Iterable<readonly [string, unknown]> {
    for (const [key, value] of Object.entries(document)) {
      const path = prefix + key;
      if (value === null || this.knownPaths.has(path)) continue;
      if (isDocument(value) && depth < MAX_OTHERS_DEPTH) yield* this.othersIn(value, `${path}.`, depth + 1);
      else yield [path, value];
    }
  }

  private spanText(start: number, end: number, kind: number): string | undefined {
    if (kind === SPAN.text || kind === SPAN.literal) return decodeText(this.spans.buffer, start, end);
    if (kind === SPAN.escapedText) return unescapeJson(this.spans.buffer.toString('utf8', start, end));
    return undefined;
  }

  private spanValue(start: number, end: number, kind: number): FieldValue {
    if (kind === SPAN.literal) {
      const whole = parsePlainNumber(this.spans.buffer, start, end);
      if (whole >= 0) return whole;
      const text = decodeText(this.spans.buffer, start, end);
      if (text === 'true') return true;
      if (text === 'false') return false;
      const value = Number(text);
      return Number.isFinite(value) ? value : text;
    }
    if (kind === SPAN.array) return this.arrayValue(start, end);
    return this.spanText(start, end, kind);
  }

  /** Arrays of one plain text are common (`"category":["network"]`) and need no parser. */
  private arrayValue(start: number, end: number): FieldValue {
    const { buffer } = this.spans;
    if (buffer[start + 1] === 34) {
      let close = start + 2;
      while (close < end && buffer[close] !== 34 && buffer[close] !== 92) close++;
      if (buffer[close] === 34 && buffer[close + 1] === 93 && close + 2 === end) {
        return decodeText(buffer, start + 2, close);
      }
    }
    const parsed = parseLenient(buffer.toString('utf8', start, end));
    const values = Array.isArray(parsed) ? (parsed as unknown[]).flat(8).filter(isScalar) : [];
    return values.length === 0 ? undefined : values.length === 1 ? values[0] : values;
  }
}

function isScalar(value: unknown): value is Scalar {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}

/**
 * Plain decimal numbers (`445`, `0.25`, `1761300000.123456`) straight from the bytes. Digits up to 2^53 divided by a power
 * of ten give the double that Number() gives: both operands are exact and the division rounds once.
 *
 * @returns the number, 0 or more, or -1 for anything else, which takes the long way
 */
function parsePlainNumber(buffer: Buffer, start: number, end: number): number {
  if (end - start > 17 || end <= start) return -1;
  let value = 0;
  let fractionFrom = -1;
  for (let i = start; i < end; i++) {
    const digit = buffer[i]! - 48;
    if (digit >= 0 && digit <= 9) value = value * 10 + digit;
    else if (digit === -2 && fractionFrom < 0 && i > start && i < end - 1) fractionFrom = i + 1;
    else return -1;
  }
  if (value > Number.MAX_SAFE_INTEGER) return -1;
  return fractionFrom < 0 ? value : value / POWERS_OF_TEN[end - fractionFrom]!;
}

const POWERS_OF_TEN = Array.from({ length: 18 }, (_, exponent) => 10 ** exponent);
