/**
 * Formats that travel as datagrams, one or more records in each: flow exports, syslog. Captures hold them, listeners get them, and
 * collectors put lines of syslog into documents.
 */
import type { EventSink, SourceContext } from './source.ts';

/** Where a datagram came from. */
export interface DatagramOrigin {
  /** Address of the sender in canonical text; '' when nobody says. */
  readonly ip: string;
  /** When it was received, milliseconds since 1970; 0 when nobody says. */
  readonly time: number;
  /** Where it stands in a capture, bytes; undefined when it came by the network. */
  readonly offset: number | undefined;
}

/** A format of datagrams. */
export interface DatagramFormat {
  readonly id: string;
  /** UDP ports it is sent to unless configured otherwise. */
  readonly ports: readonly number[];
  /** `event.dataset` values it can give. */
  readonly datasets: readonly string[];
  open(context: SourceContext): DatagramParser;
}

/** Reads the datagrams of one capture or listener. Nothing is thrown, whatever the bytes are. */
export interface DatagramParser {
  /**
   * @param bytes holds the datagram from `from` to `to`, valid during the call
   * @returns false when it is not of this format
   */
  datagram(bytes: Uint8Array, from: number, to: number, origin: DatagramOrigin, sink: EventSink): boolean;
  /** Time has passed without a datagram: gives out what was held for one long enough. */
  late?(time: number, sink: EventSink): void;
  /** Nothing more comes: gives out what is held. */
  end(sink: EventSink): void;
}
