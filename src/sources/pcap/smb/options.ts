import type { PacketClock, PacketEventSink } from '../stream.ts';
import type { SmbLimits } from './limits.ts';

/** What the analyser needs from the reader of a capture. */
export interface SmbOptions {
  /** Takes the events. */
  readonly sink: PacketEventSink;
  /** Whether anybody wants an event of a dataset such as `smb.file`, of a time: no document is made of the others. */
  readonly wants: (dataset: string, time: number) => boolean;
  /** The packet being read; its object stays the same. */
  readonly clock: PacketClock;
  readonly limits?: Partial<SmbLimits> | undefined;
  /** Damage inside the stream: what was read, what stood there. Counted by its code. */
  readonly fault?: ((code: string, message: string) => void) | undefined;
}
