import { stableId } from '../../base/hash.ts';
import type { Document } from '../../event/document.ts';
import type { Networks } from '../../event/networks.ts';
import { NestedEvent } from './nested-event.ts';

/** An event that a protocol made of packets: its document, and an identity of its own. */
export class PacketEvent extends NestedEvent {
  private identity: readonly string[] = [];
  private readonly file: string;

  constructor(networks: Networks, file: string) {
    super(networks);
    this.file = file;
  }

  /** @param offset of the packet that completed the event */
  show(document: Document, identity: readonly string[], offset: number): void {
    this.identity = identity;
    this.point(document, { file: this.file, format: 'pcap', offset });
  }

  override id(): string {
    return stableId(this.identity);
  }
}
