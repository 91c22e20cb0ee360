/** Where things stand in an event log file: a header block, then chunks of 64 KiB that can be read one by one. */
import { u16, u32 } from '../../../base/bytes/little-endian.ts';

/** Size of a chunk in bytes. */
export const CHUNK_BYTES = 65_536;

/** Where the records of a chunk begin: behind its header, string table and template table. */
export const FIRST_RECORD = 512;

/** Chunks of damaged files and images are looked for at every multiple of this. */
export const SECTOR_BYTES = 512;

/** Size of the header block. What the header says of it is not needed: chunks are recognised where they stand. */
export const HEADER_BLOCK_BYTES = 4096;

/** Bytes of the header block that hold something. */
export const FILE_HEADER_BYTES = 128;

const FILE_MAGIC = Buffer.from('ElfFile\0', 'latin1');
const CHUNK_MAGIC_LOW = Buffer.from('ElfC', 'latin1').readInt32LE();
const CHUNK_MAGIC_HIGH = Buffer.from('hnk\0', 'latin1').readInt32LE();
const CHUNK_HEADER_SIZE = 128;

/** @returns whether a file begins here */
export function hasFileMagic(bytes: Buffer): boolean {
  return bytes.length >= 8 && bytes.compare(FILE_MAGIC, 0, 8, 0, 8) === 0;
}

/** @returns whether a chunk begins at a place */
export function hasChunkMagic(bytes: Buffer, at: number): boolean {
  return (
    at + 8 <= bytes.length && (u32(bytes, at) | 0) === CHUNK_MAGIC_LOW && (u32(bytes, at + 4) | 0) === CHUNK_MAGIC_HIGH
  );
}

/**
 * @param from first place looked at, a multiple of the sector
 * @returns where the next chunk begins, or -1; the header's own size is checked too, as here the place proves nothing
 */
export function findChunk(bytes: Buffer, from: number): number {
  for (let at = from; at + 44 <= bytes.length; at += SECTOR_BYTES) {
    if (hasChunkMagic(bytes, at) && u32(bytes, at + 40) === CHUNK_HEADER_SIZE) return at;
  }
  return -1;
}

/** @returns version such as `3.1` */
export function fileVersion(header: Buffer): string {
  return `${u16(header, 38)}.${u16(header, 36)}`;
}
