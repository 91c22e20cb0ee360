/**
 * Puts fragments of IP packets together (RFC 791 §3.2, RFC 8200 §4.5). The first copy of a byte counts; overlaps are how
 * detection is evaded, and are told. Everything is bounded: datagrams, their bytes, and how long they wait.
 */
import { FRAGMENT_LIMITS } from '../limits.ts';
import type { Packet } from '../packet.ts';
import type { PacketClock } from '../stream.ts';
import type { FragmentPlace } from './ip-header.ts';

const MAX_DATAGRAM_BYTES = 65_535;

/** What fragments tell beside whole packets. */
export interface FragmentReport {
  /** Bytes stood in two fragments and differed. */
  fragmentsDiffer(bytes: number): void;
  /** A datagram that never became whole, was given up at a limit, or lied about its size. */
  fragmentsLost(why: 'missing' | 'limit' | 'size'): void;
}

/** A datagram whose pieces are coming. */
class Datagram {
  readonly isV6: boolean;
  readonly key: readonly number[];
  readonly protocol: number;
  readonly firstTime: number;
  bytes = new Uint8Array(2048);
  /** Ends of what is covered, sorted: from, to, from, to. */
  covered: number[] = [];
  /** Size of the whole payload, -1 until the last piece has come. */
  total = -1;
  /** First byte that the snap length cut. */
  cutAt = MAX_DATAGRAM_BYTES;
  ipBytes = 0;

  constructor(packet: Packet, key: readonly number[], time: number) {
    this.isV6 = packet.isV6;
    this.key = key;
    this.protocol = packet.protocol;
    this.firstTime = time;
  }

  get isWhole(): boolean {
    return this.total >= 0 && this.covered.length === 2 && this.covered[0] === 0 && this.covered[1]! >= this.total;
  }
}

/** Datagrams of which pieces are still missing. */
export class Fragments {
  private readonly clock: PacketClock;
  private readonly report: FragmentReport;
  /** By a mix of their key, oldest first. */
  private readonly waiting = new Map<number, Datagram>();
  private held = 0;

  constructor(clock: PacketClock, report: FragmentReport) {
    this.clock = clock;
    this.report = report;
  }

  /**
   * Takes a fragment. When the packet is whole it is put in the fragment's place: `packet.bytes` from 0 on.
   *
   * @returns whether the packet is whole now
   */
  add(packet: Packet, place: FragmentPlace): boolean {
    this.dropLate();
    const { offset, at, hasMore } = place;
    const size = packet.wireBytes;
    if (offset + size > MAX_DATAGRAM_BYTES || (hasMore && size % 8 !== 0)) {
      this.report.fragmentsLost('size');
      return false;
    }
    const datagram = this.datagramOf(packet, place.id);
    const captured = Math.max(0, Math.min(packet.end - at, size));
    if (captured < size) datagram.cutAt = Math.min(datagram.cutAt, offset + captured);
    if (!hasMore) datagram.total = offset + size;
    this.copy(datagram, packet.bytes, at, offset, size, captured);
    datagram.ipBytes += packet.ipBytes;
    if (datagram.covered.length > 2 * FRAGMENT_LIMITS.ranges) {
      this.drop(datagram);
      this.report.fragmentsLost('limit');
      return false;
    }
    if (!datagram.isWhole) {
      this.keepWithinLimits();
      return false;
    }
    this.drop(datagram);
    packet.bytes = datagram.bytes;
    packet.end = Math.min(datagram.total, datagram.cutAt);
    packet.wireBytes = datagram.total;
    packet.ipBytes = datagram.ipBytes;
    packet.protocol = datagram.protocol;
    return true;
  }

  /** The capture has ended: what is not whole never will be. */
  finish(): void {
    for (let count = this.waiting.size; count > 0; count--) this.report.fragmentsLost('missing');
    this.waiting.clear();
  }

  private datagramOf(packet: Packet, id: number): Datagram {
    const key = keyOf(packet, id);
    const mixed = mixOf(key);
    const known = this.waiting.get(mixed);
    if (known && known.key.every((word, index) => word === key[index])) return known;
    if (known) this.drop(known);
    const datagram = new Datagram(packet, key, this.clock.time);
    this.waiting.set(mixed, datagram);
    this.held += datagram.bytes.length;
    return datagram;
  }

  /** Copies what is not there yet, and remembers what is covered. */
  private copy(
    datagram: Datagram,
    bytes: Uint8Array,
    at: number,
    offset: number,
    size: number,
    captured: number,
  ): void {
    this.makeRoom(datagram, offset + size);
    const { covered } = datagram;
    let from = offset;
    let differing = 0;
    const end = offset + size;
    const known = offset + captured;
    const next: number[] = [];
    for (let i = 0; i < covered.length; i += 2) {
      const [low, high] = [covered[i]!, covered[i + 1]!];
      if (low > from) copyPart(datagram.bytes, bytes, at - offset, from, Math.min(low, end), known);
      differing += countDiffering(datagram.bytes, bytes, at - offset, Math.max(low, offset), Math.min(high, known));
      from = Math.max(from, Math.min(high, end));
      next.push(low, high);
    }
    if (from < end) copyPart(datagram.bytes, bytes, at - offset, from, end, known);
    if (differing > 0) this.report.fragmentsDiffer(differing);
    if (size > 0) next.push(offset, end);
    datagram.covered = joined(next);
  }

  private makeRoom(datagram: Datagram, size: number): void {
    if (size <= datagram.bytes.length) return;
    const grown = new Uint8Array(Math.min(MAX_DATAGRAM_BYTES, Math.max(size, datagram.bytes.length * 2)));
    grown.set(datagram.bytes);
    this.held += grown.length - datagram.bytes.length;
    datagram.bytes = grown;
  }

  private dropLate(): void {
    for (const datagram of this.waiting.values()) {
      if (Math.abs(this.clock.time - datagram.firstTime) <= FRAGMENT_LIMITS.waitMs) return;
      this.drop(datagram);
      this.report.fragmentsLost('missing');
    }
  }

  private keepWithinLimits(): void {
    while (this.waiting.size > FRAGMENT_LIMITS.datagrams || this.held > FRAGMENT_LIMITS.bytes) {
      const [oldest] = this.waiting.values();
      if (!oldest) return;
      this.drop(oldest);
      this.report.fragmentsLost('limit');
    }
  }

  private drop(datagram: Datagram): void {
    if (this.waiting.delete(mixOf(datagram.key))) this.held -= datagram.bytes.length;
  }
}

/** Copies bytes `from` to `end` of a payload, as far as they were captured. */
function copyPart(
  into: Uint8Array,
  bytes: Uint8Array,
  shift: number,
  from: number,
  end: number,
  capturedEnd: number,
): void {
  const to = Math.min(end, capturedEnd);
  if (to > from) into.set(bytes.subarray(from + shift, to + shift), from);
}

/** @returns bytes from `from` to `end` of a payload that differ from what is known */
function countDiffering(known: Uint8Array, bytes: Uint8Array, shift: number, from: number, end: number): number {
  let count = 0;
  for (let i = from; i < end; i++) if (known[i] !== bytes[i + shift]) count++;
  return count;
}

/** @returns ranges sorted and joined */
function joined(ranges: readonly number[]): number[] {
  const pairs: [number, number][] = [];
  for (let i = 0; i < ranges.length; i += 2) pairs.push([ranges[i]!, ranges[i + 1]!]);
  pairs.sort((x, y) => x[0] - y[0]);
  const found: number[] = [];
  for (const [low, high] of pairs) {
    if (found.length > 0 && low <= found.at(-1)!) found[found.length - 1] = Math.max(found.at(-1)!, high);
    else found.push(low, high);
  }
  return found;
}

function keyOf(packet: Packet, id: number): number[] {
  const { s0, d0, protocol } = packet;
  if (!packet.isV6) return [s0, d0, protocol, id];
  return [s0, packet.s1, packet.s2, packet.s3, d0, packet.d1, packet.d2, packet.d3, protocol, id];
}

/** A mix of a key; two keys with one mix push each other out, which costs one datagram and nothing else. */
function mixOf(key: readonly number[]): number {
  let mixed = key.length;
  for (const word of key) {
    mixed = Math.imul(mixed ^ word, 0x9e3779b1);
    mixed ^= mixed >>> 15;
  }
  return mixed;
}
