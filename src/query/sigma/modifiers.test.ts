import { describe, expect, test } from 'vitest';
import { entryRule, matches, rulePredicate, securityEvent } from '../../../test/tools/sigma/sigma-match.ts';
import type { Document } from '../../event/document.ts';

/** Whether a rule of one entry matches a Security event with one raw value (or several raw values). */
function fits(entry: string, data: Document): boolean {
  return matches(rulePredicate(entryRule(entry)), securityEvent(data));
}

type Row = readonly [entry: string, data: Document, expected: boolean];

/** `ShareName` is the field unless the entry names another. */
const TEXT = (entry: string, value: unknown, expected: boolean): Row => {
  return [entry, { [/^'?([A-Za-z]+)/.exec(entry)![1]!]: value }, expected];
};

describe('values', () => {
  test.each<Row>([
    TEXT(`ObjectName: 'C:\\Temp\\x'`, 'c:\\TEMP\\X', true),
    TEXT(`ObjectName: 'C:\\\\Temp\\\\x'`, 'C:\\Temp\\x', true),
    TEXT(`ObjectName: 'C:\\Temp\\*'`, 'C:\\Temp*', true),
    TEXT(`ObjectName: 'C:\\Temp\\*'`, 'C:\\Temp\\a', false),
    TEXT(`ObjectName: 'C:\\Temp\\\\*'`, 'C:\\Temp\\a', true),
    TEXT(`ObjectName: 'C:\\Temp\\\\*'`, 'C:\\Temp*', false),
    TEXT(`ObjectName: '\\\\srv\\pub'`, '\\srv\\pub', true),
    TEXT(`ObjectName: '\\\\srv\\pub'`, '\\\\srv\\pub', false),
    TEXT(`ObjectName: '\\\\\\\\srv\\pub'`, '\\\\srv\\pub', true),
    TEXT(`ShareName: '\\\\\\\\\\*\\\\ADMIN$'`, '\\\\*\\ADMIN$', true),
    TEXT(`ShareName: '\\\\\\\\\\*\\\\ADMIN$'`, '\\\\srv\\ADMIN$', false),
    TEXT(`ObjectName: 'a?c'`, 'abc', true),
    TEXT(`ObjectName: 'a?c'`, 'ac', false),
    TEXT(`ObjectName: 'a\\?c'`, 'abc', false),
    TEXT(`ObjectName: 'a\\?c'`, 'a?c', true),
    TEXT(`ObjectName: 'a*c'`, 'a\nb\r\nc', true),
    TEXT(`ObjectName: 'ends\\'`, 'ends\\', true),
    TEXT(`ObjectName: '*'`, 'anything', true),
    TEXT(`ObjectName: ''`, '', true),
    TEXT(`ObjectName: ''`, 'x', false),
    [`ObjectName: ''`, {}, false],
    [`ObjectName: null`, {}, true],
    [`ObjectName:`, { ObjectName: null }, true],
    TEXT(`ObjectName: null`, '', false),
    TEXT(`ObjectName:\n  - 'a'\n  - 'b'`, 'B', true),
    TEXT(`ObjectName:\n  - 'a'\n  - 'b'`, ['x', 'b'], true),
    TEXT(`ObjectName:\n  - 'a'\n  - null`, undefined, true),
    TEXT(`AccessMask: '0x2'`, '0X2', true),
    TEXT(`AccessMask: '0x2'`, '0x02', false),
    TEXT(`ObjectName: 5145`, '5145', true),
    TEXT(`ObjectName: 5145`, '05145', false),
    TEXT(`ObjectName: 99999999999999999999`, '99999999999999999999', true),
    TEXT(`ObjectName: true`, 'TRUE', true),
    TEXT(`ObjectName: 'K'`, '\u212a', false),
  ])('%s on %j: %s', (entry, data, expected) => {
    expect(fits(entry, data)).toBe(expected);
  });

  test('an event id is compared as number and as text', () => {
    expect(matches(rulePredicate(entryRule('EventID: 5145')), securityEvent({}))).toBe(true);
    expect(matches(rulePredicate(entryRule(`EventID: '5145'`)), securityEvent({}))).toBe(true);
    expect(matches(rulePredicate(entryRule('EventID: 4624')), securityEvent({}))).toBe(false);
  });
});

describe('modifiers', () => {
  test.each<Row>([
    TEXT(`ShareName|endswith: '\\ADMIN$'`, '\\\\*\\admin$', true),
    TEXT(`ShareName: 'ADMIN$'`, '\\\\*\\ADMIN$', false),
    TEXT(`CommandLine|contains|all:\n  - 'copy'\n  - '\\c$\\'`, 'cmd /c COPY a \\\\h\\C$\\b', true),
    TEXT(`CommandLine|contains|all:\n  - 'copy'\n  - '\\c$\\'`, 'cmd /c COPY a', false),
    TEXT(`CommandLine|all|contains:\n  - 'copy'\n  - 'x'`, 'x copy', true),
    TEXT(`CommandLine|windash|contains: ' -accepteula'`, 'x.exe /accepteula', true),
    TEXT(`CommandLine|windash|contains: ' -accepteula'`, 'x.exe \u2013accepteula', true),
    TEXT(`CommandLine|contains|windash: ' /accepteula'`, 'x.exe \u2015ACCEPTEULA', true),
    TEXT(`CommandLine|windash|contains: ' -accepteula'`, 'x.exe +accepteula', false),
    TEXT(`CommandLine|windash|contains: 'a-b'`, 'a/b', false),
    TEXT(`CommandLine|windash|contains: '-a -b'`, 'x /a \u2014b', true),
    TEXT(`CommandLine|windash|contains|all:\n  - '-a'\n  - '-b'`, 'x /a', false),
    TEXT(`CommandLine|contains: '\\*x'`, 'a*xb', true),
    TEXT(`CommandLine|contains: 'a*c'`, 'xx abc yy', true),
    TEXT(`CommandLine|startswith: 'cmd'`, 'CMD /c', true),
    TEXT(`CommandLine|startswith: 'cmd'`, 'x cmd', false),
    TEXT(`CommandLine|cased|contains: 'ADMIN'`, 'admin', false),
    TEXT(`CommandLine|contains|cased: 'ADMIN'`, 'xADMINx', true),
    TEXT(`CommandLine|neq: 'a'`, 'b', true),
    TEXT(`CommandLine|neq: 'a'`, 'A', false),
    TEXT(`SubjectUserName|neq:\n  - 'a'\n  - 'b'`, undefined, true),
    TEXT(`SubjectUserName|neq:\n  - 'a'\n  - 'b'`, 'b', false),
    TEXT(`CommandLine|contains|neq: 'a'`, 'xax', false),
    TEXT(`CommandLine|contains|all|neq:\n  - 'a'\n  - 'b'`, 'a', true),
    TEXT(`IpAddress|exists: true`, '-', true),
    TEXT(`IpAddress|exists: false`, '-', false),
    TEXT(`IpAddress|exists: false`, undefined, true),
    TEXT(`IpAddress|exists: false`, null, true),
    TEXT(`IpAddress: '-'`, '-', true),
    TEXT(`CommandLine|re: 'admin\\$'`, '\\\\h\\ADMIN$\\x', false),
    TEXT(`CommandLine|re|i: 'admin\\$'`, '\\\\h\\ADMIN$\\x', true),
    TEXT(`CommandLine|re: '^\\d+$'`, 'a\n12', false),
    TEXT(`CommandLine|re|m: '^\\d+$'`, 'a\n12', true),
    TEXT(`CommandLine|re|multiline|ignorecase: '^X$'`, 'a\nx', true),
    TEXT(`CommandLine|re: 'a.b'`, 'a\nb', false),
    TEXT(`CommandLine|re|s: 'a.b'`, 'a\nb', true),
    TEXT(`CommandLine|re|dotall: 'a.b'`, 'a\nb', true),
    TEXT(`CommandLine|re: 'C:\\\\Temp'`, 'C:\\Temp', true),
    TEXT(`CommandLine|re|contains: 'b.d'`, 'abcde', true),
    TEXT(`CommandLine|re|startswith: 'b.d'`, 'abcde', false),
    TEXT(`CommandLine|re|startswith: 'a|b'`, 'xb', false),
    TEXT(`CommandLine|re|endswith: 'd.'`, 'abcde', true),
    TEXT(`CommandLine|re|endswith: 'b.'`, 'abcde', false),
    TEXT(`CommandLine|re:\n  - 'x'\n  - '[0-9]{3}'`, 'a123', true),
    TEXT(`CommandLine|base64: 'foo'`, 'Zm9v', true),
    TEXT(`CommandLine|base64|contains: 'foo'`, 'x Zm9v y', true),
    TEXT(`CommandLine|base64offset|contains: 'ADMIN$'`, 'x QURNSU4k y', true),
    TEXT(`CommandLine|base64offset|contains: 'ADMIN$'`, 'x FETUlOJ y', true),
    TEXT(`CommandLine|base64offset|contains: 'ADMIN$'`, 'x BRE1JTi y', true),
    TEXT(`CommandLine|base64offset|contains: 'ADMIN$'`, 'x QURNSU4 y', false),
    TEXT(`CommandLine|wide|base64offset|contains: 'IEX'`, 'SQBFAFgA', true),
    TEXT(`CommandLine|utf16le|base64offset|contains: 'IEX'`, 'xkARQBYAx', true),
    TEXT(`CommandLine|wide|base64offset|contains: 'IEX'`, 'JAEUAWA', true),
    TEXT(`CommandLine|utf16be|base64: 'IEX'`, Buffer.from('\0I\0E\0X').toString('base64'), true),
    TEXT(`CommandLine|utf16|base64: 'IEX'`, Buffer.from('\ufeffIEX', 'utf16le').toString('base64'), true),
    TEXT(`CommandLine|utf16|base64: 'IEX'`, Buffer.from('IEX', 'utf16le').toString('base64'), false),
    TEXT(`IpAddress|cidr:\n  - '10.0.0.0/8'\n  - 'fc00::/7'`, '::ffff:10.1.1.1', true),
    TEXT(`IpAddress|cidr:\n  - '10.0.0.0/8'\n  - 'fc00::/7'`, 'fd12::1', true),
    TEXT(`IpAddress|cidr:\n  - '10.0.0.0/8'\n  - 'fc00::/7'`, '-', false),
    TEXT(`IpAddress|cidr: '10.0.0.0/8'`, '11.0.0.1', false),
    [`SubjectUserName|fieldref|neq: TargetUserName`, { SubjectUserName: 'bob', TargetUserName: 'BOB' }, false],
    [`SubjectUserName|fieldref|neq: TargetUserName`, { SubjectUserName: 'bob', TargetUserName: 'eve' }, true],
    [`SubjectUserName|fieldref: TargetUserName`, { SubjectUserName: 'bob', TargetUserName: 'BOB' }, true],
    [`SubjectUserName|fieldref|cased: TargetUserName`, { SubjectUserName: 'bob', TargetUserName: 'BOB' }, false],
    [`SubjectUserName|fieldref: TargetUserName`, { SubjectUserName: 'bob' }, false],
    [`SubjectUserName|fieldref: TargetUserName`, { SubjectUserName: ['a', 'b'], TargetUserName: ['c', 'B'] }, true],
    [`SubjectUserName|fieldref|contains: TargetUserName`, { SubjectUserName: 'xbobx', TargetUserName: 'BOB' }, true],
    [`SubjectUserName|fieldref|startswith: TargetUserName`, { SubjectUserName: 'bobx', TargetUserName: 'BOB' }, true],
    [`SubjectUserName|fieldref|startswith: TargetUserName`, { SubjectUserName: 'xbob', TargetUserName: 'BOB' }, false],
    [`SubjectUserName|fieldref|endswith: TargetUserName`, { SubjectUserName: 'xbob', TargetUserName: 'BOB' }, true],
  ])('%s on %j: %s', (entry, data, expected) => {
    expect(fits(entry, data)).toBe(expected);
  });
});

describe('numbers', () => {
  test.each<[string, Document, boolean]>([
    ['destination.port|gt: 444', { destination: { port: 445 } }, true],
    ['destination.port|gt: 445', { destination: { port: 445 } }, false],
    ['destination.port|gte: 445', { destination: { port: 445 } }, true],
    ['destination.port|lt: 445', { destination: { port: 445 } }, false],
    ['destination.port|lte: 445', { destination: { port: 445 } }, true],
    ['destination.port|lte: 445', {}, false],
    [`destination.port: '445'`, { destination: { port: 445 } }, true],
    [`destination.port: 'x'`, { destination: { port: 445 } }, false],
    [`source.ip|cidr: '10.0.0.0/8'`, { source: { ip: '10.3.2.1' } }, true],
    [`source.ip|startswith: '10.3.'`, { source: { ip: '10.3.2.1' } }, true],
    [`source.ip|startswith: '10.3.'`, { source: { ip: '10.30.2.1' } }, false],
    [`source.ip: '::ffff:10.3.2.1'`, { source: { ip: '10.3.2.1' } }, true],
    [`source.ip|startswith: 'fe80:'`, { source: { ip: 'fe80::1' } }, true],
    [`smb.auth.guest: true`, { smb: { auth: { guest: true } } }, true],
    [`smb.auth.guest: 'False'`, { smb: { auth: { guest: false } } }, true],
  ])('%s on %j: %s', (entry, more, expected) => {
    expect(matches(rulePredicate(entryRule(entry)), securityEvent({}, more))).toBe(expected);
  });

  test.each<[string, boolean]>([
    ['hour: 14', true],
    ['minute: 30', true],
    ['day: 1', true],
    ['week: 9', true],
    ['month: 3', true],
    ['year: 2026', true],
    ['year: 2025', false],
  ])('@timestamp|%s', (entry, expected) => {
    const predicate = rulePredicate(entryRule(`'@timestamp|${entry.replace(': ', "': ")}`));
    expect(matches(predicate, securityEvent({}, { '@timestamp': '2026-03-01T14:30:00Z' }))).toBe(expected);
  });

  test('parts of dates are those of the zone of the configuration', () => {
    const predicate = rulePredicate(entryRule(`'@timestamp|hour': 15`), { zone: 'Europe/Vienna' });
    expect(matches(predicate, securityEvent({}, { '@timestamp': '2026-03-01T14:30:00Z' }))).toBe(true);
  });
});

describe('expand', () => {
  const placeholders = new Map([
    ['Servers', ['srv01', 'file*']],
    ['Admins', ['adm']],
  ]);
  test.each<[string, unknown, boolean]>([
    [`TargetUserName|expand: '%Servers%'`, 'FILE-07', true],
    [`TargetUserName|expand: '%Servers%'`, 'other', false],
    [`TargetUserName|expand: '%Admins%@%Servers%'`, 'adm@srv01', true],
    [`TargetUserName|contains|expand: '%Admins%'`, 'x-adm-y', true],
    [`TargetUserName|expand|contains: '%Admins%'`, 'x-adm-y', true],
    [`TargetUserName|expand: '100\\%'`, '100%', true],
    [`TargetUserName|expand: '50% of %Admins%'`, '50% of adm', true],
    [`TargetUserName: '%Servers%'`, '%Servers%', true],
  ])('%s on %j: %s', (entry, value, expected) => {
    const predicate = rulePredicate(entryRule(entry), { placeholders });
    expect(matches(predicate, securityEvent({ TargetUserName: value as string }))).toBe(expected);
  });
});
