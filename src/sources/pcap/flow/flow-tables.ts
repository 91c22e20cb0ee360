/** The flows of one transport protocol, IPv4 and IPv6: how entries begin, grow old and are given up. */
import type { CaptureTime } from '../capture-time.ts';
import { CLOSED_IDLE_MS, IDLE_MS } from '../limits.ts';
import type { Packet } from '../packet.ts';
import { word } from '../packet.ts';
import type { PacketClock, StreamEnd } from '../stream.ts';
import { STATE } from './flow-state.ts';
import { FlowTable, tagsOf, TIME, WORD } from './flow-table.ts';

/** Entries looked at for old ones with every packet: one keeps up with new ones, two catch up after a pause. */
const SWEEP = 2;
/** Entries looked at to find one to give up when there are too many. */
const EVICTION_LOOK = 64;

/** Called before an entry is taken out. */
export type EntryEnd = (table: FlowTable, entry: number, end: StreamEnd) => void;

/** Flows of TCP, or of UDP. */
export class FlowTables {
  readonly v4: FlowTable;
  readonly v6: FlowTable;
  private readonly clock: PacketClock;
  private readonly time: CaptureTime;
  private readonly ended: EntryEnd;
  private handV4 = 0;
  private handV6 = 0;

  /** @param isVlanAware whether the same addresses and ports in another VLAN are another flow */
  constructor(clock: PacketClock, time: CaptureTime, isVlanAware: boolean, ended: EntryEnd) {
    this.v4 = new FlowTable(false, isVlanAware);
    this.v6 = new FlowTable(true, isVlanAware);
    this.clock = clock;
    this.time = time;
    this.ended = ended;
  }

  get size(): number {
    return this.v4.size + this.v6.size;
  }

  of(packet: Packet): FlowTable {
    return packet.isV6 ? this.v6 : this.v4;
  }

  /** Adds the flow of a packet that was looked up and not found. */
  begin(table: FlowTable, packet: Packet, ports: number): number {
    const entry = table.add(packet, ports);
    this.write(table, entry, packet);
    return entry;
  }

  /** Writes the beginnings of a flow. */
  private write(table: FlowTable, entry: number, packet: Packet): void {
    const { words, times } = table;
    const at = table.at(entry);
    const timesAt = table.timesAt(entry);
    words[at + WORD.state] = STATE.alive;
    words[at + WORD.packet] = this.clock.packet;
    words[at + WORD.origin] = (packet.tunnel << 16) | (packet.on & 0xffff);
    words[at + WORD.vlan] = tagsOf(packet);
    if (packet.macAt >= 0) {
      words[at + WORD.mac0] = word(packet.frame, packet.macAt);
      words[at + WORD.mac1] = word(packet.frame, packet.macAt + 4);
      words[at + WORD.mac2] = word(packet.frame, packet.macAt + 8);
    }
    times[timesAt + TIME.first] = this.clock.time;
    times[timesAt + TIME.last] = this.clock.time;
    times[timesAt + TIME.offset] = this.clock.offset;
  }

  /** Ends an entry and takes it out. */
  end(table: FlowTable, entry: number, reason: StreamEnd): void {
    this.ended(table, entry, reason);
    table.words[table.at(entry) + WORD.state] = 0;
    table.remove(entry);
  }

  /** @returns whether nothing came for so long that the next packet belongs to another flow */
  isOver(table: FlowTable, entry: number): boolean {
    const state = table.words[table.at(entry) + WORD.state]!;
    const idle = this.idleOf(table, entry);
    return idle > CLOSED_IDLE_MS && (idle > IDLE_MS || isDone(state));
  }

  /** @returns milliseconds since the last packet of an entry */
  idleOf(table: FlowTable, entry: number): number {
    return this.time.now - table.times[table.timesAt(entry) + TIME.last]!;
  }

  /** Looks at the next few entries and ends those that are over. */
  sweep(): void {
    this.handV4 = this.sweepTable(this.v4, this.handV4);
    this.handV6 = this.sweepTable(this.v6, this.handV6);
  }

  /** Gives up the entry that was idle longest among the next few; closed ones first. */
  evict(): void {
    const isV6 = this.v6.size > this.v4.size;
    const table = isV6 ? this.v6 : this.v4;
    let hand = isV6 ? this.handV6 : this.handV4;
    let oldest = -1;
    let oldestTime = Number.POSITIVE_INFINITY;
    for (let looked = 0; looked < EVICTION_LOOK; looked++) {
      if (hand >= table.end) hand = 0;
      const entry = hand++;
      const state = table.words[table.at(entry) + WORD.state]!;
      if ((state & STATE.alive) === 0) continue;
      const last = table.times[table.timesAt(entry) + TIME.last]! - (isDone(state) ? CLOSED_IDLE_MS : 0);
      if (last >= oldestTime) continue;
      oldest = entry;
      oldestTime = last;
    }
    if (isV6) this.handV6 = hand;
    else this.handV4 = hand;
    if (oldest >= 0) this.end(table, oldest, 'evicted');
  }

  /** The capture has ended: all entries in order of their numbers. */
  finish(): void {
    for (const table of [this.v4, this.v6]) {
      for (let entry = 0; entry < table.end; entry++) {
        if ((table.words[table.at(entry) + WORD.state]! & STATE.alive) !== 0) this.end(table, entry, 'capture-end');
      }
    }
  }

  private sweepTable(table: FlowTable, from: number): number {
    let hand = from;
    for (let looked = 0; looked < SWEEP; looked++) {
      if (hand >= table.end) return 0;
      const entry = hand++;
      if ((table.words[table.at(entry) + WORD.state]! & STATE.alive) === 0) continue;
      if (this.isOver(table, entry)) this.end(table, entry, endOf(table, entry));
    }
    return hand;
  }
}

/** @returns whether a flow is closed, or an attempt that nobody answered */
function isDone(state: number): boolean {
  const isReset = (state & (3 * STATE.reset)) !== 0;
  const isFinished = (state & (3 * STATE.fin)) === 3 * STATE.fin;
  return isReset || isFinished || (state & (3 * (STATE.data | STATE.ack))) === 0;
}

/** @returns why a flow that is over has ended */
export function endOf(table: FlowTable, entry: number): StreamEnd {
  const state = table.words[table.at(entry) + WORD.state]!;
  if ((state & (3 * STATE.reset)) !== 0) return 'reset';
  return (state & (3 * STATE.fin)) === 3 * STATE.fin ? 'fin' : 'idle';
}
