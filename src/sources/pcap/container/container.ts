/** What the readers of capture files share: interfaces packets were recorded on, limits of records, and who takes packets. */
import type { PacketClock } from '../stream.ts';

/** Where packets were recorded. */
export interface CaptureInterface {
  /** Number in the capture, over all sections. */
  readonly index: number;
  readonly linkType: number;
  readonly name: string | undefined;
}

/** Takes packets; the clock says which one. */
export interface PacketSink {
  readonly clock: PacketClock;
  /** @param bytes holds the captured bytes from `from` to `to`, valid during the call */
  packet(bytes: Uint8Array, from: number, to: number, on: CaptureInterface): void;
  /** Damage of the file, at an offset of it. */
  fault(code: 'header' | 'record' | 'truncated' | 'block' | 'limit', offset: number, message: string): void;
  /** Packets the recorder says it lost. */
  drops(count: number): void;
  /** Counts what is known and not read, such as a block of secrets. */
  skipped(reason: string, count?: number): void;
}

/**
 * Bytes a record may hold whatever the header says: files whose snap length lies are common, and offload makes frames of
 * 64 KiB and more. libpcap's own limit is 262,144.
 */
export const MAX_PACKET_BYTES = 262_144 + 65_536;

/** A larger snap length is not believed: a record is held in memory when it is cut by a chunk. */
const MAX_SNAP_BYTES = 1024 * 1024;

/** @returns captured bytes above which a record is damage */
export function packetLimit(snapBytes: number): number {
  return snapBytes <= MAX_SNAP_BYTES ? Math.max(snapBytes + 65_536, MAX_PACKET_BYTES) : MAX_PACKET_BYTES;
}

/** Bytes searched for the next good record before the rest of a file is given up. */
export const MAX_SEARCH_BYTES = 1024 * 1024;

/** Records in a row that must be plausible before one is believed again. */
export const SURE_RECORDS = 3;

/** Plausible records follow each other within this time. */
export const NEAR_MS = 86_400_000;
