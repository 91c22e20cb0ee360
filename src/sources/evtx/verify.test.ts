/** Checksums are evidence and no gate: they are compared when asked, told where they are wrong, and all is read. */
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { readAll } from '../../../test/conformance/sources.ts';
import type { EvtxRecord } from '../../../test/tools/evtx-writer/description.ts';
import { writeEvtx } from '../../../test/tools/evtx-writer/write-evtx.ts';
import { readEvtxRecords } from '../../../test/tools/read-evtx-records.ts';
import { evtx } from './evtx.ts';
import { evidencePath } from '../../../test/tools/evidence-folder.ts';

const CHUNK = 4096;
const CHUNK_BYTES = 65_536;
const FIRST = CHUNK + 512;

const event = (recordId: number): EvtxRecord => ({
  recordId,
  time: '2026-03-02T10:00:00.0000000Z',
  provider: { name: 'Microsoft-Windows-Security-Auditing' },
  channel: 'Security',
  computer: 'FS01.office.example',
  eventId: 5140,
  eventData: [['ShareName', 'string', '\\\\*\\ADMIN$']],
});
const THREE = [event(1), event(2), event(3)];

const faultsOf = (bytes: Buffer) => readEvtxRecords(bytes, { verify: true }).faults;

test.each([
  ['a whole log', {}, []],
  ['a dirty one', { dirty: true, chunksOf: 1 }, []],
  ['free space that begins too early', { freeSpace: 'too-small' }, []],
  ['free space beyond the chunk', { freeSpace: 'beyond' }, []],
  ['no checksums', { noChecksums: true }, ['evtx.no-checksums@0', `evtx.no-checksums@${CHUNK}`]],
] as const)('%s', (_name, options, faults) => {
  expect(faultsOf(writeEvtx({ records: THREE, options }))).toEqual(faults);
});

describe('one changed bit', () => {
  const text = writeEvtx({ records: THREE }).indexOf(Buffer.from('ADMIN', 'utf16le'), FIRST);
  test.each([
    ['in the header of the file', 24, ['evtx.file-crc@0']],
    ['in the checksum of the header of the file', 124, ['evtx.file-crc@0']],
    ['in the header of a chunk', CHUNK + 16, [`evtx.chunk-crc@${CHUNK}`]],
    ['in the table of names', CHUNK + 130, [`evtx.chunk-crc@${CHUNK}`]],
    ['in the checksum of the records', CHUNK + 52, [`evtx.chunk-crc@${CHUNK}`]],
    ['in a value', text, [`evtx.chunk-crc@${CHUNK}`]],
    ['behind the last record', CHUNK + CHUNK_BYTES - 1, []],
  ])('%s', (_name, at, faults) => {
    const bytes = writeEvtx({ records: THREE });
    bytes[at]! ^= 1;
    expect(faultsOf(bytes)).toEqual(faults);
    const log = readEvtxRecords(bytes);
    expect(log.faults).toEqual([]);
    expect(log.records.length).toBe(3);
  });

  test('marks the events of its chunk and no others', () => {
    const bytes = writeEvtx({ records: THREE, options: { chunksOf: 1 } });
    bytes[bytes.indexOf(Buffer.from('ADMIN', 'utf16le'), CHUNK + CHUNK_BYTES)]! ^= 2;
    const { events, faults } = readAll(evtx, bytes, { settings: { verify: true } });
    expect(events.map(({ document }) => (document['winlog'] as { checksum?: string }).checksum)).toEqual([
      undefined,
      'bad',
      undefined,
    ]);
    expect(faults[0]!.samples[0]!.message).toMatch(/^the records of the chunk do not fit their checksum/);
  });
});

test('records that are cut off with their file are not said to be wrong', () => {
  const cut = writeEvtx({ records: THREE }).subarray(0, FIRST + 100);
  expect(faultsOf(cut)).toEqual([`evtx.chunk-truncated@${CHUNK}`]);
});

const SAMPLES = evidencePath('evtx/format');
const note = existsSync(SAMPLES) ? '' : ' (skipped: no sample logs here)';

test.skipIf(note !== '').each([
  ['security.evtx', []],
  ['Application_no_crc32.evtx', ['evtx.no-checksums@0', 'evtx.no-checksums@4096']],
  // The sample was made by damaging chunks by hand.
  ['sample_with_a_bad_chunk_magic.evtx', ['evtx.chunk-crc@4096', 'evtx.chunk-crc@462848', 'evtx.chunk-crc@593920']],
])(`%s${note}`, (file, faults) => {
  const found = faultsOf(readFileSync(`${SAMPLES}/${file}`));
  expect(found.filter((fault) => /crc|checksums/.test(fault))).toEqual(faults);
});
