/** What is described, written and read back is what was described; how it was put into BinXML makes no difference. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FaultLog } from '../../../src/base/fault.ts';
import { Networks } from '../../../src/event/networks.ts';
import { evtx } from '../../../src/sources/evtx/evtx.ts';
import { EvtxParser } from '../../../src/sources/evtx/evtx-parser.ts';
import { DEFAULT_SOURCE_SETTINGS } from '../../../src/sources/source.ts';
import { readAll } from '../../conformance/sources.ts';
import { arbitraryEventData, arbitraryRecord, scalarTypes } from './arbitrary-record.ts';
import type { EvtxOptions, EvtxRecord, Form } from './description.ts';
import { valueTexts } from './value.ts';
import { writeEvtx } from './write-evtx.ts';

// The width of an array of sizes is that of the machine that wrote it, which nothing in the file tells.
const arrayTypes = scalarTypes.filter((type) => type !== 'binary' && type !== 'size32' && type !== 'size64');
const anyRecord = arbitraryRecord(arbitraryEventData(scalarTypes, arrayTypes));
const anyOptions: fc.Arbitrary<EvtxOptions> = fc.record({
  dirty: fc.boolean(),
  noChecksums: fc.boolean(),
  chunksOf: fc.option(fc.integer({ min: 1, max: 4 }), { nil: undefined }),
  freeSpace: fc.constantFrom(undefined, 'too-small', 'beyond'),
  emptyChunks: fc.nat({ max: 1 }),
  minorVersion: fc.constantFrom(1, 2),
  terminateStrings: fc.boolean(),
  nullBytes: fc.constantFrom(0, 2, 16),
  literalText: fc.constantFrom('plain', 'references', 'cdata'),
});

/** A record in one form for what was described and what was read. */
interface Plain {
  readonly system: Readonly<Record<string, string | number | undefined>>;
  readonly data: Readonly<Record<string, readonly string[]>>;
}

function describedAs(record: EvtxRecord): Plain {
  const data: Record<string, string[]> = {};
  for (const [name, type, value] of record.eventData ?? []) {
    const texts = value === null ? [] : valueTexts(type, value).filter((text) => text !== '');
    if (texts.length > 0) (data[name ?? 'Data'] ??= []).push(...texts);
  }
  return {
    system: {
      channel: record.channel,
      provider: record.provider.name,
      providerGuid: record.provider.guid,
      eventSourceName: record.provider.eventSourceName,
      eventId: record.eventId,
      version: record.version,
      level: record.level,
      task: record.task,
      opcode: record.opcode,
      keywords: record.keywords,
      timeText: valueTexts('filetime', record.time)[0],
      recordId: String(record.recordId),
      activityId: record.activityId,
      relatedActivityId: record.relatedActivityId,
      processId: record.processId,
      threadId: record.threadId,
      computer: record.computer,
      userSid: record.userSid,
    },
    data,
  };
}

function readBack(file: Buffer): { records: Plain[]; faults: FaultLog } {
  const faults = new FaultLog();
  const records: Plain[] = [];
  const context = {
    file: 'written',
    faults,
    networks: new Networks(),
    settings: DEFAULT_SOURCE_SETTINGS,
    skipped: () => {},
  };
  const parser = new EvtxParser(context, (record) => {
    const data: Record<string, string[]> = {};
    record.eachData((name, values) => {
      const texts = values.filter((text) => text !== '');
      if (texts.length > 0) (data[name] ??= []).push(...texts);
    });
    const system = Object.fromEntries(SYSTEM.map((name) => [name, record[name]]));
    records.push({ system, data });
  });
  parser.push(file, () => {});
  parser.end(() => {});
  return { records, faults };
}

const SYSTEM = [
  'channel',
  'provider',
  'providerGuid',
  'eventSourceName',
  'eventId',
  'version',
  'level',
  'task',
  'opcode',
  'keywords',
  'timeText',
  'recordId',
  'activityId',
  'relatedActivityId',
  'processId',
  'threadId',
  'computer',
  'userSid',
] as const;

test('random logs are read as they were described, without a fault', () => {
  fc.assert(
    fc.property(fc.array(anyRecord, { maxLength: 6 }), anyOptions, (records, options) => {
      // The file numbers its records in a row, as Windows does; by that, records behind a wrong end are told from old ones.
      const inRow = records.map((record, index) => ({ ...record, fileRecordId: 1000 + index }));
      const read = readBack(writeEvtx({ records: inRow, options }));
      expect(read.faults.list()).toEqual([]);
      expect(read.records).toEqual(records.map(describedAs));
    }),
    { numRuns: 400 },
  );
});

test('an event is one event in whatever form it was written', () => {
  const forms: readonly Form[] = ['template', 'nested', 'literal-nested', 'templateless'];
  fc.assert(
    fc.property(anyRecord, anyOptions, fc.boolean(), (record, options, constants) => {
      const read = forms.map((form) => {
        const { events, faults } = readAll(
          evtx,
          writeEvtx({ records: [{ ...record, form, constants: constants && form !== 'nested' }], options }),
        );
        expect(faults).toEqual([]);
        return events.map(({ id, document }) => ({ id, document }));
      });
      expect(read[0]!.length).toBe(1);
      for (const other of read) expect(other).toEqual(read[0]);
    }),
    { numRuns: 300 },
  );
});

test.each<[string, EvtxOptions]>([
  ['zeroed', { header: 'zeroed' }],
  ['absent', { header: 'absent' }],
])('records are found when the header is %s', (_, options) => {
  const records = fc.sample(anyRecord, { numRuns: 5, seed: 5 });
  const read = readBack(writeEvtx({ records, options: { ...options, chunksOf: 2 } }));
  expect(read.records).toEqual(records.map(describedAs));
  expect(read.faults.list().map(({ code }) => code)).toEqual(['evtx.file-magic']);
});
