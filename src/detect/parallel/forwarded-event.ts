import { DocumentEvent } from '../../event/document-event.ts';
import type { ForwardedRecord } from './protocol.ts';

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
