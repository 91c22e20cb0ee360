import type { Side } from '../../stream.ts';
import type { Message } from '../message.ts';

/** `weak`: nothing speaks against it, and nothing for it. */
export type Plausibility = 'no' | 'weak' | 'yes';

/** Takes what a framer finds in one direction of a connection. */
export interface FrameReader {
  /**
   * How much of a message is worth keeping; the rest is counted as it passes.
   *
   * @param message its first bytes are at hand: 128, or all when it is shorter
   * @returns bytes from the header on
   */
  wanted(message: Message): number;
  /** A message, valid during the call. */
  message(message: Message): void;
  /** A frame of NBSS that is no message, such as a session request; its first 256 bytes. */
  control(side: Side, type: number, bytes: Uint8Array, from: number, to: number): void;
  /** How well a header fits what is known of the connection; the magic is there. */
  plausibility(side: Side, bytes: Uint8Array, header: number, end: number): Plausibility;
  /** Bytes inside frames were lost. */
  lost(side: Side, sizeBytes: number): void;
  /** The place in the stream was lost; the search for the next frame begins. */
  lostPlace(side: Side): void;
  /** Bytes passed over in the search. */
  searched(side: Side, sizeBytes: number): void;
  /** Messages after a search that nothing confirmed: counted, not believed. */
  doubted(side: Side, messages: number): void;
  /** A compound that does not hold together, or is too long. */
  brokenCompound(side: Side, isTooLong: boolean): void;
}
