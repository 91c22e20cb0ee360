import { closeSync, openSync, readSync } from 'node:fs';
import type { ByteRange } from '../source.ts';
import { CHUNK_BYTES, findChunk, HEADER_BLOCK_BYTES, hasChunkMagic, hasFileMagic } from './format/file-layout.ts';

/** Chunks a part has at least: starting a thread costs more than reading fewer. */
const MIN_CHUNKS = 256;

/**
 * Cuts an event log at chunk borders. Every chunk holds its own names and templates, so the parts need nothing of each
 * other.
 *
 * @returns parts in order; a single one when the file is short or has no chunk where one should begin
 */
export function chunkRanges(path: string, sizeBytes: number, parts: number): readonly ByteRange[] {
  const whole = [{ from: HEADER_BLOCK_BYTES, to: sizeBytes }];
  const chunks = Math.floor((sizeBytes - HEADER_BLOCK_BYTES) / CHUNK_BYTES);
  const count = Math.min(parts, Math.floor(chunks / MIN_CHUNKS));
  if (count < 2) return whole;
  const starts = Array.from(
    { length: count },
    (_, part) => HEADER_BLOCK_BYTES + Math.floor((chunks * part) / count) * CHUNK_BYTES,
  );
  const handle = openSync(path, 'r');
  try {
    const header = Buffer.alloc(HEADER_BLOCK_BYTES);
    readSync(handle, header, 0, header.length, 0);
    // A chunk that begins inside of the header block shifts what follows: only one reader can tell how far.
    if (!hasFileMagic(header) || findChunk(header, 0) >= 0) return whole;
    const bytes = Buffer.alloc(16);
    for (const start of starts) {
      readSync(handle, bytes, 0, bytes.length, start);
      if (!hasChunkMagic(bytes, 0)) return whole;
    }
  } finally {
    closeSync(handle);
  }
  return starts.map((from, part) => ({ from, to: starts[part + 1] ?? sizeBytes }));
}
