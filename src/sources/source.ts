/** What a source is: bytes in, events out. One folder a format; registry.ts is the list. */
import type { FaultLog } from '../base/fault.ts';
import type { EventFacts } from '../event/event-facts.ts';
import type { Networks } from '../event/networks.ts';
import type { EventView } from '../event/view.ts';

/** Called for each event, synchronously; the view is only valid during the call. */
export type EventSink = (event: EventView) => void;

/**
 * Says which events are worth decoding. Rules tell what they need before reading starts; a source that knows an event's
 * kind before its values (event logs do) asks once a kind and skips the others.
 */
export interface EventGate {
  /** @returns false only when no event with these facts can be wanted */
  admits(facts: EventFacts): boolean;
  /**
   * Counts an event that was recognised and not decoded, so that it is missing in no figure.
   *
   * @param time milliseconds, NaN when unknown
   */
  pass(dataset: string, time: number): void;
}

/** What a parser needs to know about its surroundings. */
export interface SourceContext {
  /** File as the user named it; part of provenance and faults. */
  readonly file: string;
  readonly faults: FaultLog;
  readonly networks: Networks;
  readonly settings: SourceSettings;
  /** Absent when every event is wanted. */
  readonly gate?: EventGate | undefined;
  /** Counts records that were recognised but hold no event, by reason, for the summary (nothing is skipped silently). */
  readonly skipped: (reason: string, count?: number) => void;
  /** Set when only a part is read: the bytes behind the file's header are those that begin at this offset. */
  readonly rangeFrom?: number | undefined;
}

/** Settings of the configuration that concern reading. */
export interface SourceSettings {
  /** IANA zone of logs that do not state one; UTC when absent. */
  readonly timezone?: string | undefined;
  /** A record longer than this is a fault and skipped. */
  readonly maxRecordBytes: number;
  /** A JSON object with more names is a fault and skipped; any number of them unless given. */
  readonly maxRecordNames?: number | undefined;
  /** Firewall zones that are inside or outside, in lower case; they set network.direction. */
  readonly insideZones: readonly string[];
  readonly outsideZones: readonly string[];
  /** Limits of sources by name, where they differ from their default. */
  readonly limits?: Readonly<Record<string, number>> | undefined;
  /** Also reads old records from the free space of event logs; off unless asked for. */
  readonly carve?: boolean | undefined;
  /** The same addresses and ports in two VLANs are two connections of a capture; off unless asked for. */
  readonly vlanAware?: boolean | undefined;
  /** Compares the checksums of packets, and counts wrong ones; off unless asked for. */
  readonly verifyChecksums?: boolean | undefined;
  /** Connections of a capture that last are told each time so long has passed, milliseconds; only at their end unless given. */
  readonly interimMs?: number | undefined;
  /** Compares the checksums of event logs; off unless asked for. */
  readonly verify?: boolean | undefined;
  /**
   * Who sends. Identities that a document chooses (`_id`, `event.id`, ours) hold among what the same sender sends, so that none
   * can take the place of another's event. They hold everywhere when absent.
   */
  readonly idScope?: string | undefined;
}

/** Longest record (line or JSON document) read unless configured otherwise. */
const DEFAULT_MAX_RECORD_BYTES = 16 * 1024 * 1024;

/** Settings where the configuration says nothing. */
export const DEFAULT_SOURCE_SETTINGS: SourceSettings = {
  maxRecordBytes: DEFAULT_MAX_RECORD_BYTES,
  insideZones: [],
  outsideZones: [],
};

/** A part of a file that can be read alone. */
export interface ByteRange {
  /** First byte. */
  readonly from: number;
  /** Behind the last byte. */
  readonly to: number;
}

/** Reads one file. `push` takes the next bytes, which are only valid during the call. */
export interface Parser {
  push(bytes: Buffer, sink: EventSink): void;
  /** The file has ended: emits what is still held and records a half record as a fault. */
  end(sink: EventSink): void;
}

/** A format that can be read. */
export interface Source {
  /** Stable id, shown as provenance and by `smbastion sources`. */
  readonly id: string;
  /** One line for people. */
  readonly title: string;
  /** `event.dataset` values it can give; a `*` stands for the rest of a family. */
  readonly datasets: readonly string[];
  /**
   * @param head first bytes of the unpacked file, up to 64 KiB, possibly all of it
   * @returns how sure it is, 0 (not mine) to 1 (certain); the highest wins, the earlier in the list on a tie
   */
  detect(head: Buffer): number;
  open(context: SourceContext): Parser;
  /** Parts of large files of this format that can be read apart, by several threads. */
  readonly split?: FileSplit;
}

/** How a format's files are cut into parts. */
export interface FileSplit {
  /** Bytes at the start of the file that every part begins with. */
  readonly headerBytes: number;
  /**
   * @param path file
   * @param sizeBytes its size
   * @param parts how many are wanted
   * @returns parts that together are the file behind its header; one when it cannot be cut
   */
  ranges(path: string, sizeBytes: number, parts: number): readonly ByteRange[];
}
