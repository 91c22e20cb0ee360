/**
 * Events that may become part of an alert, kept until the end of the scan: a few in memory, the rest in a temporary file.
 * They are kept as text: as objects they take five times the room, and few of them are ever shown.
 */
import type { Document } from '../../event/document.ts';
import type { TemporaryFile, TemporaryFiles } from './temporary-files.ts';

/** What is given for a kept document: 0 is none, above 0 in memory, below 0 in the file. */
export type DocumentTicket = number;

/** No document. */
export const NO_DOCUMENT: DocumentTicket = 0;

/** Keeps documents by ticket. */
export class KeptDocuments {
  private readonly memoryLimit: number;
  private readonly charLimit: number;
  private readonly files: TemporaryFiles;
  private readonly memory = new Map<DocumentTicket, string>();
  private chars = 0;
  private last = 0;
  private file: TemporaryFile | undefined;
  private offsets = new Float64Array(0);
  private count = 0;
  /** Several rules keep the same event one after the other. */
  private lastKept: Document | undefined;
  private lastText = '';
  private lastWritten = '';

  /**
   * @param memoryLimit documents held in memory
   * @param charLimit characters of all of them together
   */
  constructor(memoryLimit: number, charLimit: number, files: TemporaryFiles) {
    this.memoryLimit = memoryLimit;
    this.charLimit = charLimit;
    this.files = files;
  }

  /** @returns the ticket to load it with; {@link NO_DOCUMENT} when it could not be kept */
  keep(document: Document): DocumentTicket {
    if (document !== this.lastKept) {
      this.lastKept = document;
      this.lastText = JSON.stringify(document);
    }
    const text = this.lastText;
    if (this.memory.size < this.memoryLimit && this.chars < this.charLimit) {
      this.chars += text.length;
      this.memory.set(++this.last, text);
      return this.last;
    }
    if (text === this.lastWritten) return -this.count;
    this.file ??= this.files.open();
    const offset = this.file?.size ?? 0;
    if (this.file?.append(text) !== true) {
      this.files.lost(1);
      return NO_DOCUMENT;
    }
    // One place more than documents: the end of the last one.
    if (this.count + 2 > this.offsets.length) {
      const grown = new Float64Array(Math.max(1024, this.offsets.length * 2));
      grown.set(this.offsets);
      this.offsets = grown;
    }
    this.offsets[this.count] = offset;
    this.offsets[++this.count] = this.file.size;
    this.lastWritten = text;
    return -this.count;
  }

  /** @returns the document, or undefined when it was not kept, could not be written, or was released */
  load(ticket: DocumentTicket): Document | undefined {
    if (ticket >= 0) {
      const text = this.memory.get(ticket);
      return text === undefined ? undefined : (JSON.parse(text) as Document);
    }
    const from = this.offsets[-ticket - 1]!;
    const bytes = Buffer.allocUnsafe(this.offsets[-ticket]! - from);
    if (this.file?.read(bytes, from, bytes.length) !== bytes.length) return undefined;
    return JSON.parse(bytes.toString('utf8')) as Document;
  }

  /** Frees the memory of a document that is not needed any more. */
  release(ticket: DocumentTicket): void {
    this.chars -= this.memory.get(ticket)?.length ?? 0;
    this.memory.delete(ticket);
  }
}
