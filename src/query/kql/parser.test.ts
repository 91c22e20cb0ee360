import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { GlobPart } from '../../base/glob.ts';
import { SmbError } from '../../base/error.ts';
import { DocumentEvent } from '../../event/document-event.ts';
import { Networks } from '../../event/networks.ts';
import { compileMatcher } from '../compile/matcher.ts';
import { compileKql } from './compile-kql.ts';
import type { KqlNode } from './ast.ts';
import { MAX_KQL_DEPTH, parseKql } from './parser.ts';
import { printKql } from './printer.ts';

const parse = (text: string) => parseKql({ file: 'query', text });

/** The tree without offsets, and with parts of patterns in their shortest form. */
function bare(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(bare);
  if (typeof node !== 'object' || node === null) return node;
  const entries = Object.entries(node).filter(([key]) => key !== 'start' && key !== 'end');
  return Object.fromEntries(entries.map(([key, value]) => [key, bare(value)]));
}

const SPAN = { start: 0, end: 0 };
const TREES: readonly [query: string, printed: string][] = [
  ['', ''],
  ['a', 'a'],
  ['  a:b  ', 'a:b'],
  ['a:(b or c and not d)', 'a:b or a:c and not a:d'],
  ['(a or b) or c', '(a or b) or c'],
  ['(a and b) or c', 'a and b or c'],
  ['(a or b) and c', '(a or b) and c'],
  ['not (a or b)', 'not (a or b)'],
  ['not (not a)', 'not (not a)'],
  ['a AND b OR NOT c', 'a and b or not c'],
  ['a >= 5 or a<b c', 'a >= 5 or a < b c'],
  ['a : { b : c }', 'a:{ b:c }'],
  ['a*:"b\\t\\"c"', 'a*:"b\\t\\"c"'],
  ['a > x*', 'a > x\\*'],
  ['"a b":c', 'a b:c'],
  ['"":c', '"":c'],
  ['a:\\u0020b\\u0020', 'a:\\u0020b\\u0020'],
  ['a:\\u0074rue', 'a:\\u0074rue'],
  ['a:b \\and c', 'a:b \\and c'],
];

test.each(TREES)('%s is written %s', (query, printed) => {
  expect(printKql(parse(query))).toBe(printed);
  expect(bare(parse(printed))).toEqual(bare(parse(query)));
});

test('nodes know where they stand', () => {
  const text = 'a:b and not (c.d >= 5 or x:{ y:z })';
  const spans: string[] = [];
  const visit = (node: KqlNode) => {
    spans.push(`${node.kind} ${text.slice(node.start, node.end)}`);
    if (node.kind === 'and' || node.kind === 'or') node.parts.forEach(visit);
    if (node.kind === 'not') visit(node.part);
    if (node.kind === 'nested') visit(node.query);
  };
  visit(parse(text));
  expect(spans).toEqual([
    `and ${text}`,
    'is b',
    'not not (c.d >= 5 or x:{ y:z })',
    'or c.d >= 5 or x:{ y:z }',
    'range c.d >= 5',
    'nested x:{ y:z }',
    'is z',
  ]);
});

const piece = fc.constantFrom(
  'a',
  'B',
  'not',
  'and',
  'OR',
  ' ',
  '\u00a0',
  '\t',
  '\n',
  '\r',
  '\\',
  '(',
  ')',
  ':',
  '<',
  '>',
  '"',
  '{',
  '}',
  '*',
  '.',
  '?',
  "'",
  'true',
  'null',
  'ot',
  'u0041',
  '😀',
  '\u2003',
  '&&',
);
const anyText = fc.array(piece, { minLength: 1, maxLength: 6 }).map((list) => list.join(''));

function shortest(parts: readonly GlobPart[]): GlobPart[] {
  const list: GlobPart[] = [];
  for (const part of parts) {
    const last = list.at(-1);
    if (part.kind === 'star' && last?.kind === 'star') continue;
    if (part.kind === 'text' && last?.kind === 'text')
      list[list.length - 1] = { kind: 'text', text: last.text + part.text };
    else list.push(part);
  }
  return list;
}

const pattern = fc
  .array(
    fc.oneof(
      fc.constant<GlobPart>({ kind: 'star' }),
      anyText.map((text): GlobPart => ({ kind: 'text', text })),
    ),
    { maxLength: 4 },
  )
  .map((parts) => ({ kind: 'wildcard' as const, parts: shortest([...parts, { kind: 'star' }]), ...SPAN }));
const literalName = fc.oneof(anyText, fc.constant('')).map((value) => ({ kind: 'literal' as const, value, ...SPAN }));
const name = fc.oneof(literalName, pattern);
const unquoted = fc
  .oneof(anyText, fc.constantFrom(true, false, null))
  .map((value) => ({ kind: 'literal' as const, value, ...SPAN }));
const quoted = fc.oneof(anyText, fc.constant('')).map((value) => ({ kind: 'literal' as const, value, ...SPAN }));
const field = fc.option(name, { nil: null });

const { tree } = fc.letrec<{ tree: KqlNode }>((tie) => {
  const parts = fc.array(tie('tree'), { minLength: 2, maxLength: 3 });
  return {
    tree: fc
      .oneof(
        { maxDepth: 5 },
        fc.record({
          kind: fc.constant('is' as const),
          field,
          value: fc.oneof(unquoted, pattern),
          quoted: fc.constant(false),
        }),
        fc.record({ kind: fc.constant('is' as const), field, value: quoted, quoted: fc.constant(true) }),
        fc.record({
          kind: fc.constant('range' as const),
          field: name,
          op: fc.constantFrom('<', '<=', '>', '>='),
          value: literalName,
        }),
        fc.record({ kind: fc.constantFrom('and' as const, 'or' as const), parts }),
        fc.record({ kind: fc.constant('not' as const), part: tie('tree') }),
        fc.record({ kind: fc.constant('nested' as const), path: name, query: tie('tree') }),
      )
      .map((node) => ({ ...node, ...SPAN }) as KqlNode),
  };
});

test('parsing what was printed gives the same tree', () => {
  fc.assert(
    fc.property(tree, (node) => {
      expect(bare(parse(printKql(node)))).toEqual(bare(node));
    }),
    { numRuns: 2000 },
  );
});

const EVENT = new DocumentEvent(new Networks(), { event: { code: '1' }, message: 'a b' });

/** Compiles, runs and prints; returns the code of the error, if any. Anything but an SmbError with a place is thrown on. */
function outcome(text: string): string {
  try {
    const { ast, predicate } = compileKql({ file: 'query', text }, { now: 0 });
    compileMatcher(predicate)(EVENT);
    printKql(ast);
    return 'ok';
  } catch (error) {
    if (!(error instanceof SmbError) || !error.place) throw error;
    expect(error.place.column).toBeGreaterThanOrEqual(1);
    return error.code;
  }
}

const SEEDS = [
  'event.category:network and destination.port:(139 or 445) and not source.ip:("10.0.0.0/8" or "fe80::/10")',
  'threat.enrichments:{ indicator.ip:10.0.0.1 and not matched.atomic:* } or @timestamp >= now-9m/d',
  'message:"opened by" or process.command_line:*net\\ use* or *SVC* and file.path:"C:\\\\Windows"',
];

test('a mutated query compiles or says where it is wrong', () => {
  const mutation = fc.record({ at: fc.nat(200), cut: fc.nat(3), put: fc.oneof(piece, fc.constant('')) });
  const codes = new Set<string>();
  fc.assert(
    fc.property(fc.constantFrom(...SEEDS), fc.array(mutation, { maxLength: 8 }), (seed, mutations) => {
      let text = seed;
      for (const { at, cut, put } of mutations) text = text.slice(0, at) + put + text.slice(at + cut);
      codes.add(outcome(text));
    }),
    { numRuns: 3000 },
  );
  expect([...codes].sort()).toEqual(['KQL-SYNTAX', 'KQL-TYPE', 'ok']);
});

test('any text compiles or says where it is wrong', () => {
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => void outcome(pieces.join(''))),
    { numRuns: 3000 },
  );
});

const deep = (levels: number, open: string, inner: string, close: string) =>
  open.repeat(levels) + inner + close.repeat(levels);

test.each([
  ['brackets', deep(MAX_KQL_DEPTH, '(', 'a', ')'), 'ok'],
  ['brackets with operators', deep(MAX_KQL_DEPTH, 'x and (y or not (', 'a', '))').replaceAll('))', ')'), 'KQL-SYNTAX'],
  ['not in brackets', deep(MAX_KQL_DEPTH - 1, 'not (a and b or ', 'a', ')'), 'ok'],
  ['one bracket more', deep(MAX_KQL_DEPTH + 1, '(', 'a', ')'), 'KQL-SYNTAX'],
  ['values', `user.name:${deep(MAX_KQL_DEPTH, '(', 'a', ')')}`, 'ok'],
  ['a million brackets', '('.repeat(1_000_000), 'KQL-SYNTAX'],
  ['a million closing brackets', `a${')'.repeat(1_000_000)}`, 'KQL-SYNTAX'],
  ['nested', deep(100_000, 'a:{', 'b', '}'), 'KQL-SYNTAX'],
  ['not', 'not '.repeat(100_000), 'KQL-SYNTAX'],
])('deep nesting: %s', (_what, text, expected) => {
  expect(outcome(text)).toBe(expected);
});

const terms = (count: number, term: (i: number) => string, join: string) =>
  Array.from({ length: count }, (_, i) => term(i)).join(join);

test.each([
  ['10,000 fields', terms(10_000, (i) => `event.code:${i}`, ' or ')],
  ['10,000 values', `event.code:(${terms(10_000, String, ' or ')})`],
  ['10,000 mixed', terms(10_000, (i) => `event.code:${i} and not source.ip:10.0.${i % 256}.0/24`, ' or ')],
  ['10,000 unknown fields', terms(10_000, (i) => `nosuch${i}:x`, ' or ')],
  ['10,000 groups', terms(10_000, () => 'source:*', ' or ')],
  ['1 MB of text', 'x'.repeat(1_000_000)],
  ['1 MB of words', 'x '.repeat(500_000)],
  ['1 MB of blanks', `a${' '.repeat(1_000_000)}`],
  ['1 MB of blanks and text', `a${' '.repeat(1_000_000)}b`],
  ['1 MB of stars', 'a*'.repeat(500_000)],
  ['1 MB of escapes', '\\u0041'.repeat(170_000)],
  ['1 MB in quotes', `"${'\\"'.repeat(500_000)}"`],
  ['1 MB name', `${'x'.repeat(1_000_000)}:1`],
])('%s compile in linear time', (_what, text) => {
  const start = performance.now();
  expect(outcome(text)).toBe('ok');
  expect(performance.now() - start).toBeLessThan(5_000);
});

test.each([
  ['an open quote', `"${'x'.repeat(1_000_000)}`],
  ['blanks before an error', `a${' '.repeat(1_000_000)})`],
  ['a bad value', `source.port:${'x'.repeat(1_000_000)}`],
  ['a bad escape', `${'x'.repeat(1_000_000)}\\q`],
])('1 MB with %s fails in linear time', (_what, text) => {
  const start = performance.now();
  expect(outcome(text)).toMatch(/^KQL-/);
  expect(performance.now() - start).toBeLessThan(5_000);
});
