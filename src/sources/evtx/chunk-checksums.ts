import { crc32 } from 'node:zlib';
import { u32 } from '../../base/bytes/little-endian.ts';
import { CHUNK_BYTES, FIRST_RECORD } from './format/file-layout.ts';

/** Where the file's header and those of chunks hold their flags and, behind them, the checksum of themselves. */
const FLAGS = 120;
const HEADER_CHECKSUM = 124;
const NO_CHECKSUMS = 4;
/** Where the tables of a chunk begin, which its header's checksum covers too. */
const TABLES = 128;
const FREE_SPACE = 48;
const RECORDS_CHECKSUM = 52;

/** What the checksums say. */
export interface Checksums {
  /** The writer left them out, and says so. */
  readonly areAbsent: boolean;
  /** What does not have the checksum it should have, in words. */
  readonly wrong: readonly string[];
}

const RIGHT: Checksums = { areAbsent: false, wrong: [] };
const ABSENT: Checksums = { areAbsent: true, wrong: [] };

/** @param header first 128 bytes of a file, or more */
export function fileChecksums(header: Buffer): Checksums {
  if ((u32(header, FLAGS) & NO_CHECKSUMS) !== 0) return ABSENT;
  const found = crc32(header.subarray(0, FLAGS));
  return found === u32(header, HEADER_CHECKSUM) ? RIGHT : { areAbsent: false, wrong: ['the header'] };
}

/** @param chunk with its header; in a torn one, records whose end is missing cannot be checked */
export function chunkChecksums(chunk: Buffer): Checksums {
  if ((u32(chunk, FLAGS) & NO_CHECKSUMS) !== 0) return ABSENT;
  const header = crc32(chunk.subarray(TABLES, FIRST_RECORD), crc32(chunk.subarray(0, FLAGS)));
  const isHeaderRight = header === u32(chunk, HEADER_CHECKSUM);
  const end = Math.max(FIRST_RECORD, Math.min(CHUNK_BYTES, u32(chunk, FREE_SPACE)));
  const areRecordsRight =
    end > chunk.length || crc32(chunk.subarray(FIRST_RECORD, end)) === u32(chunk, RECORDS_CHECKSUM);
  if (isHeaderRight && areRecordsRight) return RIGHT;
  return {
    areAbsent: false,
    wrong: [...(isHeaderRight ? [] : ['the header']), ...(areRecordsRight ? [] : ['the records'])],
  };
}
