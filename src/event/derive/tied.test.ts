import { expect, test } from 'vitest';
import { DocumentEvent } from '../document-event.ts';
import type { Document } from '../document.ts';
import { fieldId } from '../field.ts';
import { Networks } from '../networks.ts';

const valueOf = (name: string, document: Document) => new DocumentEvent(new Networks(), document).get(fieldId(name));

test.each<[string, Document, string[] | undefined]>([
  ['process', { 'process.executable': 'C:\\Windows\\X.exe' }, ['c:\\windows\\x.exe']],
  [
    'process and what its command names',
    {
      'process.executable': 'C:\\Windows\\System32\\cmd.exe',
      'process.command_line': 'cmd /c \\\\127.0.0.1\\ADMIN$\\__1',
    },
    ['c:\\windows\\system32\\cmd.exe', 'c:\\windows\\__1'],
  ],
  [
    'service',
    { 'smb.service.executable': 'C:\\Windows\\X.exe', 'smb.service.image_path': '%SystemRoot%\\X.exe -a' },
    ['c:\\windows\\x.exe'],
  ],
  [
    'service without its program taken out',
    { 'smb.service.image_path': '%SystemRoot%\\X.exe' },
    ['c:\\windows\\x.exe'],
  ],
  [
    'task',
    { 'smb.task.command': 'cmd.exe', 'smb.task.arguments': '/C whoami > %windir%\\Temp\\o.tmp' },
    ['c:\\windows\\temp\\o.tmp'],
  ],
  ['a bare name', { 'process.command_line': 'whoami' }, undefined],
  ['nothing', {}, undefined],
])('smb.run.paths: %s', (_, document, expected) => expect(valueOf('smb.run.paths', document)).toEqual(expected));

test.each<[string, Document, string | undefined]>([
  [
    'record of an admin share',
    { 'winlog.channel': 'Security', 'smb.share.path': '\\\\*\\ADMIN$', 'smb.file.path': 'X.exe' },
    'c:\\windows\\x.exe',
  ],
  [
    'record of a data share',
    { 'winlog.channel': 'Security', 'smb.share.path': '\\\\*\\apps', 'file.path': 'D:\\Apps\\X.exe' },
    'd:\\apps\\x.exe',
  ],
  ['sensor, admin share', { 'smb.share.path': '\\\\fs1\\c$', 'smb.file.path': 'T\\X.exe' }, 'c:\\t\\x.exe'],
  [
    'sensor, data share: nobody says where it lies',
    { 'smb.share.path': '\\\\fs1\\apps', 'smb.file.path': 'x.exe', 'file.path': '\\\\fs1\\apps\\x.exe' },
    undefined,
  ],
  ['written by the kernel', { 'process.name': 'System', 'file.path': 'C:\\Windows\\X.exe' }, 'c:\\windows\\x.exe'],
  ['written by a program', { 'process.name': 'cmd.exe', 'file.path': 'C:\\Windows\\X.exe' }, undefined],
  ['a pipe', { 'process.name': 'System', 'smb.pipe.name': 'svcctl', 'file.path': 'C:\\x' }, undefined],
])('smb.file.local: %s', (_, document, expected) => expect(valueOf('smb.file.local', document)).toBe(expected));

test('smb.run.file', () => {
  const document = { 'process.executable': 'D:\\Windows\\X.exe', 'process.command_line': 'X.exe C:\\y.dll' };
  expect(valueOf('smb.run.file', document)).toBe('c:\\windows\\x.exe');
  expect(valueOf('smb.run.file', { 'process.command_line': 'x' })).toBeUndefined();
});

test('smb.run.outputs', () => {
  const document = { 'smb.task.command': 'cmd.exe', 'smb.task.arguments': '/C whoami > %windir%\\Temp\\o.tmp' };
  expect(valueOf('smb.run.outputs', document)).toEqual(['c:\\windows\\temp\\o.tmp']);
  expect(valueOf('smb.run.outputs', { 'process.command_line': 'whoami' })).toBeUndefined();
});

test.each<[string, string | undefined, true | undefined]>([
  ['SRV01$', 'srv01', true],
  ['SRV02$', 'srv02', undefined],
  ['jdoe', undefined, undefined],
  ['$', undefined, undefined],
])('machine of %s', (name, machine, isOwn) => {
  const document = { 'user.name': name, 'host.hostname': 'srv01' };
  expect(valueOf('user.machine', document)).toBe(machine);
  expect(valueOf('user.is_own_machine', { 'user.name': name, 'host.name': 'SRV01.corp.example' })).toBe(isOwn);
  expect(valueOf('user.is_own_machine', document)).toBe(isOwn);
});

test.each<[string, string | undefined]>([
  ['C:\\Windows\\X.exe', 'x.exe'],
  ['x.EXE', 'x.exe'],
])('smb.run.name of %s', (program, name) => {
  expect(valueOf('smb.run.name', { 'process.executable': program })).toBe(name);
});
