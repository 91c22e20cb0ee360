import { describe, expect, test } from 'vitest';
import { readAll, type ReadOptions, type ReadResult } from '../../../test/conformance/sources.ts';
import {
  FILE_CREATED,
  LOG_CLEARED,
  LOGON_FAILED,
  PROCESS_CREATED,
  SERVICE_INSTALLED,
  SHARE_WRITE,
} from '../../../test/tools/winlog-events.ts';
import {
  lyingTimeCreated,
  recordOf,
  shapesOf,
  toJson,
  toXml,
  type WindowsDescription,
} from '../../../test/tools/winlog-shapes.ts';
import type { Document } from '../../event/document.ts';
import { valueAt } from '../../event/document-event.ts';
import { fieldId } from '../../event/field.ts';
import { Networks } from '../../event/networks.ts';
import { ecsDialect } from '../ecs/dialect.ts';
import { jsonSource } from '../json/reader.ts';
import type { EventGate } from '../source.ts';
import { DEFAULT_SOURCE_SETTINGS } from '../source.ts';
import { FaultLog } from '../../base/fault.ts';
import { WindowsEvent } from '../windows/windows-event.ts';
import { winlogDialect } from './dialect.ts';

const source = jsonSource([winlogDialect, ecsDialect]);
const at = (document: Document, name: string): unknown => valueAt(document, name.split('.'));
const read = (objects: readonly object[], options: ReadOptions = {}): ReadResult =>
  readAll(source, objects.map(toJson).join('\n'), options);

function one(object: object, options: ReadOptions = {}): Document {
  const { events, faults } = read([object], options);
  expect(faults).toEqual([]);
  expect(events).toHaveLength(1);
  return events[0]!.document;
}

/** The event in one shape, with other values at the top. */
function shaped(event: WindowsDescription, shape: string, changes: object = {}): Record<string, unknown> {
  return { ...shapesOf(event).find((each) => each.shape === shape)!.json, ...changes };
}

/** A winlogbeat document without host, with other values of `winlog` and at the top. */
function beat(event: WindowsDescription, winlog: object, changes: object = {}): Record<string, unknown> {
  const { winlog: own, '@timestamp': time } = shaped(event, 'winlogbeat') as { winlog: object; '@timestamp': string };
  return { '@timestamp': time, winlog: { ...own, ...winlog }, ...changes };
}

const idOf = (event: WindowsDescription): string => {
  const view = new WindowsEvent(recordOf(event), new Networks(), 'x', 'evtx');
  view.point(1, 0);
  return view.id();
};

const gone = (event: WindowsDescription, names: readonly string[]) =>
  Object.fromEntries(event.data.filter(([name]) => !names.includes(name)));
const dataOf = (object: object) => at(one(object), 'winlog.event_data') as Document;

describe('1: values were moved, not copied', () => {
  test('of a logon', () => {
    const document = one(
      beat(
        LOGON_FAILED,
        { event_data: gone(LOGON_FAILED, ['IpAddress', 'IpPort', 'WorkstationName', 'ProcessId', 'ProcessName']) },
        { source: { ip: '10.0.5.22', port: 56662, domain: 'PC01' }, process: { pid: 1234, executable: 'C:\\a.exe' } },
      ),
    );
    expect(at(document, 'winlog.event_data')).toMatchObject({
      IpAddress: '10.0.5.22',
      IpPort: '56662',
      WorkstationName: 'PC01',
      ProcessId: '0x4d2',
      ProcessName: 'C:\\a.exe',
    });
  });

  test('of a process: the creator is the parent', () => {
    const document = one(
      beat(
        PROCESS_CREATED,
        { event_data: gone(PROCESS_CREATED, ['NewProcessId', 'NewProcessName', 'ProcessId', 'ParentProcessName']) },
        {
          process: {
            pid: 0xfec,
            executable: 'C:\\Windows\\Temp\\x.exe',
            parent: { pid: 0x2c0, executable: 'C:\\Windows\\System32\\services.exe' },
          },
        },
      ),
    );
    expect(at(document, 'winlog.event_data')).toEqual(
      at(one(shaped(PROCESS_CREATED, 'evtx-dump')), 'winlog.event_data'),
    );
  });

  test('of Sysmon', () => {
    const document = one(
      beat(
        FILE_CREATED,
        { event_data: { RuleName: '-' } },
        {
          process: { pid: 4, executable: 'System', entity_id: '{b34bc01c-22ae-5f69-eb03-000000000000}' },
          file: { path: 'C:\\Windows\\Temp\\x.exe' },
          user: { name: 'SYSTEM', domain: 'NT AUTHORITY' },
        },
      ),
    );
    expect(at(document, 'winlog.event_data')).toEqual({
      RuleName: '-',
      ProcessGuid: '{b34bc01c-22ae-5f69-eb03-000000000000}',
      ProcessId: '4',
      Image: 'System',
      TargetFilename: 'C:\\Windows\\Temp\\x.exe',
      User: 'NT AUTHORITY\\SYSTEM',
      UtcTime: '2021-04-21 21:41:08.000',
    });
  });

  test('the time of Sysmon: the event is the same one whichever of its times a beat shows', () => {
    const own = '2021-04-21 21:41:07.998';
    const event: WindowsDescription = {
      ...FILE_CREATED,
      time: '2021-04-21T21:41:09.004Z',
      data: FILE_CREATED.data.map(([name, value]) => [name, name === 'UtcTime' ? own : value]),
    };
    const values = Object.fromEntries(event.data);
    const rest = gone(event, ['UtcTime']);
    const moved = { '@timestamp': '2021-04-21T21:41:07.998Z' };
    const ids = [
      beat(event, {}),
      beat(event, { event_data: values }, moved),
      beat(event, { event_data: rest }, moved),
      beat(event, { event_data: rest }, { '@timestamp': '2021-04-21T21:41:07Z' }),
    ].map((object) => read([object]).events[0]!.id);
    expect(new Set(ids)).toEqual(new Set([idOf(event)]));
    expect(idOf({ ...event, recordId: 12346 })).not.toBe(idOf(event));
    expect(idOf({ ...event, data: FILE_CREATED.data })).not.toBe(idOf(event));
    // Another provider may call a value so.
    const other = { ...SHARE_WRITE, data: [...SHARE_WRITE.data, ['UtcTime', own] as const] };
    expect(idOf(other)).toBe(idOf(SHARE_WRITE));
  });

  test('of a pipe behind IPC$', () => {
    const document = one(
      beat(
        SHARE_WRITE,
        { event_data: { AccessMask: '0x12019f', IpAddress: '-' } },
        { file: { name: 'spoolss', target_path: '\\\\*\\IPC$\\spoolss' } },
      ),
    );
    expect(at(document, 'winlog.event_data')).toMatchObject({
      ShareName: '\\\\*\\IPC$',
      RelativeTargetName: 'spoolss',
      IpAddress: '-',
    });
    expect(at(document, 'smb.pipe.name')).toBe('spoolss');
  });

  test('nothing is made up for events that never had it', () => {
    const document = one(beat(SERVICE_INSTALLED, {}, { source: { ip: '10.0.0.1' }, process: { pid: 7 } }));
    expect(at(document, 'winlog.event_data')).toEqual(Object.fromEntries(SERVICE_INSTALLED.data));
  });
});

describe('2: the collector is not the host', () => {
  test.each([
    ['winlogbeat', { host: { name: 'wec01.corp.example', ip: ['10.0.0.9'] } }],
    ['winlogbeat-6', { host: { name: 'WEC01' }, beat: { hostname: 'WEC01' } }],
    ['nxlog', { host: 'wec01.cloud' }],
    ['log-analytics', { SourceComputerId: 'wec01' }],
  ])('%s', (shape, changes) => {
    const document = one(shaped(SHARE_WRITE, shape, changes));
    expect(at(document, 'host')).toEqual({
      name: 'srv01.corp.example',
      hostname: 'srv01',
      domain: 'corp.example',
      os: { type: 'windows' },
    });
  });

  test('what was said of it is kept as the observer, and its own host stays the host', () => {
    const document = one(shaped(SHARE_WRITE, 'winlogbeat'));
    expect(document['observer']).toEqual({ name: 'wec01.corp.example', ip: ['10.0.0.9'] });
    const own = one(beat(SHARE_WRITE, {}, { host: { name: 'SRV01', ip: ['10.0.0.1'], os: { name: 'Server' } } }));
    expect(own['observer']).toBeUndefined();
    expect(own['host']).toMatchObject({ name: 'srv01.corp.example', ip: ['10.0.0.1'], os: { name: 'Server' } });
  });

  test('a collector that is only a name', () => {
    const document = one(beat(SHARE_WRITE, {}, { host: 'wec01.cloud' }));
    expect(document['observer']).toEqual({ name: 'wec01.cloud' });
    expect(at(document, 'host.name')).toBe('srv01.corp.example');
  });

  test('views and documents say the same', () => {
    const names = ['host.name', 'host.ip', 'observer.name', 'user.name', 'smb.share.name', 'event.action'];
    for (const shape of ['winlogbeat', 'elastic-agent', 'nxlog']) {
      const values: unknown[] = [];
      const { events } = read([shaped(SHARE_WRITE, shape)], {
        each: (view) => values.push(...names.map((name) => [view.get(fieldId(name))].flat())),
      });
      const { document } = events[0]!;
      const expected = names.map((name) => [at(document, name)].flat());
      // The collector is moved in documents only; no rule asks for it.
      expected[2] = values[2] as unknown[];
      expect(values).toEqual(expected);
    }
  });
});

describe('3 and 4: times', () => {
  test('local time without any witness is read as UTC, and said once', () => {
    const bare = shaped(SHARE_WRITE, 'nxlog', { '@timestamp': undefined, EventReceivedTime: undefined });
    const { events, faults } = read([bare, { ...bare, RecordNumber: 4712 }]);
    expect(faults).toMatchObject([{ code: 'winlog.timezone', count: 1, samples: [{ isAssumption: true, line: 1 }] }]);
    expect(events.map(({ document }) => document['@timestamp'])).toEqual(Array(2).fill('2021-04-21T17:40:32.000000Z'));
    expect(at(events[0]!.document, 'event.timezone')).toBe('unknown');
    expect(at(events[0]!.document, 'winlog.time_uncertain')).toBe(true);
  });

  test('the zone of the settings', () => {
    const bare = shaped(SHARE_WRITE, 'nxlog', { '@timestamp': undefined, EventReceivedTime: undefined });
    const document = one(bare, { settings: { timezone: 'America/New_York' } });
    expect(document['@timestamp']).toBe('2021-04-21T21:40:32.000000Z');
    expect(at(document, 'event.timezone')).toBeUndefined();
  });

  test('a clock of twelve hours is put right by Sysmon, whatever the shape', () => {
    const before = lyingTimeCreated(LOGON_FAILED);
    const { events, faults } = read([before, lyingTimeCreated(FILE_CREATED), lyingTimeCreated(PROCESS_CREATED)]);
    expect(events.map(({ document }) => [document['@timestamp'], at(document, 'winlog.time_uncertain')])).toEqual([
      ['2021-04-21T05:41:00.000000Z', true],
      ['2021-04-21T21:41:08.000000Z', undefined],
      ['2021-04-21T21:41:10.000000Z', undefined],
    ]);
    expect(events[2]!.id).toBe(idOf(PROCESS_CREATED));
    expect(faults).toMatchObject([{ code: 'winlog.timezone', count: 1, samples: [{ isAssumption: true }] }]);
  });

  test.each([
    ['nxlog', { EventTime: 'soon' }],
    ['time-created', { TimeCreated: '12:30' }],
    ['winlogbeat-6', { '@timestamp': undefined }],
  ])('%s: no time is a fault, and the event is read', (shape, changes) => {
    const { events, faults } = read([shaped(SHARE_WRITE, shape, changes)]);
    expect(faults).toMatchObject([{ code: 'winlog.time', count: 1 }]);
    expect(events[0]!.document['@timestamp']).toBeUndefined();
    expect(at(events[0]!.document, 'event.code')).toBe('5145');
  });
});

describe('5: names that mean two things in flat shapes', () => {
  test('EventType is the exporter’s word or Sysmon’s', () => {
    const sysmon = { ...FILE_CREATED, eventId: 13 };
    expect(dataOf(shaped(sysmon, 'nxlog'))['EventType']).toBeUndefined();
    expect(dataOf(shaped(sysmon, 'nxlog', { EventType: 'SetValue', EventTypeOrignal: 'INFO' }))['EventType']).toBe(
      'SetValue',
    );
    expect(dataOf(shaped(sysmon, 'nxlog', { EventType: 'SetValue' }))['EventType']).toBe('SetValue');
  });

  test('the account of System is no data; without its type it is', () => {
    const document = one(shaped(SERVICE_INSTALLED, 'nxlog', { AccountName: 'jdoe', Domain: 'CORP' }));
    expect(at(document, 'winlog.event_data.AccountName')).toBeUndefined();
    expect(at(document, 'winlog.user')).toEqual({
      identifier: 'S-1-5-21-1-2-3-1111',
      name: 'jdoe',
      domain: 'CORP',
      type: 'User',
    });
    const bare = shaped(SERVICE_INSTALLED, 'nxlog', { AccountType: undefined, AccountName: 'LocalSystem' });
    expect(dataOf(bare)['AccountName']).toBe('LocalSystem');
  });

  test('what the exporter and those behind it add is no data', () => {
    const added = ['host', 'port', 'tags', 'Severity', 'SeverityValue', 'Task', 'Category', 'Opcode', 'Message'];
    expect(Object.keys(dataOf(shaped(SHARE_WRITE, 'nxlog'))).filter((name) => added.includes(name))).toEqual([]);
  });

  test('an anonymous pipe is written with escapes', () => {
    const pipe = shaped({ ...FILE_CREATED, eventId: 17 }, 'nxlog', { PipeName: '&lt;Anonymous Pipe&gt;' });
    expect(dataOf(pipe)['PipeName']).toBe('<Anonymous Pipe>');
  });
});

describe('6, 7 and 8: letter case, types, nothing', () => {
  test.each(['security', 'SECURITY', 'Security'])('channel %s', (Channel) => {
    const { events } = read([shaped(SHARE_WRITE, 'nxlog', { Channel })]);
    expect(at(events[0]!.document, 'winlog.channel')).toBe('Security');
    expect(events[0]!.id).toBe(idOf(SHARE_WRITE));
  });

  test.each([
    ['nxlog', { EventID: '5145', RecordNumber: '4711', Version: '0', LogonType: 3, IpPort: 56661 }],
    ['nxlog', { Keywords: '-9214364837600034816' }],
    ['nxlog', { Keywords: '0x8020000000000000' }],
    ['nxlog', { Keywords: undefined }],
    ['nxlog', { Keywords: null, ShareLocalPath: '\\??\\C:\\Windows', ActivityID: null, UserID: null }],
    ['time-created', { EventID: '5145', RecordNumber: 4711 }],
    ['winlogbeat-6', { event_id: '5145', record_number: 4711, activity_id: null }],
    ['hayabusa', { EventID: '5145', RecordID: '4711' }],
    ['log-analytics', { Keywords: '', Activity: '5145 - something was successfully done' }],
  ])('%s with %j is the same event', (shape, changes) => {
    const { events, faults } = read([shaped(SHARE_WRITE, shape, changes)]);
    expect(faults).toEqual([]);
    expect(events[0]!.id).toBe(idOf(SHARE_WRITE));
    const { document } = events[0]!;
    expect(at(document, 'source')).toMatchObject({ ip: '10.0.5.22', port: 56661 });
    if (shape !== 'hayabusa') expect(at(document, 'event.outcome')).toBe('success');
  });

  test.each([
    ['AUDIT_FAILURE', 'failure'],
    ['AUDIT_SUCCESS', 'success'],
    ['INFO', 'unknown'],
  ])('10: without keywords, EventType %s is %s', (EventType, outcome) => {
    const document = one(shaped(LOGON_FAILED, 'nxlog', { Keywords: undefined, EventType, Status: undefined }));
    // The id of a failed logon is an outcome by itself; the word of the exporter is kept as keywords.
    const keywords = at(document, 'winlog.keywords');
    expect(keywords).toBe(outcome === 'unknown' ? undefined : `Audit ${outcome === 'failure' ? 'Failure' : 'Success'}`);
  });

  test('values may be null, empty, -, lists, or numbers', () => {
    const document = one(
      beat(SHARE_WRITE, {
        event_data: {
          SubjectUserName: 'jdoe',
          SubjectUserSid: null,
          SubjectDomainName: '',
          IpAddress: '-',
          IpPort: 0,
          ShareName: ['\\\\*\\ADMIN$'],
          AccessMask: '0x2',
          Other: [],
          Nested: { Inner: 'x' },
        },
      }),
    );
    expect(at(document, 'winlog.event_data')).toEqual({
      SubjectUserName: 'jdoe',
      IpAddress: '-',
      IpPort: '0',
      ShareName: '\\\\*\\ADMIN$',
      AccessMask: '0x2',
      Inner: 'x',
    });
    expect(at(document, 'source')).toBeUndefined();
  });

  test('a logon id in sixteen digits, a GUID in capitals and without braces', () => {
    const padded = PROCESS_CREATED.data.map(([name, value]): [string, string] =>
      name === 'SubjectLogonId' ? [name, '0x0000000001375FBD'] : [name, value],
    );
    expect(at(one(shaped({ ...PROCESS_CREATED, data: padded }, 'evtx-dump')), 'winlog.logon.id')).toBe('0x1375fbd');
    const bare = FILE_CREATED.data.map(([name, value]): [string, string] =>
      name === 'ProcessGuid' ? [name, 'B34BC01C-22AE-5F69-EB03-000000000000'] : [name, value],
    );
    expect(at(one(shaped({ ...FILE_CREATED, data: bare }, 'evtx-dump')), 'process.entity_id')).toBe(
      at(one(shaped(FILE_CREATED, 'evtx-dump')), 'process.entity_id'),
    );
  });
});

test.each(['\r\n\t\t\t\t', '\n\t\t\t\t', ' \t\t\t\t', ' ', '\n'])('9: rights may be separated by %j', (separator) => {
  const list = ['%%1538', '%%4417', '%%4424'].map((code) => code + separator).join('');
  const document = one(shaped(SHARE_WRITE, 'nxlog', { AccessList: list, AccessMask: undefined }));
  expect(at(document, 'smb.access.rights')).toEqual(['WriteData (or AddFile)', 'WriteAttributes', 'READ_CONTROL']);
});

describe('11 and 13', () => {
  test('placeholders of forwarding are counted, not read', () => {
    const placeholder = { ...SHARE_WRITE, eventId: 111, provider: 'Microsoft-Windows-EventForwarder' };
    const result = read([shaped(placeholder, 'winlogbeat'), shaped(SHARE_WRITE, 'winlogbeat')]);
    expect(result.events).toHaveLength(1);
    expect(result.skipped).toEqual({ 'placeholders of event forwarding': 1 });
  });

  test.each(['winlogbeat', 'nxlog', 'evtx-dump', 'hayabusa'])(
    '%s without a record number: values tell events apart',
    (shape) => {
      const none = { RecordNumber: undefined, RecordID: undefined };
      const strip = (event: WindowsDescription) =>
        JSON.parse(toJson(shaped(event, shape, none)).replace(/"(?:record_id|EventRecordID)":\d+,?/g, '')) as object;
      const other = {
        ...SHARE_WRITE,
        data: SHARE_WRITE.data.map(([n, v]): [string, string] => [n, n === 'IpPort' ? '1' : v]),
      };
      const { events } = read([strip(SHARE_WRITE), strip(SHARE_WRITE), strip(other)]);
      expect(events[0]!.id).toBe(events[1]!.id);
      expect(events[2]!.id).not.toBe(events[0]!.id);
    },
  );
});

describe('ECS documents', () => {
  test('what a document says itself stays, what it leaves out is filled', () => {
    const document = one(
      beat(
        SHARE_WRITE,
        { task: 'Detailed File Share' },
        {
          event: {
            action: 'Detailed File Share',
            category: 'network',
            outcome: 'failure',
            ingested: '2021-04-22T00:00:00Z',
          },
          user: { name: 'JDoe', roles: ['admin'] },
          labels: { site: 'lab' },
          network: { transport: 'tcp' },
        },
      ),
    );
    expect(document['event']).toMatchObject({
      action: 'network-share-object-access-checked',
      category: ['network'],
      outcome: 'failure',
      ingested: '2021-04-22T00:00:00Z',
      code: '5145',
    });
    expect(document['user']).toMatchObject({ name: 'JDoe', roles: ['admin'], id: 'S-1-5-21-1-2-3-1111' });
    expect(document['labels']).toEqual({ site: 'lab' });
    expect(at(document, 'winlog.task')).toBe('Detailed File Share');
    expect(at(document, 'smb.share.name')).toBe('ADMIN$');
  });

  test('an action of a module stays', () => {
    const document = one(beat(SHARE_WRITE, { task: 'Detailed File Share' }, { event: { action: 'my-action' } }));
    expect(at(document, 'event.action')).toBe('my-action');
  });

  test('dotted keys are the same as nested ones', () => {
    const nested = beat(SHARE_WRITE, {});
    const winlog = Object.entries(nested['winlog'] as object).map(([key, value]) => [
      `winlog.${key}`,
      value as unknown,
    ]);
    const dotted = { '@timestamp': nested['@timestamp'], ...Object.fromEntries(winlog) };
    expect(one(dotted)).toEqual(one(nested));
  });

  test('own documents and those of other producers are left to ECS', () => {
    const own = beat(SHARE_WRITE, {}, { smbastion: { event: { id: 'a1' } } });
    const others = [
      own,
      { '@timestamp': SHARE_WRITE.time, winlog: { record_id: 5 } },
      beat(SHARE_WRITE, { event_id: 'x' }),
    ];
    const { events } = read(others);
    expect(events.map(({ provenance }) => provenance.format)).toEqual(['ecs', 'ecs', 'ecs']);
    expect(events[0]!.id).toBe('a1');
  });
});

describe('tools', () => {
  test('Hayabusa: one event for several rules, short names of its details', () => {
    const base = shaped(LOGON_FAILED, 'hayabusa', { AllFieldInfo: undefined });
    const details = 'Type: 3 - NETWORK \u00a6 TgtUser: administrator \u00a6 SrcComp: PC01 \u00a6 SrcIP: 10.0.5.22';
    const extra = { IpPort: 56662, SubStatus: '0xc000006a', TargetDomainName: 'CORP' };
    const { events } = read([
      { ...base, Details: details, ExtraFieldInfo: extra },
      {
        ...base,
        RuleTitle: 'another rule',
        Details: Object.fromEntries(details.split(' \u00a6 ').map((pair) => pair.split(': '))),
      },
    ]);
    expect(events[0]!.id).toBe(events[1]!.id);
    expect(events[0]!.provenance.format).toBe('winlog-json/hayabusa');
    expect(at(events[0]!.document, 'winlog.event_data')).toMatchObject({
      LogonType: '3',
      TargetUserName: 'administrator',
      WorkstationName: 'PC01',
      IpAddress: '10.0.5.22',
      IpPort: '56662',
    });
    expect(at(events[1]!.document, 'source.ip')).toBe('10.0.5.22');
  });

  test('Chainsaw: an aggregate holds several events', () => {
    const documents = [SHARE_WRITE, LOGON_FAILED].map((event) => shaped(event, 'chainsaw')['document']);
    const { events, faults } = read([
      { kind: 'aggregate', name: 'a rule', documents },
      { kind: 'aggregate', documents: [] },
    ]);
    expect(faults).toEqual([]);
    expect(events.map(({ id }) => id)).toEqual([idOf(SHARE_WRITE), idOf(LOGON_FAILED)]);
    expect(events.map(({ provenance }) => provenance.line)).toEqual([1, 1]);
  });

  test('Log Analytics: columns beside EventData, parameters of Event, unreadable XML', () => {
    const columns = shaped(LOGON_FAILED, 'log-analytics', {
      EventData: '',
      SubjectUserName: '',
      ...Object.fromEntries(LOGON_FAILED.data),
    });
    const whole = at(one(shaped(LOGON_FAILED, 'evtx-dump')), 'winlog.event_data');
    expect(at(one(columns), 'winlog.event_data')).toEqual(whole);
    const parameters = {
      TimeGenerated: '2021-04-21T09:40:32.34Z',
      Type: 'Event',
      Source: 'Service Control Manager',
      EventLog: 'System',
      Computer: 'SRV01',
      EventID: 7036,
      EventLevel: 4,
      UserName: 'N/A',
      ParameterXml: '<Param>Server &amp; more</Param><Param>running</Param>',
    };
    expect(at(one(parameters), 'winlog.event_data')).toMatchObject({ Data: ['Server & more', 'running'] });
    const broken = read([shaped(LOGON_FAILED, 'log-analytics', { EventData: '<EventData><Data>' })]);
    expect(broken.events).toHaveLength(1);
    expect(broken.faults).toMatchObject([{ code: 'winlog.data', count: 1 }]);
  });

  test.each([
    ['nesting', '<a>'.repeat(100_000)],
    ['an entity of its own', '<!DOCTYPE x [<!ENTITY a "b">]><EventData><Data Name="X">&a;</Data></EventData>'],
    ['10 MB in an attribute', `<EventData><Data Name="${'x'.repeat(10_000_000)}">1</Data></EventData>`],
  ])('Log Analytics: hostile EventData, %s', (_what, EventData) => {
    expect(read([shaped(LOGON_FAILED, 'log-analytics', { EventData })]).events).toHaveLength(1);
  });

  test.each([
    ['_raw', (xml: string) => ({ _raw: xml, sourcetype: 'XmlWinEventLog' })],
    ['a search result', (xml: string) => ({ preview: false, result: { _raw: xml } })],
    ['a collector’s body', (xml: string) => ({ time: 1, event: xml })],
    ['a declaration before it', (xml: string) => ({ _raw: `<?xml version="1.0"?>\n${xml}` })],
  ])('Splunk: %s', (_what, wrap) => {
    const { events } = read([wrap(toXml(SHARE_WRITE))]);
    expect(events.map(({ id }) => id)).toEqual([idOf(SHARE_WRITE)]);
  });

  test.each([
    ['<Event><System><EventID>1', 'winlog.xml'],
    ['<Event></Event>', 'winlog.event_id'],
    ['<Event><System><EventID>x</EventID></System></Event>', 'winlog.event_id'],
    [toXml(SHARE_WRITE).replace('</EventData>', ''), 'winlog.xml'],
  ])('Splunk: %s is a fault', (_raw, code) => {
    const { events, faults } = read([{ _raw }, { _raw: toXml(SHARE_WRITE) }]);
    expect(faults).toMatchObject([{ code, count: 1, samples: [{ line: 1 }] }]);
    expect(events).toHaveLength(1);
  });

  test('UserData keeps its element’s name', () => {
    const document = one(shaped(LOG_CLEARED, 'evtx-dump'));
    expect(at(document, 'winlog.user_data')).toMatchObject({ xml_name: 'LogFileCleared', SubjectUserName: 'jdoe' });
    expect(at(document, 'event.action')).toBe('audit-log-cleared');
  });
});

test('the gate is asked before an object is parsed; what nobody wants is counted with its time', () => {
  const passed: [string, number][] = [];
  const code = fieldId('event.code');
  const gate: EventGate = {
    admits: (facts) => facts.known(code)?.includes('4625') !== false,
    pass: (dataset, time) => passed.push([dataset, time]),
  };
  const faults = new FaultLog();
  const parser = source.open({
    file: 'x',
    faults,
    networks: new Networks(),
    settings: DEFAULT_SOURCE_SETTINGS,
    gate,
    skipped: () => {},
  });
  const seen: unknown[] = [];
  const lines = [LOGON_FAILED, SHARE_WRITE].flatMap((event) => shapesOf(event).map(({ json }) => toJson(json)));
  parser.push(Buffer.from(`${lines.join('\n')}\n`), (event) => seen.push(event.get(code)));
  parser.end(() => {});
  expect(seen).toEqual(Array(12).fill('4625'));
  expect(passed).toHaveLength(12);
  expect(new Set(passed.map(String))).toEqual(new Set([`system.security,${Date.parse(SHARE_WRITE.time)}`]));
});

/** A gate of a rule about a field and an event id. */
const asked = (name: string, code: string): EventGate => ({
  admits: (facts) => facts.canHave(fieldId(name)) && facts.known(fieldId('event.code'))?.includes(code) !== false,
  pass: () => {},
});
/** Events that pass a gate. */
const reads = (object: object, gate: EventGate) => {
  let events = 0;
  const context = { file: 'x', faults: new FaultLog(), networks: new Networks(), settings: DEFAULT_SOURCE_SETTINGS };
  const parser = source.open({ ...context, gate, skipped: () => {} });
  parser.push(Buffer.from(`${JSON.stringify(object)}\n`), () => events++);
  parser.end(() => events++);
  return events;
};

test('what an exporter or a document says beyond the record opens the gate', () => {
  const labelled = beat(SHARE_WRITE, {}, { labels: { env: 'dmz' } });
  expect(reads(labelled, asked('labels.env', '5145'))).toBe(1);
  expect(reads(labelled, asked('labels.env', '5140'))).toBe(0);
  const flat = shaped(SERVICE_INSTALLED, 'nxlog', { AccountName: 'admin', AccountType: 'User' });
  expect(reads(flat, asked('winlog.user.name', '7045'))).toBe(1);
  expect(reads(flat, asked('labels.env', '7045'))).toBe(0);
});
