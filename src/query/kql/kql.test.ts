import { expect, test } from 'vitest';
import { SmbError } from '../../base/error.ts';
import type { Document } from '../../event/document.ts';
import { DocumentEvent } from '../../event/document-event.ts';
import { Networks } from '../../event/networks.ts';
import { compileMatcher } from '../compile/matcher.ts';
import { compileKql } from './compile-kql.ts';

const networks = new Networks();
const NOW = Date.parse('2026-03-01T14:38:59.999Z');

const E1: Document = {
  event: { category: ['network'], type: ['connection', 'denied'], code: '5145', duration: 0 },
  source: { ip: '10.1.2.3', port: 50123 },
  destination: { ip: 'fe80::9', port: 445 },
  process: { name: 'PSEXESVC.exe' },
  message: 'Share \\\\*\\ADMIN$ opened by svc_backup',
  user: { name: ['svc_backup', 'SVC$'] },
  '@timestamp': '2026-03-01T14:30:00Z',
};

function run(query: string, event: Document, now = NOW): boolean | string {
  try {
    const { predicate } = compileKql({ file: 'query', text: query }, { now });
    return compileMatcher(predicate)(new DocumentEvent(networks, event));
  } catch (error) {
    if (error instanceof SmbError) return error.code;
    throw error;
  }
}

const SYNTAX = 'KQL-SYNTAX';
const TYPE = 'KQL-TYPE';

type Row = readonly [query: string, event: Document, expected: boolean | string];
const check = (rows: readonly Row[]) =>
  test.each(rows.map((row) => [...row] as [string, Document, boolean | string]))(
    '%s on %j: %s',
    (query, event, expected) => {
      expect(run(query, event)).toBe(expected);
    },
  );

const onE1 = (...rows: [query: string, expected: boolean | string][]) =>
  check(rows.map(([query, expected]): Row => [query, E1, expected]));

const field = (name: string, value: unknown): Document => ({ [name]: value });

// The examples of the language's description, on one event.
onE1(
  ['', true],
  [' \t\r\n\u00a0', true],
  ['event.category:network and destination.port:(139 or 445)', true],
  ['event.category:Network', false],
  ['event.category:null', TYPE],
  ['event.category:"null"', false],
  ['event.type:(connection and denied)', true],
  ['not event.type:denied', false],
  ['event.code:5145', true],
  ['event.code:05145', false],
  ['destination.port:"445"', true],
  ['destination.port:445.0', true],
  ['destination.port > 445', false],
  ['source.ip:10.0.0.0/8', true],
  ['source.ip:"10.0.0.0/8"', true],
  ['destination.ip:"FE80::/10"', true],
  ['destination.ip:fe80::/10', SYNTAX],
  ['destination.ip:fe80\\:\\:/10', true],
  ['source.ip:10.*', TYPE],
  ['process.name:PSEXE*', true],
  ['process.name:psexe*', false],
  ['process.name:"PSEXE*"', false],
  ['process.name:PSEXESVC?exe', false],
  ['message:(share opened)', true],
  ['message:"share opened"', false],
  ['message:"opened by"', true],
  ['message:"by opened"', false],
  ['message:admin', true],
  ['message:ADMIN', true],
  ['message:adm', false],
  ['message:adm*', true],
  ['message:SVC_*', true],
  ['admin', true],
  ['PSEXESVC', false],
  ['PSEXESVC.exe', true],
  ['*SVC*', true],
  ['user.name:SVC$', true],
  ['file.name:*', false],
  ['not file.name:*', true],
  ['not file.name:evil.exe', true],
  ['nosuch.field:1', false],
  ['not nosuch.field:1', true],
  ['source.*:10.1.2.3', true],
  ['event.duration:*', true],
  ['@timestamp:2026-03-01', true],
  ['@timestamp > 2026-03-01', false],
  ['event.category:network or event.category:dns and user.name:x', true],
  ['(event.category:network or event.category:dns) and user.name:x', false],
  ['NOT process.name:cmd.exe AND event.code:5145', true],
  ['not(process.name:x)', SYNTAX],
  ['not not process.name:x', SYNTAX],
  ['not (not event.code:5145)', true],
);

test.each([
  ['2026-03-01T14:38:59.999Z', true],
  ['2026-03-01T14:39:00.001Z', false],
])('@timestamp >= now-9m with now = %s: %s', (now, expected) => {
  expect(run('@timestamp >= now-9m', E1, Date.parse(now))).toBe(expected);
});

// Lexical rules.
const name = (value: unknown) => field('file.name', value);
check([
  ['file.name:foo bar', name('foo bar'), true],
  ['file.name:foo  bar', name('foo bar'), false],
  ['  file.name  :  foo bar  ', name('foo bar'), true],
  ['file.name\n:\u00a0foo', name('foo'), true],
  ['file.name:android', name('android'), true],
  ['file.name:order or file.name:nothing', name('nothing'), true],
  ['file.name:a oR file.name:b', name('b'), true],
  ['file.name:cannot open', name('cannot open'), true],
  ['file.name:a and(file.name:b)', name('a'), SYNTAX],
  ['(file.name:a)and (file.name:b)', name('a'), SYNTAX],
  ['file.name:a not file.name:b', name('a'), SYNTAX],
  ['file.name:a and', name('a and'), true],
  ['file.name:a and ', name('a'), SYNTAX],
  ['file.name:or b', name('or b'), true],
  ['file.name:not', name('not'), true],
  ['file.name:a \\and b', name('a and b'), true],
  ['file.name:\\not b', name('not b'), true],
  ['file.name:a \\OR', name('a OR'), true],
  ['file.name:a\\tb', name('a\tb'), true],
  ['file.name:a\\nothing', name('a\nothing'), true],
  ['file.name:a\\(1\\).txt', name('a(1).txt'), true],
  ['file.name:\\\\\\:\\<\\>\\"\\*\\{\\}', name('\\:<>"*{}'), true],
  ['file.name:\\u0041\\u002a', name('A*'), true],
  ['file.name:\\u004', name('x'), SYNTAX],
  ['file.name:C\\Windows', name('x'), SYNTAX],
  ['file.name:a\\', name('x'), SYNTAX],
  ['file.name:"a\\\\b\\"c\\td"', name('a\\b"c\td'), true],
  ['file.name:"C\\Windows"', name('C\\Windows'), true],
  ['file.name:"\\u0041\\uXYZW"', name('A\\uXYZW'), true],
  ['file.name:"a*b"', name('a*b'), true],
  ['file.name:"a*b"', name('axb'), false],
  ["file.name:'a'", name("'a'"), true],
  ["file.name:'a'", name('a'), false],
  ['file.name:a*b', name('ab'), true],
  ['file.name:a*b', name('axxb'), true],
  ['file.name:a**b', name('axxb'), true],
  ['file.name:a\\*b', name('axxb'), false],
  ['file.name:a\\*b', name('a*b'), true],
  ['file.name:a?b', name('axb'), false],
  ['file.name:a *', name('a b'), true],
  ['file.name:# no comment', name('# no comment'), true],
  ['file.name:""', name(''), true],
  ['file.name:*', name(''), true],
  ['"file.name":a', name('a'), true],
  ['file\\.name:a', name('a'), SYNTAX],
  ['file.name:true', name('true'), true],
  ['file.name:True', name('true'), false],
  ['file.name:070', name('070'), true],
  ['file.name:.3', name('.3'), true],
]);

// Grammar: lists, precedence, and what is refused.
const abc = (...values: string[]) => field('user.name', values);
check([
  ['user.name:(a or b and not c)', abc('a', 'c'), true],
  ['user.name:(a or b and not c)', abc('b', 'c'), false],
  ['user.name:(a or b and not c)', abc('b'), true],
  ['user.name:(a and (b or c))', abc('a', 'c'), true],
  ['user.name:(a and (b or c))', abc('a'), false],
  ['user.name:(not (a or b))', abc('c'), true],
  ['user.name:( a )', abc('a'), true],
  ['user.name:(x or *c)', abc('abc'), true],
  ['user.name:((((a))))', abc('a'), true],
  ['()', {}, SYNTAX],
  ['user.name:()', {}, SYNTAX],
  ['user.name:', {}, SYNTAX],
  ['user.name:>5', {}, SYNTAX],
  ['user.name > (1 or 2)', {}, SYNTAX],
  ['(user.name:a', {}, SYNTAX],
  ['user.name:a)', {}, SYNTAX],
  ['user.name:(a', {}, SYNTAX],
  ['user.name:(a or user.name:b)', {}, SYNTAX],
  ['source.ip: fe80::1', {}, SYNTAX],
  ['user.name:"a', {}, SYNTAX],
  ['user.name:not a', {}, SYNTAX],
  ['user.name:"a" "b"', {}, SYNTAX],
  ['user.name:{', {}, SYNTAX],
  ['threat.enrichments:{}', {}, SYNTAX],
  [':a', {}, SYNTAX],
  ['user.name:a user.id:b', {}, SYNTAX],
]);

// Meaning by type.
check([
  ['user.name >= b', abc('a'), false],
  ['user.name >= b', abc('b'), true],
  ['user.name > B', abc('a'), true],
  ['user.name < \\ue000', abc('\u{1f600}'), false],
  ['user.name > \\ue000', abc('\u{1f600}'), true],
  ['process.command_line:net use*', field('process.command_line', 'net use z:'), true],
  ['process.command_line:*USE*', field('process.command_line', 'net use z:'), false],
  ['message:cmd.exe', field('message', 'started CMD.EXE, pid 4'), true],
  ['message:cmd', field('message', 'started CMD.EXE, pid 4'), false],
  ['message:"exe pid"', field('message', 'started CMD.EXE, pid 4'), false],
  ['message:"cmd.exe pid"', field('message', 'started CMD.EXE, pid 4'), true],
  ['message:10.0.0.1', field('message', 'from 10.0.0.1.'), true],
  ['message:10', field('message', 'from 10.0.0.1.'), false],
  ['message:*.0.0.*', field('message', 'from 10.0.0.1.'), true],
  ['message:"$$"', field('message', '$$'), false],
  ['message > a', {}, TYPE],
  ['source.port:445', field('source.port', 445), true],
  ['source.port:4.45e2', field('source.port', 445), true],
  ['source.port:445.5', field('source.port', 445), false],
  ['source.port:http', {}, TYPE],
  ['source.port:0x1bd', {}, TYPE],
  ['source.port:true', {}, TYPE],
  ['source.port:44*', {}, TYPE],
  ['source.port:*', field('source.port', 0), true],
  ['source.port >= 444.5', field('source.port', 445), true],
  ['source.port <= 445', field('source.port', '445'), true],
  ['source.port < abc', {}, TYPE],
  ['event.risk_score:7.5', field('event.risk_score', 7.5), true],
  ['smb.share.admin:true', field('smb.share.admin', true), true],
  ['smb.share.admin:"true"', field('smb.share.admin', true), true],
  ['smb.share.admin:false', field('smb.share.admin', true), false],
  ['smb.share.admin:yes', {}, TYPE],
  ['smb.share.admin:TRUE', {}, TYPE],
  ['smb.share.admin:t*', {}, TYPE],
  ['smb.share.admin > false', {}, TYPE],
  ['smb.share.admin:*', field('smb.share.admin', false), true],
  ['source.ip:10.1.2.3', field('source.ip', '::ffff:10.1.2.3'), true],
  ['source.ip:"::ffff:10.1.2.3"', field('source.ip', '10.1.2.3'), true],
  ['source.ip:"::ffff:10.0.0.0/104"', field('source.ip', '10.1.2.3'), true],
  ['source.ip:10.1.2.3/8', field('source.ip', '10.200.0.1'), true],
  ['source.ip:"0:0:0:0:0:0:0:1"', field('source.ip', '::1'), true],
  ['source.ip:"FE80::/10"', field('source.ip', 'fe80::1%eth0'), true],
  ['source.ip:"0.0.0.0/0"', field('source.ip', '::1'), false],
  ['source.ip:"::/0"', field('source.ip', '10.0.0.1'), true],
  ['source.ip:host', {}, TYPE],
  ['source.ip:10.0.0.256', {}, TYPE],
  ['source.ip >= 10.1.2.3', field('source.ip', '10.1.2.3'), true],
  ['source.ip > 10.1.2.3', field('source.ip', '10.1.2.3'), false],
  ['source.ip > 9.255.255.255', field('source.ip', '10.0.0.0'), true],
  ['source.ip < "::1"', field('source.ip', '10.0.0.0'), false],
  ['source.ip > 10.0.0.0/8', {}, TYPE],
  ['source.ip:*', field('source.ip', '-'), false],
  ['destination.address:10.0.0.0/8', field('destination.address', '10.1.1.1'), false],
  ['destination.port >= 3 and destination.port < 5', field('destination.port', [1, 9]), true],
  ['user.name:a', abc('a', 'b'), true],
  ['not user.name:a', abc('b'), true],
  ['not user.name:a', {}, true],
  ['not nosuch:x', {}, true],
  ['user.name:*', field('user.name', []), false],
  ['user.name:*', field('user.name', null), false],
  ['not user.name:x', field('user.name', [null]), true],
]);

// Groups, names with stars, nested fields, bare values.
const enriched: Document = {
  threat: {
    enrichments: [
      { indicator: { ip: '10.0.0.1', type: 'a' }, matched: { atomic: 'x' } },
      { indicator: { ip: '10.0.0.2', type: 'b' } },
    ],
  },
};
check([
  ['source:*', field('source.port', 1), true],
  ['source:*', field('source.port', null), false],
  ['not source:*', field('destination.port', 1), true],
  ['source:x', field('source.address', 'x'), false],
  ['labels:*', field('labels', { site: 'x' }), true],
  ['labels:*', {}, false],
  ['winlog:*', field('winlog.event_data.X', '1'), true],
  ['winlog.event_data.X:1', field('winlog.event_data.X', 1), true],
  ['winlog.event_data.*:1', field('winlog.event_data.Y', 1), true],
  ['winlog.event_data.*:*pipe*', field('winlog.event_data.Y', '\\pipe\\x'), true],
  ['winlog.event_data.Z*:1', field('winlog.event_data.Y', 1), false],
  ['dns.answers:*', field('dns.answers', [{ data: 'x' }]), true],
  ['dns:*', field('dns.answers', [{ data: 'x' }]), true],
  ['source.*:*', field('source.port', 0), true],
  ['source.*:*', field('destination.port', 0), false],
  ['source.*:abc', field('source.domain', 'abc'), true],
  ['source.*:445', field('source.port', 445), true],
  ['source.* > 444', field('source.port', 445), true],
  ['*.port:445', field('destination.port', 445), true],
  ['so*ce.ip:10.0.0.0/8', field('source.ip', '10.0.0.1'), true],
  ['nosuch.*:x', {}, false],
  ['*:*', {}, true],
  ['*', {}, true],
  ['*:445', field('source.port', 445), true],
  ['*:abc', field('labels.x', 'abc'), true],
  ['*:true', field('smb.share.admin', true), true],
  ['*:2026-03-01', field('file.created', '2026-03-01T01:00:00Z'), true],
  ['445', field('source.port', 445), true],
  ['10.0.0.0/8', field('source.ip', '10.0.0.1'), true],
  ['abc', field('user.name', 'abcd'), false],
  ['abc', field('message', 'ABC d'), true],
  ['share opened', field('message', 'it opened'), true],
  ['"share opened"', field('message', 'share was opened'), false],
  ['mimikatz', field('process.name', 'mimikatz.exe'), false],
  ['*mimikatz*', field('process.name', 'mimikatz.exe'), true],
  ['not mimikatz', {}, true],
  ['null', {}, TYPE],
  ['threat.enrichments:*', enriched, true],
  ['threat.enrichments:*', {}, false],
  ['threat.enrichments:{ indicator.ip:10.0.0.1 and indicator.type:a }', enriched, true],
  ['threat.enrichments:{ indicator.ip:10.0.0.1 and indicator.type:b }', enriched, false],
  ['threat.enrichments:{ not matched.atomic:* }', enriched, true],
  ['not threat.enrichments:{ indicator.ip:10.0.0.0/8 }', enriched, false],
  ['threat.enrichments:{ indicator.*:b }', enriched, true],
  ['threat.enrichments:{ b }', enriched, true],
  ['threat.enrichments:{ c }', enriched, false],
  ['threat.enrichments.indicator.ip:10.0.0.1', enriched, TYPE],
  ['threat.enrichments:x', enriched, TYPE],
  ['threat.*:10.0.0.2', enriched, true],
  ['source:{ ip:10.0.0.1 }', {}, TYPE],
  ['nosuch:{ ip:10.0.0.1 }', {}, false],
]);

// Dates: units, rounding by operator, zones, math.
const at = (time: string) => field('@timestamp', time);
check([
  ['@timestamp:2026-03-01', at('2026-03-01T00:00:00Z'), true],
  ['@timestamp:2026-03-01', at('2026-03-01T23:59:59.999999Z'), true],
  ['@timestamp:2026-03-01', at('2026-03-02T00:00:00Z'), false],
  ['@timestamp:2026-03-01', at('2026-02-28T23:59:59.999Z'), false],
  ['@timestamp:2026-03-01T10', at('2026-03-01T10:59:59.999Z'), true],
  ['@timestamp:2026-03-01T10', at('2026-03-01T11:00:00Z'), false],
  ['@timestamp:"2026-03-01T10:15"', at('2026-03-01T10:15:59.9Z'), true],
  ['@timestamp:"2026-03-01T10:15:30"', at('2026-03-01T10:15:30.999Z'), true],
  ['@timestamp:"2026-03-01T10:15:30.5Z"', at('2026-03-01T10:15:30.500Z'), true],
  ['@timestamp:"2026-03-01T10:15:30.5Z"', at('2026-03-01T10:15:30.501Z'), false],
  ['@timestamp:"2026-03-01T10:15:30.5Z"', at('2026-03-01T10:15:30.500900Z'), true],
  ['@timestamp:"2026-03-01T10:15+02:00"', at('2026-03-01T08:15:00Z'), true],
  ['@timestamp:2026-03-01T10\\:15', at('2026-03-01T10:15:00Z'), true],
  ['@timestamp > 2026-03-01', at('2026-03-01T23:59:59.999900Z'), false],
  ['@timestamp > 2026-03-01', at('2026-03-02T00:00:00Z'), true],
  ['@timestamp >= 2026-03-01', at('2026-03-01T00:00:00Z'), true],
  ['@timestamp <= 2026-03-01', at('2026-03-01T23:59:59.999Z'), true],
  ['@timestamp <= 2026-03-01', at('2026-03-02T00:00:00Z'), false],
  ['@timestamp < 2026-03-01', at('2026-03-01T00:00:00Z'), false],
  ['@timestamp < 2026-03-01', at('2026-02-28T23:59:59.999Z'), true],
  ['@timestamp >= now/d', at('2026-03-01T00:00:00Z'), true],
  ['@timestamp >= now/d', at('2026-02-28T23:59:59.999Z'), false],
  ['@timestamp <= now/d', at('2026-03-01T23:59:59.999Z'), true],
  ['@timestamp <= now/d', at('2026-03-02T00:00:00Z'), false],
  ['@timestamp:now/w', at('2026-02-23T00:00:00Z'), true],
  ['@timestamp:now/w', at('2026-03-01T23:59:59Z'), true],
  ['@timestamp:now/w', at('2026-02-22T23:59:59Z'), false],
  ['@timestamp:now-1d/d', at('2026-02-28T12:00:00Z'), true],
  ['@timestamp:now/y', at('2026-12-31T23:59:59Z'), true],
  ['@timestamp:now/M', at('2026-03-31T23:59:59Z'), true],
  ['@timestamp:now/h', at('2026-03-01T14:00:00Z'), true],
  ['@timestamp:now/H', at('2026-03-01T14:00:00Z'), true],
  ['@timestamp:now/m', at('2026-03-01T14:38:00Z'), true],
  ['@timestamp:now/s', at('2026-03-01T14:38:59Z'), true],
  ['@timestamp >= 2026-01-31||+1M', at('2026-02-28T00:00:00Z'), true],
  ['@timestamp >= 2026-01-31||+1M', at('2026-02-27T23:59:59Z'), false],
  ['@timestamp >= 2024-02-29||+1y', at('2025-02-28T00:00:00Z'), true],
  ['@timestamp <= 2026-03-01||/M', at('2026-03-31T23:59:59Z'), true],
  ['@timestamp >= now-1d+2h', at('2026-02-28T16:39:00Z'), true],
  ['@timestamp:1772375400000', at('2026-03-01T14:30:00Z'), true],
  ['@timestamp > 1772375400000', at('2026-03-01T14:30:00Z'), false],
  ['@timestamp <= 2026-03', at('2026-03-01T23:59:59.999Z'), true],
  ['@timestamp <= 2026-03', at('2026-03-02T00:00:00Z'), false],
  ['@timestamp:2026-03', at('2026-03-15T00:00:00Z'), false],
  ['@timestamp:2026', at('2026-01-01T12:00:00Z'), true],
  ['@timestamp:2026', at('2026-01-02T00:00:00Z'), false],
  ['@timestamp:*', at('2026-01-02T00:00:00Z'), true],
  ['@timestamp:2026*', {}, TYPE],
  ['@timestamp:yesterday', {}, TYPE],
  ['@timestamp:2026-02-29', {}, TYPE],
  ['@timestamp:2026-13-01', {}, TYPE],
  ['@timestamp >= "2026-03-01T25"', {}, TYPE],
  ['@timestamp >= now - 9m', {}, TYPE],
  ['@timestamp >= now-9x', {}, TYPE],
  ['@timestamp >= now+999999999y', {}, TYPE],
  ['@timestamp:123', {}, TYPE],
  ['file.created:2026-03-01', field('file.created', ['2026-02-01T00:00:00Z', '2026-04-01T00:00:00Z']), false],
]);

const DIAGNOSTICS: readonly [query: string, codes: readonly string[], text: string][] = [
  ['event.code:1', [], ''],
  ['source.ipp:1', ['KQL-UNKNOWN-FIELD'], 'Did you mean "source.ip"?'],
  ['a.b:1 or a.b:2', ['KQL-UNKNOWN-FIELD'], 'a.b'],
  ['!process.name:x', ['KQL-UNKNOWN-FIELD'], ''],
  ['nosuch.*:x', ['KQL-UNKNOWN-FIELD'], 'pattern'],
  ['threat.enrichments:{ threat.enrichments.indicator.ip:10.0.0.1 }', ['KQL-UNKNOWN-FIELD'], 'inside the braces'],
  ['source:x', ['KQL-OBJECT'], 'source.*'],
  ['source.ip:10.1.2.3/8', ['KQL-HOST-BITS'], '10.0.0.0/8'],
  ['source.address:10.0.0.0/8', ['KQL-CIDR-TEXT'], 'compared as text'],
  ['source.port:1.5', ['KQL-NEVER'], 'whole numbers'],
  ['message:"$"', ['KQL-NEVER'], 'no word'],
  ['message:*a b*', ['KQL-NEVER'], 'blanks'],
  ['@timestamp <= 2026-03', ['KQL-DATE-PARTS'], '2026-03-01'],
  ['@timestamp >= 2026-03', [], ''],
  ['@timestamp:2026', ['KQL-DATE-PARTS'], '2026-01-01'],
  ['foo and', ['KQL-BARE-KEYWORD'], '"and"'],
  ['a and or b', ['KQL-BARE-KEYWORD'], '"or"'],
  ['a \\and', [], ''],
  ['process.name:a && b', ['KQL-OPERATOR'], 'write and'],
  ['a || b', ['KQL-OPERATOR'], 'write or'],
  ['source.port = 445', ['KQL-OPERATOR'], 'source.port:value'],
  ['source.port != 445', ['KQL-OPERATOR'], 'not source.port:value'],
  ['file.path:"C:\\temp"', ['KQL-ESCAPE'], '\\\\t'],
  ['file.path:"C:\\\\temp"', [], ''],
];

test.each(DIAGNOSTICS)('remarks on %s: %j', (query, codes, text) => {
  const { diagnostics } = compileKql({ file: 'query', text: query }, { now: NOW });
  expect(diagnostics.map(({ code }) => code)).toEqual(codes);
  expect(diagnostics.map(({ message }) => message).join()).toContain(text);
});

test('a remark points at its words in the file', () => {
  const source = { file: 'rule.toml', text: 'event.code:1 and\nsource.ipp:2', line: 14, column: 1 };
  const [remark] = compileKql(source, { now: NOW }).diagnostics;
  expect(remark?.place).toMatchObject({ file: 'rule.toml', line: 15, column: 1, length: 10 });
});
