/** One Windows event, written in every shape in which collectors and tools export it. */
import { type DataName, dataName } from '../../src/sources/windows/data-name.ts';
import type { WindowsRecord } from '../../src/sources/windows/windows-record.ts';

/** A Windows event as the event log has it. */
export interface WindowsDescription {
  readonly channel: string;
  readonly provider: string;
  readonly providerGuid: string;
  readonly eventId: number;
  readonly version: number;
  readonly level: number;
  readonly task: number;
  readonly opcode: number;
  readonly keywords: string;
  /** ISO, UTC. */
  readonly time: string;
  readonly recordId: number;
  readonly computer: string;
  readonly processId: number;
  readonly threadId: number;
  readonly userSid?: string;
  readonly activityId?: string;
  readonly data: readonly (readonly [name: string, value: string])[];
  /** The values stand in UserData below this name. */
  readonly userDataName?: string;
}

/** The event in one shape. */
export interface WrittenShape {
  /** As provenance names it, without its `winlog-json/`. */
  readonly shape: string;
  readonly json: object;
  /** Fields the shape cannot carry, as dotted names; a name stands for all below it. */
  readonly lost: readonly string[];
}

/** The record an event log would give. */
export function recordOf(event: WindowsDescription): WindowsRecord {
  const valueOf = (name: DataName): string | undefined => event.data.find(([own]) => dataName(own) === name)?.[1];
  const section = event.userDataName === undefined ? 'event_data' : 'user_data';
  return {
    channel: event.channel,
    provider: event.provider,
    providerGuid: event.providerGuid,
    eventId: event.eventId,
    version: event.version,
    computer: event.computer,
    recordId: String(event.recordId),
    time: Date.parse(event.time),
    timeText: event.time,
    level: event.level,
    task: event.task,
    opcode: event.opcode,
    keywords: event.keywords,
    activityId: event.activityId,
    relatedActivityId: undefined,
    processId: event.processId,
    threadId: event.threadId,
    userSid: event.userSid,
    message: undefined,
    userDataName: event.userDataName,
    data: valueOf,
    dataList: (name) => {
      const value = valueOf(name);
      return value === undefined ? undefined : [value];
    },
    eachData: (visit) => {
      for (const [name, value] of event.data) visit(name, [value], section);
    },
  };
}

/** Digits behind the second, with their point. */
const decimals = (time: string): string => /\.\d+/.exec(time)?.[0] ?? '';

/** Wall clock of the exporters that write local time: four hours behind UTC. */
const LOCAL_MS = -4 * 3_600_000;

const local = (time: string): string =>
  `${new Date(Date.parse(time) + LOCAL_MS).toISOString().slice(0, 19)}${decimals(time)}Z`;
const wall = (time: string): string => local(time).slice(0, 19).replace('T', ' ');
/** The clock of twelve hours that some exporters have. */
const twelveHours = (time: string): string => {
  const text = local(time);
  const hour = Number(text.slice(11, 13)) % 12 || 12;
  return `${text.slice(0, 11)}${String(hour).padStart(2, '0')}${text.slice(13)}`;
};

const isFailure = (event: WindowsDescription) => (BigInt(event.keywords) & 0x10000000000000n) !== 0n;
const isAudit = (event: WindowsDescription) => (BigInt(event.keywords) & 0x30000000000000n) !== 0n;
const signed = (keywords: string): string => String(BigInt.asIntN(64, BigInt(keywords)));
const keywordNames = (event: WindowsDescription): readonly string[] =>
  isAudit(event) ? [isFailure(event) ? 'Audit Failure' : 'Audit Success'] : [];
const levelName = (level: number): string =>
  ['Information', 'Critical', 'Error', 'Warning', 'Information', 'Verbose'][level] ?? 'Information';

/** `key` only when there is a value. */
const maybe = (key: string, value: unknown): object => (value === undefined ? {} : { [key]: value });
const section = (event: WindowsDescription): string => (event.userDataName === undefined ? 'event_data' : 'user_data');

/** A number that JSON can hold and JavaScript cannot: replaced in the text by {@link toJson}. */
const bigNumber = (digits: string): string => `#big:${digits}`;

/** @returns the JSON text of a shape, on one line */
export function toJson(json: object): string {
  return JSON.stringify(json).replace(/"#big:(-?\d+)"/g, '$1');
}

const number = (text: string): unknown => (/^\d{1,9}$/.test(text) ? Number(text) : text);

/** @returns the event in every shape */
export function shapesOf(event: WindowsDescription): readonly WrittenShape[] {
  const data = Object.fromEntries(event.data);
  const values = event.userDataName === undefined ? data : { xml_name: event.userDataName, ...data };
  const loose = Object.fromEntries(event.data.map(([name, value]) => [name, number(value)]));
  const some = Object.fromEntries(event.data.filter(([, value]) => value !== ''));
  const noAudit = isAudit(event) ? [] : ['winlog.keywords'];
  return [
    {
      shape: 'winlogbeat',
      json: {
        '@timestamp': event.time,
        event: { code: String(event.eventId), kind: 'event', provider: event.provider },
        log: { level: levelName(event.level).toLowerCase() },
        host: { name: 'wec01.corp.example', ip: ['10.0.0.9'] },
        agent: { type: 'winlogbeat', name: 'wec01', version: '8.17.0' },
        winlog: {
          channel: event.channel,
          provider_name: event.provider,
          provider_guid: event.providerGuid,
          event_id: String(event.eventId),
          version: event.version,
          computer_name: event.computer,
          record_id: event.recordId,
          keywords: keywordNames(event),
          opcode: event.opcode === 0 ? 'Info' : String(event.opcode),
          process: { pid: event.processId, thread: { id: event.threadId } },
          ...maybe('activity_id', event.activityId),
          ...maybe('user', event.userSid === undefined ? undefined : { identifier: event.userSid }),
          [section(event)]: values,
        },
      },
      lost: ['winlog.task', 'winlog.level', 'agent', 'observer', ...noAudit],
    },
    {
      shape: 'elastic-agent',
      json: {
        _index: 'logs-system.security-default',
        _source: {
          '@timestamp': event.time,
          data_stream: { dataset: 'system.security', type: 'logs', namespace: 'default' },
          'event.code': String(event.eventId),
          'log.level': levelName(event.level).toLowerCase(),
          winlog: {
            channel: event.channel,
            provider_name: event.provider,
            provider_guid: event.providerGuid,
            event_id: event.eventId,
            version: event.version,
            computer_name: event.computer,
            record_id: String(event.recordId),
            keywords: keywordNames(event),
            opcode: event.opcode === 0 ? 'Info' : String(event.opcode),
            process: { pid: event.processId, thread: { id: event.threadId } },
            ...maybe('activity_id', event.activityId),
            ...maybe('user', event.userSid === undefined ? undefined : { identifier: event.userSid }),
            [section(event)]: values,
          },
        },
      },
      lost: ['winlog.task', 'winlog.level', 'data_stream', ...noAudit],
    },
    {
      shape: 'winlogbeat-6',
      json: {
        '@timestamp': event.time,
        event_id: event.eventId,
        log_name: event.channel,
        source_name: event.provider,
        provider_guid: event.providerGuid,
        version: event.version,
        computer_name: event.computer,
        record_number: String(event.recordId),
        keywords: keywordNames(event),
        level: levelName(event.level),
        opcode: event.opcode === 0 ? 'Info' : String(event.opcode),
        process_id: event.processId,
        thread_id: event.threadId,
        ...maybe('activity_id', event.activityId),
        ...maybe('user', event.userSid === undefined ? undefined : { identifier: event.userSid, name: 'SYSTEM' }),
        host: { name: 'WEC01' },
        beat: { hostname: 'WEC01', version: '6.8.0' },
        [section(event)]: values,
      },
      lost: ['winlog.task', 'winlog.level', ...noAudit],
    },
    {
      shape: 'nxlog',
      json: {
        EventTime: wall(event.time),
        EventReceivedTime: wall(new Date(Date.parse(event.time) + 2000).toISOString()),
        '@timestamp': new Date(Date.parse(event.time) + 2100).toISOString(),
        EventID: event.eventId,
        Channel: event.channel.toLowerCase(),
        SourceName: event.provider,
        ProviderGuid: event.providerGuid,
        Version: event.version,
        Task: event.task,
        OpcodeValue: event.opcode,
        Opcode: 'Info',
        Keywords: bigNumber(signed(event.keywords)),
        RecordNumber: event.recordId,
        Hostname: event.computer,
        host: 'wec01.cloud',
        EventType: !isAudit(event) ? 'INFO' : isFailure(event) ? 'AUDIT_FAILURE' : 'AUDIT_SUCCESS',
        Severity: isFailure(event) ? 'ERROR' : 'INFO',
        SeverityValue: 2,
        SourceModuleName: 'eventlog',
        SourceModuleType: 'im_msvistalog',
        ExecutionProcessID: event.processId,
        ThreadID: event.threadId,
        Category: 'a category',
        Message: 'a message',
        port: 64545,
        tags: ['lab'],
        '@version': '1',
        ...maybe('ActivityID', event.activityId),
        ...(event.userSid === undefined
          ? {}
          : { UserID: event.userSid, AccountName: 'SYSTEM', Domain: 'NT AUTHORITY', AccountType: 'User' }),
        ...some,
      },
      lost: [
        ...('AccountName' in data ? ['smb.service.account', 'winlog.event_data.AccountName'] : []),
        ...(/[1-9]/.test(decimals(event.time)) ? ['@timestamp'] : []),
        'winlog.level',
        'log.level',
        'message',
        'winlog.user.name',
        'winlog.user.domain',
        'winlog.user.type',
      ],
    },
    {
      shape: 'evtx-dump',
      json: {
        Event: {
          '#attributes': { xmlns: 'http://schemas.microsoft.com/win/2004/08/events/event' },
          System: {
            Provider: { '#attributes': { Name: event.provider, Guid: event.providerGuid } },
            EventID: { '#text': event.eventId, '#attributes': { Qualifiers: 16384 } },
            Version: event.version,
            Level: event.level,
            Task: event.task,
            Opcode: event.opcode,
            Keywords: event.keywords,
            TimeCreated: { '#attributes': { SystemTime: event.time } },
            EventRecordID: event.recordId,
            Correlation: event.activityId === undefined ? null : { '#attributes': { ActivityID: event.activityId } },
            Execution: { '#attributes': { ProcessID: event.processId, ThreadID: event.threadId } },
            Channel: event.channel,
            Computer: event.computer,
            Security: event.userSid === undefined ? null : { '#attributes': { UserID: event.userSid } },
          },
          ...(event.userDataName === undefined
            ? { EventData: loose }
            : { UserData: { [event.userDataName]: { '#attributes': { xmlns: 'x' }, ...loose } } }),
        },
      },
      lost: [],
    },
    {
      shape: 'chainsaw',
      json: {
        group: 'Sigma',
        kind: 'individual',
        name: 'a rule',
        level: 'high',
        status: 'stable',
        timestamp: '2021-04-21T09:40:32+00:00',
        document: { kind: 'evtx', path: 'Security.evtx', data: separateAttributes(event, loose) },
      },
      lost: [],
    },
    {
      shape: 'evtx-dump',
      json: separateAttributes(event, loose),
      lost: [],
    },
    {
      shape: 'hayabusa',
      json: {
        Timestamp: local(event.time).replace('T', ' ').replace('Z', ' -04:00'),
        RuleTitle: 'a rule',
        Level: 'high',
        Computer: event.computer,
        Channel: { Security: 'Sec', 'Microsoft-Windows-Sysmon/Operational': 'Sysmon', System: 'Sys' }[event.channel],
        EventID: event.eventId,
        RecordID: event.recordId,
        AllFieldInfo: event.data.map(([name, value]) => `${name}: ${value}`).join(' \u00a6 '),
        RuleFile: 'rule.yml',
      },
      lost: [...NO_SYSTEM, 'winlog.keywords', ...OUTCOME, ...(event.userSid === undefined ? [] : ['user'])],
    },
    {
      shape: 'log-analytics',
      json: {
        TenantId: 'a',
        TimeGenerated: event.time,
        Type: 'SecurityEvent',
        SourceSystem: 'OpsManager',
        Computer: event.computer,
        EventID: event.eventId,
        Channel: event.channel,
        EventSourceName: event.provider,
        Level: String(event.level),
        Task: event.task,
        Version: event.version,
        Opcode: String(event.opcode),
        Keywords: event.keywords,
        EventRecordId: String(event.recordId),
        SystemProcessId: event.processId,
        SystemThreadId: event.threadId,
        SystemUserId: event.userSid ?? 'N/A',
        Activity: `${event.eventId} - something`,
        AccountType: 'User',
        Account: 'CORP\\jdoe',
        EventData: eventDataXml(event),
        _ItemId: 'x',
      },
      lost: ['winlog.provider_guid', 'winlog.activity_id', 'winlog.user_data'],
    },
    {
      shape: 'log-analytics',
      json: {
        TimeGenerated: event.time,
        Type: 'WindowsEvent',
        Computer: event.computer,
        EventID: event.eventId,
        Channel: event.channel,
        Provider: event.provider,
        EventLevel: event.level,
        EventLevelName: levelName(event.level),
        Task: event.task,
        Version: event.version,
        Opcode: String(event.opcode),
        Keywords: event.keywords,
        EventRecordId: String(event.recordId),
        SystemProcessId: event.processId,
        SystemThreadId: event.threadId,
        SystemUserId: event.userSid ?? '',
        EventData: JSON.stringify(data),
      },
      lost: ['winlog.provider_guid', 'winlog.activity_id', 'winlog.user_data'],
    },
    {
      shape: 'splunk-xml',
      json: { preview: false, result: { _raw: toXml(event), sourcetype: 'XmlWinEventLog' } },
      lost: [],
    },
    {
      shape: 'time-created',
      json: {
        TimeCreated: `${event.time.slice(0, 19)}${decimals(event.time).padEnd(8, '0').replace(/^0/, '.')}Z`,
        EventID: event.eventId,
        Channel: event.channel,
        SourceName: event.provider,
        ProviderGuid: event.providerGuid,
        Keywords: event.keywords,
        Level: String(event.level),
        Version: String(event.version),
        Task: String(event.task),
        Opcode: String(event.opcode),
        RecordNumber: String(event.recordId),
        Computer: event.computer,
        ExecutionProcessID: String(event.processId),
        ThreadID: String(event.threadId),
        ...maybe('ActivityID', event.activityId),
        ...maybe('UserID', event.userSid),
        ...data,
      },
      lost: [],
    },
  ];
}

/** The flat shape whose TimeCreated is local, on a clock of twelve hours, with a false Z. */
export function lyingTimeCreated(event: WindowsDescription): object {
  const flat = shapesOf(event).find(({ shape }) => shape === 'time-created')!.json;
  return { ...flat, TimeCreated: twelveHours(event.time), '@timestamp': twelveHours(event.time) };
}

/** What rests on the outcome, which nothing but the keywords tells. */
const OUTCOME = ['event.outcome', 'smb.flow', 'smb.file.written', 'smb.activity'];

const NO_SYSTEM = [
  'log.level',
  ...['provider_guid', 'version', 'task', 'opcode', 'level', 'process', 'activity_id', 'user', 'user_data'].map(
    (name) => `winlog.${name}`,
  ),
];

function separateAttributes(event: WindowsDescription, data: object): object {
  return {
    Event: {
      System: {
        Provider_attributes: { Name: event.provider, Guid: event.providerGuid },
        EventID: event.eventId,
        EventID_attributes: { Qualifiers: 0 },
        Version: event.version,
        Level: event.level,
        Task: event.task,
        Opcode: event.opcode,
        Keywords: event.keywords,
        TimeCreated_attributes: { SystemTime: event.time },
        EventRecordID: event.recordId,
        Correlation: null,
        ...(event.activityId === undefined ? {} : { Correlation_attributes: { ActivityID: event.activityId } }),
        Execution_attributes: { ProcessID: event.processId, ThreadID: event.threadId },
        Channel: event.channel,
        Computer: event.computer,
        ...(event.userSid === undefined ? {} : { Security_attributes: { UserID: event.userSid } }),
      },
      ...(event.userDataName === undefined
        ? { EventData: data }
        : { UserData: { [event.userDataName]: data, [`${event.userDataName}_attributes`]: { xmlns: 'x' } } }),
    },
    Event_attributes: { xmlns: 'http://schemas.microsoft.com/win/2004/08/events/event' },
  };
}

const escapeXml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll("'", '&apos;');

function eventDataXml(event: WindowsDescription): string {
  const values = event.data.map(([name, value]) => `<Data Name="${name}">${escapeXml(value)}</Data>`);
  return `<EventData xmlns="http://schemas.microsoft.com/win/2004/08/events/event">\r\n  ${values.join('\r\n  ')}\r\n</EventData>`;
}

/** @returns the event as its own XML, on one line but for what its values hold */
export function toXml(event: WindowsDescription): string {
  const values = event.data.map(([name, value]) =>
    event.userDataName === undefined
      ? `<Data Name='${name}'>${escapeXml(value)}</Data>`
      : `<${name}>${escapeXml(value)}</${name}>`,
  );
  const body =
    event.userDataName === undefined
      ? `<EventData>${values.join('')}</EventData>`
      : `<UserData><${event.userDataName} xmlns='x'>${values.join('')}</${event.userDataName}></UserData>`;
  const correlation =
    event.activityId === undefined ? '<Correlation/>' : `<Correlation ActivityID='${event.activityId}'/>`;
  const security = event.userSid === undefined ? '<Security/>' : `<Security UserID='${event.userSid}'/>`;
  return (
    `<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System>` +
    `<Provider Name='${event.provider}' Guid='${event.providerGuid}'/><EventID Qualifiers='0'>${event.eventId}</EventID>` +
    `<Version>${event.version}</Version><Level>${event.level}</Level><Task>${event.task}</Task>` +
    `<Opcode>${event.opcode}</Opcode><Keywords>${event.keywords}</Keywords>` +
    `<TimeCreated SystemTime='${event.time}'/><EventRecordID>${event.recordId}</EventRecordID>${correlation}` +
    `<Execution ProcessID='${event.processId}' ThreadID='${event.threadId}'/><Channel>${event.channel}</Channel>` +
    `<Computer>${event.computer}</Computer>${security}</System>${body}</Event>`
  );
}
