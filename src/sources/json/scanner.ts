/**
 * Finds the wanted columns of one JSON object by byte offset, in one pass and without making anything: no string, no
 * object, no array for what nobody asked. JSON.parse of the same line costs about four times as much, and most of what
 * it builds is thrown away.
 *
 * The scan checks structure (brackets, quotes, colons, commas), not every literal: a number that is none is found when
 * somebody asks for it, so that one bad value does not cost the line.
 */
import { decodeText } from '../../base/bytes/text-cache.ts';
import { unescapeJson } from '../../base/json/unescape.ts';
import { ColumnSpans, SPAN } from './column-spans.ts';
import type { KeyEntry, PathNode } from './path-trie.ts';

/** Nesting beyond this is a fault: no log nests so deep, and the scan recurses. */
export const MAX_DEPTH = 200;

const QUOTE = 34;
const BACKSLASH = 92;
const OPEN_OBJECT = 123;
const CLOSE_OBJECT = 125;
const OPEN_ARRAY = 91;
const CLOSE_ARRAY = 93;
const COLON = 58;
const COMMA = 44;

/** Finds the spans of columns by scanning. */
export class JsonScanner extends ColumnSpans {
  /** What was expected at `position`, after a bad scan. */
  expected = '';
  private readonly root: PathNode;
  private end = 0;
  /** Kind of the value last passed. */
  private kind = 0;

  constructor(root: PathNode, columns: number) {
    super(columns);
    this.root = root;
  }

  /**
   * Scans one object.
   *
   * @param buffer bytes
   * @param start its opening bracket
   * @param end behind the last byte that may belong to it
   * @returns whether it is whole; `position` and `expected` say more
   */
  scan(buffer: Buffer, start: number, end: number): boolean {
    this.begin(buffer, start);
    this.end = end;
    if (buffer[start] !== OPEN_OBJECT) return this.fail(start, '{');
    return this.object(this.root, start + 1, 1);
  }

  /** @param at behind the opening bracket; afterwards `position` is behind the closing one */
  private object(node: PathNode, at: number, depth: number): boolean {
    const { buffer, end } = this;
    if (depth > MAX_DEPTH) return this.fail(at, `at most ${MAX_DEPTH} levels`);
    let pos = this.skipSpace(at);
    if (pos < end && buffer[pos] === CLOSE_OBJECT) {
      this.position = pos + 1;
      return true;
    }
    let before: KeyEntry | undefined;
    for (;;) {
      if (pos >= end || buffer[pos] !== QUOTE) return this.fail(pos, 'a key in double quotes');
      pos++;
      let entry = before === undefined ? node.first : before.next;
      if (entry !== undefined && this.matches(entry, pos)) {
        pos += entry.length;
      } else if (before?.other !== undefined && this.matches(before.other, pos)) {
        entry = before.other;
        before.other = before.next;
        before.next = entry;
        pos += entry.length;
      } else {
        const keyEnd = this.skipText(pos);
        if (keyEnd < 0) return this.fail(end, 'the closing quote of a key');
        entry = this.lookUp(node, pos, keyEnd - 1);
        if (before === undefined) node.first = entry;
        else {
          before.other = before.next;
          before.next = entry;
        }
        pos = keyEnd;
      }
      if (pos < end && buffer[pos] !== COLON) pos = this.skipSpace(pos);
      if (pos >= end || buffer[pos] !== COLON) return this.fail(pos, ':');
      pos++;
      if (pos < end && buffer[pos]! <= 32) pos = this.skipSpace(pos);
      if (!this.value(entry.column, entry.below, pos, depth)) return false;
      pos = this.position;
      if (pos < end && buffer[pos]! <= 32) pos = this.skipSpace(pos);
      const c = pos < end ? buffer[pos]! : 0;
      before = entry;
      if (c === COMMA) {
        pos++;
        if (pos < end && buffer[pos]! <= 32) pos = this.skipSpace(pos);
      } else if (c === CLOSE_OBJECT) {
        this.position = pos + 1;
        return true;
      } else {
        return this.fail(pos, ', or }');
      }
    }
  }

  /** Passes one value, recording it for its column and descending where a path goes on. */
  private value(column: number, below: PathNode | undefined, at: number, depth: number): boolean {
    const { buffer } = this;
    const c = at < this.end ? buffer[at]! : 0;
    if (c === QUOTE) {
      const close = this.skipText(at + 1);
      if (close < 0) return this.fail(this.end, 'the closing quote of a text');
      if (column >= 0) this.record(column, at + 1, close - 1, this.kind);
      this.position = close;
      return true;
    }
    if (c === OPEN_OBJECT || c === OPEN_ARRAY) return this.container(column, below, at, depth, c);
    let pos = at;
    while (pos < this.end && isLiteralByte(buffer[pos]!)) pos++;
    if (pos === at) return this.fail(at, 'a value');
    // `null` is the only literal that begins with n; a column that is null is absent.
    if (column >= 0 && c !== 110) this.record(column, at, pos, SPAN.literal);
    this.position = pos;
    return true;
  }

  private container(column: number, below: PathNode | undefined, at: number, depth: number, opening: number): boolean {
    if (below === undefined) {
      if (!this.skipContainer(at)) return false;
    } else if (opening === OPEN_OBJECT) {
      if (!this.object(below, at + 1, depth + 1)) return false;
    } else if (!this.arrayOfObjects(below, at + 1, depth + 1)) {
      return false;
    }
    if (column >= 0) this.record(column, at, this.position, opening === OPEN_OBJECT ? SPAN.object : SPAN.array);
    return true;
  }

  /** An array some of whose elements may be objects with wanted columns; each of them adds values. */
  private arrayOfObjects(node: PathNode, at: number, depth: number): boolean {
    if (depth > MAX_DEPTH) return this.fail(at, `at most ${MAX_DEPTH} levels`);
    let pos = this.skipSpace(at);
    if (this.buffer[pos] === CLOSE_ARRAY && pos < this.end) {
      this.position = pos + 1;
      return true;
    }
    for (;;) {
      if (!this.value(-1, node, pos, depth)) return false;
      pos = this.skipSpace(this.position);
      const c = pos < this.end ? this.buffer[pos] : 0;
      if (c === COMMA) {
        pos = this.skipSpace(pos + 1);
      } else if (c === CLOSE_ARRAY) {
        this.position = pos + 1;
        return true;
      } else {
        return this.fail(pos, ', or ]');
      }
    }
  }

  /** Passes an object or array without looking into it; strings are respected, kinds of brackets are not told apart. */
  private skipContainer(at: number): boolean {
    const { buffer, end } = this;
    let depth = 0;
    let pos = at;
    while (pos < end) {
      const c = buffer[pos]!;
      if (c === QUOTE) {
        pos = this.skipText(pos + 1);
        if (pos < 0) return this.fail(end, 'the closing quote of a text');
        continue;
      }
      if (c === OPEN_OBJECT || c === OPEN_ARRAY) {
        depth++;
      } else if (c === CLOSE_OBJECT || c === CLOSE_ARRAY) {
        if (--depth === 0) {
          this.position = pos + 1;
          return true;
        }
      }
      pos++;
    }
    return this.fail(end, 'a closing bracket');
  }

  /**
   * @param from behind the opening quote
   * @returns behind the closing quote, or -1; `kind` tells whether there are escapes
   */
  private skipText(from: number): number {
    const { buffer, end } = this;
    let pos = from;
    this.kind = SPAN.text;
    while (pos < end) {
      const c = buffer[pos++]!;
      if (c === QUOTE) return pos;
      if (c === BACKSLASH) {
        this.kind = SPAN.escapedText;
        pos++;
      }
    }
    return -1;
  }

  private skipSpace(at: number): number {
    const { buffer, end } = this;
    let pos = at;
    while (pos < end) {
      const c = buffer[pos]!;
      if (c !== 32 && c !== 10 && c !== 13 && c !== 9) break;
      pos++;
    }
    return pos;
  }

  private matches(entry: KeyEntry, at: number): boolean {
    const { buffer } = this;
    const { bytes, length } = entry;
    if (at + length > this.end) return false;
    // The usual key is nearly always the right one; a wrong one mostly differs at its end, where length shows.
    for (let i = length - 1; i >= 0; i--) if (buffer[at + i] !== bytes[i]) return false;
    return true;
  }

  private lookUp(node: PathNode, start: number, end: number): KeyEntry {
    // Where producers take turns, another key than the usual one is met again and again.
    const key = decodeText(this.buffer, start, end);
    return (
      node.knownEntry(key) ??
      node.entryOf(key, this.kind === SPAN.escapedText ? unescapeJson(key) : key, this.buffer.subarray(start, end))
    );
  }

  private fail(at: number, expected: string): boolean {
    this.position = Math.min(at, this.end);
    this.expected = expected;
    return false;
  }
}

/** Letters, digits and the signs of numbers: everything a literal may hold, also wrong ones such as NaN. */
function isLiteralByte(c: number): boolean {
  return (c >= 48 && c <= 57) || (c >= 97 && c <= 122) || (c >= 65 && c <= 90) || c === 45 || c === 46 || c === 43;
}
