/**
 * TCP: finds the connection of a segment, keeps what its flags prove, and hands payload to whoever wants it. Attempts stay
 * rows of numbers; an object is made when payload comes that a protocol may want.
 */
import type { Document } from '../../../event/document.ts';
import type { CaptureTime } from '../capture-time.ts';
import { STATE, TCP } from '../flow/flow-state.ts';
import { type FlowTable, TIME, WORD } from '../flow/flow-table.ts';
import { endOf, FlowTables } from '../flow/flow-tables.ts';
import { CLOSED_IDLE_MS, type CaptureLimits } from '../limits.ts';
import type { Packet } from '../packet.ts';
import { isSmbPort } from '../../../event/smb-port.ts';
import type { PacketClock, Side, StreamEnd } from '../stream.ts';
import { Connection } from './connection.ts';
import { Connections } from './connections.ts';
import { Reassembly, type ReassemblyReport } from './reassembly.ts';
import { Segment } from './segment.ts';
import { NEAR_BYTES, noteState } from './segment-state.ts';
import type { StreamOpener } from './stream-opener.ts';

/** Copies of a packet are recorded within this time, milliseconds; retransmissions of a SYN come a second later. */
const COPY_MS = 250;
/** Segments of a side whose first bytes are looked at when the beginning of the connection is missing. */
const TRIES = 3;
/** FIN and RST of a connection are no further from the expected number: more than waits behind a hole. */
const CONTROL_WINDOW = 16 * 1024 * 1024;

/** What TCP tells the capture. */
export interface TcpReport extends ReassemblyReport {
  ended(table: FlowTable, entry: number, connection: Connection | undefined, end: StreamEnd): void;
  /** @param summary what is known so far of a connection that goes on */
  interim(connection: Connection, summary: Document | undefined): void;
  malformed(): void;
  /** The snap length cut a packet before its TCP flags. */
  cutHeader(): void;
}

/** All TCP connections of a capture. */
export class TcpFlows {
  private readonly tables: FlowTables;
  private readonly connections = new Connections();
  private readonly limits: CaptureLimits;
  private readonly clock: PacketClock;
  private readonly report: TcpReport;
  private readonly opener: StreamOpener;
  private readonly reassembly: Reassembly;
  private readonly segment = new Segment();

  constructor(
    limits: CaptureLimits,
    clock: PacketClock,
    time: CaptureTime,
    isVlanAware: boolean,
    opener: StreamOpener,
    report: TcpReport,
  ) {
    this.limits = limits;
    this.clock = clock;
    this.opener = opener;
    this.report = report;
    this.reassembly = new Reassembly(limits, clock, report);
    this.tables = new FlowTables(clock, time, isVlanAware, (table, entry, end) => this.ended(table, entry, end));
  }

  /** @param at offset of the TCP header */
  read(packet: Packet, at: number): void {
    const { segment, tables } = this;
    this.tables.sweep();
    if (!segment.read(packet, at)) {
      if (segment.size < 0) this.report.malformed();
      else this.report.cutHeader();
      return;
    }
    const { ports, flags } = segment;
    const isOpening = (flags & (TCP.syn | TCP.ack)) === TCP.syn;
    const table = tables.of(packet);
    let entry = table.find(packet, ports);
    if (entry >= 0) {
      const end = this.endBefore(table, entry, isOpening);
      if (end !== undefined) {
        tables.end(table, entry, end);
        entry = table.find(packet, ports);
      }
    }
    if (entry < 0) {
      // The tail of a foreign connection tells nothing.
      if (segment.size === 0 && (flags & TCP.syn) === 0 && !this.opener.isOwnPort(ports)) return;
      if (tables.size >= this.limits['capture-flows']) {
        this.report.limit('capture-flows');
        tables.evict();
        table.find(packet, ports);
      }
      entry = tables.begin(table, packet, ports);
    }
    this.update(table, entry, packet);
  }

  /**
   * A host said that a packet could not be delivered.
   *
   * @param quoted the packet it quotes
   * @param ports its source port in the upper half
   */
  unreachable(quoted: Packet, ports: number): void {
    const table = this.tables.of(quoted);
    let entry = table.find(quoted, ports);
    if (entry < 0) {
      // The packet itself was not recorded: the message alone tells of the attempt.
      if (!isSmbPort(ports & 0xffff) || this.tables.size >= this.limits['capture-flows']) return;
      entry = this.tables.begin(table, quoted, ports);
    }
    const state = table.at(entry) + WORD.state;
    table.words[state] = table.words[state]! | (STATE.unreachable << table.side);
  }

  /**
   * Tells of open connections that went on for so long since they began, or since they were told.
   *
   * @param ms length
   */
  interim(ms: number): void {
    for (const connection of this.connections.all()) {
      const { lastTime, consumer } = connection;
      if (!consumer || lastTime - (connection.toldAt ?? connection.firstTime) < ms) continue;
      connection.toldAt = lastTime;
      this.report.interim(connection, consumer.summary());
    }
  }

  /** The capture has ended. */
  finish(): void {
    this.tables.finish();
  }

  /** @returns why the connection of an entry has ended before this segment, undefined when the segment belongs to it */
  private endBefore(table: FlowTable, entry: number, isOpening: boolean): StreamEnd | undefined {
    if (this.tables.isOver(table, entry)) return endOf(table, entry);
    const { side } = table;
    const at = table.at(entry);
    const state = table.words[at + WORD.state]!;
    if (!isOpening) return (state & STATE.turning) !== 0 && this.isNew(table, entry) ? 'replaced' : undefined;
    const isKnown = (state & (3 * (STATE.syn | STATE.synAck))) !== 0;
    const first = table.words[at + (side === 0 ? WORD.first0 : WORD.first1)]!;
    if (isKnown && (first === this.segment.first || first === 0)) return undefined;
    const connection = this.connections.of(table, entry);
    const isClosed = (state & (3 * STATE.reset)) !== 0 || (state & (3 * STATE.fin)) === 3 * STATE.fin;
    if (!connection || isClosed || this.tables.idleOf(table, entry) > CLOSED_IDLE_MS) return 'replaced';
    // On an open connection anyone can forge a SYN, after which the rest of the connection would not be read: it takes
    // the answer to it, or the client going on from it, to believe that the old connection is gone.
    connection.newFirst = this.segment.first;
    connection.newSide = side;
    table.words[at + WORD.state] = state | STATE.turning;
    return undefined;
  }

  /** @returns whether a segment confirms the SYN that would begin another connection */
  private isNew(table: FlowTable, entry: number): boolean {
    const connection = this.connections.of(table, entry);
    const { flags, first, ack } = this.segment;
    if (!connection || (flags & TCP.ack) === 0) return false;
    if (table.side === connection.newSide) return first === ((connection.newFirst + 1) | 0);
    return (flags & TCP.syn) !== 0 && ack === ((connection.newFirst + 1) | 0);
  }

  /** Writes down what a segment says. */
  private update(table: FlowTable, entry: number, packet: Packet): void {
    const { segment, clock } = this;
    const { side } = table;
    const { words, times } = table;
    const at = table.at(entry);
    const timesAt = table.timesAt(entry);
    const last = at + (side === 0 ? WORD.last0 : WORD.last1);
    if (words[last] === segment.mark && Math.abs(clock.time - times[timesAt + TIME.last]!) < COPY_MS) return;
    words[last] = segment.mark;
    const packets = at + (side === 0 ? WORD.packets0 : WORD.packets1);
    words[packets] = words[packets]! + 1;
    const bytes = timesAt + (side === 0 ? TIME.bytes0 : TIME.bytes1);
    times[bytes] = times[bytes]! + packet.ipBytes;
    if (clock.time > times[timesAt + TIME.last]!) times[timesAt + TIME.last] = clock.time;
    if (clock.time < times[timesAt + TIME.first]!) times[timesAt + TIME.first] = clock.time;
    words[at + WORD.flags] = words[at + WORD.flags]! | (segment.flags << (side * 8));
    if (!this.isForged(table, entry)) noteState(words, at, side, segment);
    if ((segment.flags & TCP.ack) !== 0) words[at + (side === 0 ? WORD.ack0 : WORD.ack1)] = segment.ack;
    const state = words[at + WORD.state]!;
    if ((state & STATE.stream) !== 0) this.stream(this.connections.of(table, entry)!, side, packet);
    else if (segment.size > 0 && (state & STATE.foreign) === 0) this.open(table, entry, packet);
  }

  /** A FIN or RST, or another SYN, far from where the streams of a connection are: nobody who takes part sent it. */
  private isForged(table: FlowTable, entry: number): boolean {
    const { flags, first } = this.segment;
    if ((flags & (TCP.syn | TCP.fin | TCP.rst)) === 0) return false;
    const { side } = table;
    const at = table.at(entry);
    const connection = this.connections.of(table, entry);
    if (connection === undefined) return false;
    if ((flags & TCP.syn) !== 0) return first !== table.words[at + (side === 0 ? WORD.first0 : WORD.first1)]!;
    const stream = connection.sides[side];
    return stream.hasNext && Math.abs((first - stream.next) | 0) > CONTROL_WINDOW;
  }

  /** The first payload of a connection: looks for a protocol that wants it. */
  private open(table: FlowTable, entry: number, packet: Packet): void {
    const { segment, opener } = this;
    const { words, side } = table;
    const at = table.at(entry);
    const { from } = segment;
    const to = from + segment.captured;
    if (!opener.isOwnPort(segment.ports) && !opener.matches(packet.bytes, from, to)) {
      const state = words[at + WORD.state]!;
      const tries = words[at + WORD.tries]! + (side === 0 ? 1 << 16 : 1 << 24);
      words[at + WORD.tries] = tries;
      const enough = (state & (3 * (STATE.syn | STATE.synAck))) !== 0 ? 1 : TRIES;
      if (((tries >>> 16) & 0xff) >= enough && tries >>> 24 >= enough) words[at + WORD.state] = state | STATE.foreign;
      return;
    }
    if (this.connections.size >= this.limits['capture-streams']) this.evictStream();
    const connection = new Connection(table, entry);
    this.connections.add(connection);
    const state = words[at + WORD.state]!;
    for (const one of [0, 1] as const) {
      if ((state & ((STATE.syn | STATE.synAck) << one)) === 0) continue;
      const stream = connection.sides[one];
      stream.hasNext = true;
      stream.next = (words[at + (one === 0 ? WORD.first0 : WORD.first1)]! + 1) | 0;
    }
    connection.consumer = opener.open(connection, packet.bytes, from, to);
    this.stream(connection, side, packet);
  }

  /** A segment of a connection that has an object. */
  private stream(connection: Connection, side: Side, packet: Packet): void {
    const { segment, reassembly } = this;
    const mine = connection.sides[side];
    const peer = connection.sides[side === 0 ? 1 : 0];
    connection.packetCount++;
    if (segment.size > 0) {
      if (!mine.hasNext) {
        mine.hasNext = true;
        mine.next = this.firstOf(connection, side);
      }
      reassembly.segment(
        connection,
        side,
        segment.sequence,
        segment.size,
        packet.bytes,
        segment.from,
        segment.captured,
      );
    }
    const hasAck = (segment.flags & TCP.ack) !== 0;
    if (peer.queue.length > 0) reassembly.checkHole(connection, side === 0 ? 1 : 0, segment.ack, hasAck, false);
    if (mine.queue.length > 0) {
      const peerAck = connection.ackOf(side === 0 ? 1 : 0);
      reassembly.checkHole(connection, side, peerAck ?? 0, peerAck !== undefined, peerAck === undefined);
    }
    if ((segment.flags & TCP.fin) !== 0) {
      mine.hasFin = true;
      mine.fin = (segment.sequence + segment.size) | 0;
    }
    const isClosed = mine.hasFin && peer.hasFin && mine.next === mine.fin && peer.next === peer.fin;
    if (isClosed && !this.connections.isClosed(connection)) this.close(connection);
  }

  /** Where a stream begins whose SYN was not recorded: where its peer said, else at its first segment. */
  private firstOf(connection: Connection, side: Side): number {
    const { sequence } = this.segment;
    const ack = connection.ackOf(side === 0 ? 1 : 0);
    if (ack === undefined) return sequence;
    const distance = (sequence - ack) | 0;
    return distance > 0 && distance < NEAR_BYTES ? ack : sequence;
  }

  private endStream(connection: Connection, end: StreamEnd): void {
    const { consumer } = connection;
    this.reassembly.finish(connection);
    if (!consumer) return;
    consumer.end(end);
    connection.summary = consumer.summary();
    connection.consumer = undefined;
  }

  /** Both FINs have come, and all bytes before them. */
  private close(connection: Connection): void {
    this.endStream(connection, 'fin');
    const oldest = this.connections.close(connection);
    if (oldest) this.tables.end(oldest.table, oldest.entry, 'fin');
  }

  private ended(table: FlowTable, entry: number, end: StreamEnd): void {
    const connection = this.connections.of(table, entry);
    if (connection) {
      this.endStream(connection, end);
      this.connections.delete(connection);
    }
    this.report.ended(table, entry, connection, end);
  }

  /** Gives up a connection that was idle for long. */
  private evictStream(): void {
    this.report.limit('capture-streams');
    const idlest = this.connections.idlest();
    if (idlest) this.tables.end(idlest.table, idlest.entry, 'evicted');
  }
}
