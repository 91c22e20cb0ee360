import type { Side } from '../../stream.ts';

/** Where something was seen on the wire: enough to give an event its time, its place in the capture and its identity. */
export interface Origin {
  readonly side: Side;
  /** Raw sequence number of the first byte of the frame. */
  readonly sequence: number;
  /** Place in the compound. */
  readonly index: number;
  readonly command: number;
  readonly idLow: number;
  readonly idHigh: number;
  /** Milliseconds since 1970. */
  readonly time: number;
  /** Number of the packet in the capture. */
  readonly packet: number;
}
