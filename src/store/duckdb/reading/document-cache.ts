/**
 * Texts of documents that were read lately. Documents stand in compressed blocks of some thousand, so that reading one costs
 * as much as reading its block; and rules read the same few events again and again: what is new, what lies around it, and
 * the next rule again. An event never changes; when some are removed, all is forgotten.
 */

/** What orders and places an event, without its document. */
export interface EventKey {
  readonly timeMs: number;
  readonly id: string;
  readonly position: number;
  readonly ingestedMs: number;
  /** Its `event.ingested`; undefined where it says several times. */
  readonly saidMs: number | undefined;
  /** Number of the table it stands in. */
  readonly table: number;
}

/** An event's texts as they stand in the store. */
export interface DocumentTexts {
  readonly provenance: string;
  readonly document: string;
  readonly changes: string | undefined;
  readonly key: EventKey;
}

/** Characters that are held at most; as many bytes of memory, twice as many where texts are not Latin. */
const MAX_LENGTH = 32 * 1024 * 1024;

/** See the head of this file. The texts that were not asked for the longest go first. */
export class DocumentCache {
  private readonly maxLength: number;
  private readonly texts = new Map<number, DocumentTexts>();
  private length = 0;
  private clearings = 0;

  constructor(maxLength = MAX_LENGTH) {
    this.maxLength = maxLength;
  }

  /** @param position of the event, which no other event ever gets */
  get(position: number): DocumentTexts | undefined {
    const texts = this.texts.get(position);
    if (!texts) return undefined;
    this.texts.delete(position);
    this.texts.set(position, texts);
    return texts;
  }

  /** Rises when all is forgotten: what was read before may be of events that are no more. */
  get generation(): number {
    return this.clearings;
  }

  clear(): void {
    this.texts.clear();
    this.length = 0;
    this.clearings++;
  }

  /** @param generation when reading it began */
  put(position: number, texts: DocumentTexts, generation = this.clearings): void {
    if (generation !== this.clearings) return;
    this.drop(position);
    this.texts.set(position, texts);
    this.length += lengthOf(texts);
    for (const oldest of this.texts.keys()) {
      if (this.length <= this.maxLength) return;
      this.drop(oldest);
    }
  }

  private drop(position: number): void {
    const texts = this.texts.get(position);
    if (!texts) return;
    this.texts.delete(position);
    this.length -= lengthOf(texts);
  }
}

function lengthOf({ provenance, document, changes }: DocumentTexts): number {
  return provenance.length + document.length + (changes?.length ?? 0);
}
