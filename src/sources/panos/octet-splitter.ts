/**
 * Syslog over TCP with octet counting (RFC 6587 §3.4.1): `123 <14>...`, the count saying how many bytes follow the blank.
 * A count that does not fit is damage: the next place where a count stands before `<` is searched.
 */

/** Called with a message's bytes and their offset in the file. */
export type MessageVisitor = (buffer: Buffer, start: number, end: number, offset: number) => void;

/** Called with the offset of what cannot be read, why, and the bytes that were passed over, up to the limit of a message. */
export type FrameFault = (offset: number, message: string, head: Buffer) => void;

/** What is passed over. */
interface Lost {
  readonly offset: number;
  readonly message: string;
  readonly parts: Buffer[];
  bytes: number;
}

/** Digits of a count; eight are 95 MiB, and settings.maxRecordBytes is asked before that. */
const MAX_DIGITS = 8;
/** Bytes that decide whether a frame begins: digits, a blank, `<`. */
export const FRAME_HEAD_BYTES = MAX_DIGITS + 2;

const BLANK = 32;
const LESS = 60;

/** @returns whether a file whose first bytes are these is octet-counted */
export function isOctetCounted(head: Buffer): boolean {
  return frameHead(head, 0) > 0;
}

/** Cuts a stream of octet-counted messages. */
export class OctetSplitter {
  private readonly visit: MessageVisitor;
  private readonly fault: FrameFault;
  private readonly maxBytes: number;
  private chunks: Buffer[] = [];
  private heldBytes = 0;
  /** Bytes that must be held before it is worth looking again. */
  private neededBytes = 1;
  /** Offset in the file of the first byte held. */
  private offset = 0;
  /** What is passed over until the next count. */
  private lost: Lost | undefined;

  constructor(visit: MessageVisitor, maxBytes: number, fault: FrameFault) {
    this.visit = visit;
    this.maxBytes = maxBytes;
    this.fault = fault;
  }

  push(bytes: Buffer): void {
    this.chunks.push(Buffer.from(bytes));
    this.heldBytes += bytes.length;
    if (this.heldBytes >= this.neededBytes) this.read(false);
  }

  /** Reports a half message at the end. */
  end(): void {
    this.read(true);
  }

  /** Ends without a word. @returns the bytes of a half message, with its count */
  rest(): Buffer {
    const rest = Buffer.concat(this.chunks, this.heldBytes);
    this.chunks = [];
    this.heldBytes = 0;
    if (!this.lost) return rest;
    this.pass(rest, 0, rest.length);
    this.tellLost();
    return Buffer.alloc(0);
  }

  private read(isEnd: boolean): void {
    const data = this.chunks.length === 1 ? this.chunks[0]! : Buffer.concat(this.chunks, this.heldBytes);
    let at = 0;
    this.neededBytes = 1;
    for (;;) {
      const blank = at;
      while (at < data.length && data[at]! <= BLANK) at++;
      this.pass(data, blank, at);
      if (at >= data.length) break;
      const isShort = data.length - at < FRAME_HEAD_BYTES;
      const head = frameHead(data, at);
      if (head === 0) {
        if (isShort && !isEnd) break;
        if (!this.lost) this.lose(this.offset + at, 'no byte count stands before a message here; looking for the next');
        const from = at;
        const next = nextFrame(data, at + 1);
        at = next >= 0 ? next : isEnd ? data.length : Math.max(at + 1, data.length - FRAME_HEAD_BYTES);
        this.pass(data, from, at);
        if (next >= 0) continue;
        if (isEnd || data.length - at <= FRAME_HEAD_BYTES) break;
        continue;
      }
      const length = Number(data.toString('latin1', at, at + head - 1));
      if (length > this.maxBytes) {
        this.lose(this.offset + at, `a message of ${length} bytes is longer than the limit of ${this.maxBytes}`);
        const text = at + head;
        const next = nextFrame(data, text);
        at = next >= 0 ? next : Math.max(text, data.length - FRAME_HEAD_BYTES);
        this.pass(data, text, at);
        continue;
      }
      const from = at + head;
      if (from + length > data.length) {
        if (isEnd) {
          this.lose(this.offset + at, `the file ends in the middle of a message of ${length} bytes`);
          this.pass(data, from, data.length);
          at = data.length;
        }
        this.neededBytes = from + length - at;
        break;
      }
      this.tellLost();
      this.visit(data, from, from + length, this.offset + from);
      at = from + length;
    }
    if (isEnd) this.tellLost();
    const rest = data.subarray(at);
    this.chunks = rest.length > 0 ? [rest] : [];
    this.heldBytes = rest.length;
    this.offset += at;
  }

  /** Begins to pass over what cannot be read. */
  private lose(offset: number, message: string): void {
    this.tellLost();
    this.lost = { offset, message, parts: [], bytes: 0 };
  }

  /** Passes over bytes; they are kept up to the limit when they belong to what is lost. */
  private pass(data: Buffer, from: number, to: number): void {
    const { lost } = this;
    if (!lost || to <= from || lost.bytes >= this.maxBytes) return;
    const part = Buffer.from(data.subarray(from, Math.min(to, from + this.maxBytes - lost.bytes)));
    lost.parts.push(part);
    lost.bytes += part.length;
  }

  private tellLost(): void {
    const { lost } = this;
    this.lost = undefined;
    if (lost) this.fault(lost.offset, lost.message, Buffer.concat(lost.parts));
  }
}

/** @returns bytes of a frame's count with its blank when one stands at `at`, 0 when not (or not yet) */
function frameHead(data: Buffer, at: number): number {
  let digits = 0;
  while (digits < MAX_DIGITS && isDigit(data[at + digits])) digits++;
  if (digits === 0 || data[at] === 48) return 0;
  return data[at + digits] === BLANK && data[at + digits + 1] === LESS ? digits + 1 : 0;
}

/** @returns index of the next count that stands before ` <`, or -1 */
function nextFrame(data: Buffer, from: number): number {
  for (let less = data.indexOf(LESS, from); less >= 0; less = data.indexOf(LESS, less + 1)) {
    let start = less - 1;
    while (start > from && less - 1 - start < MAX_DIGITS && isDigit(data[start - 1])) start--;
    while (start < less && data[start] === 48) start++;
    if (start >= from && frameHead(data, start) > 0) return start;
  }
  return -1;
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 48 && byte <= 57;
}
