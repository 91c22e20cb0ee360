/**
 * Lines between the rows of a block's files, by which the next start tells what was acknowledged. They have no position, and so
 * DuckDB leaves them out.
 *
 * A *seal* stands behind rows that were put down safely: their checksum, and up to which position all was on disk before. A *mark*
 * follows once they are on disk. It is not waited for: a program that is killed leaves it behind, a machine that stops perhaps not,
 * and then nothing tells the last rows, damaged, from rows that were being written.
 */
import { crc32 } from 'node:zlib';

const SEAL = '{"crc32":';
const MARK = '{"held":';
/** Neither is longer: the position has 16 digits, the checksum 10. */
const MAX_BYTES = 64;

/** What a line between rows says. */
export interface RowSeal {
  readonly isMark: boolean;
  /** Checksum of a seal's rows and of what it says itself; a mark's is checked. */
  readonly sum: number;
  /** All rows up to this position are on disk; 0 in a seal of earlier versions, which did not say. */
  readonly held: number;
  /** What the checksum covers beside the rows. */
  readonly covered: string;
}

/** @param held position up to which all was on disk before the rows were written */
export function sealOf(pieces: readonly Buffer[], held: number): Buffer {
  const rows = pieces.reduce((before, piece) => crc32(piece, before), 0);
  return Buffer.from(`${SEAL}${crc32(String(held), rows)},"held":${held}}\n`);
}

/** @param held position up to which all is on disk */
export function markOf(held: number): Buffer {
  return Buffer.from(`${MARK}${held},"crc32":${crc32(String(held))}}\n`);
}

/** @returns undefined for a line that is a row, or is damaged */
export function parseSeal(line: Buffer): RowSeal | undefined {
  if (!isSeal(line) || line.length > MAX_BYTES) return undefined;
  const text = line.toString('latin1');
  const seal = /^\{"crc32":(\d+)(?:,"held":(\d+))?\}\n$/.exec(text);
  if (seal) return { isMark: false, sum: Number(seal[1]), held: Number(seal[2] ?? 0), covered: seal[2] ?? '' };
  const mark = /^\{"held":(\d+),"crc32":(\d+)\}\n$/.exec(text);
  if (!mark || crc32(mark[1]!) !== Number(mark[2])) return undefined;
  return { isMark: true, sum: Number(mark[2]), held: Number(mark[1]), covered: mark[1]! };
}

/** @returns whether a line begins as one between rows does */
export function isSeal(line: Buffer): boolean {
  return [SEAL, MARK].some((start) => line.toString('latin1', 0, start.length) === start);
}
