/**
 * Flows by their addresses and ports, in typed arrays with open addressing: a million SYNs are two million numbers and not
 * one object. Both directions share an entry; its side 0 is the sender of the first packet. The hash is seeded, so nobody
 * can choose addresses that collide; entries are numbered in order of arrival, so the seed never shows in the output.
 */
import { randomBytes } from 'node:crypto';
import { Address, addressFromV4 } from '../../../base/address/address.ts';
import { Packet } from '../packet.ts';
import type { Side } from '../stream.ts';

/** Words of an entry behind its key; each is an index to add to {@link FlowTable.at}. */
export const WORD = {
  /** Tags: outer VLAN id + 1 in the lower half, inner one in the upper; 0 without. */
  vlan: 0,
  /** Sequence number of the SYN of each side, or of its first segment. */
  first0: 1,
  first1: 2,
  packets0: 3,
  packets1: 4,
  /** TCP flags seen, side 1 in the second byte. */
  flags: 5,
  /** {@link STATE}. */
  state: 6,
  /** Mix of the last packet of each side, which tells a packet recorded twice. */
  last0: 7,
  last1: 8,
  /** First packet of the flow. */
  packet: 9,
  /** Ethernet addresses: side 0, then side 1. */
  mac0: 10,
  mac1: 11,
  mac2: 12,
  /** Number of the interface, number of the tunnel in the upper half. */
  origin: 13,
  /** SYNs sent by the client, tries to recognise a protocol of each side in the upper bytes. */
  tries: 14,
  /** Last acknowledgement of each side. */
  ack0: 15,
  ack1: 16,
} as const;

const STATE_WORDS = 17;

/** Numbers of an entry that need more than a word. */
export const TIME = { first: 0, last: 1, bytes0: 2, bytes1: 3, offset: 4 } as const;
const TIMES = 5;

/** Entries there is room for at first: folders of evidence hold many short captures, and each begins with four tables. */
const FIRST_ENTRIES = 32;

/** @returns the tags of a packet as {@link WORD.vlan} holds them */
export function tagsOf({ vlan, innerVlan }: Packet): number {
  return vlan < 0 ? 0 : ((innerVlan + 1) << 16) | (vlan + 1);
}

/** Flows of one family of addresses. */
export class FlowTable {
  /** Words of an address: 1 or 4. */
  private readonly addressWords: 1 | 4;
  private readonly stride: number;
  private readonly keyWords: number;
  private readonly seed = new Int32Array(randomBytes(16).buffer.slice(0, 16));
  words: Int32Array;
  times: Float64Array;
  /** Entry + 1 and hash of each slot; 0 is free. */
  private slots: Int32Array;
  private mask: number;
  private free: number[] = [];
  private used = 0;
  /** Entries alive. */
  size = 0;
  /** Side of the sender of the packet looked up last. */
  side: Side = 0;
  private hash = 0;

  readonly isV6: boolean;
  /** Whether the same addresses and ports in another VLAN are another flow. */
  readonly isVlanAware: boolean;

  constructor(isV6: boolean, isVlanAware = false) {
    this.isV6 = isV6;
    this.isVlanAware = isVlanAware;
    this.addressWords = isV6 ? 4 : 1;
    this.keyWords = 2 * this.addressWords + 1;
    this.stride = this.keyWords + STATE_WORDS;
    this.words = new Int32Array(FIRST_ENTRIES * this.stride);
    this.times = new Float64Array(FIRST_ENTRIES * TIMES);
    this.slots = new Int32Array(FIRST_ENTRIES * 4);
    this.mask = FIRST_ENTRIES * 2 - 1;
  }

  /** Entries there have been at once; entries are numbered below this. */
  get end(): number {
    return this.used;
  }

  /** @returns index of an entry's words behind the key */
  at(entry: number): number {
    return entry * this.stride + this.keyWords;
  }

  /** @returns index of an entry's numbers in {@link times} */
  timesAt(entry: number): number {
    return entry * TIMES;
  }

  /**
   * Looks a packet's flow up and remembers its side.
   *
   * @param ports source port in the upper half, destination port in the lower
   * @returns entry, -1 when there is none
   */
  find(packet: Packet, ports: number): number {
    const hash = this.hashOf(packet, ports);
    this.hash = hash;
    const { slots, mask } = this;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const entry = slots[slot * 2]! - 1;
      if (entry < 0) return -1;
      if (slots[slot * 2 + 1] === hash && this.isOf(entry, packet, ports)) return entry;
    }
  }

  /** Adds the flow of the packet that was looked up last; its sender becomes side 0. */
  add(packet: Packet, ports: number): number {
    const entry = this.free.pop() ?? this.used++;
    if (this.used * TIMES > this.times.length) this.grow();
    const { words } = this;
    let at = entry * this.stride;
    words[at++] = packet.s0;
    if (this.addressWords === 4) {
      words[at++] = packet.s1;
      words[at++] = packet.s2;
      words[at++] = packet.s3;
    }
    words[at++] = packet.d0;
    if (this.addressWords === 4) {
      words[at++] = packet.d1;
      words[at++] = packet.d2;
      words[at++] = packet.d3;
    }
    words[at++] = ports;
    words.fill(0, at, at + STATE_WORDS);
    this.times.fill(0, entry * TIMES, entry * TIMES + TIMES);
    this.size++;
    this.insert(entry, this.hash);
    this.side = 0;
    return entry;
  }

  /** Takes an entry out; its number is given to a later flow. */
  remove(entry: number): void {
    const { slots, mask } = this;
    let hole = this.slotOf(entry);
    for (let slot = (hole + 1) & mask; slots[slot * 2] !== 0; slot = (slot + 1) & mask) {
      // An entry may move back to the hole unless it would pass its own first slot.
      const home = slots[slot * 2 + 1]! & mask;
      if (((slot - home) & mask) < ((slot - hole) & mask)) continue;
      slots[hole * 2] = slots[slot * 2]!;
      slots[hole * 2 + 1] = slots[slot * 2 + 1]!;
      hole = slot;
    }
    slots[hole * 2] = 0;
    this.free.push(entry);
    this.size--;
  }

  /** @returns address of a side */
  address(entry: number, side: Side): Address {
    const at = entry * this.stride + side * this.addressWords;
    const { words } = this;
    if (this.addressWords === 1) return addressFromV4(words[at]!);
    return new Address(words[at]! >>> 0, words[at + 1]! >>> 0, words[at + 2]! >>> 0, words[at + 3]! >>> 0);
  }

  port(entry: number, side: Side): number {
    const ports = this.words[entry * this.stride + this.keyWords - 1]!;
    return side === 0 ? ports >>> 16 : ports & 0xffff;
  }

  private isOf(entry: number, packet: Packet, ports: number): boolean {
    const { words } = this;
    const at = entry * this.stride;
    if (this.isVlanAware && words[at + this.keyWords + WORD.vlan] !== tagsOf(packet)) return false;
    const known = words[at + this.keyWords - 1]!;
    if (known === ports && this.isBetween(at, packet, 0)) {
      this.side = 0;
      return true;
    }
    if (known === ((ports << 16) | (ports >>> 16)) && this.isBetween(at, packet, 1)) {
      this.side = 1;
      return true;
    }
    return false;
  }

  private isBetween(at: number, packet: Packet, sender: Side): boolean {
    const { words, addressWords } = this;
    const from = at + (sender === 0 ? 0 : addressWords);
    const to = at + (sender === 0 ? addressWords : 0);
    if (words[from] !== packet.s0 || words[to] !== packet.d0) return false;
    return (
      addressWords === 1 ||
      (words[from + 1] === packet.s1 &&
        words[from + 2] === packet.s2 &&
        words[from + 3] === packet.s3 &&
        words[to + 1] === packet.d1 &&
        words[to + 2] === packet.d2 &&
        words[to + 3] === packet.d3)
    );
  }

  /** The ends are mixed apart and added, so that both directions have one hash. */
  private hashOf(packet: Packet, ports: number): number {
    let source = this.mix(packet.s0 ^ this.seed[0]!, ports >>> 16);
    let destination = this.mix(packet.d0 ^ this.seed[0]!, ports & 0xffff);
    if (this.addressWords === 4) {
      source = this.mix(this.mix(source ^ packet.s1, packet.s2), packet.s3);
      destination = this.mix(this.mix(destination ^ packet.d1, packet.d2), packet.d3);
    }
    const ends = this.mix(source + destination, this.seed[1]!);
    return this.isVlanAware ? this.mix(ends ^ tagsOf(packet), this.seed[1]!) : ends;
  }

  private mix(one: number, other: number): number {
    let mixed = Math.imul(one ^ (other + this.seed[2]!), 0x7feb352d);
    mixed ^= mixed >>> 15;
    mixed = Math.imul(mixed ^ this.seed[3]!, 0x846ca68b);
    return mixed ^ (mixed >>> 16);
  }

  private insert(entry: number, hash: number): void {
    if (this.size * 2 > this.mask) this.spread();
    const { slots, mask } = this;
    let slot = hash & mask;
    while (slots[slot * 2] !== 0) slot = (slot + 1) & mask;
    slots[slot * 2] = entry + 1;
    slots[slot * 2 + 1] = hash;
  }

  private slotOf(entry: number): number {
    const packet = this.keyOf(entry);
    const hash = this.hashOf(packet, this.words[entry * this.stride + this.keyWords - 1]!);
    let slot = hash & this.mask;
    while (this.slots[slot * 2] !== entry + 1) slot = (slot + 1) & this.mask;
    return slot;
  }

  /** The key of an entry as a packet of its side 0. */
  private keyOf(entry: number): Packet {
    const { words, addressWords, key } = this;
    const at = entry * this.stride;
    const tags = words[at + this.keyWords + WORD.vlan]!;
    key.vlan = (tags & 0xffff) - 1;
    key.innerVlan = (tags >>> 16) - 1;
    key.s0 = words[at]!;
    key.d0 = words[at + addressWords]!;
    if (addressWords === 4) {
      key.s1 = words[at + 1]!;
      key.s2 = words[at + 2]!;
      key.s3 = words[at + 3]!;
      key.d1 = words[at + 5]!;
      key.d2 = words[at + 6]!;
      key.d3 = words[at + 7]!;
    }
    return key;
  }

  private readonly key = new Packet();

  private spread(): void {
    const old = this.slots;
    this.slots = new Int32Array(old.length * 2);
    this.mask = this.mask * 2 + 1;
    const { slots, mask } = this;
    for (let i = 0; i < old.length; i += 2) {
      if (old[i] === 0) continue;
      let slot = old[i + 1]! & mask;
      while (slots[slot * 2] !== 0) slot = (slot + 1) & mask;
      slots[slot * 2] = old[i]!;
      slots[slot * 2 + 1] = old[i + 1]!;
    }
  }

  private grow(): void {
    const words = new Int32Array(this.words.length * 2);
    words.set(this.words);
    this.words = words;
    const times = new Float64Array(this.times.length * 2);
    times.set(this.times);
    this.times = times;
  }
}
