/**
 * Events that came as JSON and whose documents are that JSON but for a few values. A store keeps the bytes as they came beside
 * the changes, which costs much less than to make the document and write it out.
 */
import type { JsonTape } from '../base/json/json-tape.ts';
import { type Document, isDocument, setPath } from './document.ts';

/** What a document says otherwise than the object it was made of, in the order in which it is applied. */
export class Changes {
  /** Dotted names of the places. */
  readonly names: string[] = [];
  /** JSON values; null takes away what stands there. */
  readonly values: unknown[] = [];

  clear(): void {
    this.names.length = 0;
    this.values.length = 0;
  }

  set(name: string, value: unknown): void {
    this.names.push(name);
    this.values.push(value);
  }
}

/** An event as it came, valid as long as its view. */
export interface JsonOrigin {
  /** Its object. */
  readonly tape: JsonTape;
  readonly changes: Changes;
}

/** Changes a document as `changes` says, values by dotted name. */
export function applyChanges(document: Document, changes: Document): void {
  for (const [name, value] of Object.entries(changes)) {
    const path = name.split('.');
    if (value === null) removePath(document, path);
    else setPath(document, path, value);
  }
}

function removePath(document: Document, path: readonly string[]): void {
  let at: unknown = document;
  for (const key of path.slice(0, -1)) at = isDocument(at) ? at[key] : undefined;
  if (isDocument(at)) delete at[path.at(-1)!];
}
