import type { Document } from '../../event/document.ts';
import { DocumentEvent } from '../../event/document-event.ts';
import type { Provenance } from '../../event/view.ts';

/** What is kept or sent of an event. */
export interface ForwardedRecord {
  readonly id: string;
  readonly provenance: Provenance;
  readonly document: Document;
}

/** An event that another thread read: its document, with the identity it had there. */
export class ForwardedEvent extends DocumentEvent {
  private identity = '';

  /** Shows another event. */
  show({ id, document, provenance }: ForwardedRecord): void {
    this.identity = id;
    this.point(document, provenance);
  }

  override id(): string {
    return this.identity;
  }
}
