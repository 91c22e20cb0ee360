/** Where things stand in a record: magic, size, number, time, body, and the size once more. */
import { u32 } from '../../../base/bytes/little-endian.ts';

/** First four bytes of a record. */
export const RECORD_MAGIC = 0x2a2a;

/** Bytes of a record without any body. */
export const MIN_RECORD_BYTES = 28;

/** Where the body begins. */
export const BODY = 24;

/** What the first bytes of a place say about a record there. */
export type RecordCheck = 'record' | 'magic' | 'size' | 'copy';

/**
 * @param end behind the last byte a record may have
 * @returns `record`, or what does not fit
 */
export function checkRecord(bytes: Buffer, at: number, end: number): RecordCheck {
  if (at + MIN_RECORD_BYTES > end || u32(bytes, at) !== RECORD_MAGIC) return 'magic';
  const size = u32(bytes, at + 4);
  if (size < MIN_RECORD_BYTES || size % 8 !== 0 || size > end - at) return 'size';
  return u32(bytes, at + size - 4) === size ? 'record' : 'copy';
}

/** @returns the next place from `from` on, in steps of 8, where a whole record stands, or -1 */
export function findRecord(bytes: Buffer, from: number, end: number): number {
  for (let at = from; at + MIN_RECORD_BYTES <= end; at += 8) {
    if (bytes[at] === 0x2a && checkRecord(bytes, at, end) === 'record') return at;
  }
  return -1;
}
