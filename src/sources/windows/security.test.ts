import { describe, expect, test } from 'vitest';
import { documentOf, refused, security, valueOf } from '../../../test/tools/windows-event.ts';
import type { WindowsRecordParts } from '../../../test/tools/windows-record.ts';
import type { FieldValue } from '../../event/document.ts';

type Row = readonly [record: WindowsRecordParts, field: string, expected: FieldValue];

const SUBJECT = {
  SubjectUserSid: 'S-1-5-21-1-2-3-1111',
  SubjectUserName: 'jdoe',
  SubjectDomainName: 'CORP',
  SubjectLogonId: '0x1375fbd',
};
const SYSTEM_SUBJECT = {
  SubjectUserSid: 'S-1-5-18',
  SubjectUserName: 'SRV01$',
  SubjectDomainName: 'CORP',
  SubjectLogonId: '0x3e7',
};
const TARGET = { TargetUserSid: 'S-1-5-21-1-2-3-1112', TargetUserName: 'asmith', TargetDomainName: 'CORP' };
const CLIENT = { IpAddress: '10.0.5.22', IpPort: '56661' };

test('the example of the reference', () => {
  const data = {
    ...SUBJECT,
    ...CLIENT,
    ObjectType: 'File',
    ShareName: '\\\\*\\ADMIN$',
    ShareLocalPath: '\\??\\C:\\Windows',
    RelativeTargetName: 'Temp\\x.exe',
    AccessMask: '0x120196',
  };
  expect(documentOf(security(5145, data))).toMatchObject({
    event: { code: '5145', outcome: 'success' },
    host: { name: 'srv01.corp.example' },
    user: { id: 'S-1-5-21-1-2-3-1111', name: 'jdoe' },
    winlog: { logon: { id: '0x1375fbd' }, event_data: data },
    source: { ip: '10.0.5.22', port: 56661 },
    destination: { port: 445 },
    smb: {
      share: { name: 'ADMIN$', kind: 'admin', local_path: 'C:\\Windows' },
      file: { path: 'Temp\\x.exe' },
      access: { mask: 1180054, intent: ['write', 'attributes'] },
      client: { is_local: false },
    },
    file: { path: 'C:\\Windows\\Temp\\x.exe', name: 'x.exe' },
    related: { ip: ['10.0.5.22'], user: ['jdoe'], hosts: ['srv01.corp.example'] },
  });
});

describe('logons', () => {
  const logon = security(4624, {
    ...SYSTEM_SUBJECT,
    ...TARGET,
    ...CLIENT,
    TargetLogonId: '0x77',
    LogonType: '3',
    AuthenticationPackageName: 'NTLM',
    LmPackageName: 'NTLM V1',
    KeyLength: '128',
    WorkstationName: 'PC01',
  });
  const failed = refused(4625, {
    ...SYSTEM_SUBJECT,
    ...CLIENT,
    TargetUserSid: 'S-1-0-0',
    TargetUserName: 'root',
    TargetDomainName: '',
    LogonType: '3',
    FailureReason: '%%2313',
    Status: '0xc000006d',
    SubStatus: '0xc0000064',
  });
  const explicit = security(4648, {
    ...SUBJECT,
    TargetUserName: 'admin',
    TargetDomainName: 'CORP',
    TargetServerName: 'srv02.corp.example',
    TargetInfo: 'cifs/srv02.corp.example',
    IpAddress: '10.0.5.9',
    IpPort: '445',
    ProcessId: '0x4',
  });
  test.each<Row>([
    [logon, 'user.name', 'asmith'],
    [logon, 'user.id', 'S-1-5-21-1-2-3-1112'],
    [logon, 'winlog.logon.id', '0x77'],
    [logon, 'winlog.event_data.SubjectUserName', 'SRV01$'],
    [logon, 'source.ip', '10.0.5.22'],
    [logon, 'source.domain', 'pc01'],
    [logon, 'client.ip', '10.0.5.22'],
    [logon, 'server.ip', undefined],
    [logon, 'smb.flow.evidence', undefined],
    [logon, 'smb.auth.mechanism', 'ntlm'],
    [logon, 'smb.auth.lm_package', 'NTLM V1'],
    [logon, 'smb.auth.key_length', 128],
    [logon, 'smb.activity', 'logon'],
    [logon, 'related.hosts', ['srv01.corp.example', 'pc01']],
    [security(4624, { ...TARGET, LogonType: '2', AuthenticationPackageName: 'Negotiate' }), 'smb.activity', undefined],
    [security(4624, { ...TARGET, LogonType: '2', AuthenticationPackageName: 'NTLM' }), 'smb.auth.mechanism', undefined],
    [security(4624, { ...TARGET, LogonType: '10', IpAddress: '10.0.5.22' }), 'smb.activity', undefined],
    [security(4624, { ...TARGET, LogonType: '3', IpAddress: '::1' }), 'smb.activity', undefined],
    [security(4624, { TargetUserName: 'a\\b@c', LogonType: '3' }), 'winlog.event_data.TargetUserName', 'a\\b@c'],
    [failed, 'event.outcome', 'failure'],
    [failed, 'user.name', 'root'],
    [failed, 'user.id', undefined],
    [failed, 'user.domain', undefined],
    [failed, 'winlog.logon.id', undefined],
    [failed, 'winlog.logon.failure.reason', 'Unknown user name or bad password'],
    [failed, 'winlog.logon.failure.sub_status', 'STATUS_NO_SUCH_USER'],
    [failed, 'smb.activity', undefined],
    [security(4634, { ...TARGET, TargetLogonId: '0x77', LogonType: '3' }), 'winlog.logon.id', '0x77'],
    [security(4634, { ...TARGET, TargetLogonId: '0x77', LogonType: '3' }), 'smb.activity', undefined],
    [explicit, 'user.name', 'jdoe'],
    [explicit, 'user.effective.name', 'admin'],
    [explicit, 'source.ip', undefined],
    [explicit, 'destination.ip', '10.0.5.9'],
    [explicit, 'destination.port', 445],
    [explicit, 'destination.domain', 'srv02.corp.example'],
    [explicit, 'smb.auth.spn', 'cifs/srv02.corp.example'],
    [explicit, 'related.user', ['jdoe', 'admin']],
    [explicit, 'smb.activity', undefined],
    [
      security(4672, { ...SUBJECT, PrivilegeList: 'SeSecurityPrivilege\r\n\t\t\tSeBackupPrivilege' }),
      'winlog.privileges',
      ['SeSecurityPrivilege', 'SeBackupPrivilege'],
    ],
    [security(4672, SUBJECT), 'winlog.logon.id', '0x1375fbd'],
    [
      security(4627, { GroupMembership: '\r\n\t\t%{S-1-5-32-544}\r\n\t\t%{S-1-1-0}' }),
      'group.id',
      ['S-1-5-32-544', 'S-1-1-0'],
    ],
    [security(4627, TARGET), 'user.name', 'asmith'],
  ])('%j %s', (record, field, expected) => expect(valueOf(record, field)).toEqual(expected));
});

describe('shares', () => {
  const opened = security(5140, { ...SUBJECT, ...CLIENT, ShareName: '\\\\*\\ADMIN$', AccessMask: '0x1' });
  const file = (mask: string, more: Record<string, string> = {}) =>
    security(5145, {
      ...SUBJECT,
      ...CLIENT,
      ShareName: '\\\\*\\data',
      RelativeTargetName: 'a.txt',
      AccessMask: mask,
      ...more,
    });
  const changed = security(5143, {
    ...SUBJECT,
    ShareName: '\\\\*\\data',
    ShareLocalPath: 'C:\\data',
    OldRemark: 'N/A',
    NewRemark: 'all',
    OldMaxUsers: '0xffffffff',
    NewMaxUsers: '0x10',
    OldShareFlags: '0x0',
    NewShareFlags: '0x800',
    OldSD: 'O:BAG:DUD:(A;;FA;;;BA)',
    NewSD: 'O:BAG:DUD:(A;;FA;;;WD)',
  });
  const spn = refused(5168, { ...SUBJECT, SpnName: 'cifs/x', ErrorCode: '0xc0000022', IpAddress: '10.0.5.22' });
  test.each<Row>([
    [opened, 'smb.activity', 'open'],
    [opened, 'smb.command', 'tree_connect'],
    [opened, 'smb.share.admin', true],
    [opened, 'smb.file.name', undefined],
    [opened, 'client.ip', '10.0.5.22'],
    [opened, 'server.port', 445],
    [opened, 'server.ip', undefined],
    [opened, 'destination.ip', undefined],
    [opened, 'network.transport', undefined],
    [opened, 'smb.flow.evidence', ['port', 'protocol']],
    [opened, 'smb.flow.outcome', 'established'],
    [opened, 'smb.flow.direction', 'internal'],
    [opened, 'smb.flow.reversed', undefined],
    [refused(5140, { ...SUBJECT, ShareName: '\\\\*\\ADMIN$' }), 'smb.activity', undefined],
    [file('0x120089'), 'smb.activity', 'open'],
    [file('0x120089'), 'smb.file.written', undefined],
    [file('0x2'), 'smb.file.written', true],
    [file('0x4'), 'smb.file.written', true],
    [file('0x40000000'), 'smb.file.written', true],
    [file('0x10000000'), 'smb.file.written', true],
    [file('', { AccessList: '%%4417' }), 'smb.file.written', true],
    [file('0x2', { RelativeTargetName: '\\' }), 'smb.file.written', undefined],
    [file('0x12019f', { ShareName: '\\\\*\\IPC$', RelativeTargetName: 'svcctl' }), 'smb.file.written', undefined],
    [file('0x12019f', { ShareName: '\\\\*\\IPC$', RelativeTargetName: 'svcctl' }), 'smb.activity', undefined],
    [file('0x12019f', { ShareName: '\\\\*\\IPC$', RelativeTargetName: 'svcctl' }), 'smb.pipe.name', 'svcctl'],
    [
      file('0x1', { ShareName: '\\\\*\\ADMIN$', ShareLocalPath: '\\??\\D:\\Winnt' }),
      'smb.local_path',
      'D:\\Winnt\\a.txt',
    ],
    [file('0x1', { SubjectUserSid: 'S-1-5-7' }), 'smb.auth.anonymous', true],
    [changed, 'smb.share.change.remark.old', undefined],
    [changed, 'smb.share.change.remark.new', 'all'],
    [changed, 'smb.share.change.max_users.old', undefined],
    [changed, 'smb.share.change.max_users.new', 16],
    [changed, 'smb.share.change.flags.new', '0x800'],
    [changed, 'smb.share.change.sd.new', 'O:BAG:DUD:(A;;FA;;;WD)'],
    [changed, 'user.name', 'jdoe'],
    [changed, 'smb.activity', undefined],
    [security(5142, { ...SYSTEM_SUBJECT, ShareName: '\\\\*\\C$', ShareLocalPath: 'C:\\' }), 'smb.share.kind', 'admin'],
    [spn, 'event.outcome', 'failure'],
    [spn, 'smb.auth.spn_status', 'STATUS_ACCESS_DENIED'],
    [spn, 'smb.activity', undefined],
    [
      security(4663, { ObjectType: 'File', ObjectName: 'C:\\data\\a.txt', ProcessId: '0x4' }),
      'file.path',
      'C:\\data\\a.txt',
    ],
    [
      security(4663, { ObjectType: 'File', ObjectName: 'C:\\data\\a.txt', ProcessId: '0x4' }),
      'smb.file.name',
      undefined,
    ],
    [security(4663, { ObjectType: 'Key', ObjectName: '\\REGISTRY\\MACHINE' }), 'file.path', undefined],
    [security(4661, { AccessMask: '0x2d' }), 'smb.access.mask', undefined],
  ])('%j %s', (record, field, expected) => expect(valueOf(record, field)).toEqual(expected));
});

describe('processes, services, tasks', () => {
  const process = security(4688, {
    ...SYSTEM_SUBJECT,
    NewProcessId: '0x1a4',
    NewProcessName: 'C:\\Windows\\PSEXESVC.exe',
    ProcessId: '0x2f8',
    CommandLine: '"C:\\Windows\\PSEXESVC.exe" -a "b c"',
    TargetUserSid: 'S-1-0-0',
    TargetUserName: '-',
    TargetDomainName: '-',
    ParentProcessName: 'C:\\Windows\\System32\\services.exe',
  });
  const service = security(4697, {
    ...SUBJECT,
    ServiceName: 'PSEXESVC',
    ServiceFileName: '%SystemRoot%\\PSEXESVC.exe',
    ServiceAccount: 'LocalSystem',
  });
  const TaskContent =
    '<?xml version="1.0" encoding="UTF-16"?><Task><RegistrationInfo><Author>CORP\\jdoe</Author></RegistrationInfo>' +
    '<Principals><Principal id="A"><UserId>S-1-5-18</UserId><RunLevel>HighestAvailable</RunLevel></Principal></Principals>' +
    '<Actions><Exec><Command>cmd.exe</Command><Arguments>/c a &amp;&#x26; b &lt;c</Arguments></Exec>' +
    '<Exec><Command> x.exe </Command></Exec></Actions></Task>';
  const task = security(4698, { ...SUBJECT, TaskName: '\\X', TaskContent });
  test.each<Row>([
    [process, 'process.executable', 'C:\\Windows\\PSEXESVC.exe'],
    [process, 'process.name', 'PSEXESVC.exe'],
    [process, 'process.args', ['C:\\Windows\\PSEXESVC.exe', '-a', 'b c']],
    [process, 'process.args_count', 3],
    [process, 'process.parent.name', 'services.exe'],
    [process, 'process.parent.pid', 0x2f8],
    [process, 'user.name', 'SRV01$'],
    [process, 'user.is_machine', true],
    [process, 'user.effective.name', undefined],
    [process, 'user.effective.id', undefined],
    [process, 'smb.activity', undefined],
    [security(4688, { ...SYSTEM_SUBJECT, ...TARGET }), 'user.effective.id', 'S-1-5-21-1-2-3-1112'],
    [security(4689, { ProcessId: '0x1a4', Status: '0x0', ProcessName: 'C:\\x.exe' }), 'process.exit_code', 0],
    [service, 'service.name', 'PSEXESVC'],
    [service, 'smb.service.executable', 'C:\\Windows\\PSEXESVC.exe'],
    [service, 'smb.service.account', 'LocalSystem'],
    [service, 'smb.activity', 'execution'],
    [service, 'user.name', 'jdoe'],
    [service, 'client.ip', undefined],
    [security(4697, { ...SYSTEM_SUBJECT, ServiceName: 'X' }), 'smb.activity', undefined],
    [task, 'smb.task.name', '\\X'],
    [task, 'smb.task.author', 'CORP\\jdoe'],
    [task, 'smb.task.principal', 'S-1-5-18'],
    [task, 'smb.task.run_level', 'HighestAvailable'],
    [task, 'smb.task.command', ['cmd.exe', 'x.exe']],
    [task, 'smb.task.arguments', '/c a && b <c'],
    [task, 'smb.activity', 'execution'],
    [security(4702, { ...SUBJECT, TaskContentNew: TaskContent }), 'smb.task.author', 'CORP\\jdoe'],
    [security(4699, { ...SUBJECT, TaskName: '\\X', TaskContent: '' }), 'smb.task.command', undefined],
    [security(4699, { ...SUBJECT, TaskName: '\\X' }), 'smb.activity', undefined],
    [security(4698, { ...SUBJECT, TaskContent: `<Command>${'<'.repeat(100)}` }), 'smb.task.command', undefined],
    [security(4740, { TargetUserName: 'jdoe', TargetDomainName: 'PC01' }), 'source.domain', 'pc01'],
    [security(4740, { TargetUserName: 'jdoe', TargetDomainName: 'PC01' }), 'user.target.domain', undefined],
    [
      security(4720, { ...SUBJECT, TargetUserName: 'new', TargetSid: 'S-1-5-21-1-2-3-2000' }),
      'user.target.name',
      'new',
    ],
    [security(4720, { ...SUBJECT, TargetUserName: 'new' }), 'user.name', 'jdoe'],
    [
      security(4732, { ...SUBJECT, MemberSid: 'S-1-5-21-1-2-3-9', TargetSid: 'S-1-5-32-544' }),
      'group.id',
      'S-1-5-32-544',
    ],
    [security(4732, { MemberSid: 'S-1-5-21-1-2-3-9' }), 'user.target.id', 'S-1-5-21-1-2-3-9'],
    [security(4728, { MemberName: 'CN=Doe\\, John,OU=x' }), 'user.target.name', 'Doe, John'],
    [security(4719, SUBJECT), 'user.name', 'jdoe'],
    [security(9999, SUBJECT), 'user.name', 'jdoe'],
  ])('%j %s', (record, field, expected) => expect(valueOf(record, field)).toEqual(expected));
});

describe('domain controllers', () => {
  const ticket = security(4769, {
    TargetUserName: 'jdoe@CORP.EXAMPLE',
    TargetDomainName: 'CORP.EXAMPLE',
    ServiceName: 'SRV01$',
    IpAddress: '::ffff:10.0.5.22',
    IpPort: '50000',
  });
  test.each<Row>([
    [ticket, 'user.name', 'jdoe'],
    [ticket, 'source.ip', '10.0.5.22'],
    [ticket, 'service.name', 'SRV01$'],
    [ticket, 'smb.activity', undefined],
    [ticket, 'smb.auth.mechanism', undefined],
    [refused(4771, { TargetUserName: 'jdoe', TargetSid: 'S-1-5-21-1-2-3-1' }), 'user.id', 'S-1-5-21-1-2-3-1'],
    [refused(4776, { TargetUserName: 'jdoe', Workstation: '\\\\PC01', Status: '0xc000006a' }), 'source.domain', 'pc01'],
    [refused(4776, { TargetUserName: 'jdoe', Status: '0xc000006a' }), 'smb.status', 'STATUS_WRONG_PASSWORD'],
    [security(4776, { Status: '0x0' }, { keywords: undefined }), 'event.outcome', 'success'],
    [security(4776, { Status: '0xc0000064' }, { keywords: undefined }), 'event.outcome', 'failure'],
  ])('%j %s', (record, field, expected) => expect(valueOf(record, field)).toEqual(expected));
});

describe('filtering platform', () => {
  const ends = {
    SourceAddress: '10.1.2.30',
    SourcePort: '51515',
    DestAddress: '8.8.4.4',
    DestPort: '445',
    Protocol: '6',
  };
  const allowed = security(5156, { ...ends, Application: 'System', ProcessID: '4', Direction: '%%14593' });
  const blocked = refused(5157, { ...ends, Direction: '%%14593' });
  test.each<Row>([
    [allowed, 'smb.flow.outcome', 'attempted'],
    [allowed, 'smb.flow.spoken', undefined],
    [allowed, 'smb.flow.moved', undefined],
    [allowed, 'smb.flow.direction', 'egress'],
    [allowed, 'smb.flow.evidence', 'port'],
    [allowed, 'network.transport', 'tcp'],
    [allowed, 'network.community_id', '1:oY5UHYNlZHmQXI6xyeQu+2smBXg='],
    [allowed, 'event.outcome', 'success'],
    [allowed, 'smb.activity', undefined],
    [blocked, 'smb.flow.outcome', 'refused'],
    [blocked, 'smb.flow.refused_by', 'policy'],
    [blocked, 'event.outcome', 'failure'],
    [refused(5152, { ...ends, Protocol: '17' }), 'network.transport', 'udp'],
    [refused(5152, { ...ends, Protocol: '17' }), 'smb.flow.evidence', undefined],
    [security(5156, { ...ends, Protocol: '47' }), 'network.transport', undefined],
  ])('%j %s', (record, field, expected) => expect(valueOf(record, field)).toEqual(expected));
});
