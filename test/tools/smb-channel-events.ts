/**
 * Events of the channels SMB itself writes to (SMBServer, SMBClient, NTLM), as data: the record, and what it must become.
 * No public log holds them, so they are built from the field names and types the providers of Windows 10 declare, with
 * values from the published message texts. They are to be replaced when real ones are at hand.
 */
import type { EvtxRecord, NamedValue } from './evtx-writer/description.ts';

/** An event of one of the channels. */
export interface ChannelEvent {
  readonly title: string;
  readonly record: EvtxRecord;
  /** Fields of the event by name; others may be there beside them. */
  readonly expected: Readonly<Record<string, string | number | boolean | readonly string[]>>;
}

/** Where the values stand: the providers declare them without saying it, so both are read. */
export type Placement = 'event_data' | 'user_data';

const SERVER_PROVIDER = {
  name: 'Microsoft-Windows-SMBServer',
  guid: '{D48CE617-33A2-4BC3-A5C7-11AA4F29619E}',
};
const CLIENT_PROVIDER = {
  name: 'Microsoft-Windows-SMBClient',
  guid: '{988C59C5-0A1C-45B6-A555-0C62276E327D}',
};
const NTLM_PROVIDER = { name: 'Microsoft-Windows-NTLM', guid: '{AC43300D-5FCC-4800-8E99-1BD3F85F0320}' };
const NETLOGON_PROVIDER = {
  name: 'Microsoft-Windows-Security-Netlogon',
  guid: '{E5BA83F6-07D0-46B1-8BC7-7E669A1D31DC}',
};

const SESSION_GUID = '{5E0B1F3C-7A52-4E11-9D0C-2B6A4C8F1E77}';
const CONNECTION_GUID = '{0C9D2A41-15B8-4F6E-8A33-6D1E5F7B9A02}';

/** A text of the SMB providers stands behind its length in characters. */
const text = (name: string, value: string, type: 'string' | 'ansi' = 'string'): NamedValue[] => [
  [`${name}Length`, 'u16', value.length],
  [name, type, value],
];

/** An address stands behind its length in bytes. */
const address = (name: string, ip: string, port: number): NamedValue[] => {
  const bytes = socketAddress(ip, port);
  return [
    [`${name}Length`, 'u32', bytes.length / 2],
    [name, 'binary', bytes],
  ];
};

/**
 * @param ip IPv4 with dots, or IPv6 written out in eight groups
 * @returns sockaddr_in or sockaddr_in6 as hexadecimal text
 */
export function socketAddress(ip: string, port: number): string {
  const portText = port.toString(16).padStart(4, '0');
  const bytes = ip.includes(':')
    ? `1700${portText}00000000${ip
        .split(':')
        .map((group) => group.padStart(4, '0'))
        .join('')}00000000`
    : `0200${portText}${ip
        .split('.')
        .map((part) => Number(part).toString(16).padStart(2, '0'))
        .join('')}${'00'.repeat(8)}`;
  return bytes.toUpperCase();
}

interface Row {
  readonly title: string;
  readonly eventId: number;
  readonly version?: number;
  readonly channel: string;
  readonly provider: EvtxRecord['provider'];
  readonly computer: string;
  readonly level: number;
  readonly values: readonly NamedValue[];
  readonly expected: ChannelEvent['expected'];
}

const SERVER = { provider: SERVER_PROVIDER, computer: 'FS01.office.example' };
const CLIENT = { provider: CLIENT_PROVIDER, computer: 'WS23.office.example' };

const SERVER_ROWS: readonly Row[] = [
  {
    ...SERVER,
    title: 'a session is refused',
    eventId: 551,
    version: 2,
    channel: 'Microsoft-Windows-SMBServer/Security',
    level: 2,
    values: [
      ['SessionGUID', 'guid', SESSION_GUID],
      ['ConnectionGUID', 'guid', CONNECTION_GUID],
      ['Status', 'hex32', 0xc000006d],
      ['TranslatedStatus', 'hex32', 0xc000006d],
      ...address('ClientAddress', '10.20.1.23', 49_678),
      ['SessionId', 'hex64', '0x100000000021'],
      ...text('UserName', 'OFFICE\\user07'),
      ...text('ClientName', '\\\\WS23'),
      ...text('SPN', 'cifs/fs01.office.example'),
      ['SPNValidationPolicy', 'u32', 0],
    ],
    expected: {
      'event.code': '551',
      'event.action': 'smb-session-denied',
      'event.outcome': 'failure',
      'host.name': 'fs01.office.example',
      'source.ip': '10.20.1.23',
      'source.port': 49_678,
      'user.name': 'user07',
      'smb.status': 'STATUS_LOGON_FAILURE',
      'smb.session.id': '0x100000000021',
      'smb.auth.spn': 'cifs/fs01.office.example',
    },
  },
  {
    ...SERVER,
    title: 'a session over IPv6 is refused, before a user is known',
    eventId: 551,
    version: 1,
    channel: 'Microsoft-Windows-SMBServer/Security',
    level: 2,
    values: [
      ['SessionGUID', 'guid', SESSION_GUID],
      ['ConnectionGUID', 'guid', CONNECTION_GUID],
      ['Status', 'hex32', 0xc0000022],
      ['TranslatedStatus', 'hex32', 0xc0000022],
      ...address('ClientAddress', 'fd00:20:1:0:0:0:0:23', 50_011),
      ['SessionId', 'hex64', '0x100000000022'],
      ...text('UserName', ''),
      ...text('ClientName', '\\\\fd00:20:1::23'),
    ],
    expected: {
      'event.code': '551',
      'event.action': 'smb-session-denied',
      'event.outcome': 'failure',
      'source.ip': 'fd00:20:1::23',
      'source.port': 50_011,
      'smb.status': 'STATUS_ACCESS_DENIED',
    },
  },
  {
    ...SERVER,
    title: 'a share is refused to an account',
    eventId: 1006,
    channel: 'Microsoft-Windows-SMBServer/Security',
    level: 2,
    values: [
      ...text('ShareName', '\\\\*\\finance'),
      ...text('SharePath', '\\??\\D:\\finance'),
      ...address('ClientAddress', '10.20.1.23', 49_690),
      ...text('UserName', 'OFFICE\\intern'),
      ...text('ClientName', '\\\\WS23'),
      ['MappedAccess', 'hex32', 0x1f01ff],
      ['GrantedAccess', 'hex32', 0],
      ['ShareSecurityDescriptorLength', 'u32', 20],
      ['ShareSecurityDescriptor', 'binary', '0100048000000000000000000000000000000000'],
      ['Status', 'hex32', 0xc0000022],
      ['TranslatedStatus', 'hex32', 0xc0000022],
      ['SessionID', 'hex64', '0x100000000029'],
    ],
    expected: {
      'event.code': '1006',
      'event.action': 'smb-share-denied',
      'event.outcome': 'failure',
      'source.ip': '10.20.1.23',
      'user.name': 'intern',
      'smb.share.name': 'FINANCE',
      'smb.status': 'STATUS_ACCESS_DENIED',
    },
  },
  {
    ...SERVER,
    title: 'a share is refused to nobody in particular',
    eventId: 1007,
    channel: 'Microsoft-Windows-SMBServer/Security',
    level: 2,
    values: [
      ...text('ShareName', '\\\\*\\IPC$'),
      ...text('SharePath', ''),
      ...address('ClientAddress', '10.20.1.23', 49_702),
      ...text('ClientName', '\\\\WS23'),
    ],
    expected: {
      'event.code': '1007',
      'event.action': 'smb-share-denied',
      'event.outcome': 'failure',
      'source.ip': '10.20.1.23',
      'smb.share.name': 'IPC$',
    },
  },
  {
    ...SERVER,
    title: 'an anonymous session is refused',
    eventId: 1009,
    channel: 'Microsoft-Windows-SMBServer/Security',
    level: 2,
    values: [
      ...address('ClientAddress', '10.20.1.23', 49_703),
      ...text('ClientName', '\\\\WS23'),
      ['SessionId', 'hex64', '0x10000000002d'],
      ['SessionGUID', 'guid', SESSION_GUID],
      ['ConnectionGUID', 'guid', CONNECTION_GUID],
    ],
    expected: {
      'event.code': '1009',
      'event.action': 'smb-session-denied',
      'event.outcome': 'failure',
      'source.ip': '10.20.1.23',
      'smb.session.id': '0x10000000002d',
    },
  },
  {
    ...SERVER,
    title: 'a client speaks SMB1',
    eventId: 3000,
    channel: 'Microsoft-Windows-SMBServer/Audit',
    level: 4,
    values: text('ClientName', '10.20.1.60', 'ansi'),
    expected: {
      'event.code': '3000',
      'event.action': 'smb1-access',
      'host.name': 'fs01.office.example',
      'source.ip': '10.20.1.60',
      'smb.dialect': '1.0',
    },
  },
  {
    ...SERVER,
    title: 'a client cannot sign',
    eventId: 3021,
    channel: 'Microsoft-Windows-SMBServer/Audit',
    level: 4,
    values: [
      ...text('ClientName', '\\\\10.20.1.61'),
      ...text('UserName', 'OFFICE\\scan'),
      ['ServerRequiresSigning', 'boolean', false],
    ],
    expected: {
      'event.code': '3021',
      'source.ip': '10.20.1.61',
      'user.name': 'scan',
      'smb.signing.supported': false,
    },
  },
  {
    ...SERVER,
    title: 'a client cannot encrypt',
    eventId: 3022,
    channel: 'Microsoft-Windows-SMBServer/Audit',
    level: 4,
    values: [
      ...text('ClientName', '\\\\10.20.1.61'),
      ...text('UserName', 'OFFICE\\scan'),
      ['ServerRequiresEncryption', 'boolean', false],
    ],
    expected: {
      'event.code': '3022',
      'source.ip': '10.20.1.61',
      'user.name': 'scan',
      'smb.encryption.supported': false,
    },
  },
  {
    ...SERVER,
    title: 'a share is connected without signing and encryption',
    eventId: 4000,
    channel: 'Microsoft-Windows-SMBServer/Connectivity',
    level: 4,
    values: [
      ['ShareName', 'string', '\\\\*\\data'],
      ['ClientAddress', 'string', '10.20.1.31'],
      ['SigningUsed', 'string', 'false'],
      // Spelt as the provider spells it.
      ['EncyptionUsed', 'string', 'false'],
    ],
    expected: {
      'event.code': '4000',
      'source.ip': '10.20.1.31',
      'smb.share.name': 'DATA',
      'smb.signing.used': false,
      'smb.encryption.used': false,
    },
  },
];

const CLIENT_ROWS: readonly Row[] = [
  {
    ...CLIENT,
    title: 'this host cannot log on to a server',
    eventId: 31_001,
    channel: 'Microsoft-Windows-SmbClient/Security',
    level: 2,
    values: [
      ['Reason', 'u32', 0],
      ['Status', 'u32', 0xc000006d],
      ['SecurityStatus', 'u32', 0x8009030c],
      ['LogonId', 'u64', 0x4a1f2],
      ...text('ServerName', '\\fs01'),
      ...text('PrincipalName', ''),
      ...text('UserName', 'OFFICE\\user07'),
    ],
    expected: {
      'event.code': '31001',
      'event.action': 'smb-client-logon-failed',
      'event.outcome': 'failure',
      'host.name': 'ws23.office.example',
      'user.name': 'user07',
      'smb.status': 'STATUS_LOGON_FAILURE',
    },
  },
  {
    ...CLIENT,
    title: 'this host cannot connect a share',
    eventId: 31_010,
    channel: 'Microsoft-Windows-SmbClient/Security',
    level: 2,
    values: [
      ['Reason', 'u32', 5],
      ['Status', 'u32', 0xc0000022],
      ...text('ShareName', '\\fs01\\C$'),
      ...text('ObjectName', ''),
    ],
    expected: {
      'event.code': '31010',
      'event.action': 'smb-client-share-failed',
      'event.outcome': 'failure',
      'smb.share.name': 'C$',
      'smb.status': 'STATUS_ACCESS_DENIED',
    },
  },
  {
    ...CLIENT,
    title: 'a server would let this host in as guest, which is rejected',
    eventId: 31_017,
    channel: 'Microsoft-Windows-SmbClient/Security',
    level: 2,
    values: [...text('UserName', 'OFFICE\\user31'), ...text('ServerName', '\\oldnas')],
    expected: {
      'event.code': '31017',
      'event.action': 'smb-guest-rejected',
      'user.name': 'user31',
      'smb.auth.guest': true,
    },
  },
  {
    ...CLIENT,
    title: 'this host cannot reach a server outside',
    eventId: 30_803,
    channel: 'Microsoft-Windows-SmbClient/Connectivity',
    level: 2,
    values: [
      ['Reason', 'u32', 0],
      ['Status', 'u32', 0xc00000b5],
      ...text('ServerName', '\\8.8.8.8'),
      ...address('Address', '8.8.8.8', 445),
      ...text('InstanceName', '\\Device\\LanmanRedirector'),
      ['ConnectionType', 'u32', 1],
    ],
    expected: {
      'event.code': '30803',
      'host.name': 'ws23.office.example',
      'destination.ip': '8.8.8.8',
      'destination.port': 445,
      'smb.status': 'STATUS_IO_TIMEOUT',
    },
  },
];

const NTLM = { channel: 'Microsoft-Windows-NTLM/Operational', level: 4, provider: NTLM_PROVIDER };
const NTLM_OID = '1.3.6.1.4.1.311.2.2.10';

const NTLM_CALLER: readonly NamedValue[] = [
  ['CallerPID', 'u32', 4],
  ['ProcessName', 'string', ''],
];
const NTLM_CLIENT: readonly NamedValue[] = [
  ['ClientLUID', 'hex64', '0x4a1f2'],
  ['ClientUserName', 'string', 'user07'],
  ['ClientDomainName', 'string', 'OFFICE'],
  ['MechanismOID', 'string', NTLM_OID],
];
const NTLM_DOMAIN: readonly NamedValue[] = [
  ['SChannelName', 'string', 'FS01'],
  ['UserName', 'string', 'user07'],
  ['DomainName', 'string', 'OFFICE'],
  ['WorkstationName', 'string', 'WS23'],
  ['SChannelType', 'u32', 2],
];

const NTLM_ROWS: readonly Row[] = [
  {
    ...NTLM,
    title: 'NTLM goes out to a file server',
    eventId: 8001,
    computer: 'WS23.office.example',
    values: [
      ['TargetName', 'string', 'cifs/fs01'],
      ['UserName', 'string', 'user07'],
      ['DomainName', 'string', 'OFFICE'],
      ...NTLM_CALLER,
      ...NTLM_CLIENT,
    ],
    expected: {
      'event.code': '8001',
      'event.action': 'ntlm-outgoing',
      'host.name': 'ws23.office.example',
      'user.name': 'user07',
      'smb.auth.mechanism': 'ntlm',
      'smb.auth.spn': 'cifs/fs01',
    },
  },
  {
    ...NTLM,
    title: 'NTLM comes in for a local account',
    eventId: 8002,
    computer: 'FS01.office.example',
    values: [...NTLM_CALLER, ...NTLM_CLIENT],
    expected: { 'event.code': '8002', 'event.action': 'ntlm-incoming', 'smb.auth.mechanism': 'ntlm' },
  },
  {
    ...NTLM,
    title: 'NTLM comes in for an account of the domain',
    eventId: 8003,
    computer: 'FS01.office.example',
    values: [
      ['UserName', 'string', 'user07'],
      ['DomainName', 'string', 'OFFICE'],
      ['Workstation', 'string', 'WS23'],
      ...NTLM_CALLER,
      ['LogonType', 'u32', 3],
      ['InProc', 'boolean', true],
      ['MechanismOID', 'string', NTLM_OID],
    ],
    expected: {
      'event.code': '8003',
      'event.action': 'ntlm-incoming',
      'user.name': 'user07',
      'winlog.logon.type_id': 3,
      'smb.auth.mechanism': 'ntlm',
    },
  },
  ...[8004, 8005, 8006].map(
    (eventId): Row => ({
      ...NTLM,
      title: 'a server asks the domain controller about NTLM',
      eventId,
      provider: NETLOGON_PROVIDER,
      computer: 'DC01.office.example',
      values: NTLM_DOMAIN,
      expected: {
        'event.code': String(eventId),
        'event.action': 'ntlm-domain',
        'host.name': 'dc01.office.example',
        'user.name': 'user07',
        'smb.auth.mechanism': 'ntlm',
      },
    }),
  ),
];

/** @returns one event for each kind, in the order of the channels */
export function smbChannelEvents(placement: Placement = 'event_data'): ChannelEvent[] {
  return [...SERVER_ROWS, ...CLIENT_ROWS, ...NTLM_ROWS].map((row, index) => ({
    title: `${row.provider.name.replace('Microsoft-Windows-', '')} ${row.eventId}: ${row.title}`,
    expected: row.expected,
    record: {
      recordId: 5001 + index,
      time: `2026-03-02T10:18:${String(index).padStart(2, '0')}.4567891Z`,
      provider: row.provider,
      channel: row.channel,
      computer: row.computer,
      eventId: row.eventId,
      version: row.version ?? 0,
      level: row.level,
      task: row.eventId,
      opcode: 0,
      keywords: '0x8000000000000008',
      processId: 4,
      threadId: 9120,
      userSid: 'S-1-5-18',
      ...(placement === 'user_data'
        ? { userData: { element: 'EventData', namespace: 'Smb2Namespace', values: row.values } }
        : { eventData: row.values }),
    },
  }));
}
