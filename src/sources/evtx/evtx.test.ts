import { describe, expect, test } from 'vitest';
import { readAll, sourceConformance } from '../../../test/conformance/sources.ts';
import type { EvtxRecord } from '../../../test/tools/evtx-writer/description.ts';
import { writeEvtx } from '../../../test/tools/evtx-writer/write-evtx.ts';
import { FaultLog } from '../../base/fault.ts';
import type { Scalar } from '../../event/document.ts';
import { fieldId } from '../../event/field.ts';
import { Networks } from '../../event/networks.ts';
import type { EventView } from '../../event/view.ts';
import { DEFAULT_SOURCE_SETTINGS, type EventGate } from '../source.ts';
import { evtx } from './evtx.ts';

const logon = (recordId: number, parts: Partial<EvtxRecord> = {}): EvtxRecord => ({
  recordId,
  time: '2026-03-02T10:00:00.1234567Z',
  provider: { name: 'Microsoft-Windows-Security-Auditing', guid: '{54849625-5478-4994-A5BA-3E3B0328C30D}' },
  channel: 'Security',
  computer: 'FS01.office.example',
  eventId: 4624,
  version: 2,
  level: 0,
  task: 12_544,
  keywords: '0x8020000000000000',
  processId: 668,
  eventData: [
    ['TargetUserSid', 'sid', 'S-1-5-21-1-2-3-1107'],
    ['TargetUserName', 'string', 'j.doe'],
    ['TargetDomainName', 'string', 'OFFICE'],
    ['LogonType', 'u32', 3],
    ['IpAddress', 'string', '10.1.2.3'],
    ['IpPort', 'string', '51503'],
  ],
  ...parts,
});

const share = (recordId: number, parts: Partial<EvtxRecord> = {}): EvtxRecord =>
  logon(recordId, {
    eventId: 5140,
    eventData: [
      ['SubjectUserName', 'string', 'j.doe'],
      ['IpAddress', 'string', '10.1.2.3'],
      ['ShareName', 'string', '\\\\*\\ADMIN$'],
      ['AccessMask', 'hex32', 1],
    ],
    ...parts,
  });

/** The file up to the end of its records, so that it can be cut at every byte; that it ends there is one fault. */
function short(records: readonly EvtxRecord[]): Buffer {
  const bytes = writeEvtx({ records });
  let at = 4608;
  while (bytes.readUInt32LE(at) === 0x2a2a) at += bytes.readUInt32LE(at + 4);
  return bytes.subarray(0, at);
}

sourceConformance(evtx, [
  { name: 'templates', bytes: short([logon(1), share(2)]), events: 2, faults: 1 },
  { name: 'without templates', bytes: short([share(1, { form: 'templateless' })]), events: 1, faults: 1 },
]);

describe('an event', () => {
  test('has its fields, its place and no faults', () => {
    const [event] = readAll(evtx, writeEvtx({ records: [share(4711)] })).events;
    expect(event!.document).toMatchObject({
      '@timestamp': '2026-03-02T10:00:00.123456Z',
      event: { code: '5140', provider: 'Microsoft-Windows-Security-Auditing' },
      source: { ip: '10.1.2.3' },
      winlog: { channel: 'Security', record_id: '4711', event_data: { ShareName: '\\\\*\\ADMIN$' } },
    });
    expect(event!.provenance).toMatchObject({ file: 'sample', format: 'evtx', offset: 4608 });
  });

  test('has the same id in every form, in an export and beside a terminated text', () => {
    const ids = (['template', 'nested', 'literal-nested', 'templateless'] as const).flatMap((form) =>
      [{}, { terminateStrings: true }].flatMap((options) =>
        readAll(evtx, writeEvtx({ records: [share(4711, { form, fileRecordId: 3 })], options })).events.map(
          ({ id }) => id,
        ),
      ),
    );
    expect(new Set(ids).size).toBe(1);
  });
});

test('it is recognised by its header, less surely by a chunk, and not by anything else', () => {
  const bytes = writeEvtx({ records: [logon(1)] });
  expect(evtx.detect(bytes.subarray(0, 65_536))).toBe(1);
  expect(evtx.detect(writeEvtx({ records: [logon(1)], options: { header: 'zeroed' } }))).toBe(0.6);
  expect(evtx.detect(Buffer.from('ElfFile, a text'))).toBe(0);
  expect(evtx.detect(Buffer.alloc(65_536))).toBe(0);
});

test('the gate is asked once a kind; what it turns away is counted and not handed out', () => {
  const code = fieldId('event.code');
  const asked: (readonly Scalar[] | undefined)[] = [];
  const passed: [string, number][] = [];
  const gate: EventGate = {
    admits: (facts) => {
      asked.push(facts.known(code));
      return facts.known(code)?.includes('5140') ?? true;
    },
    pass: (dataset, time) => passed.push([dataset, time]),
  };
  const seen: string[] = [];
  const parser = evtx.open({
    file: 'log',
    faults: new FaultLog(),
    networks: new Networks(),
    settings: DEFAULT_SOURCE_SETTINGS,
    gate,
    skipped: () => {},
  });
  const sink = (event: EventView) => seen.push(String(event.get(fieldId('winlog.record_id'))));
  const forms = ['nested', 'templateless', 'template'] as const;
  const records = forms.flatMap((form, i) => [logon(i * 2 + 1, { form }), share(i * 2 + 2, { form })]);
  parser.push(writeEvtx({ records }), sink);
  parser.end(sink);
  expect(seen).toEqual(['2', '4', '6']);
  expect(asked).toEqual([['4624'], ['5140']]);
  expect(passed.length).toBe(3);
  expect(passed[0]![1]).toBe(Date.UTC(2026, 2, 2, 10) + 123.456);
});
