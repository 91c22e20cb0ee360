/** Old records in the free space of a chunk: former contents that were not yet written over. Only asked for by `carve`. */
import { createHash } from 'node:crypto';
import { u32 } from '../../base/bytes/little-endian.ts';
import { BODY, findRecord } from './format/record-layout.ts';
import { MAX_CARVED_IDENTITIES } from './limits.ts';
import type { RecordReader } from './record/record-reader.ts';
import type { TimeCheck } from './walk-records.ts';
import { filetimeMs } from '../../base/time/filetime.ts';

const YEAR_2000 = Date.UTC(2000, 0, 1);
const DAY_MS = 86_400_000;

/** Longer identities are remembered by their hash: names may have tens of thousands of characters. */
const MAX_IDENTITY = 200;

/** What was read of a file already, so that a former version of a record is left out. */
export class CarvedIdentities {
  private readonly known = new Set<string>();

  /** @returns whether the record bound to the reader is met for the first time */
  isNew(reader: RecordReader): boolean {
    const { record } = reader;
    const identity = `${record.recordId}\u0000${record.timeText}\u0000${record.eventId}\u0000${record.channel}`;
    const key = identity.length <= MAX_IDENTITY ? identity : createHash('sha256').update(identity).digest('base64');
    if (this.known.has(key)) return false;
    if (this.known.size < MAX_CARVED_IDENTITIES) this.known.add(key);
    return true;
  }
}

/**
 * @param from first place looked at, a multiple of 8 in the chunk
 * @param emit called with the reader bound to a record that could be read as a whole
 */
export function carveRecords(
  bytes: Buffer,
  from: number,
  reader: RecordReader,
  emit: (start: number, size: number) => void,
  isInTime: TimeCheck,
): void {
  const latest = Date.now() + DAY_MS;
  for (let at = findRecord(bytes, from, bytes.length); at >= 0 && isInTime(); ) {
    const size = u32(bytes, at + 4);
    const written = filetimeMs(bytes, at + 16);
    const isRecord = written >= YEAR_2000 && written <= latest && reader.open(at, at + BODY, at + size - 4);
    if (isRecord && Number.isFinite(reader.record.time)) {
      emit(at, size);
      at = findRecord(bytes, at + size, bytes.length);
    } else {
      at = findRecord(bytes, at + 8, bytes.length);
    }
  }
}
