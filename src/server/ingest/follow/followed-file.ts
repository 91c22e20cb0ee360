/**
 * One log that grows, read on from where it was read to. Its identity is that of the file and not of its name, so that a log that
 * is moved away is read to its end and the new one under its name from its beginning.
 */
import { createHash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import { type Fault, FaultLog } from '../../../base/fault.ts';
import { recognise } from '../../../sources/input/read.ts';
import { packingOf } from '../../../sources/input/unpack.ts';
import { sources } from '../../../sources/registry.ts';
import type { Parser, Source } from '../../../sources/source.ts';
import type { Intake } from '../intake.ts';
import type { Sender } from '../senders.ts';

/** Formats that are lines, which can be read on from the end of any line. */
const LINE_FORMATS: ReadonlySet<string> = new Set(['zeek-tsv', 'panos', 'json']);
/** Bytes read at once. */
const CHUNK_BYTES = 1024 * 1024;
/** First bytes that tell the format, and hold the header lines of Zeek's logs. */
const HEAD_BYTES = 64 * 1024;
/** First bytes that tell one file from another that got its number. */
const FINGERPRINT_BYTES = 256;
/**
 * Programs write logs, and what others sent stands in them: an identity that a line chooses holds among followed files.
 */
export const FOLLOWED = 'followed files';
const LF = 10;
const HASH_SIGN = 35;

/** How far a file was read, as it is remembered. */
export interface FilePosition {
  readonly path: string;
  /** SHA-256 of its first {@link FilePosition.fingerprintBytes} bytes. */
  readonly fingerprint: string;
  readonly fingerprintBytes: number;
  /** Bytes that are stored: up to the end of a line. */
  readonly offset: number;
}

/** What became of a look at the file. */
export type FollowState = 'read' | 'nothing new' | 'not lines' | 'unknown' | 'failed';

/** See the head of this file. */
export class FollowedFile {
  /** As it was named when it was found. */
  readonly path: string;
  position: FilePosition;
  private readonly handle: FileHandle;
  private readonly intake: Intake;
  private readonly sender: Sender;
  private parser: Parser | undefined;
  private faults: Fault[] = [];
  /** Bytes that the parser was given; its offsets count from there. */
  private pushed = 0;

  private constructor(path: string, handle: FileHandle, position: FilePosition, intake: Intake, sender: Sender) {
    this.path = path;
    this.handle = handle;
    this.position = position;
    this.intake = intake;
    this.sender = sender;
  }

  /**
   * @param known how far the file of this identity was read before
   * @param sender stands for all files that are followed for the same reason
   * @returns the file, to be read on from there if it still begins as it did, else from its beginning
   */
  static async open(
    path: string,
    known: FilePosition | undefined,
    intake: Intake,
    sender: Sender,
  ): Promise<FollowedFile> {
    const handle = await open(path, 'r');
    const { size } = await handle.stat();
    const isSame =
      known !== undefined &&
      size >= known.offset &&
      (await fingerprintOf(handle, known.fingerprintBytes)) === known.fingerprint;
    const position = isSame ? { ...known, path } : { path, fingerprint: '', fingerprintBytes: 0, offset: 0 };
    return new FollowedFile(path, handle, position, intake, sender);
  }

  /** Reads the lines that were added; a half line waits, unless the file has ended. */
  async read(hasEnded = false): Promise<FollowState> {
    const { size } = await this.handle.stat();
    if (size < this.position.offset || (size > this.position.offset && !(await this.isUnchanged()))) this.restart();
    let state: FollowState = 'nothing new';
    while (this.position.offset < size) {
      const chunk = Buffer.alloc(Math.min(CHUNK_BYTES, size - this.position.offset));
      const { bytesRead } = await this.handle.read(chunk, 0, chunk.length, this.position.offset);
      const bytes = chunk.subarray(0, bytesRead);
      const isLast = this.position.offset + bytesRead >= size;
      const end = hasEnded && isLast ? bytesRead : bytes.lastIndexOf(LF) + 1;
      if (end === 0 && isLast) return this.position.offset === 0 && isPacked(bytes) ? 'not lines' : state;
      // A line longer than a chunk is given to the parser in parts: it knows the limit and tells.
      const lines = bytes.subarray(0, end === 0 ? bytesRead : end);
      const opened = await this.open(hasEnded);
      if (opened !== undefined) return opened;
      if (!(await this.store(lines, hasEnded && isLast))) return 'failed';
      state = 'read';
    }
    return state;
  }

  async close(): Promise<void> {
    await this.handle.close();
  }

  /** @returns why the file is not followed line by line */
  private async open(hasEnded: boolean): Promise<FollowState | undefined> {
    if (this.parser) return undefined;
    const head = Buffer.alloc(HEAD_BYTES);
    const { bytesRead } = await this.handle.read(head, 0, HEAD_BYTES, 0);
    const start = head.subarray(0, bytesRead);
    const source = recognise(start, sources.all);
    if (!source) return hasEnded || start.includes(LF) ? 'unknown' : 'nothing new';
    if (!isLines(source, start)) return 'not lines';
    this.parser = source.open({
      file: this.path,
      faults: new ListenedFaults((fault) => this.faults.push(fault)),
      networks: this.intake.networks,
      settings: { ...this.intake.settings, idScope: FOLLOWED },
      skipped: (reason) => this.sender.empty(reason),
    });
    this.pushed = 0;
    if (this.position.offset > 0) this.push(headerLines(start.subarray(0, this.position.offset)), () => {});
    this.faults = [];
    return undefined;
  }

  private push(bytes: Buffer, sink: Parameters<Parser['push']>[1]): void {
    this.parser!.push(bytes, sink);
    this.pushed += bytes.length;
  }

  /** @returns whether the lines are on disk; if not they are read again later */
  private async store(lines: Buffer, isEnd: boolean): Promise<boolean> {
    const { intake } = this;
    while (!intake.reserve(lines.length)) {
      if (intake.isStopping) return false;
      await new Promise((done) => {
        setTimeout(done, FULL_MS);
      });
    }
    try {
      const delivery = intake.deliver(this.sender, FOLLOWED);
      await delivery.pause();
      const from = this.pushed;
      delivery.item(
        lines.length,
        () => {
          this.push(lines, delivery.sink);
          if (isEnd) this.parser!.end(delivery.sink);
          return { kind: 'empty', reason: 'lines without an event' };
        },
        () => lines,
      );
      for (const fault of this.faults.splice(0)) {
        if (!fault.isAssumption) delivery.unreadable(fault.message, lineAt(lines, (fault.offset ?? 0) - from), true);
      }
      const { failure } = await delivery.stored();
      if (failure) {
        // What the parser has seen is not stored: it begins again where the position stands.
        this.parser = undefined;
        return false;
      }
    } finally {
      intake.release(lines.length);
    }
    await this.advance(lines.length);
    return true;
  }

  private async advance(bytes: number): Promise<void> {
    const offset = this.position.offset + bytes;
    const fingerprintBytes = Math.min(FINGERPRINT_BYTES, offset);
    const isKnown = fingerprintBytes === this.position.fingerprintBytes;
    const fingerprint = isKnown ? this.position.fingerprint : await fingerprintOf(this.handle, fingerprintBytes);
    this.position = { path: this.path, fingerprint, fingerprintBytes, offset };
  }

  /** Whether the file begins as it did: one that was cut short and filled anew does not. */
  private async isUnchanged(): Promise<boolean> {
    const { fingerprint, fingerprintBytes } = this.position;
    return fingerprintBytes === 0 || (await fingerprintOf(this.handle, fingerprintBytes)) === fingerprint;
  }

  private restart(): void {
    this.parser = undefined;
    this.position = { path: this.path, fingerprint: '', fingerprintBytes: 0, offset: 0 };
  }
}

/** How long a full queue is left alone before it is asked again. */
const FULL_MS = 50;

/** A log that tells each fault. */
class ListenedFaults extends FaultLog {
  private readonly tell: (fault: Fault) => void;

  constructor(tell: (fault: Fault) => void) {
    super();
    this.tell = tell;
  }

  override add(fault: Fault): void {
    this.tell(fault);
  }
}

/** @returns whether a beginning that has no end of a line will never have one: packed files, and captures */
function isPacked(head: Buffer): boolean {
  return packingOf(head) !== undefined || head.includes(0);
}

/** JSON is lines when its first line is a whole object. */
function isLines(source: Source, head: Buffer): boolean {
  if (!LINE_FORMATS.has(source.id)) return false;
  if (source.id !== 'json') return true;
  const end = head.indexOf(LF);
  return head
    .toString('latin1', 0, end < 0 ? head.length : end)
    .trimEnd()
    .endsWith('}');
}

/** Lines at the beginning of a Zeek log that say what its columns are. */
function headerLines(head: Buffer): Buffer {
  let end = 0;
  while (head[end] === HASH_SIGN) {
    const next = head.indexOf(LF, end);
    if (next < 0) break;
    end = next + 1;
  }
  return head.subarray(0, end);
}

function lineAt(lines: Buffer, offset: number): Buffer {
  if (offset < 0 || offset >= lines.length) return Buffer.alloc(0);
  const end = lines.indexOf(LF, offset);
  return lines.subarray(offset, end < 0 ? lines.length : end);
}

async function fingerprintOf(handle: FileHandle, bytes: number): Promise<string> {
  const head = Buffer.alloc(bytes);
  const { bytesRead } = await handle.read(head, 0, bytes, 0);
  return createHash('sha256').update(head.subarray(0, bytesRead)).digest('hex');
}
