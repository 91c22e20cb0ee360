import { expect, test } from 'vitest';
import { readContentJson } from '../../base/content.ts';
import {
  firewall,
  netlogon,
  ntlm,
  security,
  smbClient,
  smbServer,
  sysmon,
  system,
  valueOf,
} from '../../../test/tools/windows-event.ts';
import type { WindowsRecordParts } from '../../../test/tools/windows-record.ts';
import { readMappingFiles } from './mapping-file.ts';

const cleared: WindowsRecordParts = { eventId: 1102, channel: 'Security', provider: 'Microsoft-Windows-Eventlog' };

test.each<readonly [WindowsRecordParts, category: string, type: string, action: string]>([
  [security(4624, {}), 'authentication', 'start', 'logged-in'],
  [security(4625, {}), 'authentication', 'start', 'logon-failed'],
  [security(4634, {}), 'authentication', 'end', 'logged-out'],
  [security(4647, {}), 'authentication', 'end', 'logged-out'],
  [security(4648, {}), 'authentication', 'start', 'logged-in-explicit'],
  [security(4672, {}), 'iam', 'admin', 'logged-in-special'],
  [security(4768, {}), 'authentication', 'start', 'kerberos-authentication-ticket-requested'],
  [security(4769, {}), 'authentication', 'start', 'kerberos-service-ticket-requested'],
  [security(4771, {}), 'authentication', 'start', 'kerberos-preauth-failed'],
  [security(4776, {}), 'authentication', 'start', 'credential-validated'],
  [security(4688, {}), 'process', 'start', 'created-process'],
  [security(4689, {}), 'process', 'end', 'exited-process'],
  [security(4697, {}), 'iam,configuration', 'admin,change', 'service-installed'],
  [system(7045, {}), 'iam,configuration', 'admin,change', 'service-installed'],
  [security(4698, {}), 'iam,configuration', 'creation,admin', 'scheduled-task-created'],
  [security(4699, {}), 'iam,configuration', 'deletion,admin', 'scheduled-task-deleted'],
  [security(4700, {}), 'iam,configuration', 'change,admin', 'scheduled-task-enabled'],
  [security(4701, {}), 'iam,configuration', 'change,admin', 'scheduled-task-disabled'],
  [security(4702, {}), 'iam,configuration', 'change,admin', 'scheduled-task-updated'],
  [security(4720, {}), 'iam', 'user,creation', 'added-user-account'],
  [security(4722, {}), 'iam', 'user,change', 'enabled-user-account'],
  [security(4724, {}), 'iam', 'user,change', 'reset-password'],
  [security(4726, {}), 'iam', 'user,deletion', 'deleted-user-account'],
  [security(4738, {}), 'iam', 'user,change', 'modified-user-account'],
  [security(4740, {}), 'iam', 'user,change', 'locked-out-user-account'],
  [security(4728, {}), 'iam', 'group,change', 'added-member-to-group'],
  [security(4732, {}), 'iam', 'group,change', 'added-member-to-group'],
  [security(4756, {}), 'iam', 'group,change', 'added-member-to-group'],
  [security(5140, {}), 'network,file', 'info,access', 'network-share-object-accessed'],
  [security(5145, {}), 'network,file', 'info,access', 'network-share-object-access-checked'],
  [security(5142, {}), 'file,configuration', 'creation', 'network-share-object-added'],
  [security(5143, {}), 'file,configuration', 'change', 'network-share-object-modified'],
  [security(5144, {}), 'file,configuration', 'deletion', 'network-share-object-deleted'],
  [security(5168, {}), 'authentication', 'denied', 'smb-spn-check-failed'],
  [security(5156, {}), 'network', 'connection,info,allowed', 'windows-firewall-connection'],
  [security(5157, {}), 'network', 'connection,info,denied', 'windows-firewall-packet-block'],
  [security(5152, {}), 'network', 'connection,info,denied', 'windows-firewall-packet-drop'],
  [system(7036, {}), 'process', 'info', 'service-state-changed'],
  [system(7000, {}), 'process', 'error', 'service-start-failed'],
  [system(7009, {}), 'process', 'error', 'service-start-failed'],
  [sysmon(1, {}), 'process', 'start', 'Process Create (rule: ProcessCreate)'],
  [sysmon(3, {}), 'network', 'start,connection,protocol', 'Network connection detected (rule: NetworkConnect)'],
  [sysmon(5, {}), 'process', 'end', 'Process terminated (rule: ProcessTerminate)'],
  [sysmon(7, {}), 'process', 'change', 'Image loaded (rule: ImageLoad)'],
  [sysmon(10, {}), 'process', 'access', 'Process accessed (rule: ProcessAccess)'],
  [sysmon(11, {}), 'file', 'creation', 'File created (rule: FileCreate)'],
  [sysmon(12, {}), 'configuration,registry', 'change', 'Registry object added or deleted (rule: RegistryEvent)'],
  [sysmon(13, {}), 'configuration,registry', 'change', 'Registry value set (rule: RegistryEvent)'],
  [sysmon(14, {}), 'configuration,registry', 'change', 'Registry object renamed (rule: RegistryEvent)'],
  [sysmon(15, {}), 'file', 'creation', 'File stream created (rule: FileCreateStreamHash)'],
  [sysmon(17, {}), 'file', 'creation', 'Pipe Created (rule: PipeEvent)'],
  [sysmon(18, {}), 'file', 'access', 'Pipe Connected (rule: PipeEvent)'],
  [sysmon(22, {}), 'network', 'connection,protocol,info', 'Dns query (rule: DnsQuery)'],
  [sysmon(23, {}), 'file', 'deletion', 'File Delete archived (rule: FileDelete)'],
  [sysmon(26, {}), 'file', 'deletion', 'File Delete logged (rule: FileDeleteDetected)'],
  [smbServer(551, {}), 'network,authentication', 'denied', 'smb-session-denied'],
  [smbServer(1006, {}), 'network,authentication', 'denied', 'smb-share-denied'],
  [smbServer(1007, {}), 'network,authentication', 'denied', 'smb-share-denied'],
  [smbServer(1009, {}), 'network,authentication', 'denied', 'smb-session-denied'],
  [smbClient(31001, {}), 'network,authentication', 'denied', 'smb-client-logon-failed'],
  [smbClient(31010, {}), 'network,authentication', 'denied', 'smb-client-share-failed'],
  [smbClient(31017, {}), 'network,authentication', 'denied', 'smb-guest-rejected'],
  [smbServer(3000, {}), 'network,configuration', 'info', 'smb1-access'],
  [smbServer(3021, {}), 'network,configuration', 'info', 'smb-audit-client-signing'],
  [smbServer(4000, {}), 'network,configuration', 'info', 'smb-audit-tree-connect'],
  [smbClient(31998, {}), 'network,configuration', 'info', 'smb-audit-server-security'],
  [ntlm(8001, {}), 'authentication', 'info', 'ntlm-outgoing'],
  [ntlm(8002, {}), 'authentication', 'info', 'ntlm-incoming'],
  [ntlm(8003, {}), 'authentication', 'info', 'ntlm-incoming'],
  [netlogon(8004, {}), 'authentication', 'info', 'ntlm-domain'],
  [ntlm(4001, {}), 'authentication', 'denied', 'ntlm-outgoing-blocked'],
  [netlogon(4006, {}), 'authentication', 'denied', 'ntlm-domain-blocked'],
  [firewall(2003, {}), 'configuration', 'change', 'firewall-setting-changed'],
  [firewall(2004, {}), 'configuration', 'change', 'firewall-rule-added'],
  [firewall(2005, {}), 'configuration', 'change', 'firewall-rule-changed'],
  [firewall(2006, {}), 'configuration', 'change', 'firewall-rule-deleted'],
  [firewall(2033, {}), 'configuration', 'change', 'firewall-rule-deleted'],
  [cleared, 'iam', 'admin,change', 'audit-log-cleared'],
  [{ ...cleared, eventId: 104, channel: 'System' }, 'iam', 'admin,change', 'audit-log-cleared'],
])('%j', (record, category, type, action) => {
  expect(valueOf(record, 'event.category')).toEqual(category.split(','));
  expect(valueOf(record, 'event.type')).toEqual(type.split(','));
  expect(valueOf(record, 'event.action')).toBe(action);
  expect(valueOf(record, 'event.kind')).toBe('event');
  expect(valueOf(record, 'event.code')).toBe(String(record.eventId));
});

test.each<readonly [Partial<WindowsRecordParts>, string | undefined, string]>([
  [{ channel: 'Security', provider: 'Microsoft-Windows-Security-Auditing' }, 'logon-failed', 'system.security'],
  [{ channel: 'security', provider: 'microsoft-windows-security-auditing' }, 'logon-failed', 'system.security'],
  [{ channel: 'Security' }, 'logon-failed', 'system.security'],
  [{ provider: 'Microsoft-Windows-Security-Auditing' }, 'logon-failed', 'system.security'],
  [{ channel: 'Application', provider: 'Microsoft-Windows-EventSystem' }, undefined, 'system.application'],
  [{ channel: 'Application' }, undefined, 'system.application'],
  [{ channel: 'ForwardedEvents', provider: 'Microsoft-Windows-Security-Auditing' }, 'logon-failed', 'system.security'],
  [{ channel: 'Nobody/Knows', provider: 'Nobody' }, undefined, 'winlog.winlog'],
  [{}, undefined, 'winlog.winlog'],
])('4625 of %j', (names, action, dataset) => {
  expect(valueOf({ eventId: 4625, ...names }, 'event.action')).toBe(action);
  expect(valueOf({ eventId: 4625, ...names }, 'event.dataset')).toBe(dataset);
  expect(valueOf({ eventId: 4625, ...names }, 'event.module')).toBe(dataset.split('.')[0]);
});

test.each([
  ['Microsoft-Windows-Sysmon/Operational', 'windows.sysmon_operational'],
  ['microsoft-windows-smbserver/audit', 'windows.smbserver'],
  ['Microsoft-Windows-SMBClient/Operational', 'windows.smbclient'],
  ['Microsoft-Windows-NTLM/Operational', 'windows.ntlm_operational'],
  ['Microsoft-Windows-TaskScheduler/Operational', 'windows.taskscheduler'],
  ['Windows PowerShell', 'windows.powershell'],
  ['System', 'system.system'],
])('channel %s is dataset %s', (channel, dataset) => {
  expect(valueOf({ eventId: 1, channel }, 'event.dataset')).toBe(dataset);
});

test('an event id stands once for each provider, and every file says where its knowledge comes from', () => {
  const seen = new Map<string, string>();
  for (const file of readMappingFiles()) {
    expect(file.source).not.toBe('');
    expect(file.date).toMatch(/^\d{4}-\d{2}$/);
    for (const id of Object.keys(file.events).flatMap((ids) => ids.split(' '))) {
      const key = `${file.providers[0]} ${id}`;
      expect(`${key} ${seen.get(key) ?? ''}`).toBe(`${key} `);
      seen.set(key, file.title);
    }
  }
  expect(seen.size).toBeGreaterThan(150);
});

test('tables of codes have numbers for keys', () => {
  for (const name of ['audit-codes', 'win32-codes']) {
    const { codes } = readContentJson<{ codes: Record<string, string> }>(`windows/${name}.json`);
    for (const [code, text] of Object.entries(codes)) expect(`${code} ${text}`).toMatch(/^\d{1,5} \S/);
  }
});
