/**
 * Raw values that ingest pipelines move into ECS fields instead of copying them. Rules written for the raw log ask for
 * them under their own names, and so does the mapping, so they are put back where they are missing.
 *
 * @see https://www.elastic.co/docs/reference/beats/winlogbeat/winlogbeat-modules
 */
import type { Document } from '../../event/document.ts';
import { valueAt } from '../../event/document-event.ts';
import { dataName } from '../windows/data-name.ts';
import { type DataValues, textsOf } from './data-values.ts';

/** How the value is written in the raw log. */
type Form = 'as it is' | 'hexadecimal';

type Move = readonly [name: string, ecs: string, form?: Form];

const ADDRESS: readonly Move[] = [
  ['IpAddress', 'source.ip'],
  ['IpPort', 'source.port'],
];
const CALLER: readonly Move[] = [
  ['ProcessId', 'process.pid', 'hexadecimal'],
  ['ProcessName', 'process.executable'],
];
const LOGON: readonly Move[] = [...ADDRESS, ...CALLER, ['WorkstationName', 'source.domain']];
const FILTERED: readonly Move[] = [
  ['SourceAddress', 'source.ip'],
  ['SourcePort', 'source.port'],
  ['DestAddress', 'destination.ip'],
  ['DestPort', 'destination.port'],
  ['Application', 'process.executable'],
];

/** By event id of the Security log. The same name stands for the creator in 4688 and for the caller in 4624. */
const SECURITY: Readonly<Record<number, readonly Move[]>> = {
  4624: LOGON,
  4625: LOGON,
  4648: [...ADDRESS, ...CALLER],
  4656: CALLER,
  4658: CALLER,
  4663: CALLER,
  4673: CALLER,
  4674: CALLER,
  4689: CALLER,
  4688: [
    ['NewProcessId', 'process.pid', 'hexadecimal'],
    ['NewProcessName', 'process.executable'],
    ['ProcessId', 'process.parent.pid', 'hexadecimal'],
    ['ParentProcessName', 'process.parent.executable'],
    ['CommandLine', 'process.command_line'],
  ],
  4697: [['ServiceName', 'service.name']],
  4768: ADDRESS,
  4769: ADDRESS,
  4771: ADDRESS,
  4776: [['Workstation', 'source.domain']],
  5140: ADDRESS,
  5145: ADDRESS,
  5152: FILTERED,
  5156: FILTERED,
  5157: FILTERED,
};

const PROCESS: readonly Move[] = [
  ['ProcessGuid', 'process.entity_id'],
  ['ProcessId', 'process.pid'],
  ['Image', 'process.executable'],
];
const TARGET_FILE: readonly Move[] = [...PROCESS, ['TargetFilename', 'file.path']];
const PIPE: readonly Move[] = [...PROCESS, ['PipeName', 'file.name']];
const REGISTRY: readonly Move[] = [...PROCESS, ['TargetObject', 'registry.path']];

/** By event id of Sysmon. */
const SYSMON: Readonly<Record<number, readonly Move[]>> = {
  1: [
    ...PROCESS,
    ['CommandLine', 'process.command_line'],
    ['CurrentDirectory', 'process.working_directory'],
    ['ParentProcessGuid', 'process.parent.entity_id'],
    ['ParentProcessId', 'process.parent.pid'],
    ['ParentImage', 'process.parent.executable'],
    ['ParentCommandLine', 'process.parent.command_line'],
    ['OriginalFileName', 'process.pe.original_file_name'],
  ],
  3: [
    ...PROCESS,
    ['Protocol', 'network.transport'],
    ['SourceIp', 'source.ip'],
    ['SourceHostname', 'source.domain'],
    ['SourcePort', 'source.port'],
    ['DestinationIp', 'destination.ip'],
    ['DestinationHostname', 'destination.domain'],
    ['DestinationPort', 'destination.port'],
  ],
  5: PROCESS,
  7: [...PROCESS, ['ImageLoaded', 'file.path']],
  10: [
    ['SourceProcessGUID', 'process.entity_id'],
    ['SourceProcessId', 'process.pid'],
    ['SourceImage', 'process.executable'],
  ],
  11: TARGET_FILE,
  12: REGISTRY,
  13: REGISTRY,
  14: REGISTRY,
  15: TARGET_FILE,
  17: PIPE,
  18: PIPE,
  22: [...PROCESS, ['QueryName', 'dns.question.name']],
  23: TARGET_FILE,
  26: TARGET_FILE,
};

/** The text at a dotted name of an ECS document: the first where there are several, undefined for none and nothing. */
export type TextAt = (name: string) => string | undefined;

/** Puts moved values back. */
export function addMovedFields(values: DataValues, textAt: TextAt, channel: string | undefined, eventId: number): void {
  const log = channel?.toLowerCase();
  const isSysmon = log === 'microsoft-windows-sysmon/operational';
  const moves = isSysmon ? SYSMON[eventId] : log === 'security' ? SECURITY[eventId] : undefined;
  for (const [name, ecs, form] of moves ?? []) {
    if (values.has(dataName(name))) continue;
    const text = textAt(ecs);
    if (text === undefined) continue;
    values.add(name, [form === 'hexadecimal' ? toHex(text) : text], 'event_data');
  }
  if (isSysmon) {
    addUser(values, textAt);
    addUtcTime(values, textAt);
  } else if (eventId === 5145) {
    addSharePath(values, textAt);
  }
}

/** Sysmon writes `DOMAIN\name` in one text. */
function addUser(values: DataValues, textAt: TextAt): void {
  if (values.has(dataName('User'))) return;
  const name = textAt('user.name');
  if (name === undefined) return;
  const domain = textAt('user.domain');
  values.add('User', [domain === undefined ? name : `${domain}\\${name}`], 'event_data');
}

/** Sysmon's own time becomes @timestamp; it writes milliseconds and no zone. */
function addUtcTime(values: DataValues, textAt: TextAt): void {
  const moment = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(?:\.(\d+))?Z$/.exec(textAt('@timestamp') ?? '');
  if (!moment || values.has(dataName('UtcTime'))) return;
  const decimals = (moment[3] ?? '').slice(0, 3).padEnd(3, '0');
  values.add('UtcTime', [`${moment[1]} ${moment[2]}.${decimals}`], 'event_data');
}

/** `\\*\IPC$\spoolss` of file.target_path is the share and what stands below it. */
function addSharePath(values: DataValues, textAt: TextAt): void {
  const match = /^(\\\\[^\\]*\\[^\\]+)(?:\\(.*))?$/s.exec(textAt('file.target_path') ?? '');
  if (!match) return;
  if (!values.has(dataName('ShareName'))) values.add('ShareName', [match[1]!], 'event_data');
  if (!values.has(dataName('RelativeTargetName')) && match[2]) {
    values.add('RelativeTargetName', [match[2]], 'event_data');
  }
}

/** @returns texts of a document with nested keys */
export function textsIn(document: Document): TextAt {
  return (name) => textsOf(valueAt(document, name.split('.')))[0] || undefined;
}

function toHex(text: string): string {
  return /^\d{1,15}$/.test(text) ? `0x${Number(text).toString(16)}` : text;
}
