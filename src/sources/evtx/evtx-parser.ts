import type { EventSink, Parser, SourceContext } from '../source.ts';
import { WindowsEvent } from '../windows/windows-event.ts';
import { CarvedIdentities, carveRecords } from './carve-records.ts';
import { type Checksums, chunkChecksums, fileChecksums } from './chunk-checksums.ts';
import { ChunkClock } from './chunk-clock.ts';
import { ChunkWindows } from './chunk-windows.ts';
import { EvtxFaults } from './evtx-faults.ts';
import { isZero, u32 } from '../../base/bytes/little-endian.ts';
import {
  CHUNK_BYTES,
  FIRST_RECORD,
  FILE_HEADER_BYTES,
  fileVersion,
  findChunk,
  HEADER_BLOCK_BYTES,
  hasChunkMagic,
  hasFileMagic,
  SECTOR_BYTES,
} from './format/file-layout.ts';
import { BODY, checkRecord } from './format/record-layout.ts';
import { KindGate } from './kind-gate.ts';
import { ChunkContext } from './record/chunk-context.ts';
import type { EvtxRecord } from './record/evtx-record.ts';
import { giveBackTables, takeTables } from './record/reader-tables.ts';
import { RecordReader } from './record/record-reader.ts';
import { type TimeCheck, walkRecords } from './walk-records.ts';

/** Called for each record that could be read, instead of handing out events. */
export type RecordSink = (record: EvtxRecord) => void;

/** Reads an event log as it comes, chunk by chunk. */
export class EvtxParser implements Parser {
  private readonly faults: EvtxFaults;
  private readonly tables = takeTables();
  private readonly chunk: ChunkContext;
  private readonly reader: RecordReader;
  private readonly windows: ChunkWindows;
  private readonly gate: KindGate | undefined;
  private readonly event: WindowsEvent;
  private readonly identities: CarvedIdentities | undefined;
  private readonly onRecord: RecordSink | undefined;
  private sink: EventSink = () => {};
  private isAtStart = true;
  /** A later part of a file; the first one tells what is wrong with the header. */
  private readonly isLaterPart: boolean;
  private isHeaderOnly = false;
  private readonly isVerifying: boolean;
  private readonly clock: ChunkClock;
  private readonly isInTime: TimeCheck;

  /**
   * @param onRecord takes the records themselves; no events are made then
   * @param clock of the limit on a chunk's time
   */
  constructor(context: SourceContext, onRecord?: RecordSink, clock = new ChunkClock()) {
    this.faults = new EvtxFaults(context);
    this.chunk = new ChunkContext(this.faults, this.tables.places);
    this.reader = new RecordReader(this.chunk, this.tables.slots);
    const read = (bytes: Buffer, offset: number) => this.readWindow(bytes, offset);
    this.windows = new ChunkWindows(read, this.tables.held, context.rangeFrom);
    this.gate = context.gate && new KindGate(context.gate);
    this.event = new WindowsEvent(this.reader.record, context.networks, context.file, 'evtx');
    this.identities = context.settings.carve === true ? new CarvedIdentities() : undefined;
    this.isLaterPart = (context.rangeFrom ?? 0) > HEADER_BLOCK_BYTES;
    this.onRecord = onRecord;
    this.isVerifying = context.settings.verify === true;
    this.clock = clock;
    this.isInTime = () => clock.isInTime();
  }

  push(bytes: Buffer, sink: EventSink): void {
    this.sink = sink;
    this.windows.push(bytes);
  }

  end(sink: EventSink): void {
    this.sink = sink;
    this.windows.end();
    this.chunk.forget();
    giveBackTables(this.tables);
    if (this.isHeaderOnly) {
      this.faults.add('chunk-truncated', HEADER_BLOCK_BYTES, 'the file ends behind its header, before the first chunk');
    }
  }

  /** @returns bytes used up */
  private readWindow(bytes: Buffer, offset: number): number {
    if (this.isAtStart) {
      this.isAtStart = false;
      return this.readHeader(bytes);
    }
    this.isHeaderOnly = false;
    if (hasChunkMagic(bytes, 0)) return this.readWhole(bytes, offset);
    const next = findChunk(bytes, SECTOR_BYTES);
    const gap = next < 0 ? bytes : bytes.subarray(0, next);
    if (!isZero(gap, 0, gap.length)) this.readHeadless(gap, offset);
    return gap.length;
  }

  private readHeader(bytes: Buffer): number {
    if (this.isLaterPart) return bytes.length;
    const next = findChunk(bytes, 0);
    if (!hasFileMagic(bytes)) {
      this.faults.add('file-magic', 0, 'the header of the file is damaged or missing; chunks are looked for');
    } else if (bytes.length < HEADER_BLOCK_BYTES) {
      this.faults.add('chunk-truncated', 0, `the file ends after ${bytes.length} bytes, inside of its header`);
    } else if (!/^3\.[0-2]$/.test(fileVersion(bytes))) {
      this.faults.add('file-version', 36, `version ${fileVersion(bytes)} is read as if it were 3.1`);
    }
    this.isHeaderOnly = bytes.length === HEADER_BLOCK_BYTES;
    if (this.isVerifying && hasFileMagic(bytes) && bytes.length >= FILE_HEADER_BYTES)
      this.report(fileChecksums(bytes), 'file-crc', 0);
    return next >= 0 ? next : HEADER_BLOCK_BYTES;
  }

  /** A chunk with its header. */
  private readWhole(window: Buffer, offset: number): number {
    const inner = findChunk(window, SECTOR_BYTES);
    // Bytes were lost, and the next chunk begins early; unless the words stand inside of a record.
    const isShort = inner >= 0 && !isInsideRecord(window, inner);
    const bytes = isShort ? window.subarray(0, inner) : window;
    if (bytes.length < CHUNK_BYTES) {
      const what = isShort ? 'the next one begins' : 'the file ends';
      this.faults.add(
        'chunk-truncated',
        offset,
        `${what} after ${bytes.length} of the ${CHUNK_BYTES} bytes of this chunk`,
      );
    }
    if (bytes.length < FIRST_RECORD) return bytes.length;
    const { record } = this.reader;
    if (this.isVerifying) record.isChecksumBad = this.report(chunkChecksums(bytes), 'chunk-crc', offset);
    this.readChunk(bytes, offset, u32(bytes, 48));
    record.isChecksumBad = false;
    return bytes.length;
  }

  /** @returns whether a checksum is wrong */
  private report({ areAbsent, wrong }: Checksums, kind: 'file-crc' | 'chunk-crc', offset: number): boolean {
    const what = kind === 'file-crc' ? 'file' : 'chunk';
    if (areAbsent)
      this.faults.add('no-checksums', offset, `the ${what} holds no checksums, so that nothing can be verified`);
    if (wrong.length === 0) return false;
    const parts = `${wrong.join(' and ')} of the ${what}`;
    const message = `${parts} do not fit their checksum: changed since, or never finished; read all the same`;
    this.faults.add(kind, offset, message);
    return true;
  }

  /** Bytes without a chunk's header: when records begin where they should, only the header is damaged. */
  private readHeadless(bytes: Buffer, offset: number): void {
    const hasRecords = checkRecord(bytes, FIRST_RECORD, bytes.length) === 'record';
    const what = hasRecords ? 'its records are read all the same' : 'skipped';
    this.faults.add(
      'chunk-magic',
      offset,
      `${bytes.length} bytes where a chunk was expected, without its magic; ${what}`,
    );
    if (hasRecords) this.readChunk(bytes, offset, bytes.length);
    else if (this.identities && bytes.length >= FIRST_RECORD) this.carve(bytes, offset, 0);
  }

  private readChunk(bytes: Buffer, offset: number, freeSpace: number): void {
    this.chunk.bind(bytes, offset);
    this.clock.begin();
    const visit = (start: number, size: number) => this.readRecord(start, size);
    const end = walkRecords(bytes, offset, this.faults, visit, freeSpace, this.isInTime);
    if (this.identities) this.carveFrom(end);
  }

  private readRecord(start: number, size: number): boolean {
    const { reader } = this;
    const { record } = reader;
    record.isRecovered = false;
    if (!reader.open(start, start + BODY, start + size - 4)) {
      record.bindNothing(start);
      const written = new Date(Number.isFinite(record.writtenTime) ? record.writtenTime : 0).toISOString();
      this.faults.add(
        'record-body',
        this.chunk.offset + start,
        `record ${record.fileRecordId}, written ${written}, cannot be read: ${reader.problem}`,
      );
      return false;
    }
    this.identities?.isNew(reader);
    this.emit(start);
    return true;
  }

  private emit(start: number): void {
    const { record } = this.reader;
    if (this.gate?.admits(record) === false) return;
    this.reader.complete();
    if (this.onRecord) {
      this.onRecord(record);
      return;
    }
    this.event.point(undefined, this.chunk.offset + start);
    this.sink(this.event);
  }

  private carve(bytes: Buffer, offset: number, from: number): void {
    this.chunk.bind(bytes, offset);
    this.clock.begin();
    this.carveFrom(from);
  }

  private carveFrom(from: number): void {
    this.chunk.isCarving = true;
    const take = (start: number) => {
      const { record } = this.reader;
      if (!this.identities!.isNew(this.reader)) return;
      record.isRecovered = true;
      const message = `record ${record.recordId} was read from free space; it is marked winlog.recovered`;
      this.faults.add('record-carved', this.chunk.offset + start, message);
      this.emit(start);
    };
    carveRecords(this.chunk.bytes, from, this.reader, take, this.isInTime);
    this.chunk.isCarving = false;
  }
}

/** @returns whether whole records, one after another, lead over a place */
function isInsideRecord(bytes: Buffer, place: number): boolean {
  let at = FIRST_RECORD;
  while (at <= place && checkRecord(bytes, at, bytes.length) === 'record') at += u32(bytes, at + 4);
  return at > place;
}
