import { expect, test } from 'vitest';
import { comparablePath, outputsOfCommand, pathsOfCommand } from './local-path.ts';

test.each<[string, string | undefined]>([
  ['C:\\Windows\\PSEXESVC.exe', 'c:\\windows\\psexesvc.exe'],
  ['\\??\\C:\\Windows\\x.exe', 'c:\\windows\\x.exe'],
  ['\\\\?\\D:\\tools\\x.exe', 'd:\\tools\\x.exe'],
  ['\\Device\\HarddiskVolume2\\Windows\\x.exe', 'c:\\windows\\x.exe'],
  ['%SystemRoot%\\x.exe', 'c:\\windows\\x.exe'],
  ['%windir%\\Temp\\x.tmp', 'c:\\windows\\temp\\x.tmp'],
  ['\\SystemRoot\\x.sys', 'c:\\windows\\x.sys'],
  ['System32\\drivers\\x.sys', 'c:\\windows\\system32\\drivers\\x.sys'],
  ['D:\\Windows\\x.exe', 'c:\\windows\\x.exe'],
  ['\\\\127.0.0.1\\ADMIN$\\__16', 'c:\\windows\\__16'],
  ['\\\\localhost\\C$\\__output', 'c:\\__output'],
  ['\\\\fs1\\d$\\x\\y.exe', 'd:\\x\\y.exe'],
  ['\\\\fs1\\apps\\x.exe', '\\\\fs1\\apps\\x.exe'],
  ['C:/Temp/x.exe', 'c:\\temp\\x.exe'],
  ['C:\\Temp\\', undefined],
  ['\\\\fs1\\C$', undefined],
  ['x.exe', undefined],
  ['', undefined],
])('%s', (path, expected) => expect(comparablePath(path)).toBe(expected));

test.each<[string, string[]]>([
  ['cmd.exe /C whoami > C:\\Windows\\Temp\\bouWFQYO.tmp 2>&1', ['c:\\windows\\temp\\bouwfqyo.tmp']],
  ['cmd.exe /Q /c cd 1> \\\\127.0.0.1\\ADMIN$\\__1618 2>&1', ['c:\\windows\\__1618']],
  ['cmd /c echo x ^>\\\\127.0.0.1\\C$\\__output 2^>^&1', ['c:\\__output']],
  ['"C:\\Program Files\\A B\\x.exe" -p=C:\\y.ini', ['c:\\program files\\a b\\x.exe', 'c:\\y.ini']],
  ["powershell -f 'C:\\a b\\c.ps1'", ['c:\\a b\\c.ps1']],
  ['reg save HKLM\\SAM C:\\x.hiv', ['c:\\x.hiv']],
  ['C:\\x C:\\X', ['c:\\x']],
  ['whoami', []],
  [Array.from({ length: 99 }, (_, i) => `C:\\${i}`).join(' '), Array.from({ length: 8 }, (_, i) => `c:\\${i}`)],
])('%s', (command, expected) => expect(pathsOfCommand(command)).toEqual(expected));

test.each<[string, string[]]>([
  ['cmd.exe /C whoami > C:\\Windows\\Temp\\bouWFQYO.tmp 2>&1', ['c:\\windows\\temp\\bouwfqyo.tmp']],
  ['cmd.exe /Q /c cd 1> \\\\127.0.0.1\\ADMIN$\\__1618 2>&1', ['c:\\windows\\__1618']],
  ['cmd /c echo x ^>\\\\127.0.0.1\\C$\\__output 2^>^&1', ['c:\\__output']],
  ['cmd /c dir C:\\x >> "C:\\a b\\c.txt"', ['c:\\a b\\c.txt']],
  ['rundll32 C:\\Windows\\x.dll', []],
  ['cmd /c a > x.txt', []],
])('output of %s', (command, expected) => expect(outputsOfCommand(command)).toEqual(expected));

test('a long command costs no more than its beginning', () => {
  expect(pathsOfCommand(`${'\\'.repeat(100_000)} C:\\x`)).toEqual([]);
});
