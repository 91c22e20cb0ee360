/** Events as `Get-WinEvent | ConvertTo-Json` writes them: the same as in the event log, whichever PowerShell wrote them. */
import { Readable } from 'node:stream';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { readAll } from '../../../test/conformance/sources.ts';
import { smbChannelEvents } from '../../../test/tools/smb-channel-events.ts';
import { writeEvtx } from '../../../test/tools/evtx-writer/write-evtx.ts';
import { without } from '../../../test/tools/without.ts';
import type { Document } from '../../event/document.ts';
import { valueAt } from '../../event/document-event.ts';
import { ecsDialect } from '../ecs/dialect.ts';
import { evtx } from '../evtx/evtx.ts';
import { unpack } from '../input/unpack.ts';
import { jsonSource } from '../json/reader.ts';
import { propertyOrder } from '../windows/property-order.ts';
import { winlogDialect } from './dialect.ts';
import { evidencePath } from '../../../test/tools/evidence-folder.ts';

const source = jsonSource([winlogDialect, ecsDialect]);
const at = (document: Document, name: string): unknown => valueAt(document, name.split('.'));

/** Values that look like numbers or GUIDs in texts. */
const TEXTS =
  /^(?:(?:Old|New)UacValue|Start(?:Address|Module|Function)|Rule.*|.*Hash(?:es)?|ObjectName|TaskContent.*)$/;
/** Numbers of 32 bits, which .NET gives a sign. */
const SIGNED =
  /Status$|AccessMask$|GrantedAccess$|ServiceType|TicketOptions|EncryptionType|ErrorCode|ResultCode|ReturnCode|Mapped/;

/** A value as PowerShell hands it to JSON, and then as one of its two versions writes it. */
function propertyOf(named: readonly [name: string, text: string] | undefined, edition: 5 | 7): unknown {
  if (named === undefined) return { Value: null };
  const [name, text] = named;
  const isSid = /^S-1-\d/.test(text) && /Sid$|MandatoryLabel|User$/.test(name);
  if (isSid) return { Value: edition === 7 ? { BinaryLength: 28, AccountDomainSid: null, Value: text } : text };
  if (TEXTS.test(name)) return { Value: text };
  if (/^\{[\dA-F-]{36}\}$/.test(text)) return { Value: text.slice(1, -1).toLowerCase() };
  if (/^(?:true|false)$/.test(text) && name !== 'EncyptionUsed' && name !== 'SigningUsed')
    return { Value: text === 'true' };
  if (/^0x[\da-f]{1,13}$/.test(text)) return { Value: SIGNED.test(name) ? Number(text) | 0 : Number(text) };
  if (/^(?:[\dA-F]{2}){16,}$/.test(text)) return { Value: [...Buffer.from(text, 'hex')] };
  return { Value: /^[1-9]\d{0,8}$/.test(text) ? Number(text) : text };
}

/** The names of a record in the order of its template: those of the record, with those that have no value between them. */
function orderOf(provider: string, eventId: number, names: readonly string[]): readonly string[] | undefined {
  for (let count = names.length; count < 50; count++) {
    const order = propertyOrder(provider, eventId, count)?.properties.map(({ name }) => name.toLowerCase());
    let place = -1;
    if (order && names.every((name) => (place = order.indexOf(name.toLowerCase(), place + 1)) >= 0)) return order;
  }
  return undefined;
}

/** An event of a log as PowerShell shows it; undefined when no order of its values is known. */
function shown(document: Document, edition: 5 | 7): object | undefined {
  const text = (name: string): string => String(at(document, name) ?? '');
  const provider = text('winlog.provider_name');
  const eventId = Number(text('winlog.event_id'));
  const userData = at(document, 'winlog.user_data') as Document | undefined;
  const data = Object.entries(userData ?? (at(document, 'winlog.event_data') as Document | undefined) ?? {}).filter(
    ([name]) => name !== 'xml_name',
  );
  const order = orderOf(
    provider,
    eventId,
    data.map(([name]) => name),
  );
  // An old version names two values LogonGuid.
  if (data.some(([name, value]) => name === 'LogonGuid' && Array.isArray(value))) return undefined;
  if (
    order === undefined ||
    at(document, 'winlog.record_id') === undefined ||
    at(document, 'winlog.time_shift') !== undefined
  )
    return undefined;
  const values = new Map(data.map(([name, value]) => [name.toLowerCase(), [name, String([value].flat()[0])] as const]));
  const keywords = { 'Audit Success': '0x8020000000000000', 'Audit Failure': '0x8010000000000000' };
  const bits = text('winlog.keywords');
  const time = document['@timestamp'] as string;
  const guid = (name: string) => (at(document, name) === undefined ? null : text(name).slice(1, -1).toLowerCase());
  const local = new Date(Date.parse(time) + 7_200_000).toISOString().slice(0, 19);
  return {
    Id: eventId,
    Version: Number(text('winlog.version')),
    Qualifiers: null,
    Level: Number(text('winlog.level')),
    Task: Number(text('winlog.task')),
    Opcode: Number(text('winlog.opcode')),
    Keywords: `#big:${BigInt.asIntN(64, BigInt(keywords[bits as keyof typeof keywords] ?? (bits || '0')))}`,
    RecordId: Number(text('winlog.record_id')),
    ProviderName: provider,
    ProviderId: guid('winlog.provider_guid'),
    LogName: text('winlog.channel'),
    ProcessId: Number(text('winlog.process.pid')),
    ThreadId: Number(text('winlog.process.thread.id')),
    MachineName: text('winlog.computer_name'),
    UserId:
      at(document, 'winlog.user.identifier') === undefined
        ? null
        : { BinaryLength: 12, AccountDomainSid: null, Value: text('winlog.user.identifier') },
    TimeCreated: edition === 5 ? `/Date(${Date.parse(time)})/` : `${local}${/\.\d+/.exec(time)![0]}0+02:00`,
    ActivityId: guid('winlog.activity_id'),
    RelatedActivityId: null,
    ContainerLog: 'security',
    MatchedQueryIds: [],
    Bookmark: {},
    LevelDisplayName: 'Information',
    OpcodeDisplayName: 'Info',
    TaskDisplayName: 'Logon',
    KeywordsDisplayNames: ['Audit Success'],
    Properties: order.map((name) => propertyOf(values.get(name), edition)),
    Message: null,
  };
}

const toJson = (value: unknown, indent?: number) =>
  JSON.stringify(value, undefined, indent).replace(/"#big:(-?\d+)"/g, '$1');

const LOGS = evidencePath('evtx');
const logs = existsSync(LOGS)
  ? readdirSync(LOGS, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.evtx'))
  : [];
/** Fields that only an event log file has, or that carry what it says of the record. */
const OF_FILE = ['winlog.file_record_id', 'winlog.event_source_name', 'winlog.event_data_name', 'winlog.checksum'];

describe.skipIf(logs.length === 0)('an event is the same as in its log', () => {
  const kinds = new Set<string>();

  test.each(logs)('%s', (name) => {
    const taken = new Map<string, number>();
    for (const { document, id } of readAll(evtx, readFileSync(`${LOGS}/${name}`)).events) {
      const kind = `${String(at(document, 'winlog.provider_name'))} ${String(at(document, 'event.code'))}`;
      // Some of each kind: logs repeat themselves.
      const count = (taken.get(kind) ?? 0) + 1;
      taken.set(kind, count);
      if (count > 8) continue;
      for (const edition of [5, 7] as const) {
        const object = shown(document, edition);
        if (object === undefined) continue;
        kinds.add(kind);
        const { events, faults } = readAll(source, toJson([object, object], 2));
        expect(faults, kind).toEqual([]);
        expect(events.length).toBe(2);
        expect(events[0]!.id).toBe(id);
        expect(events[0]!.provenance.format).toBe('winlog-json/powershell');
        // Windows PowerShell cuts times to milliseconds.
        const names = edition === 5 ? [...OF_FILE, '@timestamp'] : OF_FILE;
        expect(without(events[0]!.document, names), kind).toEqual(without(document, names));
      }
    }
  });

  test('of dozens of kinds', () => {
    expect(kinds.size).toBeGreaterThan(40);
  });
});

test.each(smbChannelEvents('event_data').map((event) => [event.title, event] as const))(
  'a channel of SMB, with values behind their lengths: %s',
  (_, { record, expected }) => {
    const [logged] = readAll(evtx, writeEvtx({ records: [record] })).events;
    const { events, faults } = readAll(source, toJson(shown(logged!.document, 7)));
    expect(faults).toEqual([]);
    expect(events[0]!.id).toBe(logged!.id);
    expect(without(events[0]!.document, OF_FILE)).toEqual(without(logged!.document, OF_FILE));
    expect(Object.keys(expected).length).toBeGreaterThan(0);
  },
);

const OPEN = {
  TimeCreated: '/Date(1772445600123)/',
  Id: 5140,
  LogName: 'Security',
  ProviderName: 'Microsoft-Windows-Security-Auditing',
  MachineName: 'fs01.corp.example',
  RecordId: 7,
  Message: 'Auf ein Netzwerkfreigabeobjekt wurde zugegriffen.',
};
const values = (list: readonly unknown[]) => ({ ...OPEN, Properties: list.map((Value) => ({ Value })) });
const share = values(['S-1-5-18', 'alice', 'CORP', 999, '10.0.0.5', '49800', '\\\\*\\ADMIN$']);

test('the message is kept, in the words of the host', () => {
  const [event] = readAll(source, JSON.stringify(share)).events;
  expect(event!.document['message']).toBe(OPEN.Message);
  expect(event!.document['@timestamp']).toBe('2026-03-02T10:00:00.123000Z');
  expect(at(event!.document, 'source.ip')).toBe('10.0.0.5');
  expect(at(event!.document, 'winlog.logon.id')).toBe('0x3e7');
});

test.each([
  ['an order that nobody knows', values(['a', 'b']), 'winlog.unnamed', { Data: ['a', 'b'], param1: 'a', param2: 'b' }],
  [
    'cut by ConvertTo-Json: a list',
    { ...OPEN, Properties: [`${'System.Diagnostics.Eventing.Reader.EventProperty'}`] },
    'winlog.cut',
    undefined,
  ],
  [
    'cut by ConvertTo-Json: a text',
    { ...OPEN, Properties: 'System.Diagnostics.Eventing.Reader.EventProperty System.D' },
    'winlog.cut',
    undefined,
  ],
])('what is not told by name is said, and the event is there: %s', (_, object, code, data) => {
  const { events, faults } = readAll(source, JSON.stringify(object));
  expect(faults).toMatchObject([{ code, count: 1, samples: [{ isAssumption: true }] }]);
  expect(at(events[0]!.document, 'winlog.event_data')).toEqual(data);
  expect(at(events[0]!.document, 'event.code')).toBe('5140');
});

test.each([
  ['selected properties alone', { Id: 5140, ProviderName: OPEN.ProviderName, TimeCreated: OPEN.TimeCreated }],
  [
    'a time with what Windows PowerShell adds',
    { ...OPEN, TimeCreated: { value: OPEN.TimeCreated, DateTime: 'Monday' } },
  ],
  ['a SID as text', { ...OPEN, UserId: 'S-1-5-18' }],
])('%s', (_, object) => {
  const { events, faults } = readAll(source, JSON.stringify(object));
  expect(faults).toEqual([]);
  expect(Date.parse(events[0]!.document['@timestamp'] as string)).toBe(1_772_445_600_123);
});

test('a time that names no zone is read as such', () => {
  const { events, faults } = readAll(source, JSON.stringify({ ...OPEN, TimeCreated: '2026-03-02T10:00:00.1234567' }));
  expect(faults).toMatchObject([{ code: 'winlog.timezone' }]);
  expect(at(events[0]!.document, 'event.timezone')).toBe('unknown');
});

test.each([
  ['a single object', toJson(share, 4)],
  ['an array (-AsArray)', toJson([share], 2)],
  ['an array that Windows PowerShell wraps', toJson({ value: [share, share], Count: 2 }, 4)],
  ['objects behind one another', `${toJson(share, 2)}\r\n${toJson(values(['x']), 2)}`],
])('%s, in UTF-16 as > and Out-File write it', async (_, text) => {
  const chunks: Buffer[] = [];
  const bytes = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(text.replaceAll('\n', '\r\n'), 'utf16le')]);
  for await (const chunk of unpack(Readable.from([bytes]), 'utf-16le')) chunks.push(chunk);
  const { events } = readAll(source, Buffer.concat(chunks));
  expect(at(events[0]!.document, 'smb.share.name')).toBe('ADMIN$');
});

test.each([
  ['a sign, as .NET gives it', -1, '0xffffffffffffffff'],
  ['more digits than 64 bits have', '9'.repeat(30), '9'.repeat(30)],
  ['a number beyond them', 1e300, '1e+300'],
])('a number of 64 bits with %s', (_, value, expected) => {
  const list = ['S-1-5-18', 'alice', 'CORP', value, '10.0.0.5', '49800', '\\\\*\\ADMIN$'];
  const { events } = readAll(source, JSON.stringify(values(list)));
  expect(at(events[0]!.document, 'winlog.event_data.SubjectLogonId')).toBe(expected);
});
