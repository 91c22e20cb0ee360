/**
 * Cuts JSON that is not one object a line into its records: arrays, pretty-printed or concatenated objects, and answers
 * of Elasticsearch searches, whose records stand in `hits.hits`, and arrays that Windows PowerShell wraps: `{value: [..], Count}`. Works on a stream, holds one record at a time, and never
 * looks inside a record.
 */
import type { LineVisitor } from '../line-splitter.ts';

/** What went wrong where, in words. */
export type SplitFault = (message: string, line: number, offset: number) => void;

const QUOTE = 34;
const BACKSLASH = 92;
const LF = 10;

/** Nesting followed on the way to the records; answers put them at depth 3, a few wrappers more are allowed. */
const MAX_CONTAINER_DEPTH = 16;

interface Level {
  readonly isArray: boolean;
  /** The elements of this array are records. */
  holdsRecords: boolean;
  /** An array under `value`, the first key of a top-level object: records when objects stand in it. */
  readonly isValue: boolean;
  /** Last key met in this object was `hits`. */
  atHits: boolean;
  /** Its first key was `value`, and no other came. */
  atValue: boolean;
  keys: number;
  /** A key comes next, not a value. */
  expectsKey: boolean;
}

/** Splits a stream into records; the visitor gets a record's bytes with line and offset of its first byte. */
export class DocumentSplitter {
  private readonly visit: LineVisitor;
  private readonly fault: SplitFault;
  private readonly maxBytes: number;
  private readonly levels: Level[] = [];
  private inText = false;
  private escaped = false;
  /** Bytes of the current key as far as it can still be `hits`; -1 when it cannot. */
  private keyMatch = -1;
  /** The same for `value`. */
  private valueMatch = -1;
  /** Depth inside the current record; 0 when outside. */
  private recordDepth = 0;
  /** The current record is a top-level object, which may turn out to be a wrapper. */
  private isCandidate = false;
  private recordLine = 1;
  private recordOffset = 0;
  private pending: Buffer[] = [];
  private pendingBytes = 0;
  private dropped = 0;
  private line = 1;
  private offset = 0;
  private saidGarbage = false;
  /** Characters of a label that were read before a record. */
  private labelAt = 0;

  constructor(visit: LineVisitor, maxBytes: number, fault: SplitFault) {
    this.visit = visit;
    this.maxBytes = maxBytes;
    this.fault = fault;
  }

  push(bytes: Buffer): void {
    let recordStart = this.recordDepth > 0 ? 0 : -1;
    for (let i = 0; i < bytes.length; i++) {
      const c = bytes[i]!;
      if (this.inText) {
        i = this.text(bytes, i);
        continue;
      }
      if (c === LF) this.line++;
      if (c <= 32) continue;
      if (this.recordDepth > 0) {
        const step = this.insideRecord(c);
        if (step === INSIDE) continue;
        if (step === CLOSED) this.finish(bytes, recordStart, i + 1);
        recordStart = step === BEGUN && this.betweenRecords(c, this.offset + i) ? i : -1;
        continue;
      }
      if (this.betweenRecords(c, this.offset + i)) recordStart = i;
    }
    if (recordStart >= 0 && this.recordDepth > 0) this.keep(bytes, recordStart, bytes.length);
    this.offset += bytes.length;
  }

  end(): void {
    if (this.recordDepth > 0) {
      this.fault('the file ends in the middle of this JSON object', this.recordLine, this.recordOffset);
    } else if (this.levels.length > 0) {
      this.fault('the file ends before the closing bracket of its JSON array or object', this.line, this.offset);
    }
    this.pending = [];
  }

  /** Passes text bytes up to the closing quote or the end of the chunk. @returns index of the last byte passed */
  private text(bytes: Buffer, from: number): number {
    let i = from;
    for (; i < bytes.length; i++) {
      const c = bytes[i]!;
      if (c === LF) this.line++;
      if (this.escaped) {
        this.escaped = false;
      } else if (c === BACKSLASH) {
        this.escaped = true;
        this.keyMatch = -1;
        this.valueMatch = -1;
      } else if (c === QUOTE) {
        this.inText = false;
        this.endOfKey();
        return i;
      }
      if (this.keyMatch >= 0 && c !== QUOTE)
        this.keyMatch = HITS.charCodeAt(this.keyMatch) === c ? this.keyMatch + 1 : -1;
      if (this.valueMatch >= 0 && c !== QUOTE)
        this.valueMatch = VALUE.charCodeAt(this.valueMatch) === c ? this.valueMatch + 1 : -1;
    }
    return i;
  }

  private endOfKey(): void {
    const level = this.levels.at(-1);
    if (level?.expectsKey) {
      level.atHits = this.keyMatch === HITS.length;
      level.atValue = level.keys++ === 0 && this.valueMatch === VALUE.length;
      level.expectsKey = false;
    }
    this.keyMatch = -1;
    this.valueMatch = -1;
  }

  private startText(): void {
    this.inText = true;
    this.keyMatch = this.levels.at(-1)?.expectsKey ? 0 : -1;
    this.valueMatch = this.keyMatch;
  }

  /** @returns whether the record goes on, is closed, or was no record but a wrapper around records */
  private insideRecord(c: number): number {
    if (c === QUOTE) {
      this.startText();
    } else if (c === 123 && this.isCandidate && this.levels.at(-1)!.isValue) {
      this.levels.at(-1)!.holdsRecords = true;
      this.abandonCandidate();
      return BEGUN;
    } else if (c === 123 || c === 91) {
      this.recordDepth++;
      if (this.isCandidate) {
        this.open(c === 91);
        if (this.levels.at(-1)?.holdsRecords) {
          this.abandonCandidate();
          return ABANDONED;
        }
      }
    } else if (c === 125 || c === 93) {
      this.recordDepth--;
      if (this.isCandidate) this.levels.pop();
      if (this.recordDepth === 0) return CLOSED;
    } else if (c === 44 && this.isCandidate) {
      this.expectKey();
    }
    return INSIDE;
  }

  /** @returns whether a record begins with this byte */
  private betweenRecords(c: number, at: number): boolean {
    if (c === QUOTE) {
      this.startText();
    } else if (c === 123) {
      const level = this.levels.at(-1);
      const isTopLevel = level === undefined;
      if (isTopLevel || level.holdsRecords) {
        this.isCandidate = isTopLevel;
        this.recordDepth = 1;
        this.recordLine = this.line;
        this.recordOffset = at;
        this.saidGarbage = false;
        this.labelAt = 0;
        if (isTopLevel) this.open(false);
        return true;
      }
      this.open(false);
    } else if (c === 91) {
      this.open(true);
    } else if (c === 125 || c === 93) {
      if (this.levels.pop() === undefined) this.garbage(at);
    } else if (c === 44) {
      this.expectKey();
    } else if (this.levels.length === 0 && c !== 30 && !this.isLabel(c)) {
      // 0x1e is the record separator of RFC 7464.
      this.garbage(at);
    }
    return false;
  }

  /** `Record 7` before an object is its number, as evtx_dump writes it. */
  private isLabel(c: number): boolean {
    if (this.labelAt === LABEL.length) return c >= 48 && c <= 57;
    if (LABEL.charCodeAt(this.labelAt) !== c) return false;
    this.labelAt++;
    return true;
  }

  private expectKey(): void {
    const level = this.levels.at(-1);
    if (level && !level.isArray) level.expectsKey = true;
  }

  /** Opens an array or object that is followed: outside of records, or the candidate's own. */
  private open(isArray: boolean): void {
    const parent = this.levels.at(-1);
    if (this.levels.length >= MAX_CONTAINER_DEPTH) {
      this.openLevel(isArray, false, false);
      return;
    }
    const isTopLevelArray = isArray && parent === undefined;
    const grandparent = this.levels.at(-2);
    const isHits = isArray && parent?.atHits === true && grandparent?.atHits === true;
    const isValue = isArray && parent?.atValue === true && grandparent === undefined;
    this.openLevel(isArray, isTopLevelArray || isHits, isValue);
  }

  private openLevel(isArray: boolean, holdsRecords: boolean, isValue: boolean): void {
    this.levels.push({ isArray, holdsRecords, isValue, atHits: false, atValue: false, keys: 0, expectsKey: !isArray });
  }

  /** The top-level object is a search answer: forget its bytes, its hits are the records. */
  private abandonCandidate(): void {
    this.isCandidate = false;
    this.recordDepth = 0;
    this.pending = [];
    this.pendingBytes = 0;
    this.dropped = 0;
  }

  private keep(bytes: Buffer, from: number, to: number): void {
    this.pendingBytes += to - from;
    if (this.pendingBytes > this.maxBytes) {
      this.dropped = this.pendingBytes;
      this.pending = [];
    } else {
      this.pending.push(Buffer.from(bytes.subarray(from, to)));
    }
  }

  private finish(bytes: Buffer, from: number, to: number): void {
    if (this.isCandidate) this.levels.length = 0;
    this.isCandidate = false;
    const total = this.pendingBytes + to - from;
    if (this.dropped > 0 || total > this.maxBytes) {
      this.fault(
        `this JSON object is longer than the limit of ${this.maxBytes} bytes`,
        this.recordLine,
        this.recordOffset,
      );
    } else if (this.pending.length === 0) {
      this.visit(bytes, from, to, this.recordLine, this.recordOffset);
    } else {
      const whole = Buffer.concat([...this.pending, bytes.subarray(from, to)]);
      this.visit(whole, 0, whole.length, this.recordLine, this.recordOffset);
    }
    this.pending = [];
    this.pendingBytes = 0;
    this.dropped = 0;
  }

  private garbage(at: number): void {
    if (!this.saidGarbage) this.fault('expected a JSON object or array here', this.line, at);
    this.saidGarbage = true;
  }
}

const HITS = 'hits';
const VALUE = 'value';
const LABEL = 'Record';
const INSIDE = 0;
const CLOSED = 1;
const ABANDONED = 2;
/** It was no record, and one begins here. */
const BEGUN = 3;
