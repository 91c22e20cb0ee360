/** UDP conversations that concern SMB: NetBIOS names and datagrams are counted, first packets of QUIC are looked into. */
import type { Document } from '../../../event/document.ts';
import type { CaptureTime } from '../capture-time.ts';
import { STATE } from '../flow/flow-state.ts';
import { type FlowTable, TIME, WORD } from '../flow/flow-table.ts';
import { FlowTables } from '../flow/flow-tables.ts';
import type { CaptureLimitName } from '../limits.ts';
import type { Packet } from '../packet.ts';
import { QuicHellos } from '../quic/quic-hellos.ts';
import type { PacketClock, StreamEnd } from '../stream.ts';

/** A client's first datagram is at least this long (RFC 9000 §14.1). */
const LEAST_INITIAL_BYTES = 1200;
/** The two highest bits of a packet with a long header. */
const HEADER_FORM = 0xc0;
/** Those of a packet with a short one. */
const SHORT_HEADER = 0x40;

/** What UDP tells the capture. */
export interface UdpReport {
  /** @param learnt what a ClientHello said, undefined for NetBIOS */
  udpEnded(table: FlowTable, entry: number, end: StreamEnd, learnt: Document | undefined): void;
  limit(name: CaptureLimitName): void;
}

/** All UDP conversations of a capture that are followed. */
export class UdpFlows {
  private readonly tables: FlowTables;
  private readonly clock: PacketClock;
  private readonly report: UdpReport;
  private readonly limit: number;
  private readonly hellos = new QuicHellos();
  /** What was learnt of conversations that are SMB over QUIC. */
  private readonly quic = { v4: new Map<number, Document>(), v6: new Map<number, Document>() };

  /** @param limit conversations followed at once */
  constructor(limit: number, clock: PacketClock, time: CaptureTime, isVlanAware: boolean, report: UdpReport) {
    this.limit = limit;
    this.clock = clock;
    this.report = report;
    this.tables = new FlowTables(clock, time, isVlanAware, (table, entry, end) => this.ended(table, entry, end));
  }

  /**
   * @param ports source port in the upper half
   * @param from first payload byte
   * @param size payload bytes on the wire
   */
  read(packet: Packet, ports: number, from: number, size: number): void {
    this.tables.sweep();
    if (isNetbios(ports >>> 16) || isNetbios(ports & 0xffff)) {
      const entry = this.entryOf(packet, ports);
      this.count(this.tables.of(packet), entry, packet);
      return;
    }
    const isLong = from < packet.end && (packet.bytes[from]! & HEADER_FORM) === HEADER_FORM;
    const isCandidate = isLong && size >= LEAST_INITIAL_BYTES;
    if (!isCandidate && this.quic.v4.size + this.quic.v6.size === 0) return;
    const table = this.tables.of(packet);
    if (table.find(packet, ports) < 0 && !(isCandidate && this.hellos.isInitial(packet.bytes, from, packet.end)))
      return;
    const entry = this.entryOf(packet, ports);
    this.readQuic(table, entry, packet, from);
  }

  /** A host said that the datagram it quotes could not be delivered. */
  unreachable(quoted: Packet, ports: number): void {
    const table = this.tables.of(quoted);
    const entry = table.find(quoted, ports);
    if (entry < 0) return;
    const state = table.at(entry) + WORD.state;
    table.words[state] = table.words[state]! | (STATE.unreachable << table.side);
  }

  /** The capture has ended. */
  finish(): void {
    this.tables.finish();
  }

  private entryOf(packet: Packet, ports: number): number {
    const { tables } = this;
    const table = tables.of(packet);
    const known = table.find(packet, ports);
    if (known >= 0 && !tables.isOver(table, known)) return known;
    if (known >= 0) {
      tables.end(table, known, 'idle');
    } else if (tables.size >= this.limit) {
      this.report.limit('capture-datagram-flows');
      tables.evict();
    }
    table.find(packet, ports);
    return tables.begin(table, packet, ports);
  }

  private count(table: FlowTable, entry: number, packet: Packet): void {
    const { words, times, side } = table;
    const at = table.at(entry);
    const timesAt = table.timesAt(entry);
    const packets = at + (side === 0 ? WORD.packets0 : WORD.packets1);
    words[packets] = words[packets]! + 1;
    words[at + WORD.state] = words[at + WORD.state]! | (STATE.data << side);
    const bytes = timesAt + (side === 0 ? TIME.bytes0 : TIME.bytes1);
    times[bytes] = times[bytes]! + packet.ipBytes;
    times[timesAt + TIME.last] = Math.max(times[timesAt + TIME.last]!, this.clock.time);
    times[timesAt + TIME.first] = Math.min(times[timesAt + TIME.first]!, this.clock.time);
  }

  private readQuic(table: FlowTable, entry: number, packet: Packet, from: number): void {
    const at = table.at(entry) + WORD.state;
    if ((table.words[at]! & STATE.foreign) !== 0) return;
    this.count(table, entry, packet);
    const first = from < packet.end ? packet.bytes[from]! : 0;
    // Packets with a short header are only sent once the handshake is through.
    if ((first & HEADER_FORM) === SHORT_HEADER) table.words[at] = table.words[at]! | (STATE.ack << table.side);
    const learnt = table.isV6 ? this.quic.v6 : this.quic.v4;
    if (table.side !== 0 || learnt.has(entry)) return;
    const hello = this.hellos.read(table, entry, packet.bytes, from, packet.end);
    if (hello === 'more') return;
    if (hello === undefined) table.words[at] = table.words[at]! | STATE.foreign;
    else learnt.set(entry, hello);
  }

  private ended(table: FlowTable, entry: number, end: StreamEnd): void {
    const learnt = table.isV6 ? this.quic.v6 : this.quic.v4;
    const document = learnt.get(entry);
    learnt.delete(entry);
    this.hellos.forget(table, entry);
    if (document || isNetbios(table.port(entry, 0)) || isNetbios(table.port(entry, 1))) {
      this.report.udpEnded(table, entry, end, document);
    }
  }
}

function isNetbios(port: number): boolean {
  return port === 137 || port === 138;
}
