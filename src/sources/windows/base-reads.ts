/** What every Windows event has, whatever its kind: System, the host, the outcome, what belongs together. */
import { addressOf } from '../../base/address/address.ts';
import type { FieldValue, Scalar } from '../../event/document.ts';
import { fieldId } from '../../event/field.ts';
import { eventOutcome, type FlowOutcome } from '../../event/flow-outcome.ts';
import { type EventView, firstText } from '../../event/view.ts';
import { isMachineName } from './values/account.ts';
import { auditOutcome } from './values/keywords.ts';
import type { WindowsRead } from './windows-read.ts';
import type { WindowsRecord } from './windows-record.ts';

const USER_NAME = fieldId('user.name');
const FLOW_OUTCOME = fieldId('smb.flow.outcome');

/** Levels of System/Level; 0 is "log always", which Windows shows as information. */
const LEVELS: readonly string[] = ['information', 'critical', 'error', 'warning', 'information', 'verbose'];

/** What Keywords say stands above everything; without a word from anybody the outcome is unknown, not success. */
export function outcomeWith(other: WindowsRead | undefined): WindowsRead {
  return (record, view) => {
    const audit = auditOutcome(record.keywords);
    if (audit !== undefined) return audit;
    const stated = other?.(record, view);
    if (stated !== undefined) return stated;
    const flow = view.get(FLOW_OUTCOME);
    return typeof flow === 'string' ? eventOutcome(flow as FlowOutcome) : 'unknown';
  };
}

const keywordNames: WindowsRead = (record) => {
  const audit = auditOutcome(record.keywords);
  return audit === undefined ? record.keywords : audit === 'success' ? 'Audit Success' : 'Audit Failure';
};

const text = (value: number | undefined): string | undefined => (value === undefined ? undefined : String(value));

/** A computer's name up to its first dot; an address has no short form. */
function shortName(computer: string): string {
  return addressOf(computer) ? computer : computer.split('.')[0]!;
}

function domainOf(computer: string): string | undefined {
  const dot = computer.indexOf('.');
  return dot < 0 || addressOf(computer) ? undefined : computer.slice(dot + 1) || undefined;
}

const ofComputer = (form: (computer: string) => string | undefined): WindowsRead => {
  return ({ computer }) => (computer === undefined ? undefined : form(computer.toLowerCase()) || undefined);
};

/** All values of some fields, each once. */
function gathered(names: readonly string[], form: (value: string) => string = (value) => value): WindowsRead {
  const ids = names.map((name) => fieldId(name));
  return (_record: WindowsRecord, view: EventView): FieldValue => {
    let found: Scalar[] | undefined;
    for (const id of ids) {
      const value = view.get(id);
      if (value === undefined) continue;
      found ??= [];
      if (typeof value === 'object') for (const one of value) addOnce(found, form(String(one)));
      else addOnce(found, form(String(value)));
    }
    return found;
  };
}

function addOnce(values: Scalar[], value: string): void {
  if (!values.includes(value)) values.push(value);
}

/** Reads of every Windows event, by field name. Kind, code, provider, dataset and module are added per kind. */
export const BASE_READS: Readonly<Record<string, WindowsRead>> = {
  '@timestamp': ({ time }) => (Number.isNaN(time) ? undefined : time),
  message: ({ message }) => message,
  'event.kind': () => 'event',
  'event.code': ({ eventId }) => String(eventId),
  'event.provider': ({ provider }) => provider,
  'event.outcome': outcomeWith(undefined),
  'log.level': ({ level }) => (level === undefined ? undefined : LEVELS[level]),
  'host.name': ofComputer((computer) => computer),
  'host.hostname': ofComputer(shortName),
  'host.domain': ofComputer(domainOf),
  'host.os.type': () => 'windows',
  'winlog.channel': ({ channel }) => channel,
  'winlog.provider_name': ({ provider }) => provider,
  'winlog.provider_guid': ({ providerGuid }) => providerGuid,
  'winlog.event_id': ({ eventId }) => String(eventId),
  'winlog.computer_name': ({ computer }) => computer,
  'winlog.record_id': ({ recordId }) => recordId,
  'winlog.activity_id': ({ activityId }) => activityId,
  'winlog.related_activity_id': ({ relatedActivityId }) => relatedActivityId,
  'winlog.task': ({ task }) => text(task),
  'winlog.opcode': ({ opcode }) => text(opcode),
  'winlog.keywords': keywordNames,
  'winlog.level': ({ level }) => text(level),
  'winlog.version': ({ version }) => version,
  'winlog.process.pid': ({ processId }) => processId,
  'winlog.process.thread.id': ({ threadId }) => threadId,
  'winlog.user.identifier': ({ userSid }) => userSid,
  'winlog.user_data.xml_name': ({ userDataName }) => userDataName || undefined,
  'winlog.event_source_name': ({ eventSourceName }) => eventSourceName,
  'winlog.data_name': ({ eventDataName }) => eventDataName,
  'winlog.file_record_id': ({ fileRecordId }) => fileRecordId,
  'winlog.checksum': ({ isChecksumBad }) => (isChecksumBad ? 'bad' : undefined),
  'winlog.recovered': ({ isRecovered }) => (isRecovered ? true : undefined),
  'winlog.time_uncertain': ({ isTimeUncertain }) => (isTimeUncertain ? true : undefined),
  'user.is_machine': (_record, view) => {
    const name = firstText(view, USER_NAME);
    return name !== undefined && isMachineName(name) ? true : undefined;
  },
  'related.ip': gathered(['source.ip', 'destination.ip']),
  'related.user': gathered(['user.name', 'user.target.name', 'user.effective.name']),
  'related.hosts': gathered(['host.name', 'source.domain', 'destination.domain'], (name) => name.toLowerCase()),
  'related.hash': gathered(
    ['process', 'file', 'dll'].flatMap((of) => ['md5', 'sha1', 'sha256'].map((kind) => `${of}.hash.${kind}`)),
  ),
};
