/**
 * Cuts a stream of bytes into lines without copying: only a line that crosses the border of two chunks is put together.
 * A line longer than the limit is reported once and skipped, so that a file without line ends cannot fill the memory.
 */

import { isUtf8 } from 'node:buffer';

/** Called with a line's bytes (`buffer[start..end)`, without its line end), its number from 1 and its byte offset. */
export type LineVisitor = (buffer: Buffer, start: number, end: number, line: number, offset: number) => void;

/** Called with the number, the offset and the length of a line, and its beginning up to the limit. */
export type TooLongVisitor = (line: number, offset: number, bytes: number, head: Buffer) => void;

const LF = 10;
const CR = 13;

/** Splits on LF, drops a CR before it. */
export class LineSplitter {
  private readonly visit: LineVisitor;
  private readonly tooLong: TooLongVisitor;
  private readonly maxBytes: number;
  private readonly invalidText: ((line: number, offset: number) => void) | undefined;
  private pending: Buffer[] = [];
  private pendingBytes = 0;
  private dropping = false;
  private line = 1;
  /** Offset of the first byte of the current line. */
  private lineOffset = 0;

  /**
   * @param maxBytes longest line handed out
   * @param tooLong called instead of the visitor for a longer line
   * @param invalidText called before a line that is not UTF-8 is handed out
   */
  constructor(
    visit: LineVisitor,
    maxBytes: number,
    tooLong: TooLongVisitor,
    invalidText?: (line: number, offset: number) => void,
  ) {
    this.visit = visit;
    this.maxBytes = maxBytes;
    this.tooLong = tooLong;
    this.invalidText = invalidText;
  }

  push(bytes: Buffer): void {
    let from = 0;
    if (this.pendingBytes > 0 || this.dropping) {
      const end = bytes.indexOf(LF);
      if (end < 0) {
        this.keep(bytes, 0, bytes.length);
        return;
      }
      this.keep(bytes, 0, end);
      this.finishPending(1);
      from = end + 1;
    }
    // One check for the whole chunk; only when it fails is each line looked at.
    const isClean = this.invalidText === undefined || isUtf8(bytes.subarray(from, bytes.lastIndexOf(LF) + 1));
    for (;;) {
      const end = bytes.indexOf(LF, from);
      if (end < 0) break;
      if (end - from > this.maxBytes) {
        this.tooLong(this.line, this.lineOffset, end - from, bytes.subarray(from, from + this.maxBytes));
      } else {
        if (!isClean) this.checkText(bytes, from, end);
        this.emit(bytes, from, end);
      }
      this.line++;
      this.lineOffset += end + 1 - from;
      from = end + 1;
    }
    if (from < bytes.length) this.keep(bytes, from, bytes.length);
  }

  /** Hands out a last line without line end. */
  end(): void {
    if (this.pendingBytes > 0 || this.dropping) this.finishPending(0);
  }

  /**
   * Ends without handing out a last line that has no line end.
   *
   * @returns its bytes; none when it is longer than the limit, which is told
   */
  rest(): Buffer {
    const isTooLong = this.dropping;
    const rest = Buffer.concat(this.pending);
    if (isTooLong) this.tooLong(this.line, this.lineOffset, this.pendingBytes, rest);
    this.pending = [];
    this.pendingBytes = 0;
    this.dropping = false;
    return isTooLong ? Buffer.alloc(0) : rest;
  }

  private keep(bytes: Buffer, from: number, to: number): void {
    const room = Math.max(this.maxBytes - this.pendingBytes, 0);
    this.pendingBytes += to - from;
    if (this.pendingBytes > this.maxBytes) this.dropping = true;
    if (room > 0 && to > from) this.pending.push(Buffer.from(bytes.subarray(from, Math.min(to, from + room))));
  }

  /** @param lineEndBytes bytes of the line end, which the offset of the next line counts too */
  private finishPending(lineEndBytes: number): void {
    if (this.dropping) {
      this.tooLong(this.line, this.lineOffset, this.pendingBytes, Buffer.concat(this.pending));
    } else {
      const whole = this.pending.length === 1 ? this.pending[0]! : Buffer.concat(this.pending);
      this.checkText(whole, 0, whole.length);
      this.emit(whole, 0, whole.length);
    }
    this.line++;
    this.lineOffset += this.pendingBytes + lineEndBytes;
    this.pending = [];
    this.pendingBytes = 0;
    this.dropping = false;
  }

  private checkText(buffer: Buffer, start: number, end: number): void {
    if (this.invalidText && !isUtf8(buffer.subarray(start, end))) this.invalidText(this.line, this.lineOffset);
  }

  private emit(buffer: Buffer, start: number, end: number): void {
    const stop = end > start && buffer[end - 1] === CR ? end - 1 : end;
    this.visit(buffer, start, stop, this.line, this.lineOffset);
  }
}
