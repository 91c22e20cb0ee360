import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { compileRegex } from '../../base/regex.ts';
import { translateLuceneRegex } from './lucene-regex.ts';

function fits(pattern: string, text: string, fold = false): boolean {
  const translated = translateLuceneRegex(pattern, fold);
  if ('misfit' in translated) throw new Error(translated.misfit);
  return compileRegex(translated.pattern, 'full', { dotAll: true })(text);
}

/** A pattern as Lucene writes it, with what it means in JavaScript. */
interface Piece {
  readonly lucene: string;
  readonly script: string;
}

const piece = (lucene: string, script = lucene): Piece => ({ lucene, script });
const leaf = fc.constantFrom(
  ...['a', 'B', 'k', '.', '[ab]', '[^a-j]', '\\d', '\\w', '[\\d_-]', '\\.', '()'].map((text) => piece(text)),
  piece('^', '\\^'),
  piece('$', '\\$'),
  piece('\\"', '"'),
  piece('[]a]', '[\\]a]'),
  piece('[.*]', '[.*]'),
  piece('é'),
  piece('😀'),
  piece('/', '\\/'),
);
const { regex } = fc.letrec<{ regex: Piece }>((tie) => ({
  regex: fc.oneof(
    { maxDepth: 4 },
    leaf,
    fc
      .array(tie('regex'), { minLength: 1, maxLength: 4 })
      .map((parts) => piece(parts.map(({ lucene }) => lucene).join(''), parts.map(({ script }) => script).join(''))),
    fc
      .tuple(tie('regex'), tie('regex'))
      .map(([x, y]) => piece(`(${x.lucene}|${y.lucene})`, `(?:${x.script}|${y.script})`)),
    // A sign behind a sign repeats the repetition: nothing is lazy.
    fc
      .tuple(tie('regex'), fc.constantFrom('*', '+', '?', '{2}', '{1,2}', '{0,}'), fc.constantFrom('', '?', '+', '*'))
      .map(([{ lucene, script }, first, second]) =>
        piece(`(${lucene})${first}${second}`, `(?:(?:${script})${first})${second}`),
      ),
  ),
}));
const text = fc
  .array(
    fc.constantFrom('a', 'A', 'b', 'B', 'k', 'K', '\u212a', '1', '_', '.', '^', '$', '"', ']', 'é', '😀', '/', '\n'),
    {
      maxLength: 5,
    },
  )
  .map((characters) => characters.join(''));

/** A–Z and a–z alike; letters are all that the patterns above tell apart by case. */
const folded = (script: string) => script.replaceAll(/(?<!\\)[aBkb-]/g, (c) => c.toLowerCase());

test('translated expressions mean what they meant', () => {
  const seen = { true: 0, false: 0 };
  fc.assert(
    fc.property(regex, fc.array(text, { minLength: 4, maxLength: 8 }), ({ lucene, script }, texts) => {
      const plain = new RegExp(`^(?:${script})$`, 'su');
      for (const one of texts) {
        const expected = plain.test(one);
        seen[`${expected}`]++;
        expect(fits(lucene, one), `${lucene} on ${one}`).toBe(expected);
      }
    }),
    { numRuns: 2000 },
  );
  expect(Math.min(seen.true, seen.false)).toBeGreaterThan(500);
});

const lower = (one: string) => one.replaceAll(/[A-Z]/g, (c) => c.toLowerCase());

test('letter case is folded for A to Z and nothing else', () => {
  fc.assert(
    fc.property(regex, text, ({ lucene, script }, one) => {
      // Negated and escaped classes are asked below: folding them is no matter of spelling.
      fc.pre(!script.includes('[^') && !script.includes('\\w'));
      expect(fits(lucene, one, true), `${lucene} on ${one}`).toBe(
        new RegExp(`^(?:${folded(script)})$`, 'su').test(lower(one)),
      );
    }),
    { numRuns: 2000 },
  );
});

test.each([
  ['[^a]', 'A', false],
  ['[^b-d]', 'C', false],
  ['[X-b]', 'A', true],
  ['[X-b]', 'x', true],
  ['[X-b]', 'c', false],
  ['k', '\u212a', false],
  ['[k]', '\u212a', false],
  ['s', '\u017f', false],
  ['É', 'é', false],
  ['a\\.B', 'A.b', true],
])('%s without letter case on %s: %s', (pattern, one, expected) => {
  expect(fits(pattern, one, true)).toBe(expected);
});

test('groups in groups do not end the stack, and signs behind signs do not grow', () => {
  expect(translateLuceneRegex(`${'('.repeat(100_000)}a${')'.repeat(100_000)}`, false)).toHaveProperty('pattern');
  const translated = translateLuceneRegex(`a${'*'.repeat(2_000)}`, false);
  expect('pattern' in translated && translated.pattern.length).toBeLessThan(20_000);
});
