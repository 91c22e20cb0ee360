/**
 * Logs that Windows wrote, against an independent parser (libevtx): the same records, and the same values after the
 * spellings in which the two differ by design are made one.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { readEvtxRecords } from '../../../test/tools/read-evtx-records.ts';
import { toXml } from './record/to-xml.ts';
import { evidencePath } from '../../../test/tools/evidence-folder.ts';

const FOLDER = evidencePath('evtx');
const hasData = existsSync(FOLDER);
const EVTXINFO = 'evtxinfo';
const hasLibevtx = spawnSync(EVTXINFO, ['-V']).error === undefined;
const note = `${hasData ? '' : ' (skipped: no sample logs here)'}${hasLibevtx ? '' : ' (skipped: libevtx-utils is not installed)'}`;
const files = hasData
  ? readdirSync(FOLDER, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.evtx'))
      .sort()
  : [];

/** Records we read and libevtx does not count, with the reason. */
const MORE_RECORDS: Readonly<Record<string, readonly [records: number, reason: string]>> = {
  'format/sample_with_a_bad_chunk_magic.evtx': [
    33,
    'whole records behind a torn one, found by going on at the next magic (a 34th has lost its values)',
  ],
};

/** Files whose values libevtx cannot show. */
const NO_XML: Readonly<Record<string, string>> = {
  'attack/share-enumeration-forwarded.evtx': 'records without template: evtxexport stops at the first one',
  'format/issue_201.evtx': 'a record without template',
};

const run = (program: string, args: readonly string[]): string =>
  spawnSync(program, args, { encoding: 'utf8', maxBuffer: 1 << 28 }).stdout;

test.skipIf(note !== '').each(files)(`%s has as many records as libevtx counts${note}`, (file) => {
  const counted = Number(/Number of records\s*: (\d+)/.exec(run(EVTXINFO, [`${FOLDER}/${file}`]))?.[1]);
  const log = readEvtxRecords(readFileSync(`${FOLDER}/${file}`));
  expect(log.records.length).toBe(counted + (MORE_RECORDS[file]?.[0] ?? 0));
});

test.skipIf(note !== '').each(files.filter((file) => !(file in NO_XML)))(
  `%s has the values libevtx shows${note}`,
  (file) => {
    const theirs = run('evtxexport', ['-f', 'xml', `${FOLDER}/${file}`]).match(/<Event [\s\S]*?<\/Event>/g) ?? [];
    const byNumber = new Map(theirs.map((xml) => [recordKey(xml), leavesOf(xml)]));
    let compared = 0;
    readEvtxRecords(readFileSync(`${FOLDER}/${file}`), {
      each: (record) => {
        const xml = toXml(record);
        const shown = byNumber.get(recordKey(xml));
        if (!shown) return;
        compared++;
        expect(leavesOf(xml)).toEqual(shown);
      },
    });
    expect(compared).toBe(byNumber.size);
    expect(compared).toBeGreaterThan(0);
  },
  60_000,
);

test.skipIf(!hasData)(`a forwarded log, which holds no templates, is read${hasData ? '' : note}`, () => {
  const { records, faults } = readEvtxRecords(readFileSync(`${FOLDER}/attack/share-enumeration-forwarded.evtx`));
  expect(faults).toEqual([]);
  expect(records.length).toBe(91);
  const shares = records.filter((record) => record.system['eventId'] === 5140);
  expect(shares.length).toBeGreaterThan(0);
  for (const { system, data } of shares) {
    expect(system).toMatchObject({ channel: 'Security', provider: 'Microsoft-Windows-Security-Auditing' });
    expect(system['timeText']).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3,7}Z$/);
    expect(data['ShareName']![0]).toMatch(/^\\\\/);
    expect(data['IpAddress']).toBeDefined();
  }
});

const UNSHOWN = new RegExp('[\\u0000-\\u0008\\u000b\\u000c\\u000e-\\u001f\\ufffd-\\uffff]', 'g');

/** Files differ in whether EventRecordID is unique; together with the time it is. */
function recordKey(xml: string): string {
  const id = /<EventRecordID>(\d+)</.exec(xml)?.[1];
  const time = /SystemTime="([^"]*)"/.exec(xml)?.[1];
  return `${id} ${time && plain(time)}`;
}

/** Elements and attributes with their values, in order. */
function leavesOf(xml: string): string[] {
  const leaves: string[] = [];
  const path: string[] = [];
  for (const [, close, name, attributes = '', empty, text] of xml.matchAll(
    /<(\/?)([^\s/>]+)((?:\s+[^\s=]+="[^"]*")*)\s*(\/?)>([^<]*)/g,
  )) {
    if (close) {
      path.pop();
      continue;
    }
    path.push(name!);
    for (const [, key, value = ''] of attributes.matchAll(/\s([^\s=]+)="([^"]*)"/g)) {
      if (value !== '') leaves.push(`${path.join('/')}@${key} ${plain(value)}`);
    }
    if (empty) leaves.push(`${path.join('/')} `);
    else leaves.push(`${path.join('/')} ${plain(text!)}`);
    if (empty) path.pop();
  }
  return leaves;
}

/** One spelling for what the two parsers spell differently. */
function plain(escaped: string): string {
  const text = escaped
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&');
  // Pointer-wide numbers are hexadecimal with us, and decimal there; hexadecimal numbers are padded there.
  if (/^(0x[0-9a-f]+|\d+)$/i.test(text)) return BigInt(text).toString();
  if (/^\{[0-9a-f-]{36}\}$/i.test(text)) return text.toUpperCase();
  if (/^\d{4}-\d\d-\d\dT[\d:]{8}\.\d+Z$/.test(text)) return text.replace(/0+Z$/, 'Z');
  // Characters XML cannot hold: we show U+FFFD, they nothing or the character. Blanks at the end are cut there.
  return text.replaceAll(UNSHOWN, '').trimEnd();
}
