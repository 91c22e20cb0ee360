/**
 * Every sample log with a thousand flipped bits, one at a time. A chunk stands alone, so that only the file's header, the chunk
 * with the flipped bit and the one behind it are read again.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { seededRandom } from '../../../test/conformance/sources.ts';
import { readEvtxRecords, type ShownRecord } from '../../../test/tools/read-evtx-records.ts';
import { toXml } from './record/to-xml.ts';
import { evidencePath } from '../../../test/tools/evidence-folder.ts';

const FOLDER = evidencePath('evtx');
const note = existsSync(FOLDER) ? '' : ' (skipped: no sample logs here)';
const files = note
  ? ['none']
  : readdirSync(FOLDER, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.evtx'))
      .sort();

const FLIPS = 1000;
const HEADER_BYTES = 4096;
const CHUNK_BYTES = 65_536;
/** A chunk of 64 kB holds no more records, nor places where one could begin, than this. */
const MAX_PER_CHUNK = CHUNK_BYTES / 8;

const read = (bytes: Buffer, carve = false) => readEvtxRecords(bytes, { carve, each: (record) => void toXml(record) });

test.skipIf(note !== '').each(files)(
  `%s: ${FLIPS} flipped bits throw nothing and harm no other chunk${note}`,
  (file) => {
    const bytes = readFileSync(`${FOLDER}/${file}`);
    const random = seededRandom(bytes.length);
    const header = bytes.subarray(0, HEADER_BYTES);
    const chunks = Math.floor((bytes.length - HEADER_BYTES) / CHUNK_BYTES);
    const chunkAt = (number: number) =>
      bytes.subarray(HEADER_BYTES + number * CHUNK_BYTES, HEADER_BYTES + (number + 1) * CHUNK_BYTES);
    const alone = new Map<number, readonly ShownRecord[]>();
    const recordsOf = (number: number) => {
      let records = alone.get(number);
      if (!records) alone.set(number, (records = read(Buffer.concat([header, chunkAt(number)])).records));
      return records;
    };
    for (let flip = 0; flip < FLIPS; flip++) {
      const at = Math.floor(random() * (HEADER_BYTES + chunks * CHUNK_BYTES));
      const number = Math.max(0, Math.floor((at - HEADER_BYTES) / CHUNK_BYTES));
      const changed = Buffer.concat([header, chunkAt(number), chunkAt(number + 1)]);
      changed[at < HEADER_BYTES ? at : HEADER_BYTES + ((at - HEADER_BYTES) % CHUNK_BYTES)]! ^=
        1 << Math.floor(random() * 8);
      const log = read(changed, flip % 4 === 0);
      expect(log.records.length + log.faultCount).toBeLessThan(2 * MAX_PER_CHUNK);
      const behind = recordsOf(number + 1);
      // Without a magic at its place the end of a broken chunk is searched for.
      if (behind.length > 0 && flip % 4 !== 0) expect(log.records.slice(-behind.length)).toEqual(behind);
    }
  },
  120_000,
);
