/**
 * Records of Hayabusa: an event as the rule that matched shows it, once for each rule. `AllFieldInfo` holds every value
 * under its own name; `Details` only some, under short names that depend on the kind of event.
 */
import { isDocument } from '../../event/document.ts';
import type { JsonRecord } from '../json/dialect.ts';
import { metDataName } from '../windows/data-name.ts';
import { ColumnRecord } from './column-record.ts';
import { HAYABUSA_COLUMNS, type SystemField } from './columns.ts';
import type { DataValues } from './data-values.ts';
import { fullChannel } from './provider-of.ts';

/** Between the values of a text: a broken bar with blanks around it. */
const SEPARATOR = ' \u00a6 ';

const LOGON_IDS: ReadonlySet<number> = new Set([4624, 4625, 4634, 4647]);

const COMMON: Readonly<Record<string, string>> = {
  Type: 'LogonType',
  TgtUser: 'TargetUserName',
  TgtDomain: 'TargetDomainName',
  SrcUser: 'SubjectUserName',
  SrcComp: 'WorkstationName',
  SrcIP: 'IpAddress',
  SrcPort: 'IpPort',
  SharePath: 'ShareLocalPath',
  Cmdline: 'CommandLine',
  ParentCmdline: 'ParentCommandLine',
  Svc: 'ServiceName',
  Path: 'ServiceFileName',
  Task: 'TaskName',
  Proc: 'ProcessName',
  User: 'SubjectUserName',
  LID: 'SubjectLogonId',
};

/** What is another name in a certain channel; asked before the common ones. */
const BY_CHANNEL: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  system: { Path: 'ImagePath' },
  'microsoft-windows-sysmon/operational': {
    Proc: 'Image',
    PID: 'ProcessId',
    PGUID: 'ProcessGuid',
    LID: 'LogonId',
    LGUID: 'LogonGuid',
    ParentPID: 'ParentProcessId',
    ParentPGUID: 'ParentProcessGuid',
    Path: 'TargetFilename',
    Pipe: 'PipeName',
    Proto: 'Protocol',
    SrcIP: 'SourceIp',
    SrcPort: 'SourcePort',
    SrcHost: 'SourceHostname',
    TgtIP: 'DestinationIp',
    TgtPort: 'DestinationPort',
    TgtHost: 'DestinationHostname',
    User: 'User',
    Rule: 'RuleName',
  },
};

/** One rule's view of an event. */
export class HayabusaRecord extends ColumnRecord {
  constructor(json: JsonRecord) {
    super(json, HAYABUSA_COLUMNS);
  }

  protected override system(field: SystemField): string | undefined {
    const text = super.system(field);
    return field === 'channel' && text !== undefined ? fullChannel(text) : text;
  }

  protected override fill(values: DataValues): void {
    const object = this.object();
    const all = pairsOf(object['AllFieldInfo']);
    if (all.length > 0) {
      for (const [name, value] of all) values.addAll({ [name]: value }, 'event_data');
      return;
    }
    for (const [name, value] of pairsOf(object['ExtraFieldInfo'])) values.addAll({ [name]: value }, 'event_data');
    for (const [short, value] of pairsOf(object['Details'])) {
      const name = this.longName(short);
      if (values.has(metDataName(name))) continue;
      values.addAll({ [name]: name === 'LogonType' ? firstNumber(value) : value }, 'event_data');
    }
  }

  private longName(short: string): string {
    const channel = this.channel?.toLowerCase() ?? '';
    const byChannel = Object.hasOwn(BY_CHANNEL, channel) ? BY_CHANNEL[channel] : undefined;
    if (byChannel !== undefined && Object.hasOwn(byChannel, short)) return byChannel[short]!;
    if (short === 'LID' && LOGON_IDS.has(this.eventId)) return 'TargetLogonId';
    if (short === 'Proc' && this.eventId === 4688) return 'NewProcessName';
    return Object.hasOwn(COMMON, short) ? COMMON[short]! : short;
  }
}

/** `3 - NETWORK` is the number with its meaning. */
function firstNumber(value: unknown): unknown {
  return typeof value === 'string' ? (/^\d+/.exec(value)?.[0] ?? value) : value;
}

/** Names and values of an object, or of a text `k: v \u00a6 k: v`. */
function pairsOf(info: unknown): readonly (readonly [string, unknown])[] {
  if (isDocument(info)) return Object.entries(info);
  if (typeof info !== 'string') return [];
  return info.split(SEPARATOR).flatMap((part) => {
    const colon = part.indexOf(': ');
    if (colon <= 0) return [];
    return [[part.slice(0, colon).trim(), part.slice(colon + 2)] as const];
  });
}
