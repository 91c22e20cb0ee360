/**
 * Zstandard (RFC 8878) from whoever sends it. The library keeps the whole window of a frame and moves it for each block, and a
 * block of four bytes can make 128 KiB: so windows are bounded, and packed bytes go in by small pieces.
 */
import { Decompress } from 'fzstd';

/** Packed bytes that are unpacked at once: 32 MiB at most come of them. */
const PIECE_BYTES = 1024;

const MAGIC = 0xfd2fb528;
const SKIPPABLE = 0x184d2a5;
/** Magic number, descriptor, window, dictionary and size of the content (§3.1.1.1). */
const MAX_HEADER_BYTES = 18;

/**
 * Unpacks piece by piece, so that others get their turn between two.
 *
 * @param packed not changed until all of it was unpacked
 * @param isEnd whether nothing more comes
 * @throws Error with the reason for damage, and for a frame whose window is larger than the reader was made for
 */
export class ZstdReader {
  private readonly frames: FrameWalk;
  private readonly unpacker: Decompress;
  private ready: Uint8Array[] = [];

  /** @param maxWindowBytes window that a frame may ask for */
  constructor(maxWindowBytes: number) {
    this.frames = new FrameWalk(maxWindowBytes);
    this.unpacker = new Decompress((part) => this.ready.push(part));
  }

  /** See the class. */
  *push(packed: Buffer, isEnd: boolean): Generator<readonly Uint8Array[]> {
    for (let at = 0; at < packed.length; at += PIECE_BYTES) {
      const piece = packed.subarray(at, at + PIECE_BYTES);
      this.frames.walk(piece);
      this.unpacker.push(piece);
      yield this.take();
    }
    if (!isEnd) return;
    this.unpacker.push(new Uint8Array(0), true);
    yield this.take();
  }

  private take(): readonly Uint8Array[] {
    const { ready } = this;
    this.ready = [];
    return ready;
  }
}

/** Looks at the headers of frames before the library does. */
class FrameWalk {
  private readonly maxWindowBytes: number;
  private rest: Buffer = Buffer.alloc(0);
  /** Bytes until the next header. */
  private skip = 0;
  private isInFrame = false;
  private checksumBytes = 0;
  /** Not Zstandard: the library says so. */
  private isLost = false;

  constructor(maxWindowBytes: number) {
    this.maxWindowBytes = maxWindowBytes;
  }

  walk(piece: Buffer): void {
    let bytes = this.rest.length === 0 ? piece : Buffer.concat([this.rest, piece]);
    while (!this.isLost) {
      const step = Math.min(this.skip, bytes.length);
      this.skip -= step;
      bytes = bytes.subarray(step);
      const header = this.skip > 0 ? 0 : this.isInFrame ? this.block(bytes) : this.frame(bytes);
      if (header === 0) break;
      bytes = bytes.subarray(header);
    }
    this.rest = this.isLost ? Buffer.alloc(0) : Buffer.from(bytes);
  }

  /** @returns length of the header; 0 when not all of it is there */
  private frame(bytes: Buffer): number {
    if (bytes.length < 8) return 0;
    const magic = bytes.readUInt32LE(0);
    if (magic >>> 4 === SKIPPABLE) {
      this.skip = bytes.readUInt32LE(4);
      return 8;
    }
    this.isLost = magic !== MAGIC;
    const descriptor = bytes[4]!;
    const hasWindow = (descriptor & 0x20) === 0;
    const dictionary = [0, 1, 2, 4][descriptor & 3]!;
    const size = [hasWindow ? 0 : 1, 2, 4, 8][descriptor >> 6]!;
    const at = 5 + (hasWindow ? 1 : 0) + dictionary;
    if (bytes.length < Math.min(at + size, MAX_HEADER_BYTES)) return 0;
    const window = hasWindow ? windowOf(bytes[5]!) : sizeOf(bytes, at, size);
    if (!this.isLost && window > this.maxWindowBytes) {
      throw new Error(`it asks for a window of ${window} bytes; ${this.maxWindowBytes} are taken`);
    }
    this.isInFrame = true;
    this.checksumBytes = (descriptor & 4) === 0 ? 0 : 4;
    return at + size;
  }

  private block(bytes: Buffer): number {
    if (bytes.length < 3) return 0;
    const header = bytes.readUIntLE(0, 3);
    const isRepeated = ((header >> 1) & 3) === 1;
    this.skip = isRepeated ? 1 : header >> 3;
    if ((header & 1) === 1) {
      this.isInFrame = false;
      this.skip += this.checksumBytes;
    }
    return 3;
  }
}

/** §3.1.1.1.2 */
function windowOf(descriptor: number): number {
  const base = 2 ** (10 + (descriptor >> 3));
  return base + (base / 8) * (descriptor & 7);
}

/** §3.1.1.1.4 */
function sizeOf(bytes: Buffer, at: number, size: number): number {
  if (size === 8) return Number(bytes.readBigUInt64LE(at));
  return bytes.readUIntLE(at, size) + (size === 2 ? 256 : 0);
}
