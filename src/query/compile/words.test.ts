import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { compileWords, splitWords } from './words.ts';

test.each<[string, string[]]>([
  ['', []],
  ['... $ \\ -', []],
  ['Share \\\\*\\ADMIN$ opened', ['share', 'admin', 'opened']],
  ['cmd.exe, 10.0.0.1.', ['cmd.exe', '10.0.0.1']],
  ['svc_backup __ _x_', ['svc_backup', '_x_']],
  ["don't 'quoted' 1,000;5 a,b", ["don't", 'quoted', '1,000;5', 'a', 'b']],
  ['svc1.exe', ['svc1', 'exe']],
  ['C:\\Windows\\x86', ['c', 'windows', 'x86']],
  ['a-b a:b 10:30', ['a', 'b', 'a:b', '10', '30']],
  ['Zürich ΑΒΓ e\u0301t\u0301', ['zürich', 'αβγ', 'e\u0301t\u0301']],
  ['漢字かな x', ['漢', '字', 'か', 'な', 'x']],
  ['\u{1d400}b \ud83d\ude00', ['\u{1d400}b']],
  ['\ud800', []],
])('words of %j are %j', (text, words) => {
  expect(splitWords(text)).toEqual(words);
});

test('words are those of UAX #29', () => {
  const segmenter = new Intl.Segmenter('en', { granularity: 'word' });
  const character = fc.constantFrom(
    'a',
    'B',
    'é',
    'e\u0301',
    '1',
    '7',
    '.',
    ',',
    ';',
    "'",
    '_',
    ' ',
    '-',
    '$',
    '\\',
    '\n',
    'ж',
  );
  fc.assert(
    fc.property(fc.array(character, { maxLength: 20 }), (characters) => {
      const text = characters.join('');
      const expected = [...segmenter.segment(text.toLowerCase())]
        .filter(({ segment }) => /[\p{L}\p{N}]/u.test(segment))
        .map(({ segment }) => segment);
      expect(splitWords(text)).toEqual(expected);
    }),
    { numRuns: 5000 },
  );
});

test.each<[text: string, words: string[], any: boolean, phrase: boolean]>([
  ['a b c', ['b', 'c'], true, true],
  ['a b c', ['a', 'c'], true, false],
  ['a b c', ['c', 'b'], true, false],
  ['a b c', [], false, false],
  ['a', ['a', 'b'], true, false],
  ['a a b', ['a', 'b'], true, true],
  ['a b a b a c', ['a', 'b', 'a', 'c'], true, true],
  ['abc', ['b'], false, false],
  ['A B', ['a', 'b'], true, true],
  ['x y z', ['1', '2', '3', '4', '5', 'z'], true, false],
])('%j holds any / the phrase of %j: %s / %s', (text, words, any, phrase) => {
  expect(compileWords(words, 'any')(text)).toBe(any);
  expect(compileWords(words, 'phrase')(text)).toBe(phrase);
});

test('a phrase of one repeated word is found in linear time', () => {
  const matches = compileWords([...new Array<string>(5_000).fill('a'), 'b'], 'phrase');
  const start = performance.now();
  expect(matches('a '.repeat(200_000))).toBe(false);
  expect(performance.now() - start).toBeLessThan(2_000);
});
