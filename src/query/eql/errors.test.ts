import { expect, test } from 'vitest';
import { formatError, formatPlaced, SmbError } from '../../base/error.ts';
import { compileEql } from './compile-eql.ts';

function said(text: string): string {
  try {
    const { diagnostics } = compileEql({ file: 'lateral.toml', text, line: 14 }, { now: 0 });
    return diagnostics.map(({ code, message, place }) => formatPlaced(code, message, place)).join('\n');
  } catch (error) {
    if (error instanceof SmbError) return formatError(error);
    throw error;
  }
}

test.each([
  // The query as a whole.
  '',
  'process.name == "cmd.exe"',
  'process',
  'where true',
  'join where true',
  'join by host.name [process where true]',
  'process where true and',
  'process where true true',
  'process where true)',
  'process where (true',
  'process where ()',
  'process where true | unique user.name',
  'process where true | top 5',
  'process where true | head',
  'process where true | head -1',
  // Words and signs.
  "process where process.name == 'cmd.exe'",
  'process where process.name = "cmd.exe"',
  'process where process.name == "cmd.exe',
  'process where process.name == """cmd.exe"',
  'process where file.path == "C:\\Windows"',
  'process where file.path == "\\u12"',
  'process where file.path == "\\u{110000}"',
  'process where true && false',
  'process where true || false',
  'process where !true',
  'process where NOT true',
  'process where true AND false',
  'process where process.pid <> 4',
  'process where process.pid == 1e999',
  'process where process.name # "x"',
  'process where /* process.name == "x"',
  'process where `process.name == "x"',
  'process where `` == "x"',
  'process where sequence == 1',
  'process where length ~ (user.name) == 1',
  // Comparisons.
  'process where 1 < process.pid < 5',
  'process where process.pid ==',
  'process where process.name : 5',
  'process where process.name : user.name',
  'process where process.name : ("a" or "b")',
  'process where process.name not like "a"',
  'process where process.name in "a"',
  'process where process.name in (user.name)',
  'process where process.args[0] == "x"',
  'process where child of [process where true]',
  'process where wildcard(process.name, "a*")',
  'process where startWith(process.name, "a")',
  'process where cidrMatch~(source.ip, "10.0.0.0/8")',
  // Sequences and samples.
  'sequence by user.name [process where true]',
  'sequence [process where true] [process where true',
  'sequence [process where true] by user.name [process where true]',
  'sequence by user.name maxspan=5m [process where true] [file where true]',
  'sequence by user.name with maxspan=5m by host.name [process where true] [file where true]',
  'sequence with maxspan=5m by host.name [process where true] [file where true]',
  'sequence with maxspan=5 [process where true] [file where true]',
  'sequence with maxspan=1.5h [process where true] [file where true]',
  'sequence with runs=5 [process where true] [file where true]',
  'sequence [process where true] ![file where true]',
  'sequence with maxspan=1m ![process where true] ![file where true]',
  'sequence with maxspan=1m [process where true] ![file where true] with runs=2',
  'sequence [process where true] with runs=0 [file where true]',
  'sequence [process where true] with runs=101',
  'sequence [process where true] with maxspan=5m [file where true]',
  'sequence [process where true] with runs=2 by user.name',
  'sequence [process where true] [file where true] until ![process where true]',
  'sequence fork [process where true] [file where true]',
  'sequence by user.nam [process where true] [file where true]',
  'sample [process where true] [file where true]',
  'sample by user.name [process where true]',
  'sample by user.name [process where true] ![file where true]',
  'sample by user.name with maxspan=1m [process where true] [file where true]',
  'sample by user.name [process where true] [file where true] until [process where true]',
  // Fields and types.
  'process where proces.name == "x"',
  'process where process == "x"',
  'process where NOT',
  'process where message : "*x*"',
  'process where threat.enrichments.indicator.type == "x"',
  'process where process.pid == "4"',
  'process where process.pid : "4"',
  'process where process.name == 4',
  'process where process.name',
  'process where process.name == user.name',
  'process where process.name > null',
  'process where process.name in ("a", null)',
  'process where source.ip : "10.*"',
  'process where source.ip == "10.*"',
  'process where source.ip > "10.0.0.0/8"',
  'process where cidrMatch(source.ip, "10.0.0.0/99")',
  'process where smb.share.admin == "true"',
  'process where smb.share.admin > false',
  'process where @timestamp > "yesterday"',
  'process where @timestamp + 60 > 5',
  'process where length(process.pid) > 2',
  'process where length(process.name, 1) > 2',
  'process where (process.pid == 4) == 1',
  'process where concat(process.pid == 4) : "true"',
  'process where process.name regex "a@b"',
  'process where process.name regex "a(b"',
  'process where process.name regex "a**+?{9999}"',
  'process where process.name regex "\\\\bcmd"',
  'process where process.name regex "[z-a]"',
])('%s', (query) => {
  const text = said(query);
  expect(text).toMatch(/^EQL-(SYNTAX|TYPE) lateral\.toml:14:\d+  /);
  expect(`\n${text}\n`).toMatchSnapshot();
});

test.each([
  ['process where ?nosuch.field == "x"', 'EQL-UNKNOWN-FIELD'],
  ['Process where true', 'EQL-CATEGORY'],
  ['process where source.ip == "10.0.0.0/8"', 'EQL-CIDR'],
  ['process where cidrMatch(source.ip, "10.1.2.3/8")', 'EQL-HOST-BITS'],
  ['process where source.address == "10.0.0.0/8"', 'EQL-CIDR-TEXT'],
  ['process where process.name == "cmd*"', 'EQL-STAR'],
  ['process where process.name in~ ("cmd*")', 'EQL-STAR'],
  ['process where process.pid == 4.5', 'EQL-NEVER'],
  ['process where process.name regex "^cmd.*"', 'EQL-ANCHOR'],
  ['process where @timestamp <= "2026-03"', 'EQL-DATE-PARTS'],
])('%s: %s', (query, code) => {
  const text = said(query);
  expect(text.startsWith(`${code} lateral.toml:14:`)).toBe(true);
  expect(`\n${text}\n`).toMatchSnapshot();
});

test('what is well written gets no remark', () => {
  expect(
    said('process where process.name : "cmd*" and @timestamp >= "2026-03" and cidrMatch(source.ip, "10.0.0.0/8")'),
  ).toBe('');
});

test('remarks beyond the hundredth are counted', () => {
  const terms = Array.from({ length: 150 }, (_, i) => `process.pid == ${i}.5`);
  const { diagnostics } = compileEql({ file: 'q', text: `any where ${terms.join(' or ')}` }, { now: 0 });
  expect(diagnostics).toHaveLength(101);
  expect(diagnostics.at(-1)).toMatchObject({ code: 'EQL-MORE', message: '50 more remarks are not shown' });
});
