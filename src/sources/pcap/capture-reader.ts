/** From packets to flows and streams: link, IP, tunnels, TCP, UDP; one pass, nothing made per packet. */
import type { EventView } from '../../event/view.ts';
import type { DatagramFormat } from '../datagram.ts';
import type { EventSink, SourceContext } from '../source.ts';
import { CaptureEvent } from './capture-event.ts';
import { CaptureReport } from './capture-report.ts';
import { CaptureTime } from './capture-time.ts';
import type { CaptureInterface, PacketSink } from './container/container.ts';
import { EmbeddedFormats } from './embedded.ts';
import { FlowReporter } from './flow/flow-reporter.ts';
import { Checksums } from './ip/checksums.ts';
import { Fragments } from './ip/fragments.ts';
import { FRAGMENT, FragmentPlace, MALFORMED, readIp, readPayload } from './ip/ip-header.ts';
import { INNER_ETHERNET, INNER_IP, readGre, readUdpTunnel, TunnelPlace } from './ip/tunnel.ts';
import { TunnelList } from './ip/tunnel-list.ts';
import { quotedPorts, readUnreachable } from './ip/unreachable.ts';
import { captureLimits } from './limits.ts';
import { NETBEUI, readEthernet, readEtherType, readFrame } from './link/frame.ts';
import { type LinkKind, linkKind, linkName } from './link/link-type.ts';
import { half, Packet, word } from './packet.ts';
import type { PacketClock, StreamProtocol } from './stream.ts';
import { StreamOpener } from './tcp/stream-opener.ts';
import { TcpFlows } from './tcp/tcp-flows.ts';
import { UdpFlows } from './udp/udp-flows.ts';

/** IP protocols that are read (IANA protocol numbers). */
const IP = { icmp: 1, ipip: 4, tcp: 6, udp: 17, ipv6: 41, gre: 47, icmpV6: 58 } as const;
const UDP_HEADER_BYTES = 8;
/** Interfaces whose names are remembered; a capture of thousands of sections is no honest one. */
const MAX_INTERFACES = 65_535;

/** How often open connections are looked at. */
const LOOK_MS = 60_000;

/** What else is read from captures than their flows. */
export interface CaptureParts {
  readonly protocols: readonly StreamProtocol[];
  readonly datagrams: readonly DatagramFormat[];
}

/** Takes the packets of one capture and gives its events. */
export class CaptureReader implements PacketSink {
  readonly clock: PacketClock = { packet: 0, time: 0, offset: 0 };
  readonly report: CaptureReport;
  private sink: EventSink = () => {};
  private readonly context: SourceContext;
  private readonly time = new CaptureTime();
  private readonly packetRead = new Packet();
  private readonly quoted = new Packet();
  private readonly place = new FragmentPlace();
  private readonly tunnel = new TunnelPlace();
  private readonly tunnels = new TunnelList();
  private readonly fragments: Fragments;
  private readonly opener: StreamOpener;
  private readonly tcp: TcpFlows;
  private readonly udp: UdpFlows;
  private readonly embedded: EmbeddedFormats;
  private readonly interfaces: (string | undefined)[] = [];
  private on: CaptureInterface | undefined;
  private kind: LinkKind = 'unsupported';
  private bytes = 0;
  private first = Number.POSITIVE_INFINITY;
  private last = Number.NEGATIVE_INFINITY;
  private nextLook: number;
  private readonly checksums: Checksums | undefined;
  /** What is said of packets of a link type that is not read. */
  private unread = '';

  constructor(context: SourceContext, parts: CaptureParts) {
    const limits = captureLimits(context.settings.limits);
    this.context = context;
    this.nextLook = context.settings.interimMs === undefined ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY;
    this.checksums = context.settings.verifyChecksums === true ? new Checksums() : undefined;
    const flows = new FlowReporter({
      networks: context.networks,
      file: context.file,
      tunnels: this.tunnels,
      interfaceName: (number) => this.interfaces[number],
      sink: () => this.sink,
      gate: context.gate,
      isLive: context.settings.interimMs !== undefined,
    });
    this.report = new CaptureReport(context, this.clock, limits, flows);
    this.opener = new StreamOpener(parts.protocols, this.captureContext());
    this.fragments = new Fragments(this.clock, this.report);
    const isVlanAware = context.settings.vlanAware === true;
    this.tcp = new TcpFlows(limits, this.clock, this.time, isVlanAware, this.opener, this.report);
    this.udp = new UdpFlows(limits['capture-datagram-flows'], this.clock, this.time, isVlanAware, this.report);
    this.embedded = new EmbeddedFormats(context, parts.datagrams, this.clock);
  }

  /** Events go here from now on. */
  sendTo(sink: EventSink): void {
    this.sink = sink;
  }

  packet(bytes: Uint8Array, from: number, to: number, on: CaptureInterface): void {
    if (on !== this.on) this.turnTo(on);
    this.time.follow(this.clock.time);
    this.bytes += to - from;
    if (this.clock.time < this.first) this.first = this.clock.time;
    if (this.clock.time > this.last) this.last = this.clock.time;
    if (this.time.now >= this.nextLook) this.lookAtOpen();
    if (this.kind === 'unsupported') {
      this.context.skipped(this.unread);
      return;
    }
    const packet = this.packetRead;
    packet.bytes = bytes;
    packet.frame = bytes;
    packet.end = to;
    packet.macAt = -1;
    packet.vlan = -1;
    packet.innerVlan = -1;
    packet.on = Math.min(on.index, MAX_INTERFACES);
    packet.tunnel = 0;
    const at = readFrame(packet, from, this.kind);
    if (at >= 0) this.readIp(packet, at, false);
    else if (at === NETBEUI) this.context.skipped('NetBEUI frame (SMB without IP), not analysed');
  }

  /** The capture has ended: gives out all that is held. */
  finish(): void {
    this.fragments.finish();
    this.tcp.finish();
    this.udp.finish();
    this.opener.finish();
    this.embedded.end(this.sink);
    if (this.checksums) this.report.checksums(this.checksums.counts);
    this.report.finish();
    this.tellCapture();
  }

  private tellCapture(): void {
    const { clock, context, report, bytes, first, last } = this;
    if (clock.packet === 0) return;
    const interfaces = [...new Set(this.interfaces.filter((name) => name !== undefined))];
    const wrongChecksums = this.checksums?.counts.wrong;
    const figures = { packets: clock.packet, bytes, first, last, interfaces, wrongChecksums, ...report.figures() };
    this.sink(new CaptureEvent(context.networks, context.file, figures, clock.offset));
  }

  fault(code: 'header' | 'record' | 'truncated' | 'block' | 'limit', offset: number, message: string): void {
    this.report.fault(code, offset, message);
  }

  drops(count: number): void {
    this.report.drops(count);
  }

  skipped(reason: string, count?: number): void {
    this.context.skipped(reason, count);
  }

  /** Connections that last are told while they do; who watches cannot wait for their end. */
  private lookAtOpen(): void {
    const { interimMs = Number.POSITIVE_INFINITY } = this.context.settings;
    this.nextLook = this.time.now + LOOK_MS;
    this.tcp.interim(interimMs);
  }

  private readIp(packet: Packet, from: number, isInside: boolean): void {
    const at = readIp(packet, from, this.place);
    if (at >= 0) {
      this.checksums?.packet(packet, from, at);
      this.readTransport(packet, at, isInside);
    } else if (at === MALFORMED) {
      this.report.malformedIp();
    } else if (at === FRAGMENT && this.fragments.add(packet, this.place)) {
      const whole = readPayload(packet, this.place);
      if (whole >= 0) this.readTransport(packet, whole, isInside);
    }
  }

  private readTransport(packet: Packet, at: number, isInside: boolean): void {
    switch (packet.protocol) {
      case IP.tcp:
        this.tcp.read(packet, at);
        break;
      case IP.udp:
        this.readUdp(packet, at, isInside);
        break;
      case IP.icmp:
      case IP.icmpV6:
        this.readIcmp(packet, at);
        break;
      case IP.gre:
        if (!isInside && readGre(packet, at, this.tunnel)) this.readInside(packet);
        break;
      case IP.ipip:
      case IP.ipv6:
        if (isInside) break;
        this.tunnel.kind = 'ipip';
        this.tunnel.id = -1;
        this.tunnel.at = at;
        this.tunnel.type = INNER_IP;
        this.readInside(packet);
        break;
      default:
    }
  }

  private readUdp(packet: Packet, at: number, isInside: boolean): void {
    if (packet.end - at < UDP_HEADER_BYTES) return;
    const ports = word(packet.bytes, at);
    const port = ports & 0xffff;
    const from = at + UDP_HEADER_BYTES;
    // What stands behind the datagram in the packet does not belong to it; 0 is a jumbogram or offload.
    const size = half(packet.bytes, at + 4);
    if (size >= UDP_HEADER_BYTES) packet.end = Math.min(packet.end, at + size);
    if (!isInside && readUdpTunnel(packet, from, port, this.tunnel) && this.readInside(packet)) return;
    this.embedded.offer(packet, from, port, this.sink);
    this.udp.read(packet, ports, from, packet.wireBytes - UDP_HEADER_BYTES);
  }

  /** @returns whether an IP packet stands inside the tunnel */
  private readInside(packet: Packet): boolean {
    const { at, type } = this.tunnel;
    if (at >= packet.end) return false;
    const number = this.tunnels.numberOf(packet, this.tunnel);
    const { vlan, innerVlan, macAt } = packet;
    packet.vlan = -1;
    packet.innerVlan = -1;
    packet.macAt = -1;
    const inside =
      type === INNER_IP ? at : type === INNER_ETHERNET ? readEthernet(packet, at) : readEtherType(packet, type, at);
    const version = inside >= 0 && inside < packet.end ? packet.bytes[inside]! >> 4 : 0;
    if (version !== 4 && version !== 6) {
      packet.vlan = vlan;
      packet.innerVlan = innerVlan;
      packet.macAt = macAt;
      return false;
    }
    packet.tunnel = number;
    if (packet.frame !== packet.bytes) packet.frame = packet.bytes;
    this.readIp(packet, inside, true);
    return true;
  }

  private readIcmp(packet: Packet, at: number): void {
    const { quoted } = this;
    const transport = readUnreachable(packet, at, quoted, this.place);
    if (transport < 0) return;
    quoted.vlan = packet.vlan;
    quoted.innerVlan = packet.innerVlan;
    quoted.on = packet.on;
    quoted.tunnel = packet.tunnel;
    if (quoted.protocol === IP.tcp) this.tcp.unreachable(quoted, quotedPorts(quoted, transport));
    else if (quoted.protocol === IP.udp) this.udp.unreachable(quoted, quotedPorts(quoted, transport));
  }

  private turnTo(on: CaptureInterface): void {
    this.on = on;
    this.kind = linkKind(on.linkType);
    if (on.index < MAX_INTERFACES) this.interfaces[on.index] = on.name;
    this.unread = `packet of link type ${linkName(on.linkType)}, which is not read`;
  }

  private captureContext() {
    return {
      source: this.context,
      clock: this.clock,
      interfaceName: (number: number) => this.interfaces[number],
      show: (event: EventView): void => this.sink(event),
    };
  }
}
