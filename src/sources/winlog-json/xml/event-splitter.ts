/**
 * Cuts a stream of XML into its `<Event>` elements, whether they stand one a line, one behind the other, or inside of
 * `<Events>`. An event that is cut off and followed by a whole one costs only itself.
 */

/** Called with an event's text, the line and the byte offset of its first character. */
export type EventVisitor = (text: Buffer, line: number, offset: number) => void;

/** What went wrong where. */
export type SplitterFault = (
  code: 'cut' | 'too_long' | 'between',
  message: string,
  line: number,
  offset: number,
) => void;

const OPEN = Buffer.from('<Event');
const CLOSE = Buffer.from('</Event>');
/** How every event begins; elements inside of one do not name this. */
const ROOT = /^<Event\s[^>]{0,200}schemas\.microsoft\.com\/win\/2004\/08\/events/;
const ROOT_BYTES = 300;
/** Text between events that is kept to see whether it is more than wrapping. */
const MAX_BETWEEN = 4096;
const LF = 10;

/** Splits one stream. */
export class EventSplitter {
  private readonly visit: EventVisitor;
  private readonly fault: SplitterFault;
  private readonly maxBytes: number;
  private buffer: Buffer = Buffer.alloc(0);
  /** Offset and line of the buffer's first byte. */
  private offset = 0;
  private line = 1;
  /** The buffer begins with an event. */
  private isInside = false;
  private searchFrom = 0;
  private eventLine = 1;
  private eventOffset = 0;
  /** Bytes of an event that was longer than the limit and is passed by. */
  private dropped = 0;
  private between = '';
  private betweenLine = 1;
  private betweenOffset = 0;

  constructor(visit: EventVisitor, maxBytes: number, fault: SplitterFault) {
    this.visit = visit;
    this.maxBytes = maxBytes;
    this.fault = fault;
  }

  push(bytes: Buffer): void {
    this.buffer = this.buffer.length === 0 ? Buffer.from(bytes) : Buffer.concat([this.buffer, bytes]);
    while (this.isInside ? this.inside() : this.outside());
  }

  end(): void {
    if (this.isInside) {
      this.fault('cut', 'the file ends in the middle of this event', this.eventLine, this.eventOffset);
    } else {
      this.pass(this.buffer.length);
      this.endBetween();
    }
    this.buffer = Buffer.alloc(0);
  }

  /** Looks for the next event. @returns whether there was one */
  private outside(): boolean {
    const { buffer } = this;
    for (let from = 0; ; ) {
      const at = buffer.indexOf(OPEN, from);
      if (at < 0 || at + OPEN.length >= buffer.length) {
        // The last bytes may be the beginning of a tag whose rest comes later.
        this.pass(Math.max(0, at >= 0 ? at : buffer.length - OPEN.length + 1));
        return false;
      }
      if (isNameEnd(buffer[at + OPEN.length]!)) {
        this.pass(at);
        this.endBetween();
        this.isInside = true;
        this.eventLine = this.line;
        this.eventOffset = this.offset;
        this.searchFrom = OPEN.length;
        return true;
      }
      from = at + 1;
    }
  }

  /** Looks for the end of the current event. @returns whether it was found */
  private inside(): boolean {
    const { buffer } = this;
    const at = buffer.indexOf(CLOSE, this.searchFrom);
    if (at < 0) {
      if (buffer.length > this.maxBytes) this.drop(buffer.length - CLOSE.length + 1);
      else this.searchFrom = Math.max(OPEN.length, buffer.length - CLOSE.length + 1);
      return false;
    }
    const end = at + CLOSE.length;
    if (this.dropped > 0 || end > this.maxBytes) {
      const message = `this event of ${this.dropped + end} bytes is longer than the limit of ${this.maxBytes}`;
      this.fault('too_long', message, this.eventLine, this.eventOffset);
      this.advance(end);
    } else {
      const start = this.lastStart(end);
      if (start > 0) {
        this.fault('cut', 'this event has no end; another one begins in it', this.eventLine, this.eventOffset);
        this.advance(start);
      }
      this.visit(this.buffer.subarray(0, end - start), this.line, this.offset);
      this.advance(end - start);
    }
    this.dropped = 0;
    this.isInside = false;
    return true;
  }

  /** Where the event that ends here begins: behind the current start when that one was cut off. */
  private lastStart(end: number): number {
    const { buffer } = this;
    for (let at = buffer.lastIndexOf(OPEN, end); at > 0; at = at > 0 ? buffer.lastIndexOf(OPEN, at - 1) : 0) {
      if (
        isNameEnd(buffer[at + OPEN.length]!) &&
        ROOT.test(buffer.toString('latin1', at, Math.min(end, at + ROOT_BYTES)))
      )
        return at;
    }
    return 0;
  }

  /** Forgets the beginning of an event that is too long. */
  private drop(bytes: number): void {
    this.dropped += bytes;
    this.advance(bytes);
  }

  /** Passes bytes between events. */
  private pass(bytes: number): void {
    if (bytes === 0) return;
    if (this.between === '') {
      this.betweenLine = this.line;
      this.betweenOffset = this.offset;
    }
    const room = MAX_BETWEEN - this.between.length;
    if (room > 0) this.between += this.buffer.toString('latin1', 0, Math.min(bytes, room));
    this.advance(bytes);
  }

  private endBetween(): void {
    const rest = this.between
      .replace(/^\u00ef\u00bb\u00bf/, '')
      .replace(/<\?[^>]*\?>|<!--[^>]*-->|<\/?Events(?:\s[^>]*)?>|^\s*Record \d+\s*$/gm, '')
      .trim();
    if (rest !== '') {
      const shown = rest.slice(0, 40).replace(/[^\x20-\x7e]/g, '.');
      const message = `text between events was not read: "${shown}"`;
      this.fault('between', message, this.betweenLine, this.betweenOffset);
    }
    this.between = '';
  }

  private advance(bytes: number): void {
    const { buffer } = this;
    for (let at = buffer.indexOf(LF); at >= 0 && at < bytes; at = buffer.indexOf(LF, at + 1)) this.line++;
    this.offset += bytes;
    this.buffer = buffer.subarray(bytes);
    this.searchFrom = 0;
  }
}

/** White space, `>` or `/`: the tag's name is at its end. */
function isNameEnd(c: number): boolean {
  return c <= 32 || c === 62 || c === 47;
}
