/** Made-up Windows events of the kinds that SMB leaves, for the tests of every wrapping. */
import type { WindowsDescription } from './winlog-shapes.ts';

const SECURITY = {
  channel: 'Security',
  provider: 'Microsoft-Windows-Security-Auditing',
  providerGuid: '{54849625-5478-4994-A5BA-3E3B0328C30D}',
  level: 0,
  opcode: 0,
  keywords: '0x8020000000000000',
  computer: 'SRV01.corp.example',
  processId: 4,
  threadId: 188,
} as const;

const SUBJECT = [
  ['SubjectUserSid', 'S-1-5-21-1-2-3-1111'],
  ['SubjectUserName', 'jdoe'],
  ['SubjectDomainName', 'CORP'],
  ['SubjectLogonId', '0x1375fbd'],
] as const;

/** A file is written through ADMIN$. */
export const SHARE_WRITE: WindowsDescription = {
  ...SECURITY,
  eventId: 5145,
  version: 0,
  task: 12811,
  time: '2021-04-21T21:40:32.000Z',
  recordId: 4711,
  data: [
    ...SUBJECT,
    ['ObjectType', 'File'],
    ['IpAddress', '10.0.5.22'],
    ['IpPort', '56661'],
    ['ShareName', '\\\\*\\ADMIN$'],
    ['ShareLocalPath', '\\??\\C:\\Windows'],
    ['RelativeTargetName', 'Temp\\x & <y>.exe'],
    ['AccessMask', '0x120196'],
    [
      'AccessList',
      '%%1538\r\n\t\t\t\t%%1541\r\n\t\t\t\t%%4417\r\n\t\t\t\t%%4418\r\n\t\t\t\t%%4420\r\n\t\t\t\t%%4423\r\n\t\t\t\t%%4424\r\n\t\t\t\t',
    ],
    ['AccessReason', '-'],
  ],
};

/** A pipe is opened; the share has no path. */
export const PIPE_OPENED: WindowsDescription = {
  ...SHARE_WRITE,
  time: '2021-04-21T21:40:33.000Z',
  recordId: 4710,
  data: SHARE_WRITE.data.map(([name, value]) => {
    if (name === 'ShareName') return [name, '\\\\*\\IPC$'];
    if (name === 'ShareLocalPath') return [name, ''];
    return name === 'RelativeTargetName' ? [name, 'svcctl'] : [name, value];
  }),
};

/** A logon over the network is refused. */
export const LOGON_FAILED: WindowsDescription = {
  ...SECURITY,
  eventId: 4625,
  version: 0,
  task: 12544,
  keywords: '0x8010000000000000',
  time: '2021-04-21T21:41:00.000Z',
  recordId: 4712,
  activityId: '{9D5ADC19-303C-0001-A9AD-1D94DD8DD601}',
  data: [
    ['SubjectUserSid', 'S-1-0-0'],
    ['SubjectUserName', '-'],
    ['SubjectDomainName', '-'],
    ['SubjectLogonId', '0x0'],
    ['TargetUserSid', 'S-1-0-0'],
    ['TargetUserName', 'administrator'],
    ['TargetDomainName', 'CORP'],
    ['Status', '0xc000006d'],
    ['FailureReason', '%%2313'],
    ['SubStatus', '0xc000006a'],
    ['LogonType', '3'],
    ['LogonProcessName', 'NtLmSsp '],
    ['AuthenticationPackageName', 'NTLM'],
    ['WorkstationName', 'PC01'],
    ['KeyLength', '0'],
    ['ProcessId', '0x0'],
    ['ProcessName', '-'],
    ['IpAddress', '10.0.5.22'],
    ['IpPort', '56662'],
  ],
};

/** A process is made by another. */
export const PROCESS_CREATED: WindowsDescription = {
  ...SECURITY,
  eventId: 4688,
  version: 2,
  task: 13312,
  time: '2021-04-21T21:41:10.000Z',
  recordId: 4713,
  data: [
    ...SUBJECT,
    ['NewProcessId', '0xfec'],
    ['NewProcessName', 'C:\\Windows\\Temp\\x.exe'],
    ['TokenElevationType', '%%1936'],
    ['ProcessId', '0x2c0'],
    ['CommandLine', '"C:\\Windows\\Temp\\x.exe" /a "b c"'],
    ['TargetUserSid', 'S-1-0-0'],
    ['TargetUserName', '-'],
    ['TargetDomainName', '-'],
    ['TargetLogonId', '0x0'],
    ['ParentProcessName', 'C:\\Windows\\System32\\services.exe'],
    ['MandatoryLabel', 'S-1-16-16384'],
  ],
};

/** A service is installed, by a user whom only System names. */
export const SERVICE_INSTALLED: WindowsDescription = {
  ...SECURITY,
  channel: 'System',
  provider: 'Service Control Manager',
  providerGuid: '{555908D1-A6D7-4695-8E1E-26931D2012F4}',
  eventId: 7045,
  version: 0,
  level: 4,
  task: 0,
  keywords: '0x8080000000000000',
  time: '2021-04-21T21:41:09.000Z',
  recordId: 99,
  userSid: 'S-1-5-21-1-2-3-1111',
  data: [
    ['ServiceName', 'x'],
    ['ImagePath', '%SystemRoot%\\Temp\\x.exe'],
    ['ServiceType', 'user mode service'],
    ['StartType', 'demand start'],
  ],
};

/** Sysmon sees a file come over SMB. */
export const FILE_CREATED: WindowsDescription = {
  ...SECURITY,
  channel: 'Microsoft-Windows-Sysmon/Operational',
  provider: 'Microsoft-Windows-Sysmon',
  providerGuid: '{5770385F-C22A-43E0-BF4C-06F5698FFBD9}',
  eventId: 11,
  version: 2,
  level: 4,
  task: 11,
  keywords: '0x8000000000000000',
  time: '2021-04-21T21:41:08.000Z',
  recordId: 12345,
  userSid: 'S-1-5-18',
  data: [
    ['RuleName', '-'],
    ['UtcTime', '2021-04-21 21:41:08.000'],
    ['ProcessGuid', '{b34bc01c-22ae-5f69-eb03-000000000000}'],
    ['ProcessId', '4'],
    ['Image', 'System'],
    ['TargetFilename', 'C:\\Windows\\Temp\\x.exe'],
    ['CreationUtcTime', '2021-04-21 21:41:08.000'],
  ],
};

/** The Security log is cleared: values in UserData. */
export const LOG_CLEARED: WindowsDescription = {
  ...SECURITY,
  provider: 'Microsoft-Windows-Eventlog',
  providerGuid: '{FC65DDD8-D6EF-4962-83D5-6E5CFE9CE148}',
  eventId: 1102,
  version: 0,
  level: 4,
  task: 104,
  keywords: '0x4020000000000000',
  time: '2021-04-21T22:00:00.000Z',
  recordId: 4800,
  userDataName: 'LogFileCleared',
  data: SUBJECT,
};

/** All of them, in order of time. */
export const WINDOWS_EVENTS: readonly WindowsDescription[] = [
  SHARE_WRITE,
  PIPE_OPENED,
  LOGON_FAILED,
  FILE_CREATED,
  SERVICE_INSTALLED,
  PROCESS_CREATED,
  LOG_CLEARED,
];
