import { describe, expect, test } from 'vitest';
import { type TestData, scheduler, security, sysmon, system, valueOf } from '../../../test/tools/windows-event.ts';
import { intentsOf, maskOfList, rightsOf } from './values/access.ts';
import { withWords } from './values/codes.ts';

describe('access rights', () => {
  test.each([
    [0x1, 4416, 'ReadData (or ListDirectory)', 'read'],
    [0x2, 4417, 'WriteData (or AddFile)', 'write'],
    [0x4, 4418, 'AppendData (or AddSubdirectory or CreatePipeInstance)', 'write'],
    [0x8, 4419, 'ReadEA', 'attributes'],
    [0x10, 4420, 'WriteEA', 'attributes'],
    [0x20, 4421, 'Execute/Traverse', 'execute'],
    [0x40, 4422, 'DeleteChild', 'delete'],
    [0x80, 4423, 'ReadAttributes', 'attributes'],
    [0x100, 4424, 'WriteAttributes', 'attributes'],
    [0x10000, 1537, 'DELETE', 'delete'],
    [0x20000, 1538, 'READ_CONTROL', 'attributes'],
    [0x40000, 1539, 'WRITE_DAC', 'acl'],
    [0x80000, 1540, 'WRITE_OWNER', 'acl'],
    [0x100000, 1541, 'SYNCHRONIZE', undefined],
    [0x1000000, 1542, 'ACCESS_SYS_SEC', 'acl'],
    [0x2000000, 1543, 'MAX_ALLOWED', 'max'],
  ])('bit %i is code %i', (bit, code, text, intent) => {
    expect(rightsOf(bit)).toEqual([text]);
    expect(intentsOf(bit)).toEqual(intent === undefined ? [] : [intent]);
    expect(maskOfList(`%%${code}`)).toBe(bit);
    expect(maskOfList(text)).toBe(bit);
    expect(withWords(`%%${code}`, 'audit')).toBe(text);
  });

  test.each([
    [0x1, ['read']],
    [0x100081, ['read', 'attributes']],
    [0x120089, ['read', 'attributes']],
    [0x120196, ['write', 'attributes']],
    [0x17019f, ['read', 'write', 'attributes', 'delete', 'acl']],
    [0x2, ['write']],
    [0x10080, ['attributes', 'delete']],
    [0x12019f, ['read', 'write', 'attributes']],
    [0, []],
    [0x8000_0000, ['read']],
  ])('mask %i is for %j', (mask, intents) => expect(intentsOf(mask)).toEqual(intents));

  test('bits without a name are kept as a number', () => {
    expect(rightsOf(0x0800_0401)).toEqual(['ReadData (or ListDirectory)', '0x8000400']);
  });

  test('a reason is told with its entry, each once', () => {
    const AccessReason =
      '%%1541:\t%%1801\tD:(A;;0x1200a9;;;WD)\r\n\t\t\t\t%%4416:\t%%1801\tD:(A;;0x1200a9;;;WD)\r\n%%1537:\t%%1805';
    const record = security(5145, { ShareName: '\\\\*\\data', AccessReason });
    expect(valueOf(record, 'smb.access.granted_by')).toEqual(['Granted by D:(A;;0x1200a9;;;WD)', 'Not granted']);
  });
});

describe('codes and words of raw values', () => {
  test.each([
    [1793, 'not set'],
    [1794, 'never'],
    [1797, 'all hours'],
    [1801, 'Granted by'],
    [1802, 'Denied by'],
    [1804, 'Granted by ownership'],
    [1805, 'Not granted'],
    [1811, 'Granted by ACE on parent folder'],
    [1812, 'Denied by ACE on parent folder'],
    [1832, 'Identification'],
    [1833, 'Impersonation'],
    [1840, 'Delegation'],
    [1842, 'Yes'],
    [1843, 'No'],
    [1936, 'TokenElevationTypeDefault (1)'],
    [1937, 'TokenElevationTypeFull (2)'],
    [1938, 'TokenElevationTypeLimited (3)'],
    [2080, 'Account disabled'],
    [2048, 'Account enabled'],
    [2082, 'Password not required: on'],
    [2050, 'Password not required: off'],
    [2111, 'Flag 31: on'],
    [2304, 'An error occurred during logon'],
    [2305, 'The account has expired'],
    [2306, 'The Netlogon component is not active'],
    [2307, 'Account locked out'],
    [2308, 'The user has not been granted the requested logon type at this machine'],
    [2309, "The account's password has expired"],
    [2310, 'Account currently disabled'],
    [2311, 'Account logon time restriction violation'],
    [2312, 'User not allowed to logon at this computer'],
    [2313, 'Unknown user name or bad password'],
    [4432, 'Query key value'],
    [4437, 'Create link'],
    [4480, 'Terminate process'],
    [4490, 'Query information'],
    [5376, 'Connect to SAM server'],
    [5440, 'ReadGeneralInformation'],
    [7169, 'Create a new service'],
    [7185, 'Set service configuration'],
    [7188, 'Start the service'],
    [8448, 'Success removed'],
    [8449, 'Success added'],
    [8450, 'Failure removed'],
    [8451, 'Failure added'],
    [14592, 'Inbound'],
    [14593, 'Outbound'],
    [14608, 'Resource Assignment'],
    [14609, 'Listen'],
    [14610, 'Receive/Accept'],
    [14611, 'Connect'],
  ])('%%%%%i', (code, words) => {
    const record = security(1, { Value: `%%${code}` });
    expect(valueOf(record, 'winlog.event_data.Value')).toEqual([`%%${code}`, words]);
  });

  test.each<[TestData, string, unknown]>([
    [{ A: '%%8448, %%8450' }, 'A', ['%%8448, %%8450', 'Success removed, Failure removed']],
    [{ A: '%%4416\r\n\t\t\t\t%%1' }, 'A', ['%%4416\r\n\t\t\t\t%%1', 'ReadData (or ListDirectory)\r\n\t\t\t\t%%1']],
    [{ A: '%%99999' }, 'A', '%%99999'],
    [{ A: '%%123456' }, 'A', '%%123456'],
    [{ A: '%1 and %SystemRoot%' }, 'A', '%1 and %SystemRoot%'],
    [{ A: '-' }, 'A', '-'],
    [{ A: '' }, 'A', undefined],
    [{ 'Threat Name': 'x' }, 'ThreatName', 'x'],
    [{ ThreatName: 'x' }, 'threatname', 'x'],
    [{ A: ['x', 'y'] }, 'A', ['x', 'y']],
    [{ Data: ['x', 'y'] }, 'Data', ['x', 'y']],
    [{ Data: ['x', 'y'] }, 'param2', 'y'],
    [{ Data: ['x', 'y'] }, 'param3', undefined],
  ])('%j %s', (data, name, expected) =>
    expect(valueOf(security(1, data), `winlog.event_data.${name}`)).toEqual(expected),
  );

  test('a code of a classic provider is a Win32 error', () => {
    expect(valueOf(system(7000, { param2: '%%1053' }), 'error.code')).toBe('1053');
    expect(valueOf(system(7000, { param2: '%%1053' }), 'error.message')).toBe('The service did not respond in time');
    expect(valueOf(system(7000, { param2: '%%1833' }), 'winlog.event_data.param2')).toBe('%%1833');
    expect(valueOf(scheduler(201, { A: '%%5' }), 'winlog.event_data.A')).toEqual(['%%5', 'Access is denied']);
  });
});

describe('numbers', () => {
  test.each([
    [
      security(4625, { Status: '0xc000006d', SubStatus: '0xC000006A' }),
      'winlog.logon.failure.status',
      'STATUS_LOGON_FAILURE',
    ],
    [security(4625, { SubStatus: '0xC000006A' }), 'winlog.logon.failure.sub_status', 'STATUS_WRONG_PASSWORD'],
    [security(4625, { SubStatus: '-1073741718' }), 'winlog.logon.failure.sub_status', 'STATUS_WRONG_PASSWORD'],
    [security(4625, { Status: '0xC000018C' }), 'winlog.logon.failure.status', 'STATUS_TRUSTED_DOMAIN_FAILURE'],
    [security(4771, { Status: '0x18' }), 'winlog.kerberos.status', 'wrong password'],
    [security(4768, { Status: '0x6' }), 'winlog.kerberos.status', 'client unknown'],
    [security(4769, { Status: '0x0' }), 'winlog.kerberos.status', 'success'],
    [security(4769, { Status: '0x99' }), 'winlog.kerberos.status', '0x99'],
    [security(4769, { TicketEncryptionType: '0x17' }), 'winlog.kerberos.encryption', 'RC4'],
    [security(4769, { TicketEncryptionType: '0x12' }), 'winlog.kerberos.encryption', 'AES256'],
    [security(4769, { TicketEncryptionType: '0xffffffff' }), 'winlog.kerberos.encryption', 'failed'],
    [security(4697, { ServiceType: '0x10' }), 'service.type', 'own process'],
    [security(4697, { ServiceType: '0xe0' }), 'service.type', 'user shared process, instance'],
    [security(4697, { ServiceStartType: '3' }), 'smb.service.start', 'demand'],
    [system(7045, { StartType: 'demand start' }), 'smb.service.start', 'demand'],
    [system(7045, { StartType: 'Manuell starten' }), 'smb.service.start', 'Manuell starten'],
    [system(7045, { ServiceType: 'kernel mode driver' }), 'service.type', 'kernel driver'],
    [security(4697, { ServiceType: '__proto__', ServiceStartType: 'constructor' }), 'service.type', '__proto__'],
    [sysmon(3, { Initiated: 'constructor' }), 'network.direction', undefined],
    [security(4688, { MandatoryLabel: 'S-1-16-12288' }), 'process.Ext.token.integrity_level_name', 'high'],
  ])('%j %s', (record, field, expected) => expect(valueOf(record, field)).toEqual(expected));
});
