/**
 * Columns of Windows events as JSON: what is read by byte offset before an object is parsed, so that an event nobody wants
 * costs no parsing. Each shape has its own names; a search export puts them below `_source`.
 */
import type { Column } from '../record.ts';

/** Part of System that a shape may have. */
export type SystemField =
  | 'channel'
  | 'provider'
  | 'providerGuid'
  | 'eventId'
  | 'version'
  | 'computer'
  | 'recordId'
  | 'time'
  | 'level'
  | 'task'
  | 'opcode'
  | 'keywords'
  | 'activityId'
  | 'relatedActivityId'
  | 'processId'
  | 'threadId'
  | 'userSid'
  | 'message';

/** Column of each part of System in one shape. */
export type SystemColumns = Readonly<Partial<Record<SystemField, Column>>>;

/** Dotted paths by column number. */
export const WINLOG_PATHS: (readonly string[])[] = [];

const known = new Map<string, Column>();

/** @returns the column of these paths, the same one when it was asked for before */
function column(...paths: readonly string[]): Column {
  const key = paths[0]!;
  const found = known.get(key);
  if (found !== undefined) return found;
  known.set(key, WINLOG_PATHS.length);
  WINLOG_PATHS.push(paths);
  return WINLOG_PATHS.length - 1;
}

const inSource = (path: string): Column => column(path, `_source.${path}`);

/** Signs by which a shape is told. */
export const SIGN = {
  host: inSource('host.name'),
  hostname: inSource('host.hostname'),
  accountName: column('AccountName'),
  accountDomain: column('Domain'),
  accountType: column('AccountType'),
  ownId: inSource('smbastion.event.id'),
  dataStream: inSource('data_stream.dataset'),
  agentType: inSource('agent.type'),
  eventData: inSource('event_data'),
  userData: inSource('user_data'),
  logName: inSource('log_name'),
  sourceModule: column('SourceModuleType'),
  receivedTime: column('EventReceivedTime'),
  utcTime: column('UtcTime'),
  eventTime: column('EventTime'),
  timeCreated: column('TimeCreated', 'TimeCreated.value'),
  timestamp: inSource('@timestamp'),
  kind: column('kind'),
  document: column('document'),
  documents: column('documents'),
  ruleTitle: column('RuleTitle'),
  timeGenerated: column('TimeGenerated', 'TimeGenerated [UTC]'),
  type: column('Type'),
  activity: column('Activity'),
  originalType: column('EventTypeOrignal'),
  eventType: column('EventType'),
  severity: column('Severity'),
  userDataName: inSource('user_data.xml_name'),
  /** XML text of Splunk, alone, in a search result or in a body of its collector. */
  raw: column('_raw', 'result._raw', 'event'),
  /** Objects of PowerShell's Get-WinEvent. */
  objectId: column('Id'),
  objectLog: column('LogName'),
  keywordNames: column('KeywordsDisplayNames'),
} as const;

/** Winlogbeat 7, 8 and Elastic Agent. */
export const BEATS_COLUMNS: SystemColumns = {
  channel: inSource('winlog.channel'),
  provider: inSource('winlog.provider_name'),
  providerGuid: inSource('winlog.provider_guid'),
  eventId: column('winlog.event_id', '_source.winlog.event_id', 'event.code', '_source.event.code'),
  version: inSource('winlog.version'),
  computer: inSource('winlog.computer_name'),
  recordId: inSource('winlog.record_id'),
  time: SIGN.timestamp,
  level: column('winlog.level', '_source.winlog.level', 'log.level', '_source.log.level'),
  task: inSource('winlog.task'),
  opcode: inSource('winlog.opcode'),
  keywords: inSource('winlog.keywords'),
  activityId: inSource('winlog.activity_id'),
  relatedActivityId: inSource('winlog.related_activity_id'),
  processId: inSource('winlog.process.pid'),
  threadId: inSource('winlog.process.thread.id'),
  userSid: inSource('winlog.user.identifier'),
  message: inSource('message'),
};

/** Winlogbeat 6. */
export const BEATS6_COLUMNS: SystemColumns = {
  channel: SIGN.logName,
  provider: inSource('source_name'),
  providerGuid: inSource('provider_guid'),
  eventId: inSource('event_id'),
  version: inSource('version'),
  computer: inSource('computer_name'),
  recordId: inSource('record_number'),
  time: SIGN.timestamp,
  level: inSource('level'),
  task: inSource('task'),
  opcode: inSource('opcode'),
  keywords: inSource('keywords'),
  activityId: inSource('activity_id'),
  relatedActivityId: inSource('related_activity_id'),
  processId: inSource('process_id'),
  threadId: inSource('thread_id'),
  userSid: inSource('user.identifier'),
  message: inSource('message'),
};

/** NXLog and other exporters that write System and EventData side by side at the top level. */
export const FLAT_COLUMNS: SystemColumns = {
  channel: column('Channel'),
  provider: column('SourceName', 'ProviderName'),
  providerGuid: column('ProviderGuid'),
  eventId: column('EventID'),
  version: column('Version'),
  computer: column('Hostname', 'Computer'),
  recordId: column('RecordNumber', 'EventRecordID', 'RecordID', 'EventRecordId'),
  level: column('Level'),
  task: column('Task'),
  opcode: column('OpcodeValue', 'Opcode'),
  keywords: column('Keywords'),
  activityId: column('ActivityID', 'ActivityId'),
  relatedActivityId: column('RelatedActivityID'),
  processId: column('ExecutionProcessID', 'SystemProcessId'),
  threadId: column('ThreadID', 'SystemThreadId', 'ExecutionThreadID'),
  userSid: column('UserID', 'SystemUserId'),
  message: column('Message', 'RenderedDescription'),
};

/** Objects of PowerShell's Get-WinEvent. */
export const POWERSHELL_COLUMNS: SystemColumns = {
  channel: SIGN.objectLog,
  provider: FLAT_COLUMNS.provider!,
  providerGuid: column('ProviderId'),
  eventId: SIGN.objectId,
  version: FLAT_COLUMNS.version!,
  computer: column('MachineName'),
  recordId: column('RecordId'),
  time: SIGN.timeCreated,
  level: FLAT_COLUMNS.level!,
  task: FLAT_COLUMNS.task!,
  opcode: FLAT_COLUMNS.opcode!,
  keywords: FLAT_COLUMNS.keywords!,
  activityId: FLAT_COLUMNS.activityId!,
  relatedActivityId: column('RelatedActivityId'),
  processId: column('ProcessId'),
  threadId: column('ThreadId'),
  userSid: column('UserId', 'UserId.Value'),
  message: FLAT_COLUMNS.message!,
};

/** Hayabusa: the rule's view of an event. */
export const HAYABUSA_COLUMNS: SystemColumns = {
  channel: FLAT_COLUMNS.channel!,
  provider: column('Provider'),
  eventId: FLAT_COLUMNS.eventId!,
  computer: FLAT_COLUMNS.computer!,
  recordId: FLAT_COLUMNS.recordId!,
  time: column('Timestamp'),
};

/** Tables SecurityEvent, WindowsEvent and Event of Log Analytics. */
export const SENTINEL_COLUMNS: SystemColumns = {
  channel: column('EventLog'),
  provider: column('EventSourceName', 'Source'),
  eventId: FLAT_COLUMNS.eventId!,
  version: FLAT_COLUMNS.version!,
  computer: FLAT_COLUMNS.computer!,
  recordId: FLAT_COLUMNS.recordId!,
  time: SIGN.timeGenerated,
  level: column('EventLevel'),
  task: FLAT_COLUMNS.task!,
  opcode: FLAT_COLUMNS.opcode!,
  keywords: FLAT_COLUMNS.keywords!,
  processId: FLAT_COLUMNS.processId!,
  threadId: FLAT_COLUMNS.threadId!,
  userSid: FLAT_COLUMNS.userSid!,
  message: FLAT_COLUMNS.message!,
};

/** Other places of the same in Log Analytics, asked when the first is empty. */
export const SENTINEL_SECOND: SystemColumns = {
  channel: FLAT_COLUMNS.channel!,
  provider: HAYABUSA_COLUMNS.provider!,
  level: FLAT_COLUMNS.level!,
};

const SYSTEMS = ['Event.System', 'document.data.Event.System', '_source.Event.System'];

/** A part of System as evtx_dump writes it: plain, or an object with `#text` when it has attributes. */
const plain = (name: string): Column => column(...SYSTEMS.flatMap((at) => [`${at}.${name}`, `${at}.${name}.#text`]));

/** An attribute of a part of System, in either style. */
const attribute = (element: string, name: string): Column =>
  column(...SYSTEMS.flatMap((at) => [`${at}.${element}.#attributes.${name}`, `${at}.${element}_attributes.${name}`]));

/** evtx_dump in both styles, and Chainsaw, which wraps it. */
export const EVTX_COLUMNS: SystemColumns = {
  channel: plain('Channel'),
  provider: attribute('Provider', 'Name'),
  providerGuid: attribute('Provider', 'Guid'),
  eventId: plain('EventID'),
  version: plain('Version'),
  computer: plain('Computer'),
  recordId: plain('EventRecordID'),
  time: attribute('TimeCreated', 'SystemTime'),
  level: plain('Level'),
  task: plain('Task'),
  opcode: plain('Opcode'),
  keywords: plain('Keywords'),
  activityId: attribute('Correlation', 'ActivityID'),
  relatedActivityId: attribute('Correlation', 'RelatedActivityID'),
  processId: attribute('Execution', 'ProcessID'),
  threadId: attribute('Execution', 'ThreadID'),
  userSid: attribute('Security', 'UserID'),
};
