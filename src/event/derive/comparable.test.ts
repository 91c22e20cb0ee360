import { expect, test } from 'vitest';
import { DocumentEvent } from '../document-event.ts';
import type { Document } from '../document.ts';
import { fieldId } from '../field.ts';
import { Networks } from '../networks.ts';

const event = (document: Document) => new DocumentEvent(new Networks(), document);
const valueOf = (name: string, document: Document) => event(document).get(fieldId(name));

const RECORD = { 'winlog.channel': 'Security', 'host.name': 'fs1.corp.example' };

test.each<[string, Document, string | undefined]>([
  ['address of a connection', { 'destination.ip': '10.9.1.20', 'host.name': 'sensor' }, '10.9.1.20'],
  ['record of the server', { ...RECORD, 'source.ip': '10.20.3.7' }, 'fs1.corp.example'],
  [
    'record of the server, of an exporter without channels',
    { 'winlog.event_id': '5140', 'host.name': 'fs1.corp.example', 'source.ip': '10.20.3.7' },
    'fs1.corp.example',
  ],
  ['record of a share without a client', { ...RECORD, 'smb.share.path': '\\\\*\\DATA' }, 'fs1.corp.example'],
  ['record of the client', { ...RECORD, 'source.ip': '10.20.3.7', 'smb.server.name': 'FS2' }, 'fs2'],
  ['record about something else', RECORD, undefined],
  ['no record', { 'host.name': 'sensor', 'source.ip': '10.20.3.7' }, undefined],
])('server.address: %s', (_, document, expected) => {
  expect(valueOf('server.address', document)).toBe(expected);
});

test.each<[string, Document, string | undefined]>([
  ['service', { 'smb.service.image_path': '%COMSPEC%  /C "echo x"' }, '%comspec% /c echo x'],
  ['task', { 'smb.task.command': 'cmd.exe', 'smb.task.arguments': '/C whoami' }, 'cmd.exe /c whoami'],
  ['two actions', { 'smb.task.command': ['A.exe', 'B.exe'], 'smb.task.arguments': '/x' }, 'a.exe b.exe /x'],
  ['process', { 'process.command_line': 'c^m^d /Q', 'process.executable': 'C:\\cmd.exe' }, 'cmd /q'],
  ['process without a command line', { 'process.executable': 'C:\\Cmd.exe' }, 'c:\\cmd.exe'],
  ['nothing', {}, undefined],
])('smb.run.command: %s', (_, document, expected) => expect(valueOf('smb.run.command', document)).toBe(expected));

test.each<[string, Document, string | undefined]>([
  ['service', { 'smb.service.executable': '\\\\FS1\\ADMIN$\\x.EXE' }, '\\\\fs1\\admin$\\x.exe'],
  ['task', { 'smb.task.command': 'Cmd.exe' }, 'cmd.exe'],
  ['share', { 'process.executable': '\\Device\\Mup\\FS1\\apps\\x.exe' }, '\\\\fs1\\apps\\x.exe'],
  ['process', { 'process.executable': 'C:\\Windows\\X.exe' }, 'c:\\windows\\x.exe'],
  ['nothing', {}, undefined],
])('smb.run.program: %s', (_, document, expected) => expect(valueOf('smb.run.program', document)).toBe(expected));

test.each<[string, Document, string | undefined, string | undefined]>([
  [
    'Sysmon',
    { 'registry.path': 'HKLM\\System\\X', 'registry.data.strings': 'DWORD (0x00000001)' },
    'hklm\\system\\x',
    '1',
  ],
  [
    'Security',
    { winlog: { event_data: { ObjectName: '\\REGISTRY\\MACHINE\\K', ObjectValueName: 'SMB1', NewValue: '0' } } },
    '\\registry\\machine\\k\\smb1',
    '0',
  ],
  ['QWORD', { 'registry.data.strings': 'QWORD (0x00000000-0x00000002)' }, undefined, '2'],
  ['text', { 'registry.data.strings': 'Binary Data' }, undefined, 'binary data'],
  ['nothing', {}, undefined, undefined],
])('smb.registry: %s', (_, document, path, data) => {
  expect([valueOf('smb.registry.path', document), valueOf('smb.registry.data', document)]).toEqual([path, data]);
});

test('documents hold the values in their own letters only', () => {
  const names: string[] = [];
  event({ ...RECORD, 'registry.path': 'HKLM\\System\\X', 'source.ip': '10.20.3.7' }).each(({ name }) =>
    names.push(name),
  );
  expect(valueOf('smb.registry.path', { 'registry.path': 'HKLM\\System\\X' })).toBe('hklm\\system\\x');
  expect(names).toContain('registry.path');
  expect(names.filter((name) => name === 'smb.registry.path' || name === 'server.address')).toEqual([]);
});
