import { expect, test } from 'vitest';
import type { RegexFlags } from '../../../base/regex.ts';
import { canDetermine } from './automaton-effort.ts';
import { luceneTree } from './lucene-tree.ts';
import { parseRegex } from './parse-regex.ts';
import { printLucene } from './print-lucene.ts';

const lucene = (pattern: string, mode: 'search' | 'full', flags: RegexFlags = {}) => {
  const { node, isExact } = luceneTree(parseRegex(pattern, flags)!, mode);
  return [printLucene(node), isExact];
};

test.each([
  ['a', 'search', {}, '.*a.*', true],
  ['a', 'full', {}, 'a', true],
  ['', 'search', {}, '.*', true],
  ['', 'full', {}, '()', true],
  ['^a', 'search', {}, 'a.*', true],
  ['a$', 'search', {}, '.*a', true],
  ['^$', 'search', {}, '()', true],
  ['^a$', 'full', {}, 'a', true],
  ['^(a|b$)', 'search', {}, '(a.*|b)', true],
  ['(^a|b)c', 'search', {}, '(a|.*b)c.*', true],
  ['^a$', 'search', { multiline: true }, '(.*\n)?a(\n.*)?', true],
  ['\\bcmd\\b', 'search', {}, '.*cmd.*', false],
  ['a$b', 'search', {}, '.*a()b.*', false],
  ['a.b', 'full', {}, 'a[^\n]b', true],
  ['a.b', 'full', { dotAll: true }, 'a.b', true],
  ['k"@#.\\.', 'full', { ignoreCase: true }, '[Kk\u212a]\\"\\@\\#[^\n]\\.', true],
  ['(?:ab){2,3}c*d{2}[0-9a-]', 'full', {}, '(ab){2,3}c*d{2}[\\-0-9a]', true],
] as const)('%s (%s, %o)', (pattern, mode, flags, expected, isExact) => {
  expect(lucene(pattern, mode, flags)).toEqual([expected, isExact]);
});

test.each([
  ['a.{8}b', true],
  ['a.{20}b', false],
  ['[0-9a-f]{64}', true],
  ['hash=[0-9a-f]{64}', true],
  ['(a|b|ab){30}', true],
  ['[01]*1[01]{14}', false],
  ['x{200}', true],
  ['x{1000}', false],
  ['(x{100}){100}', false],
  ['a.*b.*c.*d', true],
])('%s can be determined: %s', (pattern, can) => {
  expect(canDetermine(luceneTree(parseRegex(pattern, {})!, 'search').node)).toBe(can);
});
