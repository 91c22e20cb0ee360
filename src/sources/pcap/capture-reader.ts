/** From packets to flows and streams: link, IP, TCP; one pass, nothing made per packet. */
import { setPath } from '../../event/document.ts';
import type { EventSink, SourceContext } from '../source.ts';
import { CaptureFaults } from './capture-faults.ts';
import { CaptureTime } from './capture-time.ts';
import type { CaptureInterface, PacketSink } from './container/container.ts';
import { FlowEvent } from './flow/flow-event.ts';
import { FlowRow } from './flow/flow-row.ts';
import type { FlowTable } from './flow/flow-table.ts';
import { tcpVerdict } from './flow/tcp-outcome.ts';
import { FRAGMENT, FragmentPlace, MALFORMED, readIp } from './ip/ip-header.ts';
import { type CaptureLimits, DEFAULT_CAPTURE_LIMITS } from './limits.ts';
import { NETBEUI, readFrame } from './link/frame.ts';
import { type LinkKind, linkKind, linkName } from './link/link-type.ts';
import { Packet } from './packet.ts';
import { PacketEvent } from './packet-event.ts';
import { isSmbPort } from './smb-port.ts';
import type { PacketClock, Side, StreamEnd, StreamProtocol } from './stream.ts';
import type { Connection } from './tcp/connection.ts';
import { StreamOpener } from './tcp/stream-opener.ts';
import { TcpFlows, type TcpReport } from './tcp/tcp-flows.ts';

const IP_TCP = 6;
const NONE: readonly [number, number] = [0, 0];

/** Takes the packets of one capture and gives its events. */
export class CaptureReader implements PacketSink, TcpReport {
  readonly clock: PacketClock = { packet: 0, time: 0, offset: 0 };
  sink: EventSink = () => {};
  private readonly context: SourceContext;
  private readonly faults: CaptureFaults;
  private readonly time = new CaptureTime();
  private readonly packetRead = new Packet();
  private readonly fragment = new FragmentPlace();
  private readonly opener: StreamOpener;
  private readonly tcp: TcpFlows;
  private readonly limits: CaptureLimits;
  private readonly interfaces: (string | undefined)[] = [];
  private flowEvent: FlowEvent | undefined;
  private readonly packetEvent: PacketEvent;
  private on: CaptureInterface | undefined;
  private kind: LinkKind = 'unsupported';
  private droppedByRecorder = 0;

  constructor(context: SourceContext, protocols: readonly StreamProtocol[], limits?: Partial<CaptureLimits>) {
    this.context = context;
    this.limits = { ...DEFAULT_CAPTURE_LIMITS, ...limits };
    this.faults = new CaptureFaults(context, this.clock);
    this.packetEvent = new PacketEvent(context.networks, context.file);
    this.opener = new StreamOpener(protocols, {
      source: context,
      clock: this.clock,
      emit: (document, identity) => {
        setPath(document, ['event', 'sequence'], this.clock.packet);
        this.packetEvent.show(document, identity, this.clock.offset);
        this.sink(this.packetEvent);
      },
    });
    this.tcp = new TcpFlows(this.limits, this.clock, this.time, this.opener, this);
  }

  packet(bytes: Uint8Array, from: number, to: number, _originalBytes: number, on: CaptureInterface): void {
    if (on !== this.on) this.turnTo(on);
    this.time.follow(this.clock.time);
    if (this.kind === 'unsupported') {
      this.context.skipped(`packet of link type ${linkName(on.linkType)}, which is not read`);
      return;
    }
    const packet = this.packetRead;
    packet.bytes = bytes;
    packet.end = to;
    packet.macAt = -1;
    packet.vlan = -1;
    packet.innerVlan = -1;
    packet.on = on.index;
    packet.tunnel = 0;
    const at = readFrame(packet, from, this.kind);
    if (at >= 0) this.readIp(packet, at);
    else if (at === NETBEUI) this.context.skipped('NetBEUI frame (SMB without IP), not analysed');
  }

  /** The capture has ended: gives out all flows. */
  finish(): void {
    this.tcp.finish();
    this.opener.finish();
    if (this.droppedByRecorder > 0) {
      this.faults.note('drops', `the recorder says that it lost ${this.droppedByRecorder} packets`);
    }
  }

  fault(code: 'header' | 'record' | 'truncated' | 'block' | 'limit', offset: number, message: string): void {
    this.faults.add(code, message, offset);
  }

  drops(count: number): void {
    this.droppedByRecorder += count;
  }

  skipped(reason: string, count?: number): void {
    this.context.skipped(reason, count);
  }

  malformed(): void {
    this.faults.packet('tcp', 'the TCP header lies about its length; the packet is not read');
  }

  evicted(name: 'flows' | 'streams'): void {
    this.faults.note(
      'limit',
      `limit ${name} (${this.limits[name]}) reached: the connections idle longest are ended early`,
    );
  }

  limit(name: 'reorderBytes' | 'reorderPieces' | 'reorderTotalBytes'): void {
    this.faults.note('limit', `limit ${name} (${this.limits[name]}) reached: holes in streams are given up early`);
  }

  differs(connection: Connection, side: Side, bytes: number): void {
    const end = `${connection.ip(side)} port ${connection.port(side)}`;
    this.faults.packet('overlap', `${bytes} bytes sent twice by ${end} differ; the first copy is read`);
  }

  ended(table: FlowTable, entry: number, connection: Connection | undefined, reason: StreamEnd): void {
    const summary = connection?.summary;
    const row = this.row(table, entry);
    if (!isSmbPort(row.port(0)) && !isSmbPort(row.port(1)) && protocolOf(summary) === undefined) return;
    const [one, other] = connection ? connection.sides : [];
    const payload: readonly [number, number] = one && other ? [one.seen, other.seen] : NONE;
    const missing: readonly [number, number] = one && other ? [one.missing, other.missing] : NONE;
    const verdict = tcpVerdict({
      state: row.state,
      client: row.client,
      packets: [row.packets(0), row.packets(1)],
      payload,
      hasMoved: false,
    });
    const interfaceName = this.interfaces[row.interfaceNumber];
    const event = (this.flowEvent ??= new FlowEvent(this.context.networks, this.context.file, table));
    event.point(table, entry, { transport: 'tcp', reason, verdict, payload, missing, summary, interfaceName });
    this.sink(event);
  }

  private readIp(packet: Packet, from: number): void {
    const at = readIp(packet, from, this.fragment);
    if (at >= 0) {
      if (packet.protocol === IP_TCP) this.tcp.read(packet, at);
    } else if (at === MALFORMED) {
      this.faults.packet('ip', 'the IP header is cut or lies about its length; the packet is not read');
    } else if (at === FRAGMENT) {
      this.context.skipped('IP fragment');
    }
  }

  private turnTo(on: CaptureInterface): void {
    this.on = on;
    this.kind = linkKind(on.linkType);
    this.interfaces[on.index] = on.name;
  }

  private known: FlowRow | undefined;

  private row(table: FlowTable, entry: number): FlowRow {
    const row = (this.known ??= new FlowRow(table, entry));
    row.table = table;
    row.entry = entry;
    return row;
  }
}

function protocolOf(summary: unknown): unknown {
  return (summary as { network?: { protocol?: unknown } } | undefined)?.network?.protocol;
}
