/** Values whose name stands several times in a record, in one spelling or in several: all are shown, as from the log. */
import { expect, test } from 'vitest';
import { readAll } from '../../../test/conformance/sources.ts';
import { writeEvtx } from '../../../test/tools/evtx-writer/write-evtx.ts';
import type { Document } from '../../event/document.ts';
import { evtx } from '../evtx/evtx.ts';
import { jsonSource } from '../json/reader.ts';
import { winlogDialect } from './dialect.ts';
import { winlogXml } from './xml/winlog-xml.ts';

const json = jsonSource([winlogDialect]);

const DATA = [
  ['LogonGuid', 'first'],
  ['Own Name', 'a'],
  ['Logon Guid', 'blank'],
  ['logonguid', 'small'],
  ['LogonGuid', 'last'],
  ['OWNNAME', 'b'],
  ['Other', 'x'],
] as const;

const log = writeEvtx({
  records: [
    {
      recordId: 77,
      time: '2026-03-02T10:00:00.1234567Z',
      provider: { name: 'Microsoft-Windows-Security-Auditing' },
      channel: 'Security',
      computer: 'FS01.office.example',
      eventId: 4648,
      eventData: DATA.map(([name, value]) => [name, 'string', value]),
    },
  ],
});

const system = `"System":{"Provider":{"#attributes":{"Name":"Microsoft-Windows-Security-Auditing"}},"EventID":4648,
  "TimeCreated":{"#attributes":{"SystemTime":"2026-03-02T10:00:00.123456Z"}},"EventRecordID":77,"Channel":"Security",
  "Computer":"FS01.office.example"}`;
const dump = (members: string) => `{"Event":{${system},"EventData":{${members}}}}`.replace(/\n\s*/g, '');
const valuesOf = ({ document }: { document: Document }) => (document['winlog'] as Document)['event_data'] as Document;
const sorted = (values: unknown) => [values].flat().sort();

const [fromLog] = readAll(evtx, log).events;

test('an event log shows them in their order', () => {
  expect(valuesOf(fromLog!)).toEqual({
    LogonGuid: ['first', 'blank', 'small', 'last'],
    OwnName: ['a', 'b'],
    Other: 'x',
  });
});

test('XML is the same event', () => {
  const xml = `<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System>
    <Provider Name='Microsoft-Windows-Security-Auditing'/><EventID>4648</EventID>
    <TimeCreated SystemTime='2026-03-02T10:00:00.123456700Z'/><EventRecordID>77</EventRecordID>
    <Channel>Security</Channel><Computer>FS01.office.example</Computer></System><EventData>${DATA.map(
      ([name, value]) => `<Data Name='${name}'>${value}</Data>`,
    ).join('')}</EventData></Event>`;
  const { events } = readAll(winlogXml, xml);
  expect(valuesOf(events[0]!)).toEqual(valuesOf(fromLog!));
  expect(events[0]!.id).toBe(fromLog!.id);
});

test.each([
  ['keys written several times', DATA.map(([name, value]) => `"${name}":"${value}"`).join(',')],
  [
    'earlier values under numbered names',
    '"LogonGuid":"last","LogonGuid_1":"first","Logon Guid":"blank","OWNNAME":"b","Other":"x","Own Name":"a","logonguid":"small"',
  ],
])('evtx_dump, %s: the same values and the same event', (_name, members) => {
  const { events, faults } = readAll(json, dump(members));
  expect(faults).toEqual([]);
  // A name that no mapping knows is spelled as it comes first, and this tool had sorted them.
  const own = Object.fromEntries(
    Object.entries(valuesOf(events[0]!)).map(([name, values]) => [name === 'OWNNAME' ? 'OwnName' : name, values]),
  );
  expect(Object.keys(own).sort()).toEqual(['LogonGuid', 'Other', 'OwnName']);
  expect(sorted(own['LogonGuid'])).toEqual(sorted(['first', 'blank', 'small', 'last']));
  expect((own['LogonGuid'] as string[])[0]).toBe('first');
  expect(sorted(own['OwnName'])).toEqual(['a', 'b']);
  expect(events[0]!.id).toBe(fromLog!.id);
});

test('a numbered name of its own is no earlier value', () => {
  const { events } = readAll(json, dump('"Param_1":"a","Param_2":"b"'));
  expect(valuesOf(events[0]!)).toEqual({ Param_1: 'a', Param_2: 'b' });
});
