/**
 * Writes event logs (EVTX 3.1) from a description, for tests and for the evidence the project ships. It shares no code with
 * the reader, so that the two check each other; `independent-readers.test.ts` has other people's programs read its files.
 */
import { crc32 } from 'node:zlib';
import { BinXmlWriter, NAME_BUCKETS, type Stored, TEMPLATE_BUCKETS } from './bin-xml-writer.ts';
import type { EvtxDescription, EvtxOptions, EvtxRecord } from './description.ts';
import { eventTree } from './event-tree.ts';
import { ChunkFull, OutBytes } from './out-bytes.ts';
import { toFiletime } from './value.ts';

const HEADER_BYTES = 4096;
const CHUNK_BYTES = 65_536;
const FIRST_RECORD = 512;
const FLAG_DIRTY = 1;
const FLAG_NO_CHECKSUMS = 4;

interface Chunk {
  readonly out: OutBytes;
  readonly records: { readonly id: bigint; readonly offset: number }[];
  stored: Stored;
}

/**
 * @param description records in the order of the file
 * @returns the file; without a record it holds one empty chunk
 * @throws Error when a record does not fit into a chunk of its own
 */
export function writeEvtx({ records, options = {} }: EvtxDescription): Buffer {
  const chunks = [newChunk()];
  for (const record of records) {
    const last = chunks.at(-1)!;
    const isFull = options.chunksOf !== undefined && last.records.length >= options.chunksOf;
    if (!isFull && addRecord(last, record, options)) continue;
    const next = newChunk();
    if (!addRecord(next, record, options)) throw new Error(`record ${record.recordId} is larger than a chunk`);
    chunks.push(next);
  }
  let written = 0n;
  const blocks = chunks.map((chunk, index) => {
    const first = written + 1n;
    written += BigInt(chunk.records.length);
    return finishChunk(chunk, first, options, index === chunks.length - 1 ? (options.slack ?? []) : []);
  });
  const empty = Array.from({ length: options.emptyChunks ?? 0 }, () => Buffer.alloc(CHUNK_BYTES));
  const header = options.header === 'absent' ? [] : [fileHeader(chunks, options)];
  return Buffer.concat([...header, ...blocks, ...empty]);
}

function newChunk(): Chunk {
  return {
    out: new OutBytes(Buffer.alloc(CHUNK_BYTES), FIRST_RECORD),
    records: [],
    stored: {
      names: new Map(),
      templates: new Map(),
      nameHeads: new Uint32Array(NAME_BUCKETS),
      templateHeads: new Uint32Array(TEMPLATE_BUCKETS),
    },
  };
}

/** @returns false when it does not fit; the chunk is as it was */
function addRecord(chunk: Chunk, record: EvtxRecord, options: EvtxOptions): boolean {
  const before = copyOf(chunk.stored);
  const start = chunk.out.position;
  try {
    writeRecord(chunk, record, options);
    return true;
  } catch (cause) {
    if (!(cause instanceof ChunkFull)) throw cause;
    chunk.out.bytes.fill(0, start);
    chunk.out.position = start;
    chunk.stored = before;
    return false;
  }
}

function copyOf({ names, templates, nameHeads, templateHeads }: Stored): Stored {
  return {
    names: new Map(names),
    templates: new Map(templates),
    nameHeads: nameHeads.slice(),
    templateHeads: templateHeads.slice(),
  };
}

function writeRecord({ out, records, stored }: Chunk, record: EvtxRecord, options: EvtxOptions): void {
  const start = out.position;
  const id = BigInt(record.fileRecordId ?? record.recordId);
  out.raw(Buffer.from('2a2a0000', 'hex'));
  const size = out.reserveU32();
  out.u64(id);
  out.u64(toFiletime(record.fileTime ?? record.time));
  new BinXmlWriter(out, stored, options).fragment(eventTree(record), record.form === 'templateless');
  while ((out.position - start + 4) % 8 !== 0) out.u8(0);
  const total = out.position - start + 4;
  out.u32(total);
  out.bytes.writeUInt32LE(total, size);
  records.push({ id, offset: start });
}

function finishChunk(chunk: Chunk, first: bigint, options: EvtxOptions, slack: readonly EvtxRecord[]): Buffer {
  const { out, records } = chunk;
  const { bytes } = out;
  const end = claimedEnd(chunk, out.position, options);
  const ids = records.map(({ id }) => id);
  bytes.write('ElfChnk\0', 0, 'latin1');
  bytes.writeBigUInt64LE(first, 8);
  bytes.writeBigUInt64LE(first + BigInt(Math.max(0, records.length - 1)), 16);
  bytes.writeBigUInt64LE(ids[0] ?? 0n, 24);
  bytes.writeBigUInt64LE(ids.at(-1) ?? 0n, 32);
  bytes.writeUInt32LE(128, 40);
  bytes.writeUInt32LE(records.at(-1)?.offset ?? 0, 44);
  bytes.writeUInt32LE(end, 48);
  bytes.writeUInt32LE(options.noChecksums ? FLAG_NO_CHECKSUMS : 1, 120);
  for (const [index, head] of chunk.stored.nameHeads.entries()) bytes.writeUInt32LE(head, 128 + index * 4);
  for (const [index, head] of chunk.stored.templateHeads.entries()) bytes.writeUInt32LE(head, 384 + index * 4);
  if (!options.noChecksums) {
    bytes.writeUInt32LE(crc32(bytes.subarray(FIRST_RECORD, Math.min(end, CHUNK_BYTES))), 52);
    bytes.writeUInt32LE(crc32(Buffer.concat([bytes.subarray(0, 120), bytes.subarray(128, 512)])), 124);
  }
  // Written last: neither the tables nor the checksum of a chunk know what stands in its free space.
  for (const record of slack) {
    if (!addRecord(chunk, record, options)) throw new Error(`no room behind the records for ${record.recordId}`);
    records.pop();
  }
  return bytes;
}

function claimedEnd({ records }: Chunk, end: number, options: EvtxOptions): number {
  if (options.freeSpace === 'too-small') return records.at(-1)?.offset ?? end;
  return options.freeSpace === 'beyond' ? CHUNK_BYTES + 8 : end;
}

function fileHeader(chunks: readonly Chunk[], options: EvtxOptions): Buffer {
  const header = Buffer.alloc(HEADER_BYTES);
  if (options.header === 'zeroed') return header;
  const ids = chunks.flatMap(({ records }) => records.map(({ id }) => id));
  header.write('ElfFile\0', 0, 'latin1');
  header.writeBigUInt64LE(BigInt(chunks.length - 1), 16);
  header.writeBigUInt64LE((ids.at(-1) ?? 0n) + 1n, 24);
  header.writeUInt32LE(128, 32);
  header.writeUInt16LE(options.minorVersion ?? 1, 36);
  header.writeUInt16LE(3, 38);
  header.writeUInt16LE(HEADER_BYTES, 40);
  header.writeUInt16LE(chunks.length, 42);
  header.writeUInt32LE((options.dirty ? FLAG_DIRTY : 0) | (options.noChecksums ? FLAG_NO_CHECKSUMS : 0), 120);
  if (!options.noChecksums) header.writeUInt32LE(crc32(header.subarray(0, 120)), 124);
  return header;
}
