import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { anyRecord } from '../../../test/tools/arbitrary-windows-records.ts';
import { documentOf, security, sysmon, windowsEvent } from '../../../test/tools/windows-event.ts';
import { windowsRecord, type WindowsRecordParts } from '../../../test/tools/windows-record.ts';
import { DocumentEvent } from '../../event/document-event.ts';
import { fields } from '../../event/field.ts';
import { Networks } from '../../event/networks.ts';
import { readMappingFiles } from './mapping-file.ts';
import { WindowsEvent } from './windows-event.ts';

const files = readMappingFiles();

const id = (parts: WindowsRecordParts) => windowsEvent(parts).id();

describe('identity', () => {
  const base = { ...security(5145, { ShareName: 'x' }), recordId: '77' };
  test.each<readonly [string, Partial<WindowsRecordParts>, boolean]>([
    ['the letter case of computer and channel', { computer: 'srv01.CORP.example', channel: 'security' }, true],
    ['less precise times', { time: '2026-03-02T10:00:00.123Z' }, true],
    ['whole seconds', { time: '2026-03-02T10:00:00Z' }, true],
    ['rendered values', { data: { ShareName: 'y' }, message: 'text' }, true],
    ['another second', { time: '2026-03-02T10:00:01Z' }, false],
    ['another record', { recordId: '78' }, false],
    ['another computer', { computer: 'srv02' }, false],
    ['another channel', { channel: 'Setup' }, false],
    ['another provider', { provider: 'x' }, false],
    ['another event id', { eventId: 5140 }, false],
  ])('%s', (_, change, isSame) => expect(id({ ...base, ...change }) === id(base)).toBe(isSame));

  test('records without a number are told apart by their values', () => {
    const without = { ...base, recordId: undefined };
    expect(id(without)).not.toBe(id({ ...without, data: { ShareName: 'y' } }));
    expect(id(without)).toBe(id({ ...without }));
  });
});

describe('documents', () => {
  test('names of values are shown as the mapping writes them, times with six digits, the message as rendered', () => {
    const document = documentOf({ ...security(5145, { ipaddress: '10.0.0.1', 'Own Name': 'x' }), message: 'hello' });
    expect(document['@timestamp']).toBe('2026-03-02T10:00:00.123000Z');
    expect(document['message']).toBe('hello');
    expect(document['winlog']).toMatchObject({ event_data: { IpAddress: '10.0.0.1', OwnName: 'x' } });
  });

  test('System is told', () => {
    const parts: WindowsRecordParts = {
      ...sysmon(1, {}),
      providerGuid: '{5770385f-c22a-43e0-bf4c-06f5698ffbd9}',
      level: 4,
      task: 1,
      opcode: 0,
      version: 5,
      processId: 1000,
      threadId: 2000,
      userSid: 'S-1-5-18',
      fileRecordId: '9',
      isRecovered: true,
      isTimeUncertain: true,
      isChecksumBad: true,
    };
    expect(documentOf(parts)).toMatchObject({
      log: { level: 'information' },
      winlog: {
        provider_guid: '{5770385f-c22a-43e0-bf4c-06f5698ffbd9}',
        task: '1',
        opcode: '0',
        version: 5,
        process: { pid: 1000, thread: { id: 2000 } },
        user: { identifier: 'S-1-5-18' },
        file_record_id: '9',
        recovered: true,
        time_uncertain: true,
        checksum: 'bad',
      },
    });
  });

  test('one view serves record after record', () => {
    const records = [security(4624, { TargetUserName: 'a' }), sysmon(1, { User: 'X\\b' }), security(5140, {})].map(
      windowsRecord,
    );
    let current = records[0]!;
    const moving = new Proxy(current, { get: (_, key) => Reflect.get(current, key) as unknown });
    const event = new WindowsEvent(moving, new Networks(), 'f', 'evtx');
    const seen = records.map((record, line) => {
      current = record;
      event.point(line + 1, undefined);
      return [
        event.get(fields.get('user.name').id),
        event.get(fields.get('event.dataset').id),
        event.provenance().line,
      ];
    });
    expect(seen).toEqual([
      ['a', 'system.security', 1],
      ['b', 'windows.sysmon_operational', 2],
      [undefined, 'system.security', 3],
    ]);
  });

  test('whatever the values are, nothing throws and the document says what the view says', () => {
    fc.assert(
      fc.property(anyRecord, (parts) => {
        const event = windowsEvent(parts);
        const document = JSON.parse(JSON.stringify(event.document())) as Record<string, unknown>;
        const again = new DocumentEvent(new Networks(), document);
        const different: unknown[] = [];
        event.each((field, value) => {
          const shown = again.get(field.id);
          if (JSON.stringify([shown].flat()) !== JSON.stringify([value].flat()))
            different.push([field.name, value, shown]);
        });
        expect(different).toEqual([]);
        expect(event.id()).toMatch(/^[0-9a-f]{32}$/);
        expect(windowsEvent(parts).document()).toEqual(event.document());
      }),
      { numRuns: 1500 },
    );
  });

  test('every field a file names is in the catalogue', () => {
    for (const { parts, every, events } of files) {
      const groups = [every, ...Object.values(parts ?? {}), ...Object.values(events).map((entry) => entry.fields)];
      for (const name of groups.flatMap((group) => Object.keys(group ?? {})))
        expect(fields.find(name)?.catalogued).toBe(true);
    }
  });
});
