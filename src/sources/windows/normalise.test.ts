import { describe, expect, test } from 'vitest';
import type { FieldValue } from '../../event/document.ts';
import type { WindowsRecordParts } from '../../../test/tools/windows-record.ts';
import { refused, security, smbServer, sysmon, system, valueOf } from '../../../test/tools/windows-event.ts';

type Row = readonly [record: WindowsRecordParts, field: string, expected: FieldValue];

const share = (ShareName: string, more: Record<string, string> = {}) => security(5145, { ShareName, ...more });
const from = (IpAddress: string) => security(5140, { ShareName: '\\\\*\\C$', IpAddress });
const logon = (data: Record<string, string>) => security(4624, { LogonType: '3', ...data });

const service = (ImagePath: string) => system(7045, { ServiceName: 'X', ImagePath });
const named = (computer: string) => security(4624, {}, { computer });
const atUtc = (UtcTime: string) => sysmon(1, { UtcTime }, { time: '2026-03-02T10:00:00.500Z' });
const access = (data: Record<string, string>) => share('\\\\*\\data', { RelativeTargetName: 'x', ...data });
const flow = (source: string, destination: string, Direction: string) => {
  const [SourceAddress, SourcePort] = source.split(' ') as [string, string];
  const [DestAddress, DestPort] = destination.split(' ') as [string, string];
  return security(5156, { SourceAddress, SourcePort, DestAddress, DestPort, Direction, Protocol: '6' });
};
const client = (ClientAddress: string) => smbServer(551, { ClientAddress });

describe('N1 to N5: shares, files, pipes', () => {
  test.each<Row>([
    [share('\\\\*\\ADMIN$'), 'smb.share.name', 'ADMIN$'],
    [share('\\\\srv01\\data'), 'smb.share.name', 'DATA'],
    [share('Admin$'), 'smb.share.name', 'ADMIN$'],
    [share('\\\\*\\ADMIN$'), 'smb.share.path', '\\\\*\\ADMIN$'],
    [share('\\\\*\\ADMIN$'), 'smb.share.kind', 'admin'],
    [share('\\\\*\\z$'), 'smb.share.kind', 'admin'],
    [share('\\\\*\\IPC$'), 'smb.share.kind', 'pipe'],
    [share('\\\\*\\print$'), 'smb.share.kind', 'system'],
    [share('\\\\*\\FAX$'), 'smb.share.kind', 'system'],
    [share('\\\\*\\SYSVOL'), 'smb.share.kind', 'system'],
    [share('\\\\*\\secret$'), 'smb.share.kind', 'data'],
    [share('\\\\*\\secret$'), 'smb.share.is_hidden', true],
    [share('\\\\*\\data'), 'smb.share.is_hidden', false],
    [share('\\\\*\\ADMIN$', { ShareLocalPath: '\\??\\C:\\Windows' }), 'smb.share.local_path', 'C:\\Windows'],
    [share('\\\\*\\ADMIN$', { ShareLocalPath: '\\??\\C:\\Windows' }), 'smb.path.assumed', undefined],
    [share('\\\\*\\ADMIN$'), 'smb.share.local_path', 'C:\\Windows'],
    [share('\\\\*\\ADMIN$'), 'smb.path.assumed', true],
    [share('\\\\*\\d$', { ShareLocalPath: 'null' }), 'smb.share.local_path', 'D:\\'],
    [share('\\\\*\\IPC$', { ShareLocalPath: '' }), 'smb.share.local_path', undefined],
    [share('\\\\*\\data'), 'smb.share.local_path', undefined],
    [security(5142, { ShareName: '\\\\*\\X', ShareLocalPath: 'C:\\DATA' }), 'smb.share.local_path', 'C:\\DATA'],
    [share('\\\\*\\P', { ShareLocalPath: 'Laser 4,LocalsplOnly' }), 'smb.share.local_path', undefined],
    [share('\\\\*\\P', { ShareLocalPath: 'Laser 4,LocalsplOnly' }), 'smb.share.type', 'PRINT'],
    [share('\\\\*\\IPC$'), 'smb.share.type', 'PIPE'],
    [share('\\\\*\\data', { ShareLocalPath: '\\??\\D:\\data' }), 'smb.share.type', 'DISK'],
    [
      share('\\\\*\\data', { ShareLocalPath: '\\??\\D:\\data', RelativeTargetName: 'A\\Plan.XLSX' }),
      'file.path',
      'D:\\data\\A\\Plan.XLSX',
    ],
    [share('\\\\*\\C$', { RelativeTargetName: 'x.exe', ShareLocalPath: '\\??\\C:\\' }), 'file.path', 'C:\\x.exe'],
    [share('\\\\*\\C$', { RelativeTargetName: 'a\\x.exe' }), 'file.directory', 'C:\\a'],
    [share('\\\\*\\C$', { RelativeTargetName: 'x.exe' }), 'file.directory', 'C:\\'],
    [share('\\\\*\\data', { RelativeTargetName: 'A\\Plan.XLSX' }), 'file.name', 'Plan.XLSX'],
    [share('\\\\*\\data', { RelativeTargetName: 'A\\Plan.XLSX' }), 'smb.file.name', 'plan.xlsx'],
    [share('\\\\*\\data', { RelativeTargetName: 'A\\Plan.XLSX' }), 'file.path', undefined],
    [share('\\\\*\\data', { RelativeTargetName: '\\' }), 'smb.file.path', undefined],
    [share('\\\\*\\data', { RelativeTargetName: '\\' }), 'file.name', undefined],
    [share('\\\\*\\data', { RelativeTargetName: 'x.txt:Zone.Identifier' }), 'smb.file.path', 'x.txt'],
    [share('\\\\*\\data', { RelativeTargetName: 'x.txt:Zone.Identifier' }), 'file.fork_name', 'Zone.Identifier'],
    [sysmon(15, { TargetFilename: 'C:\\a\\x.exe:Zone.Identifier' }), 'file.path', 'C:\\a\\x.exe'],
    [sysmon(15, { TargetFilename: 'C:\\a\\x.exe:Zone.Identifier' }), 'file.fork_name', 'Zone.Identifier'],
    [share('\\\\*\\IPC$', { RelativeTargetName: 'SVCCTL' }), 'smb.pipe.name', 'svcctl'],
    [share('\\\\*\\IPC$', { RelativeTargetName: 'svcctl' }), 'file.name', 'svcctl'],
    [share('\\\\*\\IPC$', { RelativeTargetName: 'svcctl' }), 'smb.file.path', undefined],
    [share('\\\\*\\IPC$', { RelativeTargetName: 'svcctl' }), 'smb.file.name', undefined],
    [share('\\\\*\\data', { RelativeTargetName: 'svcctl' }), 'smb.pipe.name', undefined],
    [sysmon(18, { PipeName: '\\svcctl' }), 'smb.pipe.name', 'svcctl'],
    [sysmon(17, { PipeName: '<Anonymous Pipe>' }), 'smb.pipe.name', undefined],
  ])('%j %s', (record, field, expected) => expect(valueOf(record, field)).toEqual(expected));
});

describe('N6 to N8: addresses and ports', () => {
  test.each<Row>([
    [from('10.0.5.22'), 'source.ip', '10.0.5.22'],
    [from('::ffff:10.0.5.22'), 'source.ip', '10.0.5.22'],
    [from('fe80::1%12'), 'source.ip', 'fe80::1'],
    [from('[fe80::1]'), 'source.ip', 'fe80::1'],
    [from('0:0:0:0:0:0:0:1'), 'source.ip', '::1'],
    [from('fe80:0:0:0:1111:0:0:1'), 'source.ip', 'fe80::1111:0:0:1'],
    [from('-'), 'source.ip', undefined],
    [from('-'), 'source.address', undefined],
    [from('-'), 'winlog.event_data.IpAddress', '-'],
    [from(''), 'winlog.event_data.IpAddress', undefined],
    [from('LOCAL'), 'source.ip', undefined],
    [from('LOCAL'), 'source.address', 'LOCAL'],
    [from('pc01.corp.example'), 'source.ip', undefined],
    [from('pc01.corp.example'), 'source.address', 'pc01.corp.example'],
    [from('10.0.5.22'), 'smb.client.is_local', false],
    [from('127.0.0.1'), 'smb.client.is_local', true],
    [from('::1'), 'smb.client.is_local', true],
    [from('::ffff:127.0.0.1'), 'smb.client.is_local', true],
    [from('-'), 'smb.client.is_local', undefined],
    [logon({ IpAddress: '::1' }), 'smb.client.is_local', true],
    [security(4624, { IpAddress: '::1', LogonType: '2' }), 'smb.client.is_local', undefined],
    [logon({ IpPort: '56661' }), 'source.port', 56661],
    [logon({ IpPort: '0' }), 'source.port', undefined],
    [logon({ IpPort: '-' }), 'source.port', undefined],
    [logon({ IpPort: '99999' }), 'source.port', undefined],
  ])('%j %s', (record, field, expected) => expect(valueOf(record, field)).toEqual(expected));
});

describe('N9 to N14: accounts, sessions, processes', () => {
  test.each<Row>([
    [logon({ TargetUserName: 'jdoe', TargetDomainName: 'CORP.EXAMPLE' }), 'user.domain', 'CORP.EXAMPLE'],
    [security(4769, { TargetUserName: 'jdoe@CORP.EXAMPLE' }), 'user.name', 'jdoe'],
    [security(4769, { TargetUserName: 'jdoe@CORP.EXAMPLE' }), 'user.domain', 'CORP.EXAMPLE'],
    [sysmon(1, { User: 'CORP\\jdoe' }), 'user.name', 'jdoe'],
    [sysmon(1, { User: 'CORP\\jdoe' }), 'user.domain', 'CORP'],
    [sysmon(1, { User: 'CORP\\jdoe' }), 'winlog.event_data.User', 'CORP\\jdoe'],
    [logon({ TargetUserSid: 's-1-5-21-1-2-3-1111' }), 'user.id', 'S-1-5-21-1-2-3-1111'],
    [logon({ TargetUserSid: 'S-1-0-0' }), 'user.id', undefined],
    [logon({ TargetUserName: 'SRV02$' }), 'user.is_machine', true],
    [logon({ TargetUserName: 'jdoe' }), 'user.is_machine', undefined],
    [share('\\\\*\\ADMIN$'), 'user.is_machine', undefined],
    [logon({ TargetUserSid: 'S-1-5-7', TargetUserName: 'ANONYME' }), 'smb.auth.anonymous', true],
    [logon({ TargetUserSid: 'S-1-5-21-1-2-3-1', TargetUserName: 'ANONYMOUS LOGON' }), 'smb.auth.anonymous', undefined],
    [logon({ TargetUserSid: 'S-1-5-21-1-2-3-501' }), 'smb.auth.guest', true],
    [logon({ TargetLogonId: '0x1375FBD' }), 'winlog.logon.id', '0x1375fbd'],
    [logon({ TargetLogonId: '0x0000000001375fbd' }), 'winlog.logon.id', '0x1375fbd'],
    [logon({ TargetLogonId: '20406205' }), 'winlog.logon.id', '0x1375fbd'],
    [logon({ TargetLogonId: '0xffffffffffffffff' }), 'winlog.logon.id', '0xffffffffffffffff'],
    [logon({ TargetLogonId: '0x0' }), 'winlog.logon.id', undefined],
    [logon({}), 'winlog.logon.type', 'Network'],
    [logon({}), 'winlog.logon.type_id', 3],
    [security(4624, { LogonType: '99' }), 'winlog.logon.type', '99'],
    ...(
      [
        [0, 'System'],
        [2, 'Interactive'],
        [4, 'Batch'],
        [5, 'Service'],
        [7, 'Unlock'],
        [8, 'NetworkCleartext'],
        [9, 'NewCredentials'],
        [10, 'RemoteInteractive'],
        [11, 'CachedInteractive'],
        [12, 'CachedRemoteInteractive'],
        [13, 'CachedUnlock'],
      ] as const
    ).map(([id, name]) => [security(4624, { LogonType: String(id) }), 'winlog.logon.type', name] as Row),
    [security(4688, { NewProcessId: '0x1a4', ProcessId: '0x4' }), 'process.pid', 420],
    [security(4688, { NewProcessId: '0x1a4', ProcessId: '0x4' }), 'process.parent.pid', 4],
    [logon({ ProcessId: '0x0' }), 'process.pid', undefined],
    [logon({ ProcessId: '0x2f8' }), 'process.pid', 760],
    [sysmon(1, { ProcessId: '420' }), 'process.pid', 420],
    [security(5156, { ProcessID: '4' }), 'process.pid', 4],
    [security(5152, { ProcessId: '4' }), 'process.pid', 4],
  ])('%j %s', (record, field, expected) => expect(valueOf(record, field)).toEqual(expected));
});

describe('N15 to N19: paths, ids, blanks, host, time', () => {
  test.each<Row>([
    [sysmon(1, { Image: '\\??\\C:\\Windows\\x.exe' }), 'process.executable', 'C:\\Windows\\x.exe'],
    [sysmon(1, { Image: '\\\\?\\C:\\Windows\\x.exe' }), 'process.executable', 'C:\\Windows\\x.exe'],
    [sysmon(11, { TargetFilename: '\\\\?\\UNC\\srv02\\data\\x' }), 'file.path', '\\\\srv02\\data\\x'],
    [
      security(5156, { Application: '\\device\\harddiskvolume1\\windows\\system32\\svchost.exe' }),
      'process.executable',
      '\\device\\harddiskvolume1\\windows\\system32\\svchost.exe',
    ],
    [
      security(5156, { Application: '\\device\\harddiskvolume1\\windows\\system32\\svchost.exe' }),
      'process.name',
      'svchost.exe',
    ],
    [security(5156, { Application: 'System' }), 'process.name', 'System'],
    [service('%SystemRoot%\\PSEXESVC.exe'), 'smb.service.executable', 'C:\\Windows\\PSEXESVC.exe'],
    [service('%SystemRoot%\\PSEXESVC.exe'), 'smb.service.image_path', '%SystemRoot%\\PSEXESVC.exe'],
    [service('%SystemRoot%\\PSEXESVC.exe'), 'smb.path.assumed', true],
    [service('System32\\drivers\\x.sys'), 'smb.service.executable', 'C:\\Windows\\System32\\drivers\\x.sys'],
    [service('\\SystemRoot\\System32\\x.sys'), 'smb.service.executable', 'C:\\Windows\\System32\\x.sys'],
    [service('"C:\\Program Files\\A\\a.exe" -k x'), 'smb.service.executable', 'C:\\Program Files\\A\\a.exe'],
    [service('C:\\Program Files\\A\\a.exe -k x'), 'smb.service.executable', 'C:\\Program Files\\A\\a.exe'],
    [service('C:\\Program Files\\A\\a.exe -k x'), 'smb.path.assumed', undefined],
    [service('%COMSPEC% /C echo x'), 'smb.service.executable', 'C:\\Windows\\System32\\cmd.exe'],
    [service('\\\\srv02\\ADMIN$\\x.exe'), 'smb.service.executable', '\\\\srv02\\ADMIN$\\x.exe'],
    [
      sysmon(1, { ProcessGuid: '{89A51E0F-8888-6080-0000-0010E0F8C601}' }),
      'process.entity_id',
      '89a51e0f-8888-6080-0000-0010e0f8c601',
    ],
    [
      sysmon(1, { ProcessGuid: '89a51e0f-8888-6080-0000-0010e0f8c601' }),
      'process.entity_id',
      '89a51e0f-8888-6080-0000-0010e0f8c601',
    ],
    [sysmon(1, { ProcessGuid: '{00000000-0000-0000-0000-000000000000}' }), 'process.entity_id', undefined],
    [logon({ AuthenticationPackageName: 'NTLM ' }), 'smb.auth.mechanism', 'ntlm'],
    [logon({ LogonProcessName: 'NtLmSsp ' }), 'winlog.event_data.LogonProcessName', 'NtLmSsp '],
    [named('SRV01.corp.example'), 'host.name', 'srv01.corp.example'],
    [named('SRV01.corp.example'), 'host.hostname', 'srv01'],
    [named('SRV01.corp.example'), 'host.domain', 'corp.example'],
    [named('SRV01.corp.example'), 'winlog.computer_name', 'SRV01.corp.example'],
    [named('SRV01'), 'host.domain', undefined],
    [named('10.0.0.1'), 'host.hostname', '10.0.0.1'],
    [atUtc('2026-03-02 10:00:00.342'), '@timestamp', Date.parse('2026-03-02T10:00:00.500Z')],
    [atUtc('2026-03-02 09:59:50.342'), '@timestamp', Date.parse('2026-03-02T09:59:50.342Z')],
    [atUtc('2026-03-02 09:59:50.342'), 'winlog.time_shift', -10158],
    [atUtc('2026-03-02 10:00:00.342'), 'winlog.time_shift', undefined],
    [atUtc('2025-03-02 10:00:00.342'), '@timestamp', Date.parse('2026-03-02T10:00:00.500Z')],
    [atUtc('never'), '@timestamp', Date.parse('2026-03-02T10:00:00.500Z')],
    [
      sysmon(1, { UtcTime: '2026-03-02 10:00:00.342' }, { time: 'x' }),
      '@timestamp',
      Date.parse('2026-03-02T10:00:00.342Z'),
    ],
  ])('%j %s', (record, field, expected) => expect(valueOf(record, field)).toEqual(expected));
});

describe('N20 to N22: access, socket addresses, direction', () => {
  test.each<Row>([
    [access({ AccessList: '%%4416' }), 'smb.access.rights', ['ReadData (or ListDirectory)']],
    [access({ AccessMask: '0x1' }), 'smb.access.rights', ['ReadData (or ListDirectory)']],
    [access({ AccessList: '%%4416\r\n\t\t\t\t%%1541' }), 'smb.access.mask', 0x100001],
    [access({ AccessList: '%%4416 \t%%1541' }), 'smb.access.mask', 0x100001],
    [access({ AccessList: 'ReadData (or ListDirectory)\n\t\t\t\tSYNCHRONIZE' }), 'smb.access.mask', 0x100001],
    [access({ AccessMask: '-' }), 'smb.access.mask', undefined],
    [access({ AccessMask: '0x600' }), 'smb.access.rights', ['0x600']],
    [access({ AccessList: '%%4416' }), 'winlog.event_data.AccessList', ['%%4416', 'ReadData (or ListDirectory)']],
    [
      access({ AccessList: 'WriteData (or AddFile)' }),
      'winlog.event_data.AccessList',
      ['WriteData (or AddFile)', '%%4417'],
    ],
    [client('02000D3D0A000516'), 'source.ip', '10.0.5.22'],
    [client('02000D3D0A0005160000000000000000'), 'source.port', 3389],
    [client('0x1700 01BD 00000000 FE800000000000000000000000000001 00000000'), 'source.ip', 'fe80::1'],
    [client('1700'), 'source.ip', undefined],
    [client('0200'), 'source.ip', undefined],
    [client('10.0.5.22:50123'), 'source.ip', '10.0.5.22'],
    [client('10.0.5.22:50123'), 'source.port', 50123],
    [client('[fe80::1]:445'), 'source.ip', 'fe80::1'],
    [client('10.0.5.22'), 'source.ip', '10.0.5.22'],
    [flow('10.0.2.15 445', '10.0.2.17 49222', '%%14592'), 'client.ip', '10.0.2.17'],
    [flow('10.0.2.15 445', '10.0.2.17 49222', '%%14592'), 'server.ip', '10.0.2.15'],
    [flow('10.0.2.17 49222', '10.0.2.15 445', '%%14592'), 'client.ip', '10.0.2.17'],
    [flow('10.0.2.17 445', '10.0.2.15 445', '%%14592'), 'client.ip', '10.0.2.17'],
    [flow('10.0.2.17 50000', '10.0.2.15 135', '%%14593'), 'network.direction', 'egress'],
    [flow('2a02::1 445', '2a02:1::5 50000', '%%14592'), 'smb.flow.direction', 'ingress'],
    [flow('2a02:1::5 50000', '2a02::1 445', '%%14592'), 'smb.flow.direction', 'ingress'],
  ])('%j %s', (record, field, expected) => expect(valueOf(record, field)).toEqual(expected));

  test('a refused access differs in its keywords alone', () => {
    const data = { ShareName: '\\\\*\\C$', AccessMask: '0x2', RelativeTargetName: 'x.exe' };
    expect(valueOf(security(5145, data), 'event.outcome')).toBe('success');
    expect(valueOf(refused(5145, data), 'event.outcome')).toBe('failure');
    expect(valueOf(refused(5145, data), 'smb.file.written')).toBeUndefined();
    expect(valueOf(security(5145, data, { keywords: undefined }), 'event.outcome')).toBe('unknown');
  });
});
