/** Builds packets and captures byte by byte, so that tests say what is on the wire and ship no file. */
import { parseAddress } from '../../src/base/address/address.ts';

/** A packet and when it was recorded. */
export interface Recorded {
  /** Milliseconds since 1970. */
  readonly time: number;
  readonly bytes: Buffer;
  /** Bytes kept of it; all when absent. */
  readonly snapped?: number;
}

/** One end of a connection. */
export interface End {
  readonly ip: string;
  readonly port: number;
}

/** What a segment says. */
export interface SegmentParts {
  readonly from: End;
  readonly to: End;
  readonly seq: number;
  readonly ack?: number;
  /** Letters of S, A, P, F, R. */
  readonly flags: string;
  readonly payload?: Buffer | string;
  /** IPv4 identification. */
  readonly id?: number;
  readonly options?: Buffer;
}

const FLAG: Readonly<Record<string, number>> = { F: 1, S: 2, R: 4, P: 8, A: 16, U: 32 };

/** @returns 4 or 16 bytes */
export function addressBytes(text: string): Buffer {
  const address = parseAddress(text)!;
  const words = address.isV4 ? [address.d] : [address.a, address.b, address.c, address.d];
  const bytes = Buffer.alloc(words.length * 4);
  words.forEach((word, index) => bytes.writeUInt32BE(word, index * 4));
  return bytes;
}

/** TCP over IP. */
export function tcp(parts: SegmentParts): Buffer {
  const options = parts.options ?? Buffer.alloc(0);
  const payload = Buffer.from(parts.payload ?? '');
  const header = Buffer.alloc(20);
  header.writeUInt16BE(parts.from.port, 0);
  header.writeUInt16BE(parts.to.port, 2);
  header.writeUInt32BE(parts.seq >>> 0, 4);
  header.writeUInt32BE((parts.ack ?? 0) >>> 0, 8);
  header[12] = ((20 + options.length) / 4) << 4;
  header[13] = [...parts.flags].reduce((sum, letter) => sum | FLAG[letter]!, 0);
  header.writeUInt16BE(65_535, 14);
  return ip(parts.from.ip, parts.to.ip, 6, Buffer.concat([header, options, payload]), parts.id);
}

/** UDP over IP. */
export function udp(from: End, to: End, payload: Buffer | string, id?: number): Buffer {
  const bytes = Buffer.from(payload);
  const header = Buffer.alloc(8);
  header.writeUInt16BE(from.port, 0);
  header.writeUInt16BE(to.port, 2);
  header.writeUInt16BE(8 + bytes.length, 4);
  return ip(from.ip, to.ip, 17, Buffer.concat([header, bytes]), id);
}

let lastId = 0;

/** An IP packet, of the version of its addresses. */
export function ip(from: string, to: string, protocol: number, payload: Buffer, id?: number): Buffer {
  const [source, destination] = [addressBytes(from), addressBytes(to)];
  if (source.length === 16) {
    const header = Buffer.alloc(40);
    header[0] = 0x60;
    header.writeUInt16BE(payload.length, 4);
    header[6] = protocol;
    header[7] = 64;
    source.copy(header, 8);
    destination.copy(header, 24);
    return Buffer.concat([header, payload]);
  }
  const header = Buffer.alloc(20);
  header[0] = 0x45;
  header.writeUInt16BE(20 + payload.length, 2);
  header.writeUInt16BE(id ?? (lastId = (lastId + 1) & 0xffff), 4);
  header[8] = 64;
  header[9] = protocol;
  source.copy(header, 12);
  destination.copy(header, 16);
  return Buffer.concat([header, payload]);
}

/** ICMP: a host says that a packet did not arrive, and quotes its first bytes. */
export function icmpUnreachable(from: string, packet: Buffer, code = 3): Buffer {
  const isV6 = packet[0]! >> 4 === 6;
  const head = Buffer.from([isV6 ? 1 : 3, code, 0, 0, 0, 0, 0, 0]);
  const to = isV6 ? '::' : [...packet.subarray(12, 16)].join('.');
  return ip(from, to, isV6 ? 58 : 1, Buffer.concat([head, packet.subarray(0, isV6 ? 68 : 28)]));
}

/** Cuts an IP packet into fragments of at most `size` payload bytes, a multiple of eight. */
export function fragmentsOf(packet: Buffer, size: number): Buffer[] {
  const isV6 = packet[0]! >> 4 === 6;
  const headerBytes = isV6 ? 40 : 20;
  const payload = packet.subarray(headerBytes);
  const pieces: Buffer[] = [];
  for (let at = 0; at < payload.length; at += size) {
    const piece = payload.subarray(at, at + size);
    const more = at + size < payload.length;
    const header = Buffer.from(packet.subarray(0, headerBytes));
    if (isV6) {
      const extension = Buffer.from([header[6]!, 0, 0, 0, 0, 0, 0, 77]);
      extension.writeUInt16BE(at | (more ? 1 : 0), 2);
      header[6] = 44;
      header.writeUInt16BE(8 + piece.length, 4);
      pieces.push(Buffer.concat([header, extension, piece]));
    } else {
      header.writeUInt16BE(20 + piece.length, 2);
      header.writeUInt16BE((at >> 3) | (more ? 0x2000 : 0), 6);
      pieces.push(Buffer.concat([header, piece]));
    }
  }
  return pieces;
}

/** Ethernet, with VLAN tags from the outer to the inner one. */
export function ethernet(packet: Buffer, vlans: readonly number[] = []): Buffer {
  const type = packet[0]! >> 4 === 6 ? 0x86dd : 0x0800;
  const tags = vlans.map((id) => Buffer.from([0x81, 0x00, id >> 8, id & 255]));
  return Buffer.concat([
    Buffer.from('02000000000102000000000a', 'hex'),
    ...tags,
    Buffer.from([type >> 8, type & 255]),
    packet,
  ]);
}

/** How a capture file is written. */
export interface PcapOptions {
  readonly linkType?: number;
  readonly isBig?: boolean;
  readonly isNano?: boolean;
  readonly snapBytes?: number;
}

/** A capture in the format of libpcap. */
export function pcapFile(packets: readonly Recorded[], options: PcapOptions = {}): Buffer {
  const { isBig = false, isNano = false } = options;
  const header = Buffer.alloc(24);
  const u32 = (bytes: Buffer, value: number, at: number) =>
    isBig ? bytes.writeUInt32BE(value, at) : bytes.writeUInt32LE(value, at);
  u32(header, isNano ? 0xa1b23c4d : 0xa1b2c3d4, 0);
  if (isBig) header.writeUInt32BE(0x00020004, 4);
  else header.writeUInt32LE(0x00040002, 4);
  u32(header, options.snapBytes ?? 262_144, 16);
  u32(header, options.linkType ?? 1, 20);
  const records = packets.flatMap(({ time, bytes, snapped }) => {
    const record = Buffer.alloc(16);
    const seconds = Math.floor(time / 1000);
    u32(record, seconds, 0);
    u32(record, Math.round((time - seconds * 1000) * (isNano ? 1e6 : 1e3)), 4);
    const kept = bytes.subarray(0, snapped ?? bytes.length);
    u32(record, kept.length, 8);
    u32(record, bytes.length, 12);
    return [record, kept];
  });
  return Buffer.concat([header, ...records]);
}

/** Segments of a connection with numbers that fit: handshake, payloads in turn, both FINs. */
export class Conversation {
  readonly packets: Buffer[] = [];
  private readonly ends: readonly [End, End];
  private readonly next: [number, number];

  constructor(client: End, server: End, first: readonly [number, number] = [1000, 5000]) {
    this.ends = [client, server];
    this.next = [first[0], first[1]];
  }

  handshake(): this {
    this.send(0, 'S');
    this.send(1, 'SA');
    return this.send(0, 'A');
  }

  /** @param side 0 for the client */
  say(side: 0 | 1, payload: Buffer | string): this {
    return this.send(side, 'PA', payload);
  }

  close(): this {
    this.send(0, 'FA');
    this.send(1, 'FA');
    return this.send(0, 'A');
  }

  send(side: 0 | 1, flags: string, payload: Buffer | string = ''): this {
    const peer = side === 0 ? 1 : 0;
    const bytes = Buffer.from(payload);
    const ack = flags.includes('A') ? this.next[peer] : 0;
    this.packets.push(
      tcp({ from: this.ends[side], to: this.ends[peer], seq: this.next[side], ack, flags, payload: bytes }),
    );
    const extra = flags.includes('S') || flags.includes('F') ? 1 : 0;
    this.next[side] = (this.next[side] + bytes.length + extra) >>> 0;
    return this;
  }
}

/** Start of the time of tests. */
export const START = Date.UTC(2026, 0, 12, 9, 0, 0);

/** Packets a millisecond apart, in Ethernet frames. */
export function recorded(packets: readonly Buffer[], start = START): Recorded[] {
  return packets.map((bytes, index) => ({ time: start + index, bytes: ethernet(bytes) }));
}

/** A block of pcapng: its body is padded, its length stands at both ends. */
export function block(type: number, body: Buffer, isBig = false): Buffer {
  const padded = Buffer.concat([body, Buffer.alloc((4 - (body.length % 4)) % 4)]);
  const length = 12 + padded.length;
  return Buffer.concat([number32(type, isBig), number32(length, isBig), padded, number32(length, isBig)]);
}

/** An option of a block. */
export function option(code: number, value: Buffer, isBig = false): Buffer {
  const head = Buffer.alloc(4);
  if (isBig) {
    head.writeUInt16BE(code, 0);
    head.writeUInt16BE(value.length, 2);
  } else {
    head.writeUInt16LE(code, 0);
    head.writeUInt16LE(value.length, 2);
  }
  return Buffer.concat([head, value, Buffer.alloc((4 - (value.length % 4)) % 4)]);
}

/** How a section of pcapng is written. */
export interface SectionOptions {
  readonly isBig?: boolean;
  readonly linkType?: number;
  /** if_tsresol, if_tsoffset, if_name. */
  readonly interfaceOptions?: readonly Buffer[];
  /** Units of a millisecond, 1000 unless if_tsresol says otherwise. */
  readonly unitsPerMs?: number;
  readonly snapBytes?: number;
  /** Blocks behind the interface, before the packets. */
  readonly blocks?: readonly Buffer[];
}

/** A section header and an interface. */
export function sectionStart(options: SectionOptions = {}): Buffer {
  const { isBig = false } = options;
  const header = Buffer.alloc(16, 0xff);
  number32(0x1a2b3c4d, isBig).copy(header, 0);
  number32(isBig ? 0x00010000 : 0x00000001, isBig).copy(header, 4);
  const described = Buffer.alloc(8);
  if (isBig) described.writeUInt16BE(options.linkType ?? 1, 0);
  else described.writeUInt16LE(options.linkType ?? 1, 0);
  number32(options.snapBytes ?? 0, isBig).copy(described, 4);
  const extra = options.interfaceOptions ?? [];
  const end = extra.length > 0 ? [Buffer.alloc(4)] : [];
  return Buffer.concat([
    block(0x0a0d0d0a, header, isBig),
    block(1, Buffer.concat([described, ...extra, ...end]), isBig),
    ...(options.blocks ?? []),
  ]);
}

/** An enhanced packet block. */
export function enhancedPacket({ time, bytes, snapped }: Recorded, options: SectionOptions = {}): Buffer {
  const { isBig = false, unitsPerMs = 1000 } = options;
  const units = BigInt(Math.floor(time)) * BigInt(unitsPerMs) + BigInt(Math.round((time % 1) * unitsPerMs));
  const kept = bytes.subarray(0, snapped ?? bytes.length);
  const head = [0, Number(units >> 32n), Number(units & 0xffffffffn), kept.length, bytes.length];
  return block(6, Buffer.concat([...head.map((value) => number32(value, isBig)), kept]), isBig);
}

/** A capture in pcapng of one section. */
export function pcapngFile(packets: readonly Recorded[], options: SectionOptions = {}): Buffer {
  return Buffer.concat([sectionStart(options), ...packets.map((packet) => enhancedPacket(packet, options))]);
}

function number32(value: number, isBig: boolean): Buffer {
  const bytes = Buffer.alloc(4);
  if (isBig) bytes.writeUInt32BE(value >>> 0);
  else bytes.writeUInt32LE(value >>> 0);
  return bytes;
}
