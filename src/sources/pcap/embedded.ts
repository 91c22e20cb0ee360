/** Datagrams inside captures that other formats read: flow exports and syslog on their way to a collector. */
import type { DatagramFormat, DatagramOrigin, DatagramParser } from '../datagram.ts';
import type { EventSink, SourceContext } from '../source.ts';
import { addressFromV4, Address } from '../../base/address/address.ts';
import type { Packet } from './packet.ts';
import type { PacketClock } from './stream.ts';

/** Offers datagrams to the formats of their port. */
export class EmbeddedFormats {
  private readonly context: SourceContext;
  private readonly formats: readonly DatagramFormat[];
  private readonly clock: PacketClock;
  private readonly parsers = new Map<DatagramFormat, DatagramParser>();
  /** Number of the format + 1 by port; 0 for none. */
  private readonly byPort = new Uint8Array(65_536);

  constructor(context: SourceContext, formats: readonly DatagramFormat[], clock: PacketClock) {
    this.context = context;
    this.formats = formats;
    this.clock = clock;
    formats.forEach(({ ports }, index) => {
      for (const port of ports) this.byPort[port] = index + 1;
    });
  }

  /**
   * @param from first byte of the datagram's payload
   * @param port the datagram was sent to
   */
  offer(packet: Packet, from: number, port: number, sink: EventSink): void {
    const format = this.formats[this.byPort[port]! - 1];
    if (!format || from >= packet.end) return;
    let parser = this.parsers.get(format);
    if (!parser) {
      parser = format.open(this.context);
      this.parsers.set(format, parser);
    }
    const { time, offset } = this.clock;
    const origin: DatagramOrigin = { ip: sourceOf(packet), time, offset };
    if (!parser.datagram(packet.bytes, from, packet.end, origin, sink)) {
      this.context.skipped(`datagram to port ${port} that is no ${format.id}`);
    }
  }

  /** The capture has ended. */
  end(sink: EventSink): void {
    for (const parser of this.parsers.values()) parser.end(sink);
  }
}

function sourceOf({ isV6, s0, s1, s2, s3 }: Packet): string {
  return (isV6 ? new Address(s0 >>> 0, s1 >>> 0, s2 >>> 0, s3 >>> 0) : addressFromV4(s0)).text;
}
