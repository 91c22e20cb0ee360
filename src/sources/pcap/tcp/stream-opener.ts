import { SMB_PORTS } from '../../../event/smb-port.ts';
import type { CaptureContext, StreamConsumer, StreamProtocol, StreamReader, TcpConnection } from '../stream.ts';

/** Finds the protocol of a connection by its port, else by its first bytes. */
export class StreamOpener {
  private readonly protocols: readonly { readonly protocol: StreamProtocol; readonly reader: StreamReader }[];
  /** 1 for ports some protocol calls its own. */
  private readonly own = new Uint8Array(65_536);
  private readonly capture: CaptureContext;

  constructor(protocols: readonly StreamProtocol[], capture: CaptureContext) {
    this.capture = capture;
    this.protocols = protocols.map((protocol) => ({ protocol, reader: protocol.start(capture) }));
    // SMB's own connections are told as flows, whoever reads their payload: it is counted.
    for (const port of SMB_PORTS) this.own[port] = 1;
    for (const { ports } of protocols) for (const port of ports) this.own[port] = 1;
  }

  /** @param ports two ports, one in each half */
  isOwnPort(ports: number): boolean {
    return (this.own[ports >>> 16]! | this.own[ports & 0xffff]!) !== 0;
  }

  /** @returns whether the first payload of a side looks like one of the protocols */
  matches(bytes: Uint8Array, from: number, to: number): boolean {
    for (const { protocol } of this.protocols) if (protocol.matches(bytes, from, to)) return true;
    return false;
  }

  /** @returns the consumer of a connection whose first payload has come, undefined when nobody wants it */
  open(connection: TcpConnection, bytes: Uint8Array, from: number, to: number): StreamConsumer | undefined {
    for (const { protocol, reader } of this.protocols) {
      const isOwn = protocol.ports.includes(connection.port(0)) || protocol.ports.includes(connection.port(1));
      if (!isOwn && !protocol.matches(bytes, from, to)) continue;
      const consumer = reader.open(connection, this.capture.clock);
      if (consumer) return consumer;
    }
    return undefined;
  }

  /** All streams have ended. */
  finish(): void {
    for (const { reader } of this.protocols) reader.finish?.();
  }
}
