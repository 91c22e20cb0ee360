import { describe, expect, test } from 'vitest';
import {
  documentOf,
  firewall,
  netlogon,
  ntlm,
  powershell,
  scheduler,
  smbClient,
  smbServer,
  sysmon,
  system,
  valueOf,
  wmi,
} from '../../../test/tools/windows-event.ts';
import type { WindowsRecordParts } from '../../../test/tools/windows-record.ts';
import type { FieldValue } from '../../event/document.ts';

type Row = readonly [record: WindowsRecordParts, field: string, expected: FieldValue];

const utf16 = (text: string) => Buffer.from(text, 'utf16le').toString('hex').toUpperCase();

describe('services', () => {
  const installed = system(
    7045,
    { ServiceName: 'X', ImagePath: 'C:\\x.exe', AccountName: 'LocalSystem' },
    { userSid: 'S-1-5-21-1-2-3-1111' },
  );
  const state = system(7036, { param1: 'Druckwarteschlange', param2: 'läuft', Binary: utf16('Spooler/4') });
  test.each<Row>([
    [installed, 'user.id', 'S-1-5-21-1-2-3-1111'],
    [installed, 'smb.service.account', 'LocalSystem'],
    [installed, 'smb.activity', 'execution'],
    [installed, 'event.outcome', 'success'],
    [installed, 'event.provider', 'Service Control Manager'],
    [system(7045, {}, { userSid: 'S-1-5-18' }), 'smb.activity', undefined],
    [system(7045, {}), 'smb.activity', undefined],
    [state, 'service.name', 'Spooler'],
    [state, 'service.state', 'running'],
    [system(7036, { Binary: utf16('Spooler/1') }), 'service.state', 'stopped'],
    [system(7036, { Binary: 'xyz' }), 'service.name', undefined],
    [system(7000, { Binary: utf16('ABCD') }), 'service.name', 'ABCD'],
    [system(7000, {}), 'event.outcome', 'failure'],
    [system(7040, { param3: 'demand start', param4: 'RemoteRegistry' }), 'service.name', 'RemoteRegistry'],
    [system(7040, { param3: 'demand start', param4: 'RemoteRegistry' }), 'smb.service.start', 'demand'],
  ])('%j %s', (record, field, expected) => expect(valueOf(record, field)).toEqual(expected));
});

describe('Sysmon', () => {
  const process = sysmon(1, {
    Image: 'C:\\Windows\\PSEXESVC.exe',
    CommandLine: 'C:\\Windows\\PSEXESVC.exe',
    ParentImage: 'C:\\Windows\\System32\\services.exe',
    LogonId: '0x3e7',
    Hashes: 'SHA1=AA11,MD5=00000000000000000000000000000000,SHA256=BB22,IMPHASH=CC33',
    OriginalFileName: 'psexesvc.exe',
    IntegrityLevel: 'System',
  });
  const inbound = sysmon(3, {
    Image: 'System',
    ProcessId: '4',
    Protocol: 'tcp',
    Initiated: 'false',
    SourceIp: '10.0.2.15',
    SourcePort: '445',
    DestinationIp: '10.0.2.17',
    DestinationPort: '49222',
    DestinationHostname: 'PC17.corp.example',
  });
  const dropped = sysmon(11, { Image: 'System', ProcessId: '4', TargetFilename: 'C:\\Windows\\PSEXESVC.exe' });
  test.each<Row>([
    [process, 'process.parent.name', 'services.exe'],
    [process, 'process.hash.sha1', 'aa11'],
    [process, 'process.hash.md5', undefined],
    [process, 'process.pe.imphash', 'cc33'],
    [process, 'process.pe.original_file_name', 'psexesvc.exe'],
    [process, 'process.Ext.token.integrity_level_name', 'system'],
    [process, 'related.hash', ['aa11', 'bb22']],
    [process, 'event.outcome', 'unknown'],
    [inbound, 'client.ip', '10.0.2.17'],
    [inbound, 'server.ip', '10.0.2.15'],
    [inbound, 'smb.flow.reversed', true],
    [inbound, 'smb.flow.outcome', 'attempted'],
    [inbound, 'smb.flow.evidence', 'port'],
    [inbound, 'network.direction', 'ingress'],
    [inbound, 'destination.domain', 'pc17.corp.example'],
    [sysmon(3, { SourceIp: '0:0:0:0:0:0:0:1' }), 'source.ip', '::1'],
    [dropped, 'file.name', 'PSEXESVC.exe'],
    [dropped, 'smb.file.name', undefined],
    [dropped, 'smb.file.written', undefined],
    [dropped, 'smb.activity', undefined],
    [sysmon(18, { PipeName: '\\svcctl', Image: 'System' }), 'smb.activity', undefined],
    [sysmon(18, { PipeName: '\\svcctl', Image: 'System' }), 'file.name', 'svcctl'],
    [sysmon(7, { ImageLoaded: '\\\\srv\\s\\x.dll' }), 'dll.name', 'x.dll'],
    [sysmon(7, { ImageLoaded: '\\\\srv\\s\\x.dll' }), 'file.path', undefined],
    [
      sysmon(10, { SourceImage: 'C:\\x.exe', TargetImage: 'C:\\Windows\\System32\\lsass.exe' }),
      'process.name',
      'x.exe',
    ],
    [sysmon(13, { TargetObject: 'HKLM\\System\\Svc\\X\\ImagePath', Details: 'c' }), 'registry.key', 'System\\Svc\\X'],
    [sysmon(13, { TargetObject: 'HKLM\\System\\Svc\\X\\ImagePath', Details: 'c' }), 'registry.value', 'ImagePath'],
    [sysmon(13, { TargetObject: 'HKLM\\System\\Svc\\X\\ImagePath', Details: 'c' }), 'registry.data.strings', 'c'],
    [sysmon(12, { TargetObject: 'HKLM\\System\\Svc\\X' }), 'registry.hive', 'HKLM'],
    [
      sysmon(22, { QueryName: 'wpad', QueryResults: 'type:  5 x;::ffff:10.23.42.38;' }),
      'dns.resolved_ip',
      ['10.23.42.38'],
    ],
    [sysmon(26, { TargetFilename: 'C:\\x', Hashes: 'SHA256=AB' }), 'file.hash.sha256', 'ab'],
    [sysmon(255, { ID: 'x' }), 'event.dataset', 'windows.sysmon_operational'],
  ])('%j %s', (record, field, expected) => expect(valueOf(record, field)).toEqual(expected));
});

describe('SMB server', () => {
  const denied = smbServer(551, {
    SessionGUID: '{11111111-2222-3333-4444-555555555555}',
    ConnectionGUID: '{00000000-0000-0000-0000-000000000000}',
    Status: '0xC000006D',
    ClientAddress: '0200C5F70A0005160000000000000000',
    SessionId: '0x77',
    UserName: 'CORP\\jdoe',
    ClientName: '\\\\10.0.5.22',
  });
  const smb1 = smbServer(3000, { ClientName: '10.0.5.23' }, { channel: 'Microsoft-Windows-SMBServer/Audit' });
  const unsigned = smbServer(4000, {
    ShareName: '\\\\*\\ADMIN$',
    ClientAddress: '0200C5F70A000516',
    SigningUsed: 'false',
    EncyptionUsed: 'true',
  });
  test.each<Row>([
    [denied, 'source.ip', '10.0.5.22'],
    [denied, 'source.port', 50679],
    [denied, 'source.domain', undefined],
    [denied, 'smb.client.name', '\\\\10.0.5.22'],
    [denied, 'smb.client.is_local', false],
    [denied, 'user.name', 'jdoe'],
    [denied, 'user.domain', 'CORP'],
    [denied, 'smb.status', 'STATUS_LOGON_FAILURE'],
    [denied, 'event.outcome', 'failure'],
    [denied, 'smb.session.id', '0x77'],
    [denied, 'smb.session.guid', '11111111-2222-3333-4444-555555555555'],
    [denied, 'smb.connection.guid', undefined],
    [denied, 'smb.flow.evidence', 'protocol'],
    [denied, 'smb.activity', undefined],
    [smbServer(1006, { ShareName: '\\\\*\\data', Status: '0xC0000022' }), 'smb.share.name', 'DATA'],
    [smbServer(1007, { ShareName: '\\\\*\\data' }), 'smb.auth.anonymous', true],
    [smb1, 'smb.version', 'SMB1'],
    [smb1, 'smb.dialect', '1.0'],
    [smb1, 'source.ip', '10.0.5.23'],
    [smb1, 'event.dataset', 'windows.smbserver'],
    [unsigned, 'smb.signing.used', false],
    [unsigned, 'smb.encryption.used', true],
    [smbServer(4000, {}), 'smb.signing.used', undefined],
    [smbServer(3021, { ServerRequiresSigning: 'true' }), 'smb.signing.required', true],
    [smbServer(3021, {}), 'smb.signing.supported', false],
    [smbServer(3022, {}), 'smb.encryption.supported', false],
    [smbServer(3025, { SPN: 'cifs/x' }), 'smb.auth.spn', 'cifs/x'],
    [smbServer(1020, {}), 'event.action', undefined],
  ])('%j %s', (record, field, expected) => expect(valueOf(record, field)).toEqual(expected));

  test('values are found below UserData too, and shown in both places', () => {
    const { data, ...rest } = denied;
    const below: WindowsRecordParts = { ...rest, userData: data! };
    expect(valueOf(below, 'source.ip')).toBe('10.0.5.22');
    expect(documentOf(below)['winlog']).toMatchObject({ user_data: data, event_data: data });
  });
});

describe('SMB client', () => {
  const failed = smbClient(31001, {
    Reason: '5',
    Status: '3221225581',
    ServerName: '\\srv02.corp.example',
    UserName: 'CORP\\jdoe',
    LogonId: '0x77',
  });
  const unreachable = smbClient(
    30803,
    {
      ServerName: 'files.example',
      RemoteAddress: '020001BD08080404',
      LocalAddress: '0200C5F70A000516',
      Status: '0xC00000B5',
    },
    { channel: 'Microsoft-Windows-SmbClient/Connectivity' },
  );
  test.each<Row>([
    [failed, 'user.name', 'jdoe'],
    [failed, 'smb.status', 'STATUS_LOGON_FAILURE'],
    [failed, 'smb.server.name', '\\srv02.corp.example'],
    [failed, 'destination.domain', 'srv02.corp.example'],
    [failed, 'source.domain', 'srv01.corp.example'],
    [failed, 'smb.flow.outcome', 'established'],
    [failed, 'event.outcome', 'failure'],
    [failed, 'winlog.logon.id', '0x77'],
    [smbClient(31001, { ServerName: '10.0.5.9' }), 'destination.ip', '10.0.5.9'],
    [unreachable, 'smb.flow.outcome', 'attempted'],
    [unreachable, 'client.ip', '10.0.5.22'],
    [unreachable, 'server.ip', '8.8.4.4'],
    [unreachable, 'server.port', 445],
    [unreachable, 'smb.flow.direction', 'egress'],
    [smbClient(31017, { UserName: 'g', ServerName: 'nas' }), 'smb.server.name', 'nas'],
    [smbClient(32000, { ServerName: 'nas' }), 'smb.version', 'SMB1'],
  ])('%j %s', (record, field, expected) => expect(valueOf(record, field)).toEqual(expected));
});

describe('NTLM, tasks, WMI, PowerShell, firewall', () => {
  const cleared: WindowsRecordParts = {
    eventId: 1102,
    channel: 'Security',
    provider: 'Microsoft-Windows-Eventlog',
    userData: { SubjectUserSid: 'S-1-5-21-1-2-3-1111', SubjectUserName: 'jdoe' },
    userDataName: 'LogFileCleared',
  };
  const outgoing = ntlm(8001, {
    TargetName: 'cifs/SRV02.corp.example:445',
    UserName: 'admin',
    DomainName: 'CORP',
    CallerPID: '4',
    ClientLUID: '0x77',
    ClientUserName: 'jdoe',
    ClientDomainName: 'CORP',
  });
  test.each<Row>([
    [outgoing, 'user.name', 'jdoe'],
    [outgoing, 'user.effective.name', 'admin'],
    [outgoing, 'destination.domain', 'srv02.corp.example'],
    [outgoing, 'smb.auth.spn', 'cifs/SRV02.corp.example:445'],
    [outgoing, 'winlog.logon.id', '0x77'],
    [outgoing, 'smb.auth.mechanism', 'ntlm'],
    [ntlm(4001, {}), 'event.outcome', 'failure'],
    [ntlm(8003, { UserName: 'jdoe', Workstation: 'PC01', LogonType: '3' }), 'source.domain', 'pc01'],
    [ntlm(8003, { UserName: 'jdoe', Workstation: 'PC01', LogonType: '3' }), 'winlog.logon.type', 'Network'],
    [ntlm(8003, { UserName: 'jdoe', Workstation: 'PC01', LogonType: '3' }), 'smb.activity', undefined],
    [netlogon(8004, { SChannelName: 'SRV02', WorkstationName: 'PC01' }), 'destination.domain', 'srv02'],
    [netlogon(8004, { SChannelName: 'SRV02', WorkstationName: 'PC01' }), 'event.dataset', 'windows.ntlm_operational'],
    [scheduler(106, { TaskName: '\\X', UserContext: 'S-1-5-18' }), 'user.id', 'S-1-5-18'],
    [scheduler(106, { TaskName: '\\X', UserContext: 'S-1-5-18' }), 'user.name', undefined],
    [scheduler(106, { TaskName: '\\X', UserContext: 'CORP\\jdoe' }), 'user.name', 'jdoe'],
    [scheduler(106, { TaskName: '\\X', UserContext: 'CORP\\jdoe' }), 'smb.task.name', '\\X'],
    [scheduler(129, { TaskName: '\\X', Path: '%windir%\\x.exe', ProcessID: '7' }), 'process.name', 'x.exe'],
    [scheduler(129, { TaskName: '\\X', Path: '%windir%\\x.exe', ProcessID: '7' }), 'process.pid', 7],
    [scheduler(201, { ActionName: 'C:\\x.exe', ResultCode: '2147942402' }), 'process.exit_code', 2147942402],
    [wmi(5857, { providerName: 'x', processid: '7', ProviderPath: 'C:\\x.dll' }), 'process.pid', 7],
    [wmi(5858, { ClientMachine: 'PC01', User: 'CORP\\jdoe' }), 'source.domain', 'pc01'],
    [wmi(5858, { ClientMachine: 'PC01', User: 'CORP\\jdoe' }), 'user.name', 'jdoe'],
    [powershell(4104, { Path: 'C:\\x.ps1' }, { processId: 7 }), 'process.pid', 7],
    [powershell(4104, { Path: 'C:\\x.ps1' }), 'file.name', 'x.ps1'],
    [firewall(2004, { RuleName: 'x', ModifyingUser: 'S-1-5-21-1-2-3-1111' }), 'rule.name', 'x'],
    [firewall(2004, { RuleName: 'x', ModifyingUser: 'S-1-5-21-1-2-3-1111' }), 'user.id', 'S-1-5-21-1-2-3-1111'],
    [cleared, 'user.name', 'jdoe'],
    [cleared, 'winlog.user_data.SubjectUserName', 'jdoe'],
    [cleared, 'winlog.event_data.SubjectUserName', 'jdoe'],
    [cleared, 'winlog.user_data.xml_name', 'LogFileCleared'],
    [cleared, 'event.outcome', 'success'],
    [cleared, 'event.dataset', 'system.security'],
    [scheduler(1, { SubjectUserName: 'x' }), 'winlog.user_data.SubjectUserName', undefined],
  ])('%j %s', (record, field, expected) => expect(valueOf(record, field)).toEqual(expected));
});
