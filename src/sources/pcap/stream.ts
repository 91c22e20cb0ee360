/**
 * The seam between packets and protocols: `tcp/` puts segments in order and decides when a hole is given up; a consumer
 * such as `smb/` gets bytes and holes of each side and says what it learnt of the connection. `protocols.ts` is the list.
 */
import type { Document } from '../../event/document.ts';
import type { EventSink, SourceContext } from '../source.ts';

/** One end of a connection: 0 sent the first packet seen, 1 is its peer. */
export type Side = 0 | 1;

/** The packet being read; one object, changed for every packet. */
export interface PacketClock {
  /** Number in the capture, from 1. */
  packet: number;
  /** Time in milliseconds since 1970, with fractions. */
  time: number;
  /** Byte offset of the packet's record in the unpacked capture. */
  offset: number;
}

/** How the client of a connection was told: a header's direction bit counts more than the handshake, that more than the port. */
export type ClientBy = 'protocol' | 'handshake' | 'port' | 'guess';

/** A connection as its consumer sees it; addresses become text when somebody asks. */
export interface TcpConnection {
  /** Address of a side in canonical text. */
  ip(side: Side): string;
  port(side: Side): number;
  mac(side: Side): string | undefined;
  /** Which side is client: by handshake, else by port 139 or 445, else side 0; a consumer that knows better sets it. */
  client: Side;
  clientBy: ClientBy;
  /** False when the capture began after the handshake. */
  readonly sawHandshake: boolean;
  /** Time of the first packet, milliseconds. */
  readonly firstTime: number;
  readonly vlan: number | undefined;
  readonly innerVlan: number | undefined;
  /** Number of the interface it was recorded on. */
  readonly interfaceNumber: number;
  /** Whether the same addresses and ports in another VLAN are another connection. */
  readonly isVlanAware: boolean;
  /** Sequence number of a stream offset, as sent: part of event identities. */
  rawSequence(side: Side, streamOffset: number): number;
}

/** Why a connection ended. */
export type StreamEnd = 'fin' | 'reset' | 'idle' | 'replaced' | 'evicted' | 'capture-end';

/** Reads one connection. Nothing is thrown, whatever the bytes are. */
export interface StreamConsumer {
  /**
   * Takes the next bytes of a side, which are valid during the call.
   *
   * @param bytes holds them from `from` to `to`; never empty
   */
  data(side: Side, bytes: Uint8Array, from: number, to: number): void;
  /** That many bytes of a side will never come: lost, or cut by the snap length. */
  gap(side: Side, size: number): void;
  /** Nothing more comes: gives out what is still held. */
  end(reason: StreamEnd): void;
  /** False once the connection is known not to be of this protocol: bytes are only counted from then on. */
  readonly isInterested: boolean;
  /**
   * What was learnt, as ECS fields, for the event of the connection; asked after `end`, and before it for connections that last long. `network.protocol` says
   * that the protocol was recognised: without it the bytes turned out to be something else. `smb.flow.moved: true` says
   * that a file was read or written, whatever its size.
   */
  summary(): Document | undefined;
}

/**
 * Makes the consumer of a connection when its first payload comes; undefined when the protocol cannot be its. It is asked
 * only when a port or the first bytes speak for the protocol (`StreamProtocol.ports` and `matches`).
 */
export type OpenStream = (connection: TcpConnection, clock: PacketClock) => StreamConsumer | undefined;

/** A protocol over TCP. */
export interface StreamProtocol {
  /** Ports whose connections are its own, whatever their first bytes are. */
  readonly ports: readonly number[];
  /** @returns whether the first payload of a side on another port looks like this protocol; one comparison, called often */
  matches(bytes: Uint8Array, from: number, to: number): boolean;
  /** Makes what opens the streams of one capture. */
  start(capture: CaptureContext): StreamReader;
}

/** The streams of a protocol in one capture. */
export interface StreamReader {
  readonly open: OpenStream;
  /** The capture has ended, and all its streams with it: gives out what is held over several connections. */
  finish?(): void;
}

/** What a protocol knows of the capture it is read from. */
export interface CaptureContext {
  readonly source: SourceContext;
  readonly clock: PacketClock;
  /** @returns name of an interface by its number, where the capture gives one */
  readonly interfaceName: (number: number) => string | undefined;
  /** Takes its events. */
  readonly show: EventSink;
}
