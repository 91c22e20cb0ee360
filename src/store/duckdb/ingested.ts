/**
 * When an event came in is part of the event. The document on disk stays as it came; the column has the time that counts, and
 * it is put into documents that are read back.
 */
import { formatTimestamp } from '../../base/time/timestamp.ts';
import { type Document, isDocument, setPath } from '../../event/document.ts';
import type { DocumentEvent } from '../../event/document-event.ts';
import { fields } from '../../event/field.ts';

/** The field that says it. */
export const INGESTED = fields.get('event.ingested');

/**
 * Sets `event.ingested` of a document that has another time there, or none.
 *
 * @param view any, which is pointed at the document
 */
export function setIngested(view: DocumentEvent, document: Document, ingestedMs: number): void {
  view.point(document);
  if (view.get(INGESTED.id) === ingestedMs) return;
  const above = document['event'] ?? {};
  if (isDocument(above)) setPath(document, INGESTED.path, formatTimestamp(ingestedMs));
  else document[INGESTED.name] = formatTimestamp(ingestedMs);
}
