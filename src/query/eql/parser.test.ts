import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { SmbError } from '../../base/error.ts';
import { bare, eqlTree } from '../../../test/tools/arbitrary-eql.ts';
import { compileEql } from './compile-eql.ts';
import { MAX_EQL_DEPTH } from './expression-parser.ts';
import { parseEql } from './parser.ts';
import { printEql } from './printer.ts';
import { MAX_EQL_KEYS, MAX_EQL_STEPS } from './structure.ts';

const parse = (text: string) => parseEql({ file: 'query', text });

test.each([
  ['any where true', 'any where true'],
  ['"any" where true', '"any" where true'],
  ['"process" where x', 'process where x'],
  ['"a b" where x', '"a b" where x'],
  ['a where (b or c) and d', 'a where (b or c) and d'],
  ['a where (b or c) or d', 'a where (b or c) or d'],
  ['a where b or (c and d)', 'a where b or c and d'],
  ['a where not (not b)', 'a where not not b'],
  ['a where not (b and c)', 'a where not (b and c)'],
  ['a where (not b) == true', 'a where (not b) == true'],
  ['a where (b) == ((c))', 'a where b == c'],
  ['a where b - (c - d) - e * (f + 1)', 'a where b - (c - d) - e * (f + 1)'],
  ['a where -(3) + -b == - -4', 'a where -3 + -b == 4'],
  ['a where -(b + 1) % 2 == 0', 'a where -(b + 1) % 2 == 0'],
  ['a where b : ("x") or b:"y"', 'a where b: ("x") or b: "y"'],
  ['a where b NOT_IN', undefined],
  ['a where b not in~ (1, -2.0, "x", true)', 'a where b not in~ (1, -2.0, "x", true)'],
  ['a where LENGTH(b)==1 and startswith~(b,"c")', 'a where length(b) == 1 and startsWith~(b, "c")'],
  ['a where ?b == null', 'a where ?b == null'],
  ['a where `my-field`.x == 1', 'a where `my-field.x` == 1'],
  ['a where `by` == 1 and `a``b` == 2', 'a where `by` == 1 and `a``b` == 2'],
  ['a where event.sequence == 1', 'a where event.sequence == 1'],
  ['a where b == """C:\\x"y"""', 'a where b == "C:\\\\x\\"y"'],
  ['a where b == """x""""', 'a where b == "x\\""'],
  ['a where b == "\\u{e9}\\u{1F600}\\n"', 'a where b == "é😀\\n"'],
  ['a where b == 1e3 and c == .5 and d == 10.', 'a where b == 1000.0 and c == 0.5 and d == 10.0'],
  ['a where b == 99999999999999999999 ', 'a where b == 100000000000000000000.0'],
  ['a /* b /* c */ */ where // d\n e', 'a where e'],
  ['a where b | head 5|tail 0', 'a where b | head 5 | tail 0'],
  [
    'sequence by a, ?b with maxspan = 90 s [c where d] by e ![any where true] by ?f with runs=1 [g where h] by i with runs = 3 until [j where k] by l | tail 2',
    'sequence by a, ?b with maxspan=90s\n  [c where d] by e\n  ![any where true] by ?f\n  [g where h] by i with runs=3\n  until [j where k] by l | tail 2',
  ],
  ['sequence with maxspan=48h [a where b] with runs=2', 'sequence with maxspan=2d\n  [a where b] with runs=2'],
  ['sample by a [b where c] [d where e]', 'sample by a\n  [b where c]\n  [d where e]'],
])('%s is written %s', (query, printed) => {
  if (printed === undefined) {
    expect(() => parse(query)).toThrow(SmbError);
    return;
  }
  expect(printEql(parse(query))).toBe(printed);
  expect(bare(parse(printed))).toEqual(bare(parse(query)));
});

test('nodes know where they stand', () => {
  const text = ' process where not (a == "b") and length(c) : "d" | head 1 ';
  const tree = parse(text);
  const spans: string[] = [];
  const visit = (node: unknown) => {
    if (typeof node !== 'object' || node === null) return;
    if ('kind' in node && 'start' in node && 'end' in node) {
      spans.push(`${String(node.kind)}: ${text.slice(Number(node.start), Number(node.end))}`);
    }
    Object.values(node).forEach(visit);
  };
  visit(tree);
  expect(spans).toEqual([
    'event: process where not (a == "b") and length(c) : "d" | head 1',
    'and: not (a == "b") and length(c) : "d"',
    'not: not (a == "b"',
    'compare: a == "b"',
    'field: a',
    'text: "b"',
    'match: length(c) : "d"',
    'call: length(c)',
    'field: c',
    'text: "d"',
    'head: | head 1',
  ]);
});

test('a printed tree is read back the same', () => {
  fc.assert(
    fc.property(eqlTree, (tree) => {
      const text = printEql(tree);
      expect(bare(parse(text)), text).toEqual(bare(tree));
    }),
    { numRuns: 3000 },
  );
});

const outcome = (text: string): string => {
  try {
    compileEql({ file: 'query', text }, { now: 0 });
    return 'read';
  } catch (error) {
    if (!(error instanceof SmbError)) throw error;
    expect(error.place?.line).toBeGreaterThan(0);
    return error.code;
  }
};

/** Parts that change the meaning of what stands around them. */
const PIECES =
  '" \' ` \\ ( ) [ ] ! | ? ~ = == : , . - /* */ // 1e9 """ \ud800 \u0000 [a_where_b] _not_ _in_ _in~_ _by_ _with_ _null_ ' +
  '_maxspan= _runs=2 _until_ _head_1 sequence_ sample_ user.name length( regex_" _and_ _where_';

test('changed queries give a tree or an error with a place, never a crash', () => {
  const piece = fc.constantFrom(...PIECES.split(' ').map((one) => one.replaceAll('_', ' ')), '\n');
  const seen = new Set<string>();
  fc.assert(
    fc.property(eqlTree, fc.array(fc.tuple(fc.nat(), fc.nat(6), piece), { maxLength: 4 }), (tree, changes) => {
      let text = printEql(tree);
      for (const [at, gone, added] of changes) {
        const from = at % (text.length + 1);
        text = text.slice(0, from) + added + text.slice(from + gone);
      }
      seen.add(outcome(text));
    }),
    { numRuns: 5000 },
  );
  expect([...seen].toSorted()).toEqual(['EQL-SYNTAX', 'EQL-TYPE', 'read']);
});

test('ten thousand terms and a megabyte are read', () => {
  const terms = Array.from({ length: 10_000 }, (_, i) => `user.name == "u${i}"`);
  expect(outcome(`any where ${terms.join(' or ')}`)).toBe('read');
  expect(outcome(`any where ${terms.map((term) => `not (${term})`).join(' and ')}`)).toBe('read');
  expect(outcome(`any where user.name : (${terms.map((_, i) => `"u*${i}"`).join(', ')})`)).toBe('read');
  expect(outcome(`any where user.name == "${'x'.repeat(1_000_000)}"`)).toBe('read');
  expect(outcome(`any where user.name == "${'\\\\'.repeat(500_000)}"`)).toBe('read');
  expect(outcome(`any where true ${' /*x*/'.repeat(150_000)}`)).toBe('read');
  expect(outcome(`any where ${'/*'.repeat(200_000)}${'*/'.repeat(200_000)} true`)).toBe('read');
  expect(outcome(`any where ${'?nosuch.field or '.repeat(50_000)} true`)).toBe('read');
});

const nest = (open: string, inner: string, close: string, count: number) =>
  open.repeat(count) + inner + close.repeat(count);

test.each([
  ['brackets', (count: number) => nest('(', 'true', ')', count)],
  ['negations', (count: number) => nest('not ', 'true', '', count)],
  ['signs', (count: number) => `${nest('- ', 'process.pid', '', count)} == 1`],
  ['functions', (count: number) => `${nest('length(string(', 'process.pid', '))', count / 2)} == 1`],
  ['sums', (count: number) => `process.pid${' + 1'.repeat(count)} == 1`],
  [
    'sums in brackets',
    (count: number) => `${nest('(1 + ', 'process.pid', ')', count / 2)}${' * 2'.repeat(count / 2)} == 1`,
  ],
])('%s inside each other have a limit', (_, nested) => {
  expect(outcome(`any where ${nested(MAX_EQL_DEPTH - 10)}`)).toBe('read');
  expect(outcome(`any where ${nested(MAX_EQL_DEPTH + 4)}`)).toBe('EQL-SYNTAX');
  expect(outcome(`any where ${nested(200_000)}`)).toBe('EQL-SYNTAX');
});

const keys = (count: number) => Array.from({ length: count }, () => 'user.name').join();

test('steps and keys have a limit', () => {
  const item = ' [any where true]';
  expect(outcome(`sequence${item.repeat(MAX_EQL_STEPS)}`)).toBe('read');
  expect(outcome(`sequence${item.repeat(MAX_EQL_STEPS + 1)}`)).toBe('EQL-SYNTAX');
  expect(outcome(`sequence${`${item} with runs=100`.repeat(3)}`)).toBe('EQL-SYNTAX');
  expect(outcome(`sequence by ${keys(MAX_EQL_KEYS)}${item}${item}`)).toBe('read');
  expect(outcome(`sequence by ${keys(MAX_EQL_KEYS + 1)}${item}${item}`)).toBe('EQL-SYNTAX');
});
