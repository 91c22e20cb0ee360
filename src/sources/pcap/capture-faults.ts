import type { SourceContext } from '../source.ts';
import type { PacketClock } from './stream.ts';

/** Kinds of damage in a capture; the code of the fault is `pcap.` and the kind. */
export type CaptureFaultKind =
  | 'header'
  | 'record'
  | 'truncated'
  | 'block'
  | 'ip'
  | 'tcp'
  | 'fragment'
  | 'overlap'
  | 'checksum'
  | 'limit'
  | 'drops';

/** Reports damage at its place in the capture. */
export class CaptureFaults {
  private readonly context: SourceContext;
  private readonly clock: PacketClock;
  /** Places of damage told so far. */
  count = 0;
  private readonly told = new Set<string>();

  constructor(context: SourceContext, clock: PacketClock) {
    this.context = context;
    this.clock = clock;
  }

  /** @param offset in the unpacked file; the current packet's when absent */
  add(kind: CaptureFaultKind, message: string, offset = this.clock.offset): void {
    this.count++;
    this.context.faults.add({ code: `pcap.${kind}`, file: this.context.file, offset, message });
  }

  /** Damage inside the current packet. */
  packet(kind: CaptureFaultKind, message: string): void {
    this.add(kind, `packet ${this.clock.packet}: ${message}`);
  }

  /** What is not lost but should be known: the recorder's own losses, a limit that made something end early. Said once. */
  note(kind: CaptureFaultKind, message: string): void {
    if (this.told.has(message)) return;
    this.told.add(message);
    const { file, faults } = this.context;
    faults.add({ code: `pcap.${kind}`, file, offset: this.clock.offset, message, isAssumption: true });
  }
}
