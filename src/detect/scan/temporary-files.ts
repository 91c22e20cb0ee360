/**
 * Temporary files of a scan. They hold evidence, so they are readable by the user alone, and are unlinked right after
 * opening where the system allows it (all but Windows): not even a killed process leaves one behind.
 */
import { closeSync, mkdtempSync, openSync, readSync, rmSync, unlinkSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SpillMemory } from './spill-memory.ts';

/** A scan may have a file for each of its rules. */
const WRITE_BUFFER_BYTES = 128 * 1024;
const LINE_FEED = 0x0a;

const openFolders = new Set<TemporaryFiles>();
let exitHooked = false;

/** Makes temporary files below one byte budget and removes them. */
export class TemporaryFiles {
  /** What all together hold before they write. */
  readonly memory: SpillMemory;
  private readonly maxBytes: number;
  private readonly parent: string;
  private readonly onLost: (count: number) => void;
  private folder: string | undefined;
  private readonly files: TemporaryFile[] = [];
  private bytes = 0;

  /**
   * @param maxBytes all files together
   * @param onLost called with the number of records that could not be written
   * @param parent folder to work in
   * @param memoryBytes records held in memory by all spills together
   */
  constructor(
    maxBytes: number,
    onLost: (count: number) => void,
    parent: string = tmpdir(),
    memoryBytes = Number.POSITIVE_INFINITY,
  ) {
    this.memory = new SpillMemory(memoryBytes);
    this.maxBytes = maxBytes;
    this.onLost = onLost;
    this.parent = parent;
  }

  /** @returns an empty file, or undefined when none can be made */
  open(): TemporaryFile | undefined {
    try {
      this.folder ??= this.makeFolder();
      const path = join(this.folder, String(this.files.length));
      const file = new TemporaryFile(openSync(path, 'wx+', 0o600), (bytes) => this.take(bytes), this.onLost);
      this.files.push(file);
      try {
        unlinkSync(path);
      } catch {
        // Windows keeps open files; close() removes the folder.
      }
      return file;
    } catch {
      return undefined;
    }
  }

  /** Says that records could not be kept. */
  lost(count: number): void {
    this.onLost(count);
  }

  /** Closes and removes all files; may be called twice. */
  close(): void {
    for (const file of this.files) file.close();
    this.files.length = 0;
    if (this.folder !== undefined) rmSync(this.folder, { recursive: true, force: true });
    this.folder = undefined;
    openFolders.delete(this);
  }

  private makeFolder(): string {
    if (!exitHooked) {
      exitHooked = true;
      process.on('exit', () => {
        for (const folder of openFolders) folder.close();
      });
    }
    openFolders.add(this);
    return mkdtempSync(join(this.parent, 'smbastion-'));
  }

  private take(bytes: number): boolean {
    if (this.bytes + bytes > this.maxBytes) return false;
    this.bytes += bytes;
    return true;
  }
}

/** One file that is appended to and read at any place. */
export class TemporaryFile {
  private readonly descriptor: number;
  private readonly take: (bytes: number) => boolean;
  private readonly onLost: (count: number) => void;
  private readonly buffer = Buffer.allocUnsafe(WRITE_BUFFER_BYTES);
  private buffered = 0;
  private bufferedLines = 0;
  private written = 0;
  private isOpen = true;
  /** Set by a full disk: what was written stays readable, nothing is added. */
  private isFull = false;

  constructor(descriptor: number, take: (bytes: number) => boolean, onLost: (count: number) => void) {
    this.descriptor = descriptor;
    this.take = take;
    this.onLost = onLost;
  }

  /** Bytes in the file, with those not written yet. */
  get size(): number {
    return this.written + this.buffered;
  }

  /**
   * Appends a text and a line feed.
   *
   * @param line text without raw line feeds, such as JSON
   * @returns false when the byte budget is spent or the disk is full; then nothing was added
   */
  append(line: string): boolean {
    const bytes = Buffer.byteLength(line) + 1;
    if (this.isFull || !this.take(bytes)) return false;
    if (this.buffered + bytes > this.buffer.length && !this.flush()) return false;
    if (bytes > this.buffer.length) return this.writeOut(Buffer.from(`${line}\n`));
    this.buffered += this.buffer.write(line, this.buffered);
    this.buffer[this.buffered++] = LINE_FEED;
    this.bufferedLines++;
    return true;
  }

  /** As {@link append}, and true only when it stands on the disk: for texts that nobody could give again. */
  appendNow(line: string): boolean {
    const bytes = Buffer.from(`${line}\n`);
    return !this.isFull && this.take(bytes.length) && this.flush() && this.writeOut(bytes);
  }

  /**
   * @param from byte offset
   * @returns the number of bytes read into the target
   */
  read(target: Buffer, from: number, length: number): number {
    this.flush();
    const available = Math.min(length, this.written - from);
    return available > 0 ? readSync(this.descriptor, target, 0, available, from) : 0;
  }

  close(): void {
    if (this.isOpen) closeSync(this.descriptor);
    this.isOpen = false;
  }

  private flush(): boolean {
    if (this.buffered === 0) return !this.isFull;
    const lines = this.bufferedLines;
    const bytes = this.buffer.subarray(0, this.buffered);
    this.buffered = 0;
    this.bufferedLines = 0;
    if (this.writeOut(bytes)) return true;
    this.onLost(lines);
    return false;
  }

  private writeOut(bytes: Buffer): boolean {
    try {
      for (let at = 0; at < bytes.length; ) {
        at += writeSync(this.descriptor, bytes, at, bytes.length - at, this.written + at);
      }
    } catch {
      // A full disk is no reason to end the scan; readers stop at `written`, so a half-written part is never read.
      this.isFull = true;
      return false;
    }
    this.written += bytes.length;
    return true;
  }
}

/**
 * Lines of a part of a file.
 *
 * @param from byte offset of the first line
 * @param to byte offset behind the last one
 * @param chunkBytes bytes read at once
 */
export function* readLines(file: TemporaryFile, from: number, to: number, chunkBytes: number): Generator<string> {
  let chunk: Buffer = Buffer.allocUnsafe(chunkBytes);
  let held = 0;
  let at = from;
  while (at < to) {
    if (held === chunk.length) chunk = Buffer.concat([chunk, Buffer.allocUnsafe(chunk.length)]);
    const count = file.read(chunk.subarray(held), at, Math.min(chunk.length - held, to - at));
    if (count === 0) return;
    at += count;
    const end = held + count;
    let start = 0;
    const filled = chunk.subarray(0, end);
    for (let feed = filled.indexOf(LINE_FEED); feed >= 0; feed = filled.indexOf(LINE_FEED, start)) {
      yield filled.toString('utf8', start, feed);
      start = feed + 1;
    }
    chunk.copyWithin(0, start, end);
    held = end - start;
  }
}
