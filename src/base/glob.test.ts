import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compileGlob, type GlobPart, parseGlob } from './glob.ts';

const letters = fc.string({ unit: fc.constantFrom('a', 'b', 'A', '*', '?'), maxLength: 8 });

/** The same meaning by brute force. */
function bruteForce(pattern: string, text: string, question: boolean): boolean {
  if (pattern === '') return text === '';
  if (pattern[0] === '*')
    return (
      bruteForce(pattern.slice(1), text, question) || (text !== '' && bruteForce(pattern, text.slice(1), question))
    );
  if (text === '') return false;
  return (
    (pattern[0] === text[0] || (question && pattern[0] === '?')) &&
    bruteForce(pattern.slice(1), text.slice(1), question)
  );
}

test('a pattern fits what brute force says', () => {
  fc.assert(
    fc.property(
      letters,
      fc.string({ unit: fc.constantFrom('a', 'b', 'A', '?'), maxLength: 8 }),
      fc.boolean(),
      (pattern, text, question) => {
        expect(compileGlob(parseGlob(pattern, question))(text)).toBe(bruteForce(pattern, text, question));
      },
    ),
    { numRuns: 2000 },
  );
});

test('folding is A to Z only', () => {
  const fits = compileGlob(parseGlob('*PSEXE*'), true);
  expect([fits('x\\psexesvc.EXE'), fits('psex\u0435')]).toEqual([true, false]);
  expect(compileGlob(parseGlob('\u212a'), true)('k')).toBe(false);
});

test('a class is one character out of several', () => {
  const parts: GlobPart[] = [
    { kind: 'star' },
    { kind: 'text', text: ' ' },
    { kind: 'class', characters: '-/' },
    { kind: 'text', text: 's' },
  ];
  expect(['a -s', 'a /s', 'a xs'].map(compileGlob(parts))).toEqual([true, true, false]);
});

test('a question mark is one character, whatever its size', () => {
  const fits = compileGlob(parseGlob('a?*b', true));
  expect(['axb', 'a\u{1f600}b', 'a\u{1f600}', 'ab'].map(fits)).toEqual([true, true, false, false]);
  expect(compileGlob(parseGlob('??', true))('\u{1f600}')).toBe(false);
});

describe('cost', () => {
  test('many stars over a long text end', () => {
    expect(compileGlob(parseGlob(`${'*a'.repeat(200)}b`))('a'.repeat(20_000))).toBe(false);
  });
});
