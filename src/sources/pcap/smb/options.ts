import type { Networks } from '../../../event/networks.ts';
import type { PacketClock } from '../stream.ts';
import type { SmbEvent } from './events/wire-event.ts';
import type { WireKind } from './events/wire-kind.ts';
import type { SmbLimits } from './limits.ts';

/** What the analyser needs from the reader of a capture. */
export interface SmbOptions {
  /** The capture as the user named it. */
  readonly file: string;
  readonly networks: Networks;
  /** @returns name of an interface by its number, where the capture gives one */
  readonly interfaceName?: ((number: number) => string | undefined) | undefined;
  /** Takes the events, which are valid during the call. */
  readonly sink: (event: SmbEvent) => void;
  /** Whether anybody wants an event of a kind, of a time; the others are only counted. */
  readonly wants: (kind: Pick<WireKind<never>, 'dataset' | 'facts'>, time: number) => boolean;
  /** The packet being read; its object stays the same. */
  readonly clock: PacketClock;
  readonly limits?: Partial<SmbLimits> | undefined;
  /** Damage inside the stream: what was read, what stood there. Counted by its code. */
  readonly fault?: ((code: string, message: string) => void) | undefined;
}
