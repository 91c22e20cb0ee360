import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { loadSigmaText, matches, rulePredicate } from '../../../test/tools/sigma/sigma-match.ts';
import { CONTENT_FOLDER } from '../../base/content.ts';
import type { Document } from '../../event/document.ts';
import { foldName, logsourceCatalogue } from './logsource-catalogue.ts';
import { resolveLogsource } from './logsource.ts';

/** A rule with one entry about a logsource such as `category: file_event, product: windows`. */
function rule(logsource: string, entry: string): string {
  return `title: x\nlogsource: {${logsource}}\ndetection:\n  s:\n    ${entry}\n  condition: s\n`;
}

const SYSMON = 'Microsoft-Windows-Sysmon/Operational';
const windows = (channel: string, code: number, data: Document = {}): Document => ({
  event: { code: String(code) },
  winlog: { channel, event_data: data },
});
const zeek = (dataset: string, more: Document = {}): Document => ({
  event: { dataset, module: 'zeek', ...(more['event'] as Document | undefined) },
  ...Object.fromEntries(Object.entries(more).filter(([key]) => key !== 'event')),
});

describe('which events a logsource means', () => {
  test.each<[string, Document, boolean]>([
    ['product: windows, service: security', windows('Security', 1), true],
    ['product: windows, service: security', windows('SECURITY', 1), true],
    ['product: windows, service: security', windows('System', 1), false],
    ['product: windows, service: system', windows('System', 7045), true],
    ['product: windows, service: smbclient-security', windows('Microsoft-Windows-SmbClient/Security', 1), true],
    ['product: windows, service: smbclient-connectivity', windows('Microsoft-Windows-SMBClient/Connectivity', 1), true],
    ['product: windows, service: smbserver-connectivity', windows('Microsoft-Windows-SMBServer/Connectivity', 1), true],
    ['product: windows, service: smbserver-audit', windows('Microsoft-Windows-SMBServer/Audit', 1), true],
    ['product: windows, service: powershell', windows('Microsoft-Windows-PowerShell/Operational', 1), true],
    ['product: windows, service: taskscheduler', windows('Microsoft-Windows-TaskScheduler/Operational', 1), true],
    ['product: windows', windows('Whatever', 1), true],
    ['product: windows', zeek('zeek.connection'), false],
    ['product: windows, category: process_creation', windows(SYSMON, 1), true],
    ['product: windows, category: process_creation', windows('Security', 4688), true],
    ['product: windows, category: process_creation', windows('Security', 4689), false],
    ['product: windows, category: process_creation', windows('Security', 1), false],
    ['category: process_creation', windows(SYSMON, 1), true],
    ['product: windows, category: process_creation, service: sysmon', windows(SYSMON, 1), true],
    ['product: windows, category: process_creation, service: sysmon', windows('Security', 4688), false],
    ['product: windows, category: network_connection', windows(SYSMON, 3), true],
    ['product: windows, category: image_load', windows(SYSMON, 7), true],
    ['product: windows, category: process_access', windows(SYSMON, 10), true],
    ['product: windows, category: file_event', windows(SYSMON, 11), true],
    ['product: windows, category: file_delete', windows(SYSMON, 23), true],
    ['product: windows, category: file_delete', windows(SYSMON, 26), true],
    ['product: windows, category: registry_add', windows(SYSMON, 12), true],
    ['product: windows, category: registry_delete', windows(SYSMON, 12), true],
    ['product: windows, category: registry_set', windows(SYSMON, 13), true],
    ['product: windows, category: registry_set', windows(SYSMON, 12), false],
    ['product: windows, category: registry_rename', windows(SYSMON, 14), true],
    ['product: windows, category: registry_event', windows(SYSMON, 12), true],
    ['product: windows, category: registry_event', windows(SYSMON, 14), true],
    ['product: windows, category: pipe_created', windows(SYSMON, 17), true],
    ['product: windows, category: pipe_created', windows(SYSMON, 18), true],
    [
      'product: windows, category: file_rename',
      { event: { code: '19', provider: 'Microsoft-Windows-Kernel-File' } },
      true,
    ],
    ['product: zeek, service: conn', zeek('zeek.connection'), true],
    ['product: zeek, service: smb_files', zeek('zeek.smb_files'), true],
    ['product: zeek, service: smb_files', zeek('zeek.smb_mapping'), false],
    ['product: zeek, service: dns', zeek('zeek.dns'), true],
    ['product: zeek', zeek('zeek.anything'), true],
    ['service: kerberos', zeek('zeek.kerberos'), true],
    ['category: firewall', { event: { category: ['network'], type: ['connection', 'denied'] } }, true],
    ['category: firewall', { event: { category: ['process'], type: ['start'] } }, false],
    ['category: network, service: connection', { event: { category: 'network', type: ['connection'] } }, true],
  ])('%s: %j %s', (logsource, document, expected) => {
    expect(matches(rulePredicate(rule(logsource, 'NoSuchField: null')), document)).toBe(expected);
  });

  test.each([
    ['product: linux, category: process_creation', 'no data source here for product linux, category process_creation.'],
    ['product: windws, service: security', 'Did you mean "windows"?'],
    ['product: windows, service: securty', 'Did you mean "security"?'],
    ['product: windows, category: proces_creation', 'Did you mean "process_creation"?'],
    ['category: proxy', 'no data source here for category proxy.'],
    ['service: auditd', 'no data source here for service auditd.'],
  ])('%s has no data source here', (logsource, said) => {
    const { errors, resolved } = loadSigmaText(rule(logsource, 'A: 1'));
    expect(errors).toBe('');
    expect(resolved[0]?.fate).toMatchObject({ kind: 'no-source', reason: expect.stringContaining(said) });
  });

  test('letter case is put right with a remark', () => {
    const { resolved, warnings } = loadSigmaText(rule('product: Windows, service: Security', 'EventID: 1'));
    expect(resolved[0]?.fate.kind).toBe('rule');
    expect(warnings).toContain('LINT-SIGMA-CASE "Windows" is written in lower case');
  });
});

describe('what field names mean', () => {
  const cmd = { Image: 'C:\\Windows\\System32\\cmd.exe', User: 'CORP\\bob', ParentImage: 'C:\\a.exe', LogonId: '0x5' };
  const cmd4688 = {
    NewProcessName: cmd.Image,
    SubjectUserName: 'bob',
    ParentProcessName: cmd.ParentImage,
    SubjectLogonId: '0x5',
    ProcessId: '0x111',
    NewProcessId: '0x222',
  };
  const created = 'product: windows, category: process_creation';
  test.each<[string, string, Document, boolean]>([
    [created, `Image|endswith: '\\CMD.EXE'`, windows(SYSMON, 1, cmd), true],
    [created, `Image|endswith: '\\CMD.EXE'`, windows('Security', 4688, cmd4688), true],
    [created, `ParentImage: 'c:\\a.exe'`, windows(SYSMON, 1, cmd), true],
    [created, `ParentImage: 'c:\\a.exe'`, windows('Security', 4688, cmd4688), true],
    [created, `User|endswith: 'bob'`, windows('Security', 4688, cmd4688), true],
    [created, `User: 'corp\\bob'`, windows(SYSMON, 1, cmd), true],
    [created, `LogonId: '0x5'`, windows('Security', 4688, cmd4688), true],
    [created, `ProcessId: '0x222'`, windows('Security', 4688, cmd4688), true],
    [created, `ParentProcessId: '0x111'`, windows('Security', 4688, cmd4688), true],
    [created, 'Image: null', windows('Security', 4688, cmd4688), false],
    [created, 'OriginalFileName: null', windows('Security', 4688, cmd4688), true],
    [created, `IntegrityLevel: [System, S-1-16-16384]`, windows(SYSMON, 1, { IntegrityLevel: 'System' }), true],
    [created, `IntegrityLevel: S-1-16-16384`, windows('Security', 4688, { MandatoryLabel: 'S-1-16-16384' }), true],
    ['product: windows, service: security', `sharename: x`, windows('Security', 1, { ShareName: 'X' }), true],
    ['product: windows, service: security', `'Share Name': x`, windows('Security', 1, { ShareName: 'X' }), true],
    ['product: windows, service: security', `winlog.event_data.Odd: x`, windows('Security', 1, { Odd: 'X' }), true],
    ['product: windows, service: security', `Channel: security`, windows('Security', 1), true],
    ['product: windows, service: security', `Computer: A`, { ...windows('Security', 1), host: { name: 'a' } }, true],
    [
      'product: windows, service: system',
      `Provider_Name: service control manager`,
      { winlog: { channel: 'System' }, event: { code: '7045', provider: 'Service Control Manager' } },
      true,
    ],
    [
      'product: windows, service: security',
      `Keywords: '0x8010000000000000'`,
      { winlog: { channel: 'Security', keywords: 'Audit Failure' } },
      true,
    ],
    [
      'product: windows, service: security',
      `smb.share.name: admin$`,
      { ...windows('Security', 1), smb: { share: { name: 'ADMIN$' } } },
      true,
    ],
    ['product: zeek, service: conn', `id.resp_p: 445`, zeek('zeek.connection', { destination: { port: 445 } }), true],
    [
      'product: zeek, service: conn',
      `id.orig_h|cidr: 10.0.0.0/8`,
      zeek('zeek.connection', { source: { ip: '10.1.1.1' } }),
      true,
    ],
    [
      'product: zeek, service: conn',
      `id.resp_p|startswith: 44`,
      zeek('zeek.connection', { destination: { port: 445 } }),
      false,
    ],
    [
      'product: zeek, service: conn',
      `conn_state: S0`,
      zeek('zeek.connection', { zeek: { connection: { state: 'S0' } } }),
      true,
    ],
    [
      'product: zeek, service: smb_files',
      `path|endswith: 'C$'`,
      zeek('zeek.smb_files', { smb: { share: { path: '\\\\h\\c$' } } }),
      true,
    ],
    [
      'product: zeek, service: smb_files',
      `name: a\\b.exe`,
      zeek('zeek.smb_files', { smb: { file: { path: 'A\\b.exe' } } }),
      true,
    ],
    [
      'product: zeek, service: smb_files',
      `action: SMB::FILE_OPEN`,
      zeek('zeek.smb_files', { event: { action: 'SMB::FILE_OPEN' } }),
      true,
    ],
    [
      'product: zeek, service: smb_mapping',
      `share_type: PIPE`,
      zeek('zeek.smb_mapping', { smb: { share: { type: 'PIPE' } } }),
      true,
    ],
    [
      'product: zeek, service: dce_rpc',
      `endpoint: svcctl`,
      zeek('zeek.dce_rpc', { smb: { rpc: { interface: 'svcctl' } } }),
      true,
    ],
    ['product: zeek, service: ntlm', `success: true`, zeek('zeek.ntlm', { event: { outcome: 'success' } }), true],
    ['product: zeek, service: ntlm', `success: 'F'`, zeek('zeek.ntlm', { event: { outcome: 'failure' } }), true],
    ['product: zeek, service: ntlm', `success: true`, zeek('zeek.ntlm', { event: { outcome: 'unknown' } }), false],
    [
      'product: zeek, service: http',
      `user_agent|contains: curl`,
      zeek('zeek.http', { zeek: { http: { user_agent: 'curl/8' } } }),
      true,
    ],
    [
      'category: firewall',
      `dst_port: 445`,
      { event: { category: 'network', type: 'connection' }, destination: { port: 445 } },
      true,
    ],
  ])('%s, %s on %j: %s', (logsource, entry, document, expected) => {
    const made = () => rulePredicate(rule(logsource, entry));
    if (entry.includes('|startswith: 44')) expect(made).toThrow('put it between quotes');
    else expect(matches(made(), document)).toBe(expected);
  });

  test.each([
    ['product: windows, service: security', `ShareNmae: x`, 'Did you mean "ShareName"?'],
    ['product: windows, category: process_creation', `CommandLin: x`, 'Did you mean "CommandLine"?'],
    ['product: zeek, service: conn', 'duration: 5', 'so it is always absent'],
    ['product: windows, service: security', 'source.prot: 5', 'Did you mean "source.port"?'],
  ])('%s, %s is unknown', (logsource, entry, said) => {
    const { warnings } = loadSigmaText(rule(logsource, entry));
    expect(warnings.join()).toContain('SIGMA-UNKNOWN-FIELD');
    expect(warnings.join()).toContain(said);
  });

  test('a name that one of two kinds of events has is known', () => {
    expect(loadSigmaText(rule(created, 'Hashes|contains: x')).warnings).toEqual([]);
  });
});

describe('the data', () => {
  test('every name that our Windows mapping reads is known to rules', () => {
    const folder = join(CONTENT_FOLDER, 'windows');
    const missing = new Set<string>();
    const texts = (sources: unknown): string[] =>
      typeof sources === 'string' ? [sources] : Object.values(sources ?? {}).flatMap(texts);
    for (const file of readdirSync(folder)) {
      const { every, parts, events } = JSON.parse(readFileSync(join(folder, file), 'utf8')) as Record<string, Document>;
      const fields = Object.values(events ?? {}).map((event) => (event as Document)['fields']);
      for (const source of [every, parts, fields].flatMap(texts)) {
        const [reader = '', ...names] = source.split('> ').at(-1)!.split(' ');
        if (['is', 'field', 'isLocal'].includes(reader)) continue;
        // Types of values stand behind their names in the order of properties.
        for (const name of names.map((written) => written.replace(/:.*/, ''))) {
          const isOption = ['MD5', 'SHA1', 'SHA256', 'IMPHASH'].includes(name);
          if (!isOption && !logsourceCatalogue().windowsNames.has(foldName(name))) missing.add(name);
        }
      }
    }
    expect([...missing]).toEqual([]);
  });

  test('every logsource of the data gives kinds of events', () => {
    for (const [product, logs] of logsourceCatalogue().products) {
      for (const service of Object.keys(logs.services)) {
        expect(resolveLogsource({ product, service, category: undefined, definition: '' })).toHaveProperty('variants');
      }
      for (const category of Object.keys(logs.categories)) {
        expect(resolveLogsource({ product, category, service: undefined, definition: '' })).toHaveProperty('variants');
      }
    }
  });
});
