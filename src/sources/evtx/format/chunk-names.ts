import { decodeUtf16, isText } from '../../../base/bytes/utf16.ts';
import { u16 } from '../../../base/bytes/little-endian.ts';
import { FIRST_RECORD } from './file-layout.ts';

/** Bytes around the characters of a name: next name, hash, count, and a zero behind. */
export const NAME_FRAME = 10;

/** The names of a chunk: each is stored where it is used first, everybody else points there. Resolved once a chunk. */
export class ChunkNames {
  private bytes: Buffer = Buffer.alloc(0);
  private readonly known = new Map<number, string>();

  /** The names are now those of another chunk. */
  bind(bytes: Buffer): void {
    this.bytes = bytes;
    this.known.clear();
  }

  /** @returns the name stored at an offset of the chunk, or undefined when none can stand there */
  at(offset: number): string | undefined {
    const known = this.known.get(offset);
    if (known !== undefined) return known;
    if (offset < FIRST_RECORD || this.endOf(offset) < 0) return undefined;
    const text = decodeUtf16(this.bytes, offset + 8, u16(this.bytes, offset + 6));
    this.known.set(offset, text);
    return text;
  }

  /** @returns whether this name is stored at an offset of the chunk */
  isAt(offset: number, name: string): boolean {
    if (offset < FIRST_RECORD || this.endOf(offset) < 0) return false;
    return u16(this.bytes, offset + 6) === name.length && isText(this.bytes, offset + 8, name);
  }

  /** @returns the place behind the name stored at an offset, or -1 when it does not fit the chunk */
  endOf(offset: number): number {
    if (offset + NAME_FRAME > this.bytes.length) return -1;
    const end = offset + NAME_FRAME + u16(this.bytes, offset + 6) * 2;
    return end <= this.bytes.length ? end : -1;
  }

  /** @returns whether the stored hash agrees with the characters; a cheap test that this is a name at all */
  isIntact(offset: number): boolean {
    if (offset < FIRST_RECORD || this.endOf(offset) < 0) return false;
    return u16(this.bytes, offset + 4) === (hashName(this.bytes, offset + 8, u16(this.bytes, offset + 6)) & 0xffff);
  }
}

/** Hash of a name as Windows stores it (its low 16 bits). */
function hashName(bytes: Buffer, at: number, characters: number): number {
  let hash = 0;
  for (let i = at; i < at + characters * 2; i += 2) hash = (Math.imul(hash, 65_599) + u16(bytes, i)) | 0;
  return hash;
}
