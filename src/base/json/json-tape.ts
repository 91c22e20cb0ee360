/**
 * Reads one JSON object strictly and makes nothing of it but a list of places: where each text, number and literal stands, and
 * which shape the object has ({@link JsonShape}). Whoever knows the shape can copy values from byte to byte.
 *
 * Only *plain* objects are taken: valid JSON on one line, valid UTF-8, keys of ASCII without dots and escapes, no halves of
 * characters written as escapes, and no key twice in an object (see {@link shapeTree}). All else is refused, and read by slower ways that forgive more.
 */
import { isUtf8 } from 'node:buffer';
import { decodeText } from '../bytes/text-cache.ts';
import { fractionEnd, isHalf, isHex, isOwnWhole, keyEnd, wholeEnd } from './json-scan.ts';
import { JSON_KIND, type JsonName, type JsonShape, JsonShapes, MAX_PLACES } from './json-shape.ts';
import { JsonSteps, Places } from './json-steps.ts';

const MAX_DEPTH = 64;

const QUOTE = 34;
const COMMA = 44;
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

/** Orders of names that are kept until one of them comes again; then only that of one object in so many. */
const MAX_UNFOLLOWED = 64;
const STRANGERS = 1024;

/** The places of the values of one object. */
export class JsonTape {
  private readonly asWritten = new Places();
  private readonly inOrder = new Places();
  private places = this.asWritten;
  buffer: Buffer = Buffer.alloc(0);
  start = 0;
  /** Behind its closing bracket. */
  end = 0;
  /** Whether all of it is ASCII. */
  isAscii = true;
  private shapes = new JsonShapes();
  private found: JsonShape = this.shapes.first;
  /** Where the steps lead so far; undefined when the object is written as none before. */
  private last: JsonShape | undefined;
  private readonly steps = new JsonSteps();
  /** Objects written as none before, and how many of their orders were kept and did not come again. */
  private strangers = 0;
  private unfollowed = 0;
  private count = 0;
  private containers = 0;
  private bits = 0;

  /** Shape of the object. */
  get shape(): JsonShape {
    return this.found;
  }

  /**
   * Spans of the values that are neither object nor array, texts without their quotes; from number {@link MAX_PLACES} on those of
   * objects and arrays.
   */
  get starts(): Int32Array {
    return this.places.starts;
  }

  get ends(): Int32Array {
    return this.places.ends;
  }

  /** Whether a value stands there as JSON.stringify would write it. */
  get canonical(): Uint8Array {
    return this.places.canonical;
  }

  /** Whether a text has escapes. */
  get escaped(): Uint8Array {
    return this.places.escaped;
  }

  /** Whether {@link shape} was the shape of an object before; called once for each object. */
  isOfKnownShape(): boolean {
    const { wasMet } = this.found;
    this.found.wasMet = true;
    return wasMet;
  }

  /**
   * @param limit behind the last byte that may belong to the object
   * @returns whether a plain object begins at `start`; only then the rest is of use
   */
  read(buffer: Buffer, start: number, limit: number): boolean {
    if (this.shapes.isFull) {
      this.shapes = new JsonShapes();
      this.unfollowed = 0;
    }
    this.buffer = buffer;
    this.start = start;
    this.end = limit;
    this.count = 0;
    this.containers = MAX_PLACES;
    this.bits = 0;
    this.last = this.shapes.first;
    this.places = this.asWritten;
    this.steps.clear();
    if (start >= limit || buffer[start] !== OPEN_OBJECT) return false;
    const end = this.object(start + 1, this.shapes.top, 1);
    if (end < 0) return false;
    this.end = end;
    this.isAscii = this.bits < 128;
    if (!this.isAscii && !isUtf8(buffer.subarray(start, end))) return false;
    this.found = this.shapeOf(this.last);
    return true;
  }

  /** @returns the shape of the object: as it is written, if that came before, else with its names in order */
  private shapeOf(written: JsonShape | undefined): JsonShape {
    if (written !== undefined) {
      if (!written.isFollowed) this.unfollowed--;
      written.isFollowed = true;
      return written;
    }
    const { shapes, steps } = this;
    const ordered = steps.inOrder(shapes, this.asWritten, this.inOrder);
    this.places = this.inOrder;
    ordered.isFollowed = true;
    // The order of those who write in another one each time is not worth keeping.
    if (this.unfollowed < MAX_UNFOLLOWED || ++this.strangers % STRANGERS === 0) {
      const own = steps.asWritten(shapes);
      if (own !== ordered) own.wasMet = true;
      if (!own.isFollowed) this.unfollowed++;
    }
    return ordered;
  }

  /** @returns behind the closing bracket, -1 when it is not plain; so do all below */
  private object(at: number, parent: JsonName, depth: number): number {
    const { buffer, end } = this;
    const own = this.open(at, depth);
    if (own < 0) return -1;
    let pos = this.skipBlanks(at);
    if (buffer[pos] === CLOSE_OBJECT && pos < end) return this.close(pos, parent, own);
    let before: JsonName | undefined;
    for (;;) {
      if (pos >= end || buffer[pos] !== QUOTE) return -1;
      pos++;
      let name = this.last?.usual?.name;
      if (name === undefined || name.parent !== parent || !this.stands(name.bytes, pos)) {
        name = this.guess(parent, before, pos) ?? this.look(parent, pos);
        if (name === undefined) return -1;
        if (before === undefined) parent.first = name;
        else before.follower = name;
      }
      before = name;
      pos += name.bytes.length;
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
  private guess(parent: JsonName, before: JsonName | undefined, at: number): JsonName | undefined {
    const usual = before === undefined ? parent.first : before.follower;
    if (usual !== undefined && this.stands(usual.bytes, at)) return usual;
    for (let way = this.last?.firstWay; way; way = way.nextWay) {
      const { name } = way;
      if (name.parent === parent && this.stands(name.bytes, at)) return name;
    }
    return undefined;
  }

  private look(parent: JsonName, at: number): JsonName | undefined {
    const close = keyEnd(this.buffer, at, this.end);
    return close < 0 ? undefined : this.shapes.name(parent, decodeText(this.buffer, at, close));
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
    this.asWritten.starts[own] = at - 1;
    return own;
  }

  private close(pos: number, name: JsonName, own: number): number {
    this.asWritten.ends[own] = pos + 1;
    this.step(name, JSON_KIND.end, -1);
    return pos + 1;
  }

  private value(pos: number, name: JsonName, depth: number): number {
    if (pos >= this.end) return -1;
    switch (this.buffer[pos]!) {
      case QUOTE:
        return this.text(pos + 1, name);
      case OPEN_OBJECT:
        this.step(name, JSON_KIND.object, this.containers);
        return this.object(pos + 1, name, depth + 1);
      case OPEN_ARRAY:
        this.step(name, JSON_KIND.array, this.containers);
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
    this.asWritten.escaped[this.count] = isEscaped ? 1 : 0;
    return this.leaf(name, JSON_KIND.text, from, pos - 1, isCanonical) ? pos : -1;
  }

  private literal(pos: number, name: JsonName, word: Uint8Array, kind: number): number {
    const close = pos + word.length;
    return this.stands(word, pos) && this.leaf(name, kind, pos, close, true) ? close : -1;
  }

  private number(from: number, name: JsonName): number {
    const { buffer, end } = this;
    const whole = wholeEnd(buffer, from, end);
    if (whole < 0) return -1;
    const close = fractionEnd(buffer, whole, end);
    const isCanonical = close === whole && isOwnWhole(buffer, from, whole);
    return close > 0 && this.leaf(name, JSON_KIND.number, from, close, isCanonical) ? close : -1;
  }

  private leaf(name: JsonName, kind: number, start: number, end: number, isCanonical: boolean): boolean {
    const { count } = this;
    if (count === MAX_PLACES) return false;
    const { asWritten } = this;
    asWritten.starts[count] = start;
    asWritten.ends[count] = end;
    asWritten.canonical[count] = isCanonical ? 1 : 0;
    this.count = count + 1;
    this.step(name, kind, count);
    return true;
  }

  private step(name: JsonName, kind: number, place: number): void {
    this.steps.add(name, kind, place);
    const { last } = this;
    if (last === undefined) return;
    const { usual } = last;
    const isUsual = usual !== undefined && usual.name === name && usual.kind === kind;
    this.last = isUsual ? usual : this.shapes.known(last, name, kind);
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
