import { u16, u32 } from './byte-order.ts';
import { type CaptureInterface, type PacketSink, packetLimit } from './container.ts';

/** Types of blocks (draft-ietf-opsawg-pcapng §11.1). */
export const BLOCK = {
  interface: 1,
  packet: 2,
  simplePacket: 3,
  names: 4,
  statistics: 5,
  enhancedPacket: 6,
  secrets: 10,
  section: 0x0a0d0d0a,
} as const;

const READ: ReadonlySet<number> = new Set([1, 2, 3, 5, 6]);
const NAMES: ReadonlyMap<number, string> = new Map([
  [BLOCK.names, 'names of addresses'],
  [BLOCK.secrets, 'decryption secrets'],
  [9, 'a system journal'],
  [0x0bad, 'a maker of its own'],
  [0x40000bad, 'a maker of its own'],
]);

/** A block that is read is held whole when it is cut by a chunk: the longest packet, and options. */
export const MAX_BLOCK_BYTES = 2 * 1024 * 1024;

/** Interfaces of a section; a file with more says so and loses the packets of the others. */
const MAX_INTERFACES = 4096;

const OPTION = { end: 0, name: 2, drops: 4, ifDrops: 5, resolution: 9, offset: 14 } as const;

interface SectionInterface extends CaptureInterface {
  readonly limit: number;
  readonly snapBytes: number;
  /** Milliseconds of one unit of its times. */
  readonly unitMs: number;
  /** Units of one millisecond where that is whole, else 0: dividing keeps what multiplying by a fraction would lose. */
  readonly unitsPerMs: number;
  readonly offsetMs: number;
}

/** Reads the blocks of sections; see {@link PcapngFile} for how they follow each other. */
export class PcapngBlocks {
  private readonly sink: PacketSink;
  private isBig = false;
  private interfaces: SectionInterface[] = [];
  private interfaceCount = 0;

  constructor(sink: PacketSink) {
    this.sink = sink;
  }

  /** @returns whether blocks of a type are handed to {@link read}; the others are passed over */
  isRead(type: number): boolean {
    return READ.has(type);
  }

  isKnown(type: number): boolean {
    return READ.has(type) || NAMES.has(type) || type === BLOCK.section;
  }

  nameOf(type: number): string {
    return NAMES.get(type) ?? 'an unknown type';
  }

  nextSection(isBig: boolean): void {
    this.isBig = isBig;
    this.interfaces = [];
  }

  /**
   * @param at first byte of the block
   * @param end behind its body, where its length stands again
   * @param offset of the block in the file
   */
  read(type: number, bytes: Uint8Array, at: number, end: number, offset: number): void {
    switch (type) {
      case BLOCK.interface:
        this.readInterface(bytes, at, end, offset);
        break;
      case BLOCK.enhancedPacket:
        if (end - at >= 28) this.readPacket(bytes, at, end, u32(bytes, at + 8, this.isBig), offset);
        else this.tooShort(offset);
        break;
      case BLOCK.packet:
        if (end - at >= 28) this.readPacket(bytes, at, end, u16(bytes, at + 8, this.isBig), offset);
        else this.tooShort(offset);
        break;
      case BLOCK.simplePacket:
        this.readSimple(bytes, at, end, offset);
        break;
      case BLOCK.statistics:
        this.eachOption(bytes, at + 20, end, (code, from, size) => {
          if (code === OPTION.ifDrops && size === 8) this.sink.drops(this.u64(bytes, from));
        });
        break;
      default:
    }
  }

  private readInterface(bytes: Uint8Array, at: number, end: number, offset: number): void {
    const { isBig } = this;
    if (end - at < 16) {
      this.tooShort(offset);
      return;
    }
    if (this.interfaces.length >= MAX_INTERFACES) {
      this.sink.fault(
        'limit',
        offset,
        `a section has more than ${MAX_INTERFACES} interfaces; packets of the others are not read`,
      );
      return;
    }
    let name: string | undefined;
    let resolution = 6;
    let offsetMs = 0;
    this.eachOption(bytes, at + 16, end, (code, from, size) => {
      if (code === OPTION.name)
        name = Buffer.from(bytes.subarray(from, from + size))
          .toString('utf8')
          .replace(/\0+$/, '');
      else if (code === OPTION.resolution && size >= 1) resolution = bytes[from]!;
      else if (code === OPTION.offset && size === 8) offsetMs = this.i64(bytes, from) * 1000;
    });
    const power = resolution & 0x7f;
    const unitsPerSecond = (resolution & 0x80) !== 0 ? 2 ** power : 10 ** power;
    const perMs = unitsPerSecond / 1000;
    const snapBytes = u32(bytes, at + 12, isBig);
    this.interfaces.push({
      index: this.interfaceCount++,
      linkType: u16(bytes, at + 8, isBig),
      name: name === '' ? undefined : name,
      snapBytes,
      limit: packetLimit(snapBytes),
      unitMs: 1 / perMs,
      unitsPerMs: Number.isInteger(perMs) ? perMs : 0,
      offsetMs,
    });
  }

  /** Enhanced packets and the packets of old files agree from byte 12 on. */
  private readPacket(bytes: Uint8Array, at: number, end: number, index: number, offset: number): void {
    const { isBig, sink } = this;
    const { clock } = sink;
    const captured = u32(bytes, at + 20, isBig);
    const on = this.interfaces[index];
    clock.packet++;
    clock.offset = offset;
    if (on === undefined) {
      sink.fault('block', offset, `a packet of interface ${index}, which no block before it describes; it is not read`);
      return;
    }
    if (at + 28 + captured > end || captured > on.limit) {
      sink.fault('block', offset, `a packet of ${captured} bytes does not fit into its block; it is not read`);
      return;
    }
    clock.time = timeOf(u32(bytes, at + 12, isBig), u32(bytes, at + 16, isBig), on);
    const from = at + 28;
    sink.packet(bytes, from, from + captured, on);
  }

  private readSimple(bytes: Uint8Array, at: number, end: number, offset: number): void {
    const { sink } = this;
    const on = this.interfaces[0];
    if (end - at < 12) {
      this.tooShort(offset);
      return;
    }
    sink.clock.packet++;
    sink.clock.offset = offset;
    if (on === undefined) {
      sink.fault('block', offset, 'a packet before any interface is described; it is not read');
      return;
    }
    // Without a time of its own: the clock keeps that of the packet before.
    const original = u32(bytes, at + 8, this.isBig);
    const snapped = on.snapBytes > 0 ? Math.min(on.snapBytes, original) : original;
    sink.packet(bytes, at + 12, Math.min(at + 12 + snapped, end), on);
  }

  private tooShort(offset: number): void {
    this.sink.fault('block', offset, 'the block is shorter than its fields; it is not read');
  }

  private eachOption(
    bytes: Uint8Array,
    from: number,
    end: number,
    visit: (code: number, from: number, size: number) => void,
  ): void {
    let at = from;
    while (at + 4 <= end) {
      const code = u16(bytes, at, this.isBig);
      const size = u16(bytes, at + 2, this.isBig);
      if (code === OPTION.end || at + 4 + size > end) return;
      visit(code, at + 4, size);
      at += 4 + ((size + 3) & ~3);
    }
  }

  private u64(bytes: Uint8Array, at: number): number {
    const [low, high] = this.isBig ? [at + 4, at] : [at, at + 4];
    return u32(bytes, high, this.isBig) * 4294967296 + u32(bytes, low, this.isBig);
  }

  private i64(bytes: Uint8Array, at: number): number {
    const [low, high] = this.isBig ? [at + 4, at] : [at, at + 4];
    return (u32(bytes, high, this.isBig) | 0) * 4294967296 + u32(bytes, low, this.isBig);
  }
}

/**
 * Time of two 32-bit halves in units of an interface. Whole milliseconds and the rest are computed apart: nanoseconds
 * since 1970 do not fit a double.
 */
function timeOf(high: number, low: number, on: SectionInterface): number {
  const { unitsPerMs } = on;
  if (unitsPerMs === 0) return (high * 4294967296 + low) * on.unitMs + on.offsetMs;
  const top = Math.floor(high / unitsPerMs);
  const rest = (high - top * unitsPerMs) * 4294967296 + low;
  return top * 4294967296 + rest / unitsPerMs + on.offsetMs;
}
