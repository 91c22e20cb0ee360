/**
 * The records of a chunk, one after another. The header's free-space offset is only a hint: records go on behind it as
 * long as they are whole and numbered in a row, and what is broken is skipped to the next whole record.
 */
import { isZero, u32, u64 } from '../../base/bytes/little-endian.ts';
import type { EvtxFaultKind, EvtxFaults } from './evtx-faults.ts';
import { CHUNK_BYTES, FIRST_RECORD } from './format/file-layout.ts';
import { MAX_CHUNK_MS } from './limits.ts';
import { checkRecord, findRecord, MIN_RECORD_BYTES } from './format/record-layout.ts';

/** @returns false when the body of the record cannot be read */
export type RecordVisitor = (start: number, size: number) => boolean;

/** @returns false when the chunk has had its time */
export type TimeCheck = () => boolean;

const FREE_SPACE = 48;
const LAST_RECORD_ID = 32;

/**
 * @param bytes a chunk, as much of it as there is
 * @param offset of the chunk in the file
 * @param freeSpace where the records are said to end
 * @returns where they do end
 */
export function walkRecords(
  bytes: Buffer,
  offset: number,
  faults: EvtxFaults,
  visit: RecordVisitor,
  freeSpace = u32(bytes, FREE_SPACE),
  isInTime: TimeCheck = () => true,
): number {
  const end = bytes.length;
  let at = FIRST_RECORD;
  let lastId = -1;
  const lastOfChunk = u64(bytes, LAST_RECORD_ID);
  while (at + MIN_RECORD_BYTES <= end) {
    if (!isInTime()) {
      const message = `the chunk takes more than ${MAX_CHUNK_MS} ms to read; what follows in it is skipped`;
      faults.add('chunk-time', offset + at, message);
      return end;
    }
    const check = checkRecord(bytes, at, end);
    if (check === 'record') {
      const id = u64(bytes, at + 8);
      // A whole record behind the free-space offset that does not go on counting is an older one.
      if (at >= freeSpace && lastId >= 0 && id !== lastId + 1 && !(id > lastId && id <= lastOfChunk)) break;
      lastId = id;
      const size = u32(bytes, at + 4);
      visit(at, size);
      at += size;
      continue;
    }
    if (at >= freeSpace || isZero(bytes, at, end)) break;
    const size = u32(bytes, at + 4);
    const isCut = check === 'size' && end < CHUNK_BYTES && at + size <= CHUNK_BYTES;
    if (!isCut) faults.add(FAULT[check], offset + at, messageOf(check, bytes, at));
    if (check === 'copy' && visit(at, size)) {
      lastId = u64(bytes, at + 8);
      at += size;
      continue;
    }
    const next = resynchronise(bytes, at + 8, freeSpace, lastId, lastOfChunk);
    if (next < 0) return isCut ? end : at;
    at = next;
  }
  return at;
}

/** The next whole record; behind the free-space offset only one that can belong to this chunk. */
function resynchronise(bytes: Buffer, from: number, freeSpace: number, lastId: number, lastOfChunk: number): number {
  const end = bytes.length;
  for (let at = findRecord(bytes, from, end); at >= 0; at = findRecord(bytes, at + 8, end)) {
    const id = u64(bytes, at + 8);
    if (at < freeSpace || (id > lastId && id <= lastOfChunk)) return at;
  }
  return -1;
}

const FAULT: Readonly<Record<'magic' | 'size' | 'copy', EvtxFaultKind>> = {
  magic: 'record-resync',
  size: 'record-size',
  copy: 'record-copy',
};

function messageOf(check: 'magic' | 'size' | 'copy', bytes: Buffer, at: number): string {
  if (check === 'magic')
    return `0x${u32(bytes, at).toString(16)} stands where a record was expected; skipped to the next`;
  const size = u32(bytes, at + 4);
  if (check === 'size') return `a record of ${size} bytes, which does not fit its chunk; skipped to the next`;
  return `the record says ${size} bytes at its start and ${u32(bytes, at + size - 4)} at its end`;
}
