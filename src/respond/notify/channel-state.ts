/** What a channel remembers over restarts, kept as a document of the desk. */
import { type Document, isDocument } from '../../event/document.ts';
import type { DeskStore } from '../../store/desk-store.ts';

/** A message that was not delivered. */
export interface FailedMessage {
  readonly id: string;
  /** When it was given up, in milliseconds since 1970. */
  readonly atMs: number;
  readonly reason: string;
  readonly alertIds: readonly string[];
}

/** State of a channel. */
export interface ChannelState {
  /** Number of the last news that was told or need not be. */
  readonly told: number;
  /** The newest last. */
  readonly failed: readonly FailedMessage[];
  /** Failed messages that gave way to newer ones. */
  readonly discarded: number;
}

/** Failed messages that are kept; each names its alerts, which are in the store in any case. */
const MAX_FAILED = 200;

/** @returns what a channel remembers; undefined when it is new */
export async function readState(desk: DeskStore, channel: string): Promise<ChannelState | undefined> {
  const entry = await desk.get('notification', channel);
  if (!entry) return undefined;
  const { told, failed, discarded } = entry.document;
  return {
    told: Number(told),
    failed: (Array.isArray(failed) ? failed : []).filter(isDocument) as unknown as FailedMessage[],
    discarded: Number(discarded),
  };
}

/** Keeps what a channel remembers. */
export async function writeState(desk: DeskStore, channel: string, state: ChannelState, atMs: number): Promise<void> {
  await desk.put({ kind: 'notification', id: channel, document: { ...state } as Document, by: 'notify', atMs });
}

/** @returns the state with one more message that failed; the oldest give way */
export function withFailed(state: ChannelState, message: FailedMessage): ChannelState {
  const failed = [...state.failed, message];
  const over = Math.max(0, failed.length - MAX_FAILED);
  return { ...state, failed: failed.slice(over), discarded: state.discarded + over };
}
