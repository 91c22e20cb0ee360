import { expect, test } from 'vitest';
import type { EvtxRecord } from '../../../../test/tools/evtx-writer/description.ts';
import { writeEvtx } from '../../../../test/tools/evtx-writer/write-evtx.ts';
import { u32 } from '../../../base/bytes/little-endian.ts';
import { ChunkNames } from '../format/chunk-names.ts';
import { TokenReader } from '../format/token-reader.ts';
import { readTree } from '../format/tree.ts';
import { DEFINITION_HEADER } from './template-cache.ts';
import { TemplateShape } from './template-shape.ts';

const HEADER_BLOCK = 4096;
const CHUNK_BYTES = 65_536;
/** Definition of the first record: behind the heads of chunk, record, fragment and instance. */
const DEFINITION = 512 + 24 + 4 + 10;
const BODY = DEFINITION + DEFINITION_HEADER;

const event = (recordId: number, eventId: number): EvtxRecord => ({
  recordId,
  time: '2026-03-02T10:00:00.0000000Z',
  provider: { name: 'Microsoft-Windows-Security-Auditing' },
  channel: 'Security',
  computer: 'FS01.office.example',
  eventId,
  eventData: [['ShareName', 'string', '\\\\*\\ADMIN$']],
});

/** The chunk of a log, and a reader over its names. */
function chunkOf(records: readonly EvtxRecord[]) {
  const bytes = writeEvtx({ records: [...records] }).subarray(HEADER_BLOCK, HEADER_BLOCK + CHUNK_BYTES);
  const names = new ChunkNames();
  names.bind(bytes);
  return { bytes, names, reader: new TokenReader(names), size: u32(bytes, DEFINITION + 20) };
}

function treeOf(bytes: Buffer, size: number): string {
  const names = new ChunkNames();
  names.bind(bytes);
  const reader = new TokenReader(names);
  reader.open(bytes, BODY, BODY + size, true);
  return JSON.stringify(readTree(reader, bytes));
}

test('the definition is known again in another chunk', () => {
  const { bytes, reader, size } = chunkOf([event(1, 5140)]);
  const other = chunkOf([event(7, 5140), event(8, 5140)]);
  const shape = TemplateShape.of(bytes, BODY, size, reader)!;
  expect(shape.fits(other.bytes, BODY, other.names)).toBe(true);
});

test('what is taken for it with a byte changed says the same', () => {
  const { bytes, names, reader, size } = chunkOf([event(1, 5140)]);
  const shape = TemplateShape.of(bytes, BODY, size, reader)!;
  const whole = treeOf(bytes, size);
  let same = 0;
  for (let at = BODY; at < BODY + size; at++) {
    for (const flip of [0x01, 0x20, 0xff]) {
      bytes[at]! ^= flip;
      names.bind(bytes);
      if (shape.fits(bytes, BODY, names)) {
        same++;
        expect(treeOf(bytes, size)).toBe(whole);
      }
      bytes[at]! ^= flip;
    }
  }
  // Frames of names that are stored inside of it, but for their lengths.
  expect(same).toBeGreaterThan(0);
  expect(same).toBeLessThan(3 * size);
});

test('a definition that is cut has none', () => {
  const { bytes, reader, size } = chunkOf([event(1, 5140)]);
  expect(TemplateShape.of(bytes, BODY, size - 40, reader)).toBeUndefined();
});
