import type { ClientBy, Side } from '../stream.ts';
import { STATE } from './flow-state.ts';
import { type FlowTable, TIME, WORD } from './flow-table.ts';

const HOW: readonly ClientBy[] = ['guess', 'port', 'handshake', 'protocol'];

/** Ports of SMB servers over TCP, and of NetBIOS over UDP. */
const isServerPort = (port: number) => port === 445 || port === 139 || port === 137 || port === 138;

/** An entry of the table, read as what it means. */
export class FlowRow {
  table: FlowTable;
  entry: number;

  constructor(table: FlowTable, entry: number) {
    this.table = table;
    this.entry = entry;
  }

  ip(side: Side): string {
    return this.table.address(this.entry, side).text;
  }

  port(side: Side): number {
    return this.table.port(this.entry, side);
  }

  /** Ethernet address of a side as ECS writes it (RFC 7042 §2.1), undefined when none was recorded. */
  mac(side: Side): string | undefined {
    const at = this.table.at(this.entry);
    const { words } = this.table;
    const [first, second, third] = [words[at + WORD.mac0]!, words[at + WORD.mac1]!, words[at + WORD.mac2]!];
    // The receiver of the first packet stands before its sender.
    const high = side === 1 ? first : (second << 16) | (third >>> 16);
    const low = side === 1 ? second >>> 16 : third & 0xffff;
    if (high === 0 && low === 0) return undefined;
    const hex = (high >>> 0).toString(16).padStart(8, '0') + low.toString(16).padStart(4, '0');
    return hex.toUpperCase().replace(/(..)(?=.)/g, '$1-');
  }

  get state(): number {
    return this.word(WORD.state);
  }

  /** TCP flags a side sent. */
  flags(side: Side): number {
    return (this.word(WORD.flags) >>> (side * 8)) & 0xff;
  }

  packets(side: Side): number {
    return this.word(side === 0 ? WORD.packets0 : WORD.packets1) >>> 0;
  }

  /** Bytes of IP packets of a side. */
  bytes(side: Side): number {
    return this.time(side === 0 ? TIME.bytes0 : TIME.bytes1);
  }

  /** Sequence number a side began with, as sent. */
  firstSequence(side: Side): number {
    return this.word(side === 0 ? WORD.first0 : WORD.first1) >>> 0;
  }

  get firstTime(): number {
    return this.time(TIME.first);
  }

  get lastTime(): number {
    return this.time(TIME.last);
  }

  /** Byte offset of the first packet in the capture. */
  get offset(): number {
    return this.time(TIME.offset);
  }

  /** Number of the first packet. */
  get packet(): number {
    return this.word(WORD.packet) >>> 0;
  }

  /** SYNs without ACK. */
  get tries(): number {
    return this.word(WORD.tries) & 0xffff;
  }

  get vlan(): number | undefined {
    const tag = this.word(WORD.vlan) & 0xffff;
    return tag === 0 ? undefined : tag - 1;
  }

  get isVlanAware(): boolean {
    return this.table.isVlanAware;
  }

  get innerVlan(): number | undefined {
    const tag = this.word(WORD.vlan) >>> 16;
    return tag === 0 ? undefined : tag - 1;
  }

  get interfaceNumber(): number {
    return this.word(WORD.origin) & 0xffff;
  }

  get tunnelNumber(): number {
    return this.word(WORD.origin) >>> 16;
  }

  get sawHandshake(): boolean {
    return (this.state & (3 * (STATE.syn | STATE.synAck))) !== 0;
  }

  /** Which side is client: what a protocol said, else the handshake, else the port, else the sender of the first packet. */
  get client(): Side {
    const { state } = this;
    if (isTold(state)) return (state & STATE.clientIs1) === 0 ? 0 : 1;
    return this.handshakeClient() ?? this.portClient() ?? 0;
  }

  set client(side: Side) {
    const { clientBy } = this;
    this.tell(side, clientBy);
  }

  get clientBy(): ClientBy {
    const { state } = this;
    if (isTold(state)) return HOW[(state >>> STATE.clientByShift) & 3]!;
    if (this.handshakeClient() !== undefined) return 'handshake';
    return this.portClient() === undefined ? 'guess' : 'port';
  }

  set clientBy(by: ClientBy) {
    this.tell(this.client, by);
  }

  private tell(side: Side, by: ClientBy): void {
    const at = this.table.at(this.entry) + WORD.state;
    const { words } = this.table;
    const state = words[at]! & ~(STATE.clientIs1 | (3 << STATE.clientByShift));
    words[at] = state | (side === 1 ? STATE.clientIs1 : 0) | (HOW.indexOf(by) << STATE.clientByShift) | STATE.isTold;
  }

  private handshakeClient(): Side | undefined {
    const { state } = this;
    const opens = state & 3;
    const accepts = ((state >>> 2) & 3) | ((state >>> 10) & 3);
    if (accepts === 1 || accepts === 2) return accepts === 1 ? 1 : 0;
    return opens === 1 ? 0 : opens === 2 ? 1 : undefined;
  }

  private portClient(): Side | undefined {
    const [zero, one] = [isServerPort(this.port(0)), isServerPort(this.port(1))];
    return zero === one ? undefined : zero ? 1 : 0;
  }

  private word(word: number): number {
    return this.table.words[this.table.at(this.entry) + word]!;
  }

  private time(time: number): number {
    return this.table.times[this.table.timesAt(this.entry) + time]!;
  }
}

function isTold(state: number): boolean {
  return (state & STATE.isTold) !== 0;
}
