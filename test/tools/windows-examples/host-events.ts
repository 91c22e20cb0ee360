/**
 * Windows events of one machine, with the fields, types and texts of Windows 10 and Server 2019, to build logs from. The
 * machine, its accounts and everything that happens are invented. The file is long because it is a table: one function an
 * event id, and nothing but its fields.
 */
import type { EvtxRecord, NamedValue } from '../evtx-writer/description.ts';

/** An event before it has its number in the log. */
export type HostEvent = Omit<EvtxRecord, 'recordId'>;

/** An account of the domain. */
export interface Account {
  readonly sid: string;
  readonly name: string;
  readonly domain: string;
}

/** An account with its session on the machine. */
export interface Session extends Account {
  /** Logon id, hexadecimal. */
  readonly logonId: string;
  readonly ip: string;
  readonly port: number;
  /** Name the client gives itself; Kerberos sends none. */
  readonly workstation?: string | undefined;
}

/** What an admin share stands for. */
const LOCAL_PATHS: Readonly<Record<string, string>> = { ADMIN$: '\\??\\C:\\Windows', C$: '\\??\\C:\\' };

const AUDIT_SUCCESS = '0x8020000000000000';
const AUDIT_FAILURE = '0x8010000000000000';
const NO_GUID = '{00000000-0000-0000-0000-000000000000}';
const LIST_SEPARATOR = '\r\n\t\t\t\t';

/** Bits of an access mask and the codes Windows lists for them. */
const ACCESS_CODES: readonly (readonly [bit: number, code: string])[] = [
  [0x10000, '%%1537'],
  [0x20000, '%%1538'],
  [0x40000, '%%1539'],
  [0x80000, '%%1540'],
  [0x100000, '%%1541'],
  ...Array.from({ length: 9 }, (_, bit) => [1 << bit, `%%${4416 + bit}`] as const),
];

/** @returns the account of an office user; rid is the last part of the SID */
export function officeAccount(name: string, rid: number): Account {
  return { name, domain: 'OFFICE', sid: `S-1-5-21-1712503041-903516722-2188810934-${rid}` };
}

/** Events of one machine. */
export class Host {
  readonly computer: string;
  private readonly system: Account;

  /** @param name short name of the machine, in capitals */
  constructor(name: string) {
    this.computer = `${name}.office.example`;
    this.system = { name: `${name}$`, domain: 'OFFICE', sid: 'S-1-5-18' };
  }

  /** 4624: a logon over the network. */
  networkLogon(time: string, session: Session, { isAdmin = false } = {}): HostEvent {
    const ntlm = session.workstation !== undefined;
    return this.security(time, 4624, 2, 12_544, [
      ...subject({ sid: 'S-1-0-0', name: '-', domain: '-' }, '0x0'),
      ['TargetUserSid', 'sid', session.sid],
      ['TargetUserName', 'string', session.name],
      ['TargetDomainName', 'string', session.domain],
      ['TargetLogonId', 'hex64', session.logonId],
      ['LogonType', 'u32', 3],
      ['LogonProcessName', 'string', ntlm ? 'NtLmSsp ' : 'Kerberos'],
      ['AuthenticationPackageName', 'string', ntlm ? 'NTLM' : 'Kerberos'],
      ['WorkstationName', 'string', session.workstation ?? '-'],
      ['LogonGuid', 'guid', ntlm ? NO_GUID : guidOf(session.logonId)],
      ['TransmittedServices', 'string', '-'],
      ['LmPackageName', 'string', ntlm ? 'NTLM V2' : '-'],
      ['KeyLength', 'u32', ntlm ? 128 : 0],
      ['ProcessId', 'size64', 0],
      ['ProcessName', 'string', '-'],
      ['IpAddress', 'string', session.ip],
      ['IpPort', 'string', String(session.port)],
      ['ImpersonationLevel', 'string', '%%1833'],
      ['RestrictedAdminMode', 'string', '-'],
      ['TargetOutboundUserName', 'string', '-'],
      ['TargetOutboundDomainName', 'string', '-'],
      ['VirtualAccount', 'string', '%%1843'],
      ['TargetLinkedLogonId', 'hex64', 0],
      ['ElevatedToken', 'string', isAdmin ? '%%1842' : '%%1843'],
    ]);
  }

  /** 4672: the session has the rights of an administrator. */
  specialLogon(time: string, session: Session): HostEvent {
    const privileges = ['SeSecurityPrivilege', 'SeBackupPrivilege', 'SeRestorePrivilege', 'SeDebugPrivilege'];
    return this.security(time, 4672, 0, 12_548, [
      ...subject(session, session.logonId),
      ['PrivilegeList', 'string', privileges.join('\r\n\t\t\t')],
    ]);
  }

  /** 4634: the session ends. */
  logoff(time: string, session: Session): HostEvent {
    return this.security(time, 4634, 0, 12_545, [
      ['TargetUserSid', 'sid', session.sid],
      ['TargetUserName', 'string', session.name],
      ['TargetDomainName', 'string', session.domain],
      ['TargetLogonId', 'hex64', session.logonId],
      ['LogonType', 'u32', 3],
    ]);
  }

  /** 4625: a logon over the network fails, with a wrong password unless stated. */
  failedLogon(time: string, session: Session, subStatus = 0xc000006a): HostEvent {
    const values: NamedValue[] = [
      ...subject({ sid: 'S-1-0-0', name: '-', domain: '-' }, '0x0'),
      ['TargetUserSid', 'sid', 'S-1-0-0'],
      ['TargetUserName', 'string', session.name],
      ['TargetDomainName', 'string', session.domain],
      ['Status', 'hex32', 0xc000006d],
      ['FailureReason', 'string', '%%2313'],
      ['SubStatus', 'hex32', subStatus],
      ['LogonType', 'u32', 3],
      ['LogonProcessName', 'string', 'NtLmSsp '],
      ['AuthenticationPackageName', 'string', 'NTLM'],
      ['WorkstationName', 'string', session.workstation ?? '-'],
      ['TransmittedServices', 'string', '-'],
      ['LmPackageName', 'string', '-'],
      ['KeyLength', 'u32', 0],
      ['ProcessId', 'size64', 0],
      ['ProcessName', 'string', '-'],
      ['IpAddress', 'string', session.ip],
      ['IpPort', 'string', String(session.port)],
    ];
    return this.security(time, 4625, 0, 12_544, values, AUDIT_FAILURE);
  }

  /** 5140: a share is opened, or refused. */
  shareOpened(time: string, session: Session, share: string, { refused = false, localPath = '' } = {}): HostEvent {
    return this.security(
      time,
      5140,
      1,
      12_808,
      [
        ...subject(session, session.logonId),
        ['ObjectType', 'string', 'File'],
        ['IpAddress', 'string', session.ip],
        ['IpPort', 'string', String(session.port)],
        ['ShareName', 'string', `\\\\*\\${share}`],
        ['ShareLocalPath', 'string', LOCAL_PATHS[share] ?? localPath],
        ['AccessMask', 'hex32', 1],
        ['AccessList', 'string', accessList(1)],
      ],
      refused ? AUDIT_FAILURE : AUDIT_SUCCESS,
    );
  }

  /** 5145: a file or pipe is asked for with the rights of the mask. */
  objectChecked(
    time: string,
    session: Session,
    share: string,
    target: string,
    mask: number,
    { refused = false, localPath = '' } = {},
  ): HostEvent {
    return this.security(
      time,
      5145,
      0,
      12_811,
      [
        ...subject(session, session.logonId),
        ['ObjectType', 'string', 'File'],
        ['IpAddress', 'string', session.ip],
        ['IpPort', 'string', String(session.port)],
        ['ShareName', 'string', `\\\\*\\${share}`],
        ['ShareLocalPath', 'string', LOCAL_PATHS[share] ?? localPath],
        ['RelativeTargetName', 'string', target],
        ['AccessMask', 'hex32', mask],
        ['AccessList', 'string', accessList(mask)],
        ['AccessReason', 'string', '-'],
      ],
      refused ? AUDIT_FAILURE : AUDIT_SUCCESS,
    );
  }

  /** 4697: a service is installed by a session. */
  serviceInstalled(time: string, session: Session, service: string, imagePath: string): HostEvent {
    return this.security(time, 4697, 0, 12_289, [
      ...subject(session, session.logonId),
      ['ServiceName', 'string', service],
      ['ServiceFileName', 'string', imagePath],
      ['ServiceType', 'hex32', 0x10],
      ['ServiceStartType', 'u32', 3],
      ['ServiceAccount', 'string', 'LocalSystem'],
    ]);
  }

  /** 7045 of the System log: the same installation; the record's own user is who installed it. */
  serviceInstalledSystem(time: string, installer: Account, service: string, imagePath: string): HostEvent {
    return this.serviceControl(
      time,
      7045,
      [
        ['ServiceName', 'string', service],
        ['ImagePath', 'string', imagePath],
        ['ServiceType', 'string', 'user mode service'],
        ['StartType', 'string', 'demand start'],
        ['AccountName', 'string', 'LocalSystem'],
      ],
      installer.sid,
    );
  }

  /** 7036 of the System log: a service runs or has stopped. */
  serviceState(time: string, displayName: string, name: string, isRunning: boolean): HostEvent {
    const state = Buffer.from(`${name}/${isRunning ? 4 : 1}\0`, 'utf16le').toString('hex');
    return this.serviceControl(time, 7036, [
      ['param1', 'string', displayName],
      ['param2', 'string', isRunning ? 'running' : 'stopped'],
      ['Binary', 'binary', state.toUpperCase()],
    ]);
  }

  /** 4688: a process starts, by the machine itself unless its creator or the session it runs in is given. */
  processStarted(
    time: string,
    image: string,
    commandLine: string,
    { parent = 'C:\\Windows\\System32\\services.exe', creator = undefined, effective = undefined }: ProcessOptions = {},
  ): HostEvent {
    const target = effective ?? { sid: 'S-1-0-0', name: '-', domain: '-', logonId: '0x0' };
    return this.security(time, 4688, 2, 13_312, [
      ...(creator ? subject(creator, creator.logonId) : subject(this.system, '0x3e7')),
      ['NewProcessId', 'size64', 0x1a4c],
      ['NewProcessName', 'string', image],
      ['TokenElevationType', 'string', '%%1936'],
      ['ProcessId', 'size64', 0x288],
      ['CommandLine', 'string', commandLine],
      ['TargetUserSid', 'sid', target.sid],
      ['TargetUserName', 'string', target.name],
      ['TargetDomainName', 'string', target.domain],
      ['TargetLogonId', 'hex64', target.logonId],
      ['ParentProcessName', 'string', parent],
      ['MandatoryLabel', 'sid', creator ? 'S-1-16-8192' : 'S-1-16-16384'],
    ]);
  }

  /** 4698: a scheduled task is registered; a remote client has no process on this machine. */
  taskCreated(time: string, session: Session, task: string, command: string, isRemote: boolean): HostEvent {
    const content = `<?xml version="1.0" encoding="UTF-16"?>\r\n<Task version="1.2" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task"><RegistrationInfo><Author>${session.domain}\\${session.name}</Author></RegistrationInfo><Principals><Principal id="Author"><UserId>S-1-5-18</UserId><RunLevel>HighestAvailable</RunLevel></Principal></Principals><Actions Context="Author"><Exec><Command>${command}</Command></Exec></Actions></Task>`;
    return this.security(time, 4698, 1, 12_804, [
      ...subject(session, session.logonId),
      ['TaskName', 'string', `\\${task}`],
      ['TaskContent', 'string', content],
      ['ClientProcessStartKey', 'u64', isRemote ? 0 : 4_785_074_604_081_153],
      ['ClientProcessId', 'u32', isRemote ? 0 : 4112],
      ['ParentProcessId', 'u32', isRemote ? 0 : 3020],
      ['RpcCallClientLocality', 'u32', isRemote ? 1 : 0],
      ['FQDN', 'string', this.computer],
    ]);
  }

  /** 5142: a share is added. */
  shareAdded(time: string, session: Session, share: string, localPath: string): HostEvent {
    return this.security(time, 5142, 0, 12_808, [
      ...subject(session, session.logonId),
      ['ShareName', 'string', `\\\\*\\${share}`],
      ['ShareLocalPath', 'string', localPath],
    ]);
  }

  /** 5143: the access list of a share changes. */
  shareChanged(
    time: string,
    session: Session,
    share: string,
    localPath: string,
    sd: readonly [string, string],
  ): HostEvent {
    return this.security(time, 5143, 0, 12_808, [
      ...subject(session, session.logonId),
      ['ObjectType', 'string', 'Directory'],
      ['ShareName', 'string', `\\\\*\\${share}`],
      ['ShareLocalPath', 'string', localPath],
      ['OldRemark', 'string', 'N/A'],
      ['NewRemark', 'string', 'N/A'],
      ['OldMaxUsers', 'hex32', 0xffff_ffff],
      ['NewMaxUsers', 'hex32', 0xffff_ffff],
      ['OldShareFlags', 'hex32', 0],
      ['NewShareFlags', 'hex32', 0],
      ['OldSD', 'string', sd[0]],
      ['NewSD', 'string', sd[1]],
    ]);
  }

  /** 4719: auditing of file shares is switched off (`%%8448`) or on (`%%8449`). */
  auditChanged(time: string, session: Session, changes: string): HostEvent {
    return this.security(time, 4719, 0, 13_568, [
      ...subject(session, session.logonId),
      ['CategoryId', 'string', '%%8274'],
      ['SubcategoryId', 'string', '%%12808'],
      ['SubcategoryGuid', 'guid', '{0CCE9224-69AE-11D9-BED3-505054503030}'],
      ['AuditPolicyChanges', 'string', changes],
    ]);
  }

  /** SMBServer 3000: a client speaks SMB1. */
  smb1Access(time: string, client: string): HostEvent {
    return {
      ...this.base(time, 3000),
      provider: { name: 'Microsoft-Windows-SMBServer', guid: '{D48CE617-33A2-4BC3-A5C7-11AA4F29619E}' },
      channel: 'Microsoft-Windows-SMBServer/Audit',
      level: 4,
      task: 3000,
      keywords: '0x8000000000000008',
      userSid: 'S-1-5-18',
      userData: {
        element: 'EventData',
        namespace: 'Smb2Namespace',
        values: [
          ['ClientNameLength', 'u16', client.length],
          ['ClientName', 'ansi', client],
        ],
      },
    };
  }

  private base(time: string, eventId: number): HostEvent {
    return {
      time: time.includes('T') ? time : `2026-03-02T${time}Z`,
      provider: { name: '' },
      computer: this.computer,
      eventId,
      version: 0,
      level: 0,
      opcode: 0,
      processId: 672,
      threadId: 5120,
      form: 'nested',
    };
  }

  private security(
    time: string,
    eventId: number,
    version: number,
    task: number,
    eventData: readonly NamedValue[],
    keywords = AUDIT_SUCCESS,
  ): HostEvent {
    const provider = { name: 'Microsoft-Windows-Security-Auditing', guid: '{54849625-5478-4994-A5BA-3E3B0328C30D}' };
    return { ...this.base(time, eventId), provider, channel: 'Security', version, task, keywords, eventData };
  }

  private serviceControl(time: string, eventId: number, eventData: readonly NamedValue[], userSid?: string): HostEvent {
    return {
      ...this.base(time, eventId),
      provider: {
        name: 'Service Control Manager',
        guid: '{555908D1-A6D7-4695-8E1E-26931D2012F4}',
        eventSourceName: 'Service Control Manager',
      },
      channel: 'System',
      qualifiers: 16_384,
      level: 4,
      task: 0,
      keywords: '0x8080000000000000',
      userSid,
      eventData,
    };
  }
}

/** Who starts a process, and in whose session it runs. */
interface ProcessOptions {
  readonly parent?: string;
  readonly creator?: Session | undefined;
  readonly effective?: Session | undefined;
}

/**
 * @param events in any order; those of one time keep theirs
 * @param first number of the first record
 * @returns the records of a log
 */
export function numbered(events: readonly HostEvent[], first: number): EvtxRecord[] {
  return [...events]
    .sort((a, b) => (a.time < b.time ? -1 : a.time > b.time ? 1 : 0))
    .map((event, index) => ({ ...event, recordId: first + index }));
}

function subject(account: Account, logonId: string): NamedValue[] {
  return [
    ['SubjectUserSid', 'sid', account.sid],
    ['SubjectUserName', 'string', account.name],
    ['SubjectDomainName', 'string', account.domain],
    ['SubjectLogonId', 'hex64', logonId],
  ];
}

function accessList(mask: number): string {
  return ACCESS_CODES.map(([bit, code]) => ((mask & bit) === 0 ? '' : `${code}${LIST_SEPARATOR}`)).join('');
}

/** A GUID that looks like one and is the same on each run. */
function guidOf(logonId: string): string {
  const digits = logonId.slice(2).toUpperCase().padStart(12, '0');
  return `{7D2C41A9-5E0B-4C33-9A1F-${digits}}`;
}
