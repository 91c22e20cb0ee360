import type { Document } from '../../event/document.ts';
import { boundDocument } from '../../event/document-size.ts';
import type { EventView, Provenance } from '../../event/view.ts';
import type { Match } from '../executors/executor.ts';

/** The event being read, as executors see it. One object for all events. */
export class CurrentEvent implements Match {
  view!: EventView;
  id = '';
  time = Number.NaN;
  private madeDocument: Document | undefined;
  private madeProvenance: Provenance | undefined;
  private readonly maxChars: number;
  private readonly onCut: () => void;

  /**
   * @param maxChars size of a document, beyond which it is cut
   * @param onCut called for each document that was
   */
  constructor(maxChars: number, onCut: () => void) {
    this.maxChars = maxChars;
    this.onCut = onCut;
  }

  /** Another event is being read. */
  point(view: EventView, time: number): void {
    this.view = view;
    this.time = time;
    this.id = '';
    this.madeDocument = undefined;
    this.madeProvenance = undefined;
  }

  document(): Document {
    if (this.madeDocument === undefined) {
      const whole = this.view.document();
      this.madeDocument = boundDocument(whole, this.maxChars);
      if (this.madeDocument !== whole) this.onCut();
    }
    return this.madeDocument;
  }

  provenance(): Provenance {
    this.madeProvenance ??= this.view.provenance();
    return this.madeProvenance;
  }
}
