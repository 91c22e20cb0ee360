/**
 * Reads one JSON object strictly and makes nothing of it but a list of places: where each text, number and literal stands, and
 * which shape the object has ({@link JsonShape}). Whoever knows the shape can copy values from byte to byte.
 *
 * Only *plain* objects are taken: valid JSON on one line, valid UTF-8, keys of ASCII without dots and escapes, no halves of
 * characters written as escapes, and no key twice in an object (see {@link shapeTree}). All else is refused, and read by slower ways that forgive more.
 */
import { isUtf8 } from 'node:buffer';
import { JSON_KIND, type JsonName, type JsonShape, JsonShapes, MAX_PLACES } from './json-shape.ts';

const MAX_DEPTH = 64;

const QUOTE = 34;
const COMMA = 44;
const MINUS = 45;
const DOT = 46;
const ZERO = 48;
const NINE = 57;
const COLON = 58;
const OPEN_ARRAY = 91;
const BACKSLASH = 92;
const CLOSE_ARRAY = 93;
const OPEN_OBJECT = 123;
const CLOSE_OBJECT = 125;

/** 1 for letters behind a backslash that JSON.stringify writes itself: `"`, `\`, b, f, n, r, t. */
const OWN_ESCAPES = new Uint8Array(256);
for (const letter of [34, 92, 98, 102, 110, 114, 116]) OWN_ESCAPES[letter] = 1;
/** 1 for bytes at which a text ends or is more than its bytes. */
const STOPS = new Uint8Array(256).fill(1, 0, 32);
for (const stop of [QUOTE, BACKSLASH]) STOPS[stop] = 1;
const SLASH = 47;
const LETTER_U = 117;

/** Whole numbers of so many digits are written in one way only. */
const MAX_DIGITS = 15;

/** The places of the values of one object. */
export class JsonTape {
  /**
   * Spans of the values that are neither object nor array, texts without their quotes; from number {@link MAX_PLACES} on those of
   * objects and arrays, in the order in which they begin.
   */
  readonly starts = new Int32Array(2 * MAX_PLACES);
  readonly ends = new Int32Array(2 * MAX_PLACES);
  /** Whether a value stands there as JSON.stringify would write it. */
  readonly canonical = new Uint8Array(MAX_PLACES);
  /** Whether a text has escapes. */
  readonly escaped = new Uint8Array(MAX_PLACES);
  buffer: Buffer = Buffer.alloc(0);
  start = 0;
  /** Behind its closing bracket. */
  end = 0;
  /** Whether all of it is ASCII. */
  isAscii = true;
  private shapes = new JsonShapes();
  private last: JsonShape = this.shapes.first;
  private count = 0;
  private containers = 0;
  private bits = 0;

  /** Shape of the object. */
  get shape(): JsonShape {
    return this.last;
  }

  /** Whether {@link shape} was the shape of an object before; called once for each object. */
  isOfKnownShape(): boolean {
    const { wasMet } = this.last;
    this.last.wasMet = true;
    return wasMet;
  }

  /**
   * @param limit behind the last byte that may belong to the object
   * @returns whether a plain object begins at `start`; only then the rest is of use
   */
  read(buffer: Buffer, start: number, limit: number): boolean {
    if (this.shapes.isFull) this.shapes = new JsonShapes();
    this.buffer = buffer;
    this.start = start;
    this.end = limit;
    this.count = 0;
    this.containers = MAX_PLACES;
    this.bits = 0;
    this.last = this.shapes.first;
    if (start >= limit || buffer[start] !== OPEN_OBJECT) return false;
    const end = this.object(start + 1, this.shapes.top, 1);
    if (end < 0) return false;
    this.end = end;
    this.isAscii = this.bits < 128;
    return this.isAscii || isUtf8(buffer.subarray(start, end));
  }

  /** @returns behind the closing bracket, -1 when it is not plain; so do all below */
  private object(at: number, parent: JsonName, depth: number): number {
    const { buffer, end } = this;
    const own = this.open(at, depth);
    if (own < 0) return -1;
    let pos = this.skipBlanks(at);
    if (buffer[pos] === CLOSE_OBJECT && pos < end) return this.close(pos, parent, own);
    for (;;) {
      if (pos >= end || buffer[pos] !== QUOTE) return -1;
      pos++;
      const { usual } = this.last;
      let name = usual?.name;
      if (name === undefined || name.parent !== parent || !this.stands(name.bytes, pos)) name = this.guess(parent, pos);
      if (name !== undefined) pos += name.bytes.length;
      else {
        const close = this.keyEnd(pos);
        if (close < 0) return -1;
        name = this.shapes.name(parent, buffer.toString('utf8', pos, close));
        pos = close + 1;
      }
      if (buffer[pos] !== COLON) pos = this.skipBlanks(pos);
      if (pos >= end || buffer[pos] !== COLON) return -1;
      pos++;
      if (buffer[pos]! <= 32) pos = this.skipBlanks(pos);
      pos = this.value(pos, name, depth);
      if (pos < 0) return -1;
      if (buffer[pos]! <= 32) pos = this.skipBlanks(pos);
      if (pos >= end) return -1;
      const c = buffer[pos]!;
      if (c === CLOSE_OBJECT) return this.close(pos, parent, own);
      if (c !== COMMA) return -1;
      pos++;
      if (buffer[pos]! <= 32) pos = this.skipBlanks(pos);
    }
  }

  /** @returns the name of a key that came in this place before */
  private guess(parent: JsonName, at: number): JsonName | undefined {
    for (let way = this.last.firstWay; way; way = way.nextWay) {
      const { name } = way;
      if (name.parent === parent && this.stands(name.bytes, at)) return name;
    }
    return undefined;
  }

  private array(at: number, name: JsonName, depth: number): number {
    const { buffer, end } = this;
    const own = this.open(at, depth);
    if (own < 0) return -1;
    let pos = this.skipBlanks(at);
    if (buffer[pos] === CLOSE_ARRAY && pos < end) return this.close(pos, name, own);
    for (;;) {
      pos = this.value(pos, name, depth);
      if (pos < 0) return -1;
      pos = this.skipBlanks(pos);
      if (pos >= end) return -1;
      const c = buffer[pos]!;
      if (c === CLOSE_ARRAY) return this.close(pos, name, own);
      if (c !== COMMA) return -1;
      pos = this.skipBlanks(pos + 1);
    }
  }

  /** @returns the number of the object or array that begins before `at`, -1 when there are too many */
  private open(at: number, depth: number): number {
    const own = this.containers++;
    if (depth > MAX_DEPTH || own >= 2 * MAX_PLACES) return -1;
    this.starts[own] = at - 1;
    return own;
  }

  private close(pos: number, name: JsonName, own: number): number {
    this.ends[own] = pos + 1;
    this.step(name, JSON_KIND.end);
    return pos + 1;
  }

  private value(pos: number, name: JsonName, depth: number): number {
    if (pos >= this.end) return -1;
    switch (this.buffer[pos]!) {
      case QUOTE:
        return this.text(pos + 1, name);
      case OPEN_OBJECT:
        this.step(name, JSON_KIND.object);
        return this.object(pos + 1, name, depth + 1);
      case OPEN_ARRAY:
        this.step(name, JSON_KIND.array);
        return this.array(pos + 1, name, depth + 1);
      case 116:
        return this.literal(pos, name, TRUE, JSON_KIND.true);
      case 102:
        return this.literal(pos, name, FALSE, JSON_KIND.false);
      case 110:
        return this.literal(pos, name, NULL, JSON_KIND.null);
      default:
        return this.number(pos, name);
    }
  }

  private text(from: number, name: JsonName): number {
    const { buffer, end } = this;
    let pos = from;
    let bits = 0;
    let isCanonical = true;
    let isEscaped = false;
    for (;;) {
      let c = buffer[pos]!;
      while (STOPS[c] === 0) {
        bits |= c;
        c = buffer[++pos]!;
      }
      if (pos++ >= end) return -1;
      if (c === QUOTE) break;
      if (c !== BACKSLASH) return -1;
      isEscaped = true;
      const letter = buffer[pos++]!;
      if (OWN_ESCAPES[letter] === 1) continue;
      isCanonical = false;
      if (letter === SLASH) continue;
      // Half characters have to be looked at more closely than here.
      if (letter !== LETTER_U || !isHex(buffer, pos, end) || isHalf(buffer, pos)) return -1;
      pos += 4;
    }
    this.bits |= bits;
    this.escaped[this.count] = isEscaped ? 1 : 0;
    return this.leaf(name, JSON_KIND.text, from, pos - 1, isCanonical) ? pos : -1;
  }

  private literal(pos: number, name: JsonName, word: Uint8Array, kind: number): number {
    const close = pos + word.length;
    return this.stands(word, pos) && this.leaf(name, kind, pos, close, true) ? close : -1;
  }

  private number(from: number, name: JsonName): number {
    const { buffer } = this;
    let pos = buffer[from] === MINUS ? from + 1 : from;
    const digits = pos;
    pos = this.digits(pos);
    // A number has no zeros in front.
    if (pos === digits || (buffer[digits] === ZERO && pos > digits + 1)) return -1;
    let isWhole = pos - digits <= MAX_DIGITS && (buffer[digits] !== ZERO || digits === from);
    if (pos < this.end && buffer[pos] === DOT) {
      isWhole = false;
      const fraction = pos + 1;
      pos = this.digits(fraction);
      if (pos === fraction) return -1;
    }
    if (pos < this.end && (buffer[pos]! | 32) === 101) {
      isWhole = false;
      pos++;
      if (buffer[pos] === MINUS || buffer[pos] === 43) pos++;
      const exponent = pos;
      pos = this.digits(exponent);
      if (pos === exponent) return -1;
    }
    return this.leaf(name, JSON_KIND.number, from, pos, isWhole) ? pos : -1;
  }

  private digits(at: number): number {
    const { buffer, end } = this;
    let pos = at;
    while (pos < end && buffer[pos]! >= ZERO && buffer[pos]! <= NINE) pos++;
    return pos;
  }

  private leaf(name: JsonName, kind: number, start: number, end: number, isCanonical: boolean): boolean {
    const { count } = this;
    if (count === MAX_PLACES) return false;
    this.starts[count] = start;
    this.ends[count] = end;
    this.canonical[count] = isCanonical ? 1 : 0;
    this.count = count + 1;
    this.step(name, kind);
    return true;
  }

  private step(name: JsonName, kind: number): void {
    const { usual } = this.last;
    const isUsual = usual !== undefined && usual.name === name && usual.kind === kind;
    this.last = isUsual ? usual : this.shapes.after(this.last, name, kind);
  }

  /** @returns where a plain key ends, or -1 */
  private keyEnd(from: number): number {
    const { buffer, end } = this;
    let pos = from;
    while (pos < end && buffer[pos] !== QUOTE) {
      const c = buffer[pos++]!;
      if (c < 32 || c > 126 || c === BACKSLASH || c === DOT) return -1;
    }
    return pos >= end || pos === from || (pos - from === PROTO.length && this.stands(PROTO, from)) ? -1 : pos;
  }

  private stands(bytes: Uint8Array, at: number): boolean {
    const { buffer } = this;
    const { length } = bytes;
    if (at + length > this.end) return false;
    for (let i = length - 1; i >= 0; i--) if (buffer[at + i] !== bytes[i]) return false;
    return true;
  }

  private skipBlanks(at: number): number {
    let pos = at;
    while (pos < this.end && (this.buffer[pos] === 32 || this.buffer[pos] === 9)) pos++;
    return pos;
  }
}

const TRUE = Buffer.from('true');
const FALSE = Buffer.from('false');
const NULL = Buffer.from('null');
/** A key that means something else to JavaScript. */
const PROTO = Buffer.from('__proto__');

function isHex(buffer: Buffer, at: number, end: number): boolean {
  if (at + 4 > end) return false;
  for (let i = at; i < at + 4; i++) {
    const c = buffer[i]!;
    const letter = c | 32;
    if (!((c >= ZERO && c <= NINE) || (letter >= 97 && letter <= 102))) return false;
  }
  return true;
}

/** Whether four digits are those of one half of a pair: D800 to DFFF. */
function isHalf(buffer: Buffer, at: number): boolean {
  return (buffer[at]! | 32) === 100 && buffer[at + 1]! >= 56;
}
