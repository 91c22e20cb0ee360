import { expect, test } from 'vitest';
import { SmbError } from '../../base/error.ts';
import type { Document } from '../../event/document.ts';
import { DocumentEvent } from '../../event/document-event.ts';
import { Networks } from '../../event/networks.ts';
import { compileMatcher } from '../compile/matcher.ts';
import { compileEql } from './compile-eql.ts';

const networks = new Networks();
const NOW = Date.parse('2026-03-01T14:38:59.999Z');

const E2: Document = {
  event: { category: ['process'] },
  process: { name: 'PSEXESVC.exe', pid: 4, args: ['PSEXESVC.exe', '-x'] },
  user: { name: 'svc' },
  source: { ip: 'fd00::5' },
};

function run(query: string, event: Document): boolean | string {
  try {
    const compiled = compileEql({ file: 'query', text: query }, { now: NOW }).query;
    if (compiled.kind !== 'event') throw new Error('no event query');
    return compileMatcher(compiled.predicate)(new DocumentEvent(networks, event));
  } catch (error) {
    if (error instanceof SmbError) return error.code;
    throw error;
  }
}

const SYNTAX = 'EQL-SYNTAX';
const TYPE = 'EQL-TYPE';

type Row = readonly [query: string, expected: boolean | string];
const onE2 = (...rows: Row[]) =>
  test.each(rows)('%s: %s', (query, expected) => {
    expect(run(query, E2)).toBe(expected);
  });
const process = (...rows: Row[]) => onE2(...rows.map(([query, expected]): Row => [`process where ${query}`, expected]));
const on = (event: Document, ...rows: Row[]) =>
  test.each(rows)('%s: %s', (query, expected) => {
    expect(run(`any where ${query}`, event)).toBe(expected);
  });

// The examples of the language's description, on one event.
onE2(
  ['any where true', true],
  ['file where true', false],
  ['"process" where true', true],
  ['Process where true', false],
);

process(
  ['process.name == "psexesvc.exe"', false],
  ['process.name : "psexesvc.exe"', true],
  ['process.name : "psexe?vc*"', true],
  ['process.name == "PSEXE*"', false],
  ['process.name like "psexe*"', false],
  ['process.name like~ "psexe*"', true],
  ['process.name in ("a","psexesvc.exe")', false],
  ['process.name in~ ("a","psexesvc.exe")', true],
  ['process.name in~ ("psexe*")', false],
  ['process.name regex "PSEX"', false],
  ['process.name regex "PSEX.*"', true],
  ['process.name regex~ "psex.*\\\\.exe"', true],
  ['process.args : "-x"', true],
  ['process.args != "-x"', false],
  ['not process.args : "-q"', true],
  ['startsWith~(process.name, user.name)', false],
  ['?file.path : "*"', false],
  ['not ?file.path : "*"', true],
  ['?file.path != "x"', true],
  ['?file.path == null', true],
  ['?file.path != null', false],
  ['nosuch.field == "x"', TYPE],
  ['process.pid : "4"', TYPE],
  ['string(process.pid) : "4"', true],
  ['process.pid / 3 == 1', true],
  ['process.pid / 3.0 == 1', false],
  ['cidrMatch(source.ip, "fc00::/7", "10.0.0.0/8")', true],
  ['stringContains~(process.name, "EXESVC")', true],
  ['stringContains(process.name, "")', false],
  ['substring(process.name, -4) : ".EXE"', true],
  ['between~(process.name, "ps", ".exe") == "EXESVC"', true],
  ['not process.name : "cmd.exe" and user.name == "svc"', true],
);

// Absent fields.
process(
  ['length(?file.path) > 3', false],
  ['not (length(?file.path) > 3)', true],
  ['length(?file.path) == null', true],
  ['length(?file.path) != null', false],
  ['length(?nosuch.field) > 3', false],
  ['not (length(?nosuch.field) > 3)', true],
  ['?nosuch.field == null', true],
  ['null == ?nosuch.field', true],
  ['?nosuch.field != "x"', true],
  ['?nosuch.field == "x"', false],
  ['?nosuch.field', false],
  ['not ?nosuch.field', true],
  ['?nosuch.field in ("a", "b")', false],
  ['?nosuch.field not in ("a", "b")', true],
  ['?nosuch.field regex "a.*"', false],
  ['?nosuch.field + 1 == 2', false],
  ['file.path != "x"', true],
  ['file.path not in ("x", "y")', true],
  ['not file.path > "a"', true],
  ['file.path <= "zzz"', false],
  ['user.name != null', true],
  ['string(process.pid) != null', true],
  ['null == null', true],
  ['null', false],
  ['not null', true],
);

// Comparisons by type.
process(
  ['process.pid == 4', true],
  ['process.pid == 4.0', true],
  ['process.pid == 4.5', false],
  ['4 == process.pid', true],
  ['5 > process.pid', true],
  ['5 < process.pid', false],
  ['process.pid in (1, 4)', true],
  ['process.pid in (1, -4)', false],
  ['process.pid not in (1, 4)', false],
  ['process.pid >= 4 and process.pid <= 4', true],
  ['process.pid == "4"', TYPE],
  ['process.pid in ("4")', TYPE],
  ['process.pid in~ (4)', TYPE],
  ['user.name == 5', TYPE],
  ['user.name == true', TYPE],
  ['user.name > "sva"', true],
  ['user.name < "SVC"', false],
  ['user.name == null or false', false],
  ['user.name > null', TYPE],
  ['user.name in (null)', TYPE],
  ['user.name in ("a", 5)', TYPE],
  ['source.ip == "fd00:0::5"', true],
  ['source.ip == "fd00::/8"', true],
  ['source.ip != "fd00::/8"', false],
  ['source.ip in ("10.0.0.0/8", "fd00::/8")', true],
  ['source.ip >= "fd00::" and source.ip < "fe00::"', true],
  ['source.ip > "fd00::/8"', TYPE],
  ['source.ip : "fd00*"', TYPE],
  ['string(source.ip) : "fd00*"', true],
  ['source.ip == "fd00*"', TYPE],
  ['cidrMatch(source.ip, "nonsense")', TYPE],
  ['cidrMatch(user.name, "10.0.0.0/8")', TYPE],
  ['cidrMatch(source.ip, string(user.name))', TYPE],
  ['process.name == user.name', TYPE],
  ['length(process.name) == length(user.name)', TYPE],
  ['process.pid + 1 == process.pid', TYPE],
  ['user.name', TYPE],
  ['process.pid + 1', TYPE],
  ['user.name + 1 == 2', TYPE],
  ['user.name == (user.name == "x")', TYPE],
  ['(user.name == "svc") == true', true],
  ['(user.name == "svc") != true', false],
  ['false == (user.name : ("a", "b"))', true],
  ['(user.name == "svc") == null', false],
  ['startsWith(user.name, "sv") == false', false],
  ['startsWith(?file.path, "sv") == false', false],
  ['startsWith(?file.path, "sv") != true', true],
  ['startsWith(user.name, "xx") == false', true],
  ['startsWith(user.name, "sv") < true', TYPE],
  ['string(user.name == "svc") == "true"', TYPE],
);

on(
  { '@timestamp': '2026-03-01T14:30:00Z', smb: { auth: { guest: false } }, message: 'x', event: { risk_score: 7 } },
  ['@timestamp == "2026-03-01"', true],
  ['@timestamp == "2026-03-01T14"', true],
  ['@timestamp > "2026-03-01"', false],
  ['@timestamp <= "2026-03-01"', true],
  ['@timestamp >= "now-9m"', true],
  ['@timestamp >= "now-8m"', false],
  ['@timestamp in ("2026-02-28", "2026-03-01")', true],
  ['@timestamp == 1772375400000', true],
  ['@timestamp > 1772375400000', false],
  ['@timestamp < "soon"', TYPE],
  ['@timestamp : "2026*"', TYPE],
  ['@timestamp + 1 > 5', TYPE],
  ['@timestamp == true', TYPE],
  ['string(@timestamp) == "2026-03-01T14:30:00.000Z"', true],
  ['smb.auth.guest', false],
  ['not smb.auth.guest', true],
  ['smb.auth.guest == false', true],
  ['smb.auth.guest != true', true],
  ['smb.auth.guest in (false)', true],
  ['smb.auth.guest > false', TYPE],
  ['string(smb.auth.guest) == "false"', true],
  ['event.risk_score / 2 == 3.5', true],
  ['event.risk_score % 4 == 3', true],
  ['message == "x"', TYPE],
  ['source == "x"', TYPE],
  ['threat.enrichments == null', TYPE],
  ['threat.enrichments.indicator.type == "x"', TYPE],
);

// Functions and arithmetic.
process(
  ['add(process.pid, 1) == 5', true],
  ['subtract(process.pid, 1) == 3', true],
  ['multiply(process.pid, 2) == 8', true],
  ['divide(process.pid, 3) == 1', true],
  ['modulo(process.pid, 3) == 1', true],
  ['process.pid + 2 * 3 == 10', true],
  ['(process.pid + 2) * 3 == 18', true],
  ['-process.pid == -4', true],
  ['+process.pid == 4', true],
  ['10 - process.pid - 3 == 3', true],
  ['-7 / 2 == -3', true],
  ['process.pid / 0 == null', true],
  ['process.pid % 0 != null', false],
  ['not process.pid / 0 == 1', true],
  ['concat(process.name, ":", process.pid) == "PSEXESVC.exe:4"', true],
  ['concat(?file.path, "x") == "x"', false],
  ['CONCAT("a", 1, true) == "a1true"', true],
  ['length(process.name) == 12', true],
  ['startsWith(process.name, "")', true],
  ['startsWith(?file.path, "")', false],
  ['endsWith(process.name, ".exe")', true],
  ['endsWith~(process.name, "SVC.EXE")', true],
  ['endsWith(process.name, "")', true],
  ['stringContains(process.name, "exe")', true],
  ['stringContains(process.name, process.args)', true],
  ['startsWith(process.name, process.args)', true],
  ['startsWith("svc-1", user.name)', true],
  ['endsWith(process.name, substring(process.name, -3))', true],
  ['between(process.name, "P", "E") == "S"', true],
  ['between(process.name, "P", "E", true) == "SEX"', true],
  ['between(process.name, "Q", "E") == ""', true],
  ['between(process.name, "P", "Q") == ""', true],
  ['indexOf(process.name, "E") == 2', true],
  ['indexOf(process.name, "E", 3) == 4', true],
  ['indexOf(process.name, "E", -4) == 2', true],
  ['indexOf~(process.name, "svc") == 5', true],
  ['indexOf(process.name, "svc") == null', true],
  ['indexOf(process.name, "", 3) == 3', true],
  ['substring(process.name, 0, 2) == "PS"', true],
  ['substring(process.name, 2, -4) == "EXESVC"', true],
  ['substring(process.name, 99) == ""', true],
  ['number("0x10") == 16', true],
  ['number("ff", 16) == 255', true],
  ['number(" 12 ") == 12', true],
  ['number(user.name) == null', true],
  ['number(string(process.pid)) + 1 == 5', true],
  ['length(process.pid) == 1', TYPE],
  ['length() == 1', TYPE],
  ['length(user.name, user.name) == 1', TYPE],
  ['substring(user.name) == ""', TYPE],
  ['length~(user.name) == 1', SYNTAX],
  ['nosuch(user.name) == 1', SYNTAX],
  ['arrayContains(user.name, "x")', SYNTAX],
);

// Patterns and regular expressions.
process(
  ['process.name : ("cmd.exe", "psexesvc.exe")', true],
  ['process.name : ("cmd.exe", "powershell.exe")', false],
  ['process.name : ("cmd*", "*svc*")', true],
  ['process.name like ("cmd*", "*SVC.exe")', true],
  ['process.name like "PSEXESVC.ex?"', true],
  ['process.name like "PSEXESVC.exe?"', false],
  ['process.name : "*"', true],
  ['process.name : ""', false],
  ['concat(process.name, "!") : "psexesvc.exe!"', true],
  ['concat(process.name, "!") like "psexe*"', false],
  ['concat(process.name, "!") regex~ "psexe.*"', true],
  ['process.name regex ("cmd", "PS[A-Z]+\\\\.exe")', true],
  ['process.name regex~ ("cmd", "[p-s]+[a-z]+\\\\.exe")', true],
  ['process.name regex "PSEXESVC.exe$"', false],
  ['process.name regex "^PSEXESVC.exe"', false],
  ['process.name regex "PSEXESVC[.]e{1}xe"', true],
  ['process.name regex "PSEX~"', TYPE],
  ['process.name regex "PSEX@"', TYPE],
  ['process.name regex """PSEX"*"""', TYPE],
  ['process.name regex "(PSEX"', TYPE],
  ['process.name regex "[PSEX"', TYPE],
  ['process.name regex "*"', TYPE],
  ['process.name regex "a{2000}"', TYPE],
  [`process.name regex "${'a|'.repeat(4000)}PSEXESVC.exe"`, true],
  [`process.name regex "${'a|'.repeat(6000)}PSEXESVC.exe"`, TYPE],
  ['process.name regex "\\\\bPS"', TYPE],
  ['process.name : "a" or process.name : "psexe*"', true],
);

// Values of one field are tested one by one.
process(
  ['length(process.args) == 2', true],
  ['length(process.args) == 12', true],
  ['not length(process.args) == 12', false],
  ['length(process.args) != 12', false],
  ['concat(process.args, process.args) == "-x-x"', true],
  ['concat(process.args, process.args) == "-xPSEXESVC.exe"', false],
  ['process.args == "-x" and process.args == "PSEXESVC.exe"', true],
);
