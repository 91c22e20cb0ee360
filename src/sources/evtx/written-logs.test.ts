/** Logs written from a description are read back value by value, whatever their form and layout. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { arbitraryEventData, arbitraryRecord, scalarTypes } from '../../../test/tools/evtx-writer/arbitrary-record.ts';
import type { EvtxOptions, EvtxRecord, Form } from '../../../test/tools/evtx-writer/description.ts';
import { valueTexts } from '../../../test/tools/evtx-writer/value.ts';
import { writeEvtx } from '../../../test/tools/evtx-writer/write-evtx.ts';
import { readEvtxRecords } from '../../../test/tools/read-evtx-records.ts';
import { dataName } from '../windows/data-name.ts';
import { toXml } from './record/to-xml.ts';

const FORMS: readonly Form[] = ['template', 'nested', 'literal-nested', 'templateless'];

const LAYOUTS: readonly (readonly [string, EvtxOptions])[] = [
  ['plain', {}],
  ['five records a chunk', { chunksOf: 5 }],
  ['terminated strings', { terminateStrings: true }],
  ['absent values of 16 bytes', { nullBytes: 16 }],
  ['empty chunks', { emptyChunks: 2 }],
  ['free space said to begin too early', { freeSpace: 'too-small' }],
  ['free space said to begin beyond the chunk', { freeSpace: 'beyond' }],
  ['dirty, without checksums', { dirty: true, noChecksums: true }],
  ['references in literal text', { literalText: 'references' }],
  ['CDATA in literal text', { literalText: 'cdata' }],
];

const records = fc.array(arbitraryRecord(arbitraryEventData(scalarTypes, ['string', 'u32', 'sid', 'guid', 'ansi'])), {
  minLength: 1,
  maxLength: 12,
});

describe.each(LAYOUTS)('%s', (_name, options) => {
  test('every value of random records', () => {
    fc.assert(
      fc.property(records, (written) => {
        // Records of a file are numbered in a row, whatever the numbers of the events are.
        const numbered = written.map((record, index) => ({ ...record, fileRecordId: index + 1 }));
        const log = readEvtxRecords(writeEvtx({ records: numbered, options }));
        expect(log.faults).toEqual([]);
        expect(log.records.length).toBe(written.length);
        for (const [index, record] of written.entries()) {
          const shown = log.records[index]!;
          expect(shown.data).toEqual(dataOf(record));
          expect(shown.system).toMatchObject(systemOf(record));
        }
      }),
      { numRuns: 60 },
    );
  });
});

test('a value asked for by name is the one found by going through all', () => {
  fc.assert(
    fc.property(records, (written) => {
      readEvtxRecords(writeEvtx({ records: written }), {
        each: (record) =>
          record.eachData((name, values) => {
            expect(record.data(dataName(name))).toBe(values[0]);
            expect(record.dataList(dataName(name))).toEqual(values);
          }),
      });
    }),
    { numRuns: 60 },
  );
});

const LOGON: EvtxRecord = {
  recordId: 4711,
  time: '2026-03-02T10:00:00.1234567Z',
  provider: { name: 'Microsoft-Windows-Security-Auditing', guid: '{54849625-5478-4994-A5BA-3E3B0328C30D}' },
  channel: 'Security',
  computer: 'FS01.office.example',
  eventId: 4624,
  keywords: '0x8020000000000000',
  eventData: [
    ['TargetUserName', 'string', 'j.doe '],
    ['TargetLogonId', 'hex64', 0x1375fbdn],
    ['LogonType', 'u32', 3],
    ['Empty', 'string', ''],
    ['Absent', 'string', null],
    [null, 'string[]', ['one', '', 'three']],
    ['Threat Name', 'string', 'a & "b"'],
  ],
};

test.each(FORMS)('the same event has the same values in the form %s', (form) => {
  const [record] = readEvtxRecords(writeEvtx({ records: [{ ...LOGON, form }] })).records;
  const { Absent, ...data } = record!.data;
  // A literal element cannot tell an absent value from an empty one.
  expect(Absent).toEqual(form === 'templateless' || form === 'literal-nested' ? [''] : undefined);
  expect(data).toEqual({
    TargetUserName: ['j.doe '],
    TargetLogonId: ['0x1375fbd'],
    LogonType: ['3'],
    Empty: [''],
    'Threat Name': ['a & "b"'],
    Data: ['one', '', 'three'],
  });
  expect(record!.system).toMatchObject({
    time: Date.UTC(2026, 2, 2, 10) + 123.456,
    timeText: '2026-03-02T10:00:00.1234567Z',
    providerGuid: '{54849625-5478-4994-A5BA-3E3B0328C30D}',
    keywords: '0x8020000000000000',
    recordId: '4711',
    eventId: 4624,
  });
});

test.each(FORMS)('names are found without case and blanks, unnamed values by number, in the form %s', (form) => {
  const found: (string | undefined)[] = [];
  readEvtxRecords(writeEvtx({ records: [{ ...LOGON, form }] }), {
    each: (record) => {
      for (const name of ['threatname', 'TARGETUSERNAME', 'param1', 'param3', 'param4', 'Data', 'none']) {
        found.push(record.data(dataName(name)));
      }
    },
  });
  expect(found).toEqual(['a & "b"', 'j.doe ', 'one', 'three', undefined, 'one', undefined]);
});

test('UserData: the name of its element, its values and nothing of namespaces', () => {
  const userData = {
    element: 'LogFileCleared',
    namespace: 'http://example/eventlog',
    values: [
      ['SubjectUserName', 'string', 'j.doe'],
      ['Channel', 'string', 'Security'],
    ],
  } as const;
  for (const form of FORMS) {
    const { eventData: _, ...rest } = LOGON;
    const [record] = readEvtxRecords(writeEvtx({ records: [{ ...rest, form, userData }] })).records;
    expect(record!.system['userDataName']).toBe('LogFileCleared');
    expect(record!.data).toEqual({ SubjectUserName: ['j.doe'], Channel: ['Security'] });
  }
});

test('the XML of a record', () => {
  const xml: string[] = [];
  const record: EvtxRecord = { ...LOGON, optionalData: true };
  readEvtxRecords(writeEvtx({ records: [record] }), { each: (each) => xml.push(toXml(each)) });
  const eventData = /<EventData>.*<\/EventData>/.exec(xml[0]!)![0];
  expect(eventData).toBe(
    '<EventData><Data Name="TargetUserName">j.doe </Data><Data Name="TargetLogonId">0x1375fbd</Data>' +
      '<Data Name="LogonType">3</Data><Data Name="Empty"></Data><Data>one</Data><Data></Data><Data>three</Data>' +
      '<Data Name="Threat Name">a &amp; "b"</Data></EventData>',
  );
});

test('old records behind the live ones are read when asked for, and marked', () => {
  const old = { ...LOGON, recordId: 17, time: '2026-02-01T00:00:00.0000000Z' };
  const bytes = writeEvtx({ records: [LOGON], options: { slack: [old, LOGON] } });
  expect(readEvtxRecords(bytes).records.length).toBe(1);
  const carved = readEvtxRecords(bytes, { carve: true });
  expect(carved.records.map(({ system }) => [system['recordId'], system['isRecovered']])).toEqual([
    ['4711', false],
    ['17', true],
  ]);
  expect(carved.records[1]!.data).toEqual(carved.records[0]!.data);
  expect(carved.faults).toEqual([expect.stringMatching(/^evtx.record-carved@/)]);
});

test('a log without its header is read, and its first byte is told as damaged', () => {
  for (const header of ['zeroed', 'absent'] as const) {
    const log = readEvtxRecords(writeEvtx({ records: [LOGON], options: { header } }));
    expect(log.records.length).toBe(1);
    expect(log.faults).toEqual(['evtx.file-magic@0']);
  }
});

test('pushes of any size change nothing', () => {
  const written = fc.sample(arbitraryRecord(arbitraryEventData(scalarTypes, ['string'])), { numRuns: 40, seed: 4 });
  const bytes = writeEvtx({ records: written, options: { chunksOf: 15, emptyChunks: 1 } });
  const whole = readEvtxRecords(bytes);
  expect(readEvtxRecords(bytes, { push: () => 1 })).toEqual(whole);
  for (const size of [511, 4095, 4096, 4097, 65_535, 65_536, 65_537, 100_000]) {
    expect(readEvtxRecords(bytes, { push: () => size })).toEqual(whole);
  }
});

function dataOf(record: EvtxRecord): Record<string, string[]> {
  const data: Record<string, string[]> = {};
  let unnamed: string[] | undefined;
  for (const [name, type, value] of record.eventData ?? []) {
    const texts = valueTexts(type, value!);
    if (name === null) unnamed = texts;
    else data[name] = texts;
  }
  if (unnamed) data['Data'] = unnamed;
  return data;
}

function systemOf(record: EvtxRecord): Record<string, string | number | undefined> {
  return {
    channel: record.channel,
    provider: record.provider.name,
    providerGuid: record.provider.guid,
    eventSourceName: record.provider.eventSourceName,
    eventId: record.eventId,
    qualifiers: record.qualifiers,
    version: record.version,
    computer: record.computer,
    recordId: String(record.recordId),
    timeText: record.time,
    level: record.level,
    task: record.task,
    opcode: record.opcode,
    keywords: record.keywords,
    activityId: record.activityId,
    relatedActivityId: record.relatedActivityId,
    processId: record.processId,
    threadId: record.threadId,
    userSid: record.userSid,
  };
}
