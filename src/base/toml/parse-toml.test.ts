import * as fc from 'fast-check';
import { parse } from 'smol-toml';
import { describe, expect, test } from 'vitest';
import { SmbError, formatError } from '../error.ts';
import { placeOf } from '../place.ts';
import { parseToml } from './parse-toml.ts';
import { type TomlNode, type TomlTable, describeToml, offsetInFile, placeOfToml, sourceTextOf } from './toml-node.ts';

const fileOf = (text: string) => parseToml({ file: 'a.toml', text });

/** The value a node stands for, as smol-toml gives it; dates as their text. */
function toValue(node: TomlNode): unknown {
  if (node.kind === 'array') return node.elements.map(toValue);
  if (node.kind !== 'table') return node.value;
  return Object.fromEntries([...node.entries].map(([key, entry]) => [key, toValue(entry.value)]));
}

/** smol-toml's answer in the same form: dates stand in the text as they were written. */
function plain(value: unknown): unknown {
  if (value instanceof Date) return 'date';
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value === 0 ? 0 : value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plain(inner)]));
}

function withoutDates(node: TomlNode): unknown {
  if (node.kind === 'date') return 'date';
  if (node.kind === 'array') return node.elements.map(withoutDates);
  if (node.kind === 'number') return node.value === 0 ? 0 : node.value;
  if (node.kind !== 'table') return node.value;
  return Object.fromEntries([...node.entries].map(([key, entry]) => [key, withoutDates(entry.value)]));
}

function syntaxError(text: string): string {
  try {
    fileOf(text);
  } catch (error) {
    if (error instanceof SmbError && error.code === 'TOML-SYNTAX') return formatError(error);
    throw error;
  }
  return 'no error';
}

describe('syntax errors', () => {
  test.each([
    ['a = hello'],
    ['a = 1\nb = "x'],
    ['a = 1 b = 2'],
    ['[a]\nb = 1\n[a]'],
    ['ü = 1'],
    ['a = "C:\\Windows"'],
    ['a = [1 2]'],
    ['a'],
    ['\ufeffa = 1\r\nb = "ä" x'],
  ])('%j', (text) => {
    expect(syntaxError(text)).toMatchSnapshot();
  });

  test('a million brackets are an error and not a stack overflow', () => {
    expect(syntaxError(`a = ${'['.repeat(1_000_000)}`).slice(0, 11)).toBe('TOML-SYNTAX');
  });
});

describe('values and places', () => {
  test.each([
    ['a.b."c d".e = 1', { a: { b: { 'c d': { e: 1 } } } }],
    [
      '[[a]]\nx=1\n[[a.b]]\ny=2\n[[a]]\nx=3\n[a.c]\nz=4',
      {
        a: [
          { x: 1, b: [{ y: 2 }] },
          { x: 3, c: { z: 4 } },
        ],
      },
    ],
    ["a = '''\none\ntwo'''''", { a: "one\ntwo''" }],
    ['a = """\r\none \\\n   two\\u00e4\\x41"""', { a: 'one twoäA' }],
    ['a = [ # first\n 1, [2, 3],\n {b = 4}, ]', { a: [1, [2, 3], { b: 4 }] }],
    ['a = [+1_000, 0x1F, 0o17, 0b11, -1.5e3, -inf]', { a: [1000, 31, 15, 3, -1500, -Infinity] }],
    ['a = 1979-05-27 07:32:00Z # c\nb = 07:32:00', { a: '1979-05-27 07:32:00Z', b: '07:32:00' }],
    ['__proto__ = 1\n[constructor]\ntoString = 2', JSON.parse('{"__proto__":1,"constructor":{"toString":2}}')],
  ])('%j', (text, value) => {
    expect(toValue(fileOf(text).root)).toEqual(value);
  });

  test('an offset inside a text is a place in the file, whatever escapes stand before it', () => {
    const file = fileOf('[rule]\nquery = "a:\\"x\\" and \\u0062:1"\nlong = """\n  one \\\n  two\n"""');
    const rule = file.root.entries.get('rule')!.value as TomlTable;
    const query = rule.entries.get('query')!.value;
    const long = rule.entries.get('long')!.value;
    if (query.kind !== 'text' || long.kind !== 'text') throw new Error('not text');
    const at = (source: typeof query, part: string) => {
      const start = source.value.indexOf(part);
      const place = placeOf(sourceTextOf(file, source), start, start + part.length);
      return `${place.line}:${place.column}+${place.length} ${place.sourceLine}`;
    };
    expect(at(query, '"x"')).toBe(String.raw`2:12+5 query = "a:\"x\" and \u0062:1"`);
    expect(at(query, 'and')).toBe(String.raw`2:18+3 query = "a:\"x\" and \u0062:1"`);
    expect(at(query, 'b:1')).toBe(String.raw`2:22+8 query = "a:\"x\" and \u0062:1"`);
    expect(at(long, 'two')).toBe('5:3+3   two');
  });
});

/** Keys and values written in every way TOML knows; keys differ, so that nothing is set twice. */
const quoted = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 8 }),
  fc.constantFrom('${hosts}', 'a\\b', '"', "it's", '\n\t', "''"),
);
const basic = quoted.map((value) => JSON.stringify(value).replaceAll('\u007f', '\\u007f'));
const literal = quoted.filter((value) => /^[^'\u0000-\u001f\u007f]*$/.test(value)).map((value) => `'${value}'`);
const longLiteral = quoted
  .filter((value) => /^[^'\u0000-\u0009\u000b-\u001f\u007f]*$/.test(value))
  .map((value) => `'''\n${value}'''`);
const longBasic = basic.map((value) => `"""\\\n   ${value.slice(1, -1)}"""`);
const bare = fc.oneof(
  fc.integer().map(String),
  fc.constantFrom(
    'true',
    'false',
    '1_000',
    '0xff',
    '1.5',
    '-2e3',
    'inf',
    '2026-03-01',
    '2026-03-01T10:00:00Z',
    '10:00:00',
  ),
);
const value = fc.letrec<{ any: string; list: string; table: string }>((tie) => ({
  any: fc.oneof({ depthSize: 'small' }, basic, literal, longLiteral, longBasic, bare, tie('list'), tie('table')),
  list: fc.array(tie('any'), { maxLength: 3 }).map((parts) => `[ ${parts.join(' ,\n # comment ]\n ')} ]`),
  table: fc
    .array(fc.tuple(fc.constantFrom('a', '"b c"', "'d.e'", 'f . "g"'), tie('any')), { maxLength: 3 })
    .map((pairs) => `{${pairs.map(([key, inner], i) => `k${i}.${key} = ${inner}`).join(', ')}}`),
})).any;
const line = fc.oneof(
  { weight: 5, arbitrary: value.map((text) => (i: number) => `k${i} = ${text} # why`) },
  { weight: 1, arbitrary: value.map((text) => (i: number) => `k${i} . "x y".z = ${text}`) },
  { weight: 1, arbitrary: fc.constant((i: number) => `[ t${i} . 'u v' ]`) },
  { weight: 1, arbitrary: fc.constant(() => '[[ list.of ]]') },
  { weight: 1, arbitrary: fc.constant(() => '   # [comment]') },
);
const documentText = fc
  .tuple(fc.array(line, { maxLength: 8 }), fc.constantFrom('\n', '\r\n'))
  .map(([lines, end]) => lines.map((make, i) => make(i)).join(end));

function visit(node: TomlNode, seen: (node: TomlNode, isInline: boolean) => void, isInline = false): void {
  seen(node, isInline);
  if (node.kind === 'array') for (const element of node.elements) visit(element, seen, isInline);
  if (node.kind === 'table') for (const entry of node.entries.values()) visit(entry.value, seen, isInline);
}

describe('properties', () => {
  test('the locator reads what smol-toml reads, and every place re-reads to its value', () => {
    let places = 0;
    fc.assert(
      fc.property(documentText, (text) => {
        const file = fileOf(text);
        expect(withoutDates(file.root)).toEqual(plain(parse(text)));
        visit(file.root, (node) => {
          const slice = text.slice(node.start, node.end);
          if (node.kind === 'table' && !slice.startsWith('{')) return;
          if (node.kind === 'array' && !slice.startsWith('[')) return;
          places++;
          expect(plain(parse(`v = ${slice}`)['v'])).toEqual(withoutDates(node));
          expect(placeOfToml(file, node).sourceLine).toContain(slice.split(/\r?\n/)[0]);
          if (node.kind !== 'text') return;
          for (let i = 0; i < node.value.length; i++) {
            const at = offsetInFile(node, i);
            expect(text.charAt(at) === node.value.charAt(i) || text.slice(node.start, at + 1).includes('\\')).toBe(
              true,
            );
          }
        });
      }),
      { numRuns: 400 },
    );
    expect(places).toBeGreaterThan(400);
  });

  test('any text is read as smol-toml reads it, or is a TOML-SYNTAX error', () => {
    const noise = fc
      .array(fc.constantFrom(...'[]{}="\'#.,\\ab1- \n\r\t:T'), { maxLength: 24 })
      .map((all) => all.join(''));
    fc.assert(
      fc.property(noise, (text) => {
        try {
          expect(withoutDates(fileOf(text).root)).toEqual(plain(parse(text)));
        } catch (error) {
          if (!(error instanceof SmbError)) throw error;
          expect(error.code).toBe('TOML-SYNTAX');
        }
      }),
      { numRuns: 5000 },
    );
  });
});

test('what stands there is said in words', () => {
  const root = fileOf('a = "x"\nb = 5\nc = [1]\nd = {}\ne = true\nf = 2026-01-01').root;
  expect([...root.entries.values()].map((entry) => describeToml(entry.value))).toEqual([
    'the text "x"',
    'the number 5',
    'a list',
    'a table',
    'the boolean true',
    'the date 2026-01-01',
  ]);
});

test.each([
  ['a header', `[${'a.'.repeat(50_000)}b]\nx = 1`],
  ['a key', `${'a.'.repeat(50_000)}b = 1`],
  ['keys inside tables', `${'a.'.repeat(40)}b = { ${'a.'.repeat(40)}b = 1 }`],
])('dots in %s nest as brackets do', (_, text) => {
  expect(syntaxError(text)).toMatch(/More than 64 lists or tables/);
});
