/** How large documents are, and documents cut to a size: what an attacker wrote must not fill the memory of who keeps it. */
import { ownCopy } from '../base/text/own-copy.ts';
import { type Document, isDocument } from './document.ts';

/** What a key, a number or an empty object counts for, so that many small values have a size too. */
const CHARS_A_VALUE = 8;

/** Stands behind a text that was cut. */
const CUT = '… (cut)';

/**
 * @param value any JSON value, not nested deeper than documents are
 * @param enough counting stops once this is passed
 * @returns characters of its keys and texts, roughly its length as JSON
 */
export function documentChars(value: unknown, enough = Infinity): number {
  if (typeof value === 'string') return CHARS_A_VALUE + value.length;
  let chars = CHARS_A_VALUE;
  if (Array.isArray(value)) {
    for (const element of value) if ((chars += documentChars(element, enough - chars)) > enough) break;
  } else if (isDocument(value)) {
    for (const key in value) {
      if ((chars += key.length + documentChars(value[key], enough - chars - key.length)) > enough) break;
    }
  }
  return chars;
}

/**
 * Cuts what goes beyond a size: long texts lose their end, and once the size is spent what follows is left out.
 *
 * @param document left as it is
 * @param maxChars size as {@link documentChars} counts it
 * @returns the document itself when it is small enough, as it nearly always is, else a cut copy
 */
export function boundDocument(document: Document, maxChars: number): Document {
  return documentChars(document, maxChars) <= maxChars ? document : new Cutter(maxChars).document(document);
}

class Cutter {
  /** A text may take this much, so that one long text does not cost all that follows. */
  private readonly textChars: number;
  private left: number;

  constructor(maxChars: number) {
    this.left = maxChars;
    this.textChars = Math.floor(maxChars / 16);
  }

  document(document: Document): Document {
    const entries: [string, unknown][] = [];
    for (const key of Object.keys(document)) {
      this.left -= key.length + CHARS_A_VALUE;
      if (this.left <= 0) break;
      entries.push([key, this.value(document[key])]);
    }
    // fromEntries defines its keys, so that a key named __proto__ stays a key.
    return Object.fromEntries(entries);
  }

  private value(value: unknown): unknown {
    if (typeof value === 'string') return this.text(value);
    if (isDocument(value)) return this.document(value);
    if (!Array.isArray(value)) return value;
    const elements: unknown[] = [];
    for (const element of value) {
      this.left -= CHARS_A_VALUE;
      if (this.left <= 0) break;
      elements.push(this.value(element));
    }
    return elements;
  }

  private text(text: string): string {
    const most = Math.max(0, Math.min(this.textChars, this.left));
    this.left -= Math.min(text.length, most);
    return text.length <= most ? text : ownCopy(text.slice(0, most)) + CUT;
  }
}
