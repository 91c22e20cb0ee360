/**
 * Puts the segments of a connection in order. In order they go straight to the consumer; behind a hole they are copied and
 * wait until the hole is filled or given up. Checksums and windows are not judged: offload makes the first wrong at the
 * recorder, and the second says nothing about what was received.
 */
import {
  type CaptureLimitName,
  type CaptureLimits,
  HOLE_MS,
  HOLE_PACKETS,
  MAX_WINDOW,
  STRAY_SEGMENTS,
} from '../limits.ts';
import type { PacketClock, Side } from '../stream.ts';
import type { Connection } from './connection.ts';
import type { StreamSide } from './stream-side.ts';

/** What the reassembly tells beside bytes. */
export interface ReassemblyReport {
  /** Copies of the same bytes that differ: how detection is evaded. */
  differs(connection: Connection, side: Side, bytes: number): void;
  /** A limit made a hole be given up. */
  limit(name: CaptureLimitName): void;
}

/** Reassembles all connections of a capture. */
export class Reassembly {
  private readonly limits: CaptureLimits;
  private readonly clock: PacketClock;
  private readonly report: ReassemblyReport;
  /** Bytes that wait behind holes, of all connections. */
  private held = 0;

  constructor(limits: CaptureLimits, clock: PacketClock, report: ReassemblyReport) {
    this.limits = limits;
    this.clock = clock;
    this.report = report;
  }

  /**
   * Takes a segment with payload.
   *
   * @param sequence number of its first payload byte, signed
   * @param size payload bytes on the wire
   * @param from first payload byte in `bytes`
   * @param captured payload bytes captured, at most `size`
   */
  segment(
    connection: Connection,
    side: Side,
    sequence: number,
    size: number,
    bytes: Uint8Array,
    from: number,
    captured: number,
  ): void {
    const stream = connection.sides[side];
    const distance = (sequence - stream.next) | 0;
    if (distance > MAX_WINDOW || distance < -MAX_WINDOW) {
      if (++stream.strays < STRAY_SEGMENTS) return;
      this.giveUp(connection, side, true);
      this.skipTo(connection, side, sequence, false);
      this.segment(connection, side, sequence, size, bytes, from, captured);
      return;
    }
    stream.strays = 0;
    if (distance > 0) {
      this.wait(connection, side, sequence, size, bytes, from, captured);
      return;
    }
    const old = -distance;
    if (old >= size) return;
    this.deliver(connection, side, size - old, bytes, from + old, Math.max(0, captured - old));
    if (stream.queue.length > 0) this.drain(connection, side);
  }

  /** Looks whether a hole that the other side acknowledged, or that nobody will acknowledge, is to be given up. */
  checkHole(connection: Connection, side: Side, ack: number, hasAck: boolean, isOneSided: boolean): void {
    const stream = connection.sides[side];
    const first = stream.queue.first;
    if (!first) return;
    if (stream.ackedAt < 0) {
      if (hasAck && ((ack - first.sequence) | 0) >= 0) stream.ackedAt = connection.packetCount;
    } else if (connection.packetCount - stream.ackedAt >= HOLE_PACKETS) {
      this.giveUp(connection, side, false);
      return;
    }
    if (isOneSided && this.clock.time - stream.waitingSince > HOLE_MS) this.giveUp(connection, side, false);
  }

  /** Nothing more comes: everything that waits is handed on with the holes before it. */
  finish(connection: Connection): void {
    this.giveUp(connection, 0, true);
    this.giveUp(connection, 1, true);
  }

  /** Bytes in order, up to what waits: its copy came first and counts. */
  private deliver(
    connection: Connection,
    side: Side,
    size: number,
    bytes: Uint8Array,
    from: number,
    captured: number,
  ): void {
    const stream = connection.sides[side];
    let done = 0;
    while (done < size) {
      const next = stream.queue.first;
      const distance = next ? (next.sequence - stream.next) | 0 : size;
      if (next && distance <= 0) {
        const overlap = Math.min(size - done, next.size);
        stream.queue.compare(next, 0, bytes, from + done, Math.min(overlap, captured - done));
        done += this.handOn(connection, side);
        continue;
      }
      const end = Math.min(size, done + distance);
      stream.seen += end - done;
      this.hand(connection, side, end - done, bytes, from + done, Math.max(0, Math.min(captured, end) - done));
      done = end;
    }
    this.tellDiffering(connection, side, stream);
  }

  /** Hands on what waited and now fits. */
  private drain(connection: Connection, side: Side): void {
    const { queue } = connection.sides[side];
    for (
      let first = queue.first;
      first && ((first.sequence - connection.sides[side].next) | 0) <= 0;
      first = queue.first
    ) {
      this.handOn(connection, side);
    }
  }

  /** @returns bytes of the first piece that waited, which is handed on; it begins at the expected number */
  private handOn(connection: Connection, side: Side): number {
    const stream = connection.sides[side];
    const before = stream.queue.held;
    const piece = stream.queue.shift()!;
    this.held += stream.queue.held - before;
    stream.ackedAt = -1;
    stream.waitingSince = this.clock.time;
    this.hand(connection, side, piece.size, piece.bytes, 0, piece.captured);
    stream.queue.release(piece);
    return piece.size;
  }

  /** @param bytes undefined when they were captured, and nobody wanted a copy */
  private hand(
    connection: Connection,
    side: Side,
    size: number,
    bytes: Uint8Array | undefined,
    from: number,
    captured: number,
  ): void {
    const stream = connection.sides[side];
    stream.next = (stream.next + size) | 0;
    stream.delivered += size;
    stream.missing += size - captured;
    const { consumer } = connection;
    if (consumer?.isInterested !== true) return;
    const known = bytes ? captured : 0;
    if (known > 0) consumer.data(side, bytes!, from, from + known);
    if (size > known) consumer.gap(side, size - known);
  }

  private wait(
    connection: Connection,
    side: Side,
    sequence: number,
    size: number,
    bytes: Uint8Array,
    from: number,
    captured: number,
  ): void {
    const stream = connection.sides[side];
    const { queue } = stream;
    const { limits } = this;
    if (queue.length === 0) {
      stream.waitingSince = this.clock.time;
      stream.ackedAt = -1;
    }
    const before = queue.held;
    stream.seen += queue.insert(sequence, size, bytes, from, captured, connection.consumer?.isInterested === true);
    this.held += queue.held - before;
    this.tellDiffering(connection, side, stream);
    if (queue.held > limits['capture-reorder-bytes']) this.reach('capture-reorder-bytes', connection, side);
    else if (queue.length > limits['capture-reorder-pieces']) this.reach('capture-reorder-pieces', connection, side);
    else if (this.held > limits['capture-reorder-total-bytes'])
      this.reach('capture-reorder-total-bytes', connection, side);
  }

  private reach(name: CaptureLimitName, connection: Connection, side: Side): void {
    this.report.limit(name);
    this.giveUp(connection, side, false);
  }

  /** @param isAll whether all holes are given up, or the first */
  private giveUp(connection: Connection, side: Side, isAll: boolean): void {
    const { queue } = connection.sides[side];
    for (let first = queue.first; first; first = isAll ? queue.first : undefined) {
      this.skipTo(connection, side, first.sequence, true);
      this.drain(connection, side);
    }
  }

  /**
   * Gives the hole before a sequence number up.
   *
   * @param isCounted whether its size is known, and not only its place
   */
  private skipTo(connection: Connection, side: Side, sequence: number, isCounted: boolean): void {
    const stream = connection.sides[side];
    const size = (sequence - stream.next) >>> 0;
    if (size === 0) return;
    stream.next = sequence;
    stream.delivered += size;
    if (isCounted) stream.missing += size;
    const { consumer } = connection;
    if (consumer?.isInterested === true) consumer.gap(side, size);
  }

  private tellDiffering(connection: Connection, side: Side, stream: StreamSide): void {
    const differing = stream.queue.takeDiffering();
    if (differing > 0) this.report.differs(connection, side, differing);
  }
}
