import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { compileRegex } from '../../../base/regex.ts';
import { parseRegex } from './parse-regex.ts';
import { printRe2 } from './print-re2.ts';

test.each([
  ['a+?b', {}, 'a+b'],
  ['(?P<name>a|b)c', {}, '(?:a|b)c'],
  ['k', { ignoreCase: true }, '[Kk\\x{212A}]'],
  ['(?i)a(?-i:b)', {}, '[Aa]b'],
  ['a|(?i)b|c', {}, 'a|[Bb]|[Cc]'],
  ['.', {}, '[\\x{0}-\\x{9}\\x{B}-\\x{10FFFF}]'],
  ['^a.$', { multiline: true, dotAll: true }, '(?m:^)a(?s:.)(?m:$)'],
  ['\\Aa\\b\\z', {}, '\\Aa\\b\\z'],
  ['[^\\d\\x{e0}-é]', {}, '[\\x{0}-\\x{2F}\\x{3A}-\\x{DF}\\x{EA}-\\x{10FFFF}]'],
  ['[]a[:space:]-]', {}, '[\\x{9}-\\x{D} \\x{2D}\\x{5D}a]'],
  ['\\Q.*\\E\\.\\x41\\t', {}, '\\x{2E}\\x{2A}\\x{2E}A\\x{9}'],
  ['a{2}{', {}, 'a{2,2}\\x{7B}'],
  ['(?:ab){2,}', {}, '(?:ab){2,}'],
  ['', {}, ''],
])('%s %o is %s', (pattern, flags, printed) => {
  const tree = parseRegex(pattern, flags);
  expect(tree && printRe2(tree)).toBe(printed);
});

test.each([
  ['\\p{Greek}', {}],
  ['é', { ignoreCase: true }],
  ['[a-é]', { ignoreCase: true }],
  ['(?=a)', {}],
  ['(a)\\1', {}],
  ['a**', {}],
  ['*a', {}],
  ['a{1001}', {}],
  ['(a', {}],
  ['a)', {}],
  ['[a', {}],
  ['[b-a]', {}],
  ['[[:nosuch:]]', {}],
  ['\\', {}],
  ['\\constructor', {}],
  ['\ud800', {}],
  ['('.repeat(5_000), {}],
])('%s %o is left to the engine', (pattern, flags) => {
  expect(parseRegex(pattern, flags)).toBeUndefined();
});

const piece = fc.constantFrom(
  ...'abkKsS01 _-.^$|()[]{}*+?\\\n',
  '(?:',
  '(?i)',
  '(?i:',
  '(?s-m:',
  '(?m)',
  '[^',
  '\\d',
  '\\W',
  '\\s',
  '\\b',
  '\\B',
  '\\x{61}',
  '[[:alpha:]]',
  '{1,2}',
  '{2}',
  '\u212a',
  '\u017f',
  'é',
  '\u{1f600}',
);
const flags = fc.record({ ignoreCase: fc.boolean(), multiline: fc.boolean(), dotAll: fc.boolean() });
const texts = fc.array(
  fc.string({ unit: fc.constantFrom(...'abkKsS01 _-.\n', '\u212a', '\u017f', '\u{1f600}'), maxLength: 6 }),
  {
    minLength: 5,
    maxLength: 5,
  },
);

test('what is read means the same when it is printed', () => {
  let read = 0;
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 8 }), flags, texts, (pieces, modes, samples) => {
      const pattern = pieces.join('');
      const tree = parseRegex(pattern, modes);
      if (!tree) return;
      read++;
      for (const mode of ['search', 'full'] as const) {
        const [original, printed] = [compileRegex(pattern, mode, modes), compileRegex(printRe2(tree), mode)];
        for (const text of samples) expect([text, printed(text)]).toEqual([text, original(text)]);
      }
    }),
    { numRuns: 5_000 },
  );
  expect(read).toBeGreaterThan(500);
});
