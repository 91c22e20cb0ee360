import { stableId } from '../../../../base/hash.ts';
import type { Document } from '../../../../event/document.ts';
import { NestedEvent } from '../../nested-event.ts';
import type { SmbOptions } from '../options.ts';
import type { SmbEvent } from './wire-event.ts';

/** The view of an event that waited for repeats: what it was told of has changed since, so it is its document. */
export class HeldEvent extends NestedEvent implements SmbEvent {
  private readonly options: SmbOptions;
  private texts: readonly string[] = [];

  constructor(options: SmbOptions) {
    super(options.networks);
    this.options = options;
  }

  /** The view now shows another event. */
  show(document: Document, identity: readonly string[]): void {
    this.texts = identity;
    const { file, clock } = this.options;
    this.point(document, { file, format: 'pcap', offset: clock.offset });
  }

  own(): Document {
    return this.source;
  }

  identity(): readonly string[] {
    return this.texts;
  }

  override id(): string {
    return stableId(this.texts);
  }
}
