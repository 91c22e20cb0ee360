import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { cutColumns, padColumns, textWidth, wrapColumns } from './text-width.ts';

test.each([
  ['abc', 3],
  ['über', 4],
  ['u\u0308ber', 4],
  ['共有', 4],
  ['10.0.0.5 → 8.8.4.4', 18],
  ['😀', 2],
])('textWidth(%j) = %i', (text, width) => {
  expect(textWidth(text)).toBe(width);
});

test.each([
  ['one two three', 7, ['one two', 'three']],
  ['', 10, ['']],
  ['abcdefgh', 3, ['abc', 'def', 'gh']],
  ['a bcdefgh i', 4, ['a', 'bcde', 'fgh', 'i']],
  ['共有共有', 5, ['共有', '共有']],
  ['no break at all', Infinity, ['no break at all']],
  ['failed in 1 min 44 s', 18, ['failed in 1 min', '44 s']],
  ['sent 9.1 kB, 0 B back', 8, ['sent', '9.1 kB,', '0 B back']],
  ['12 min', 3, ['12', 'min']],
  ['to fs01.office.example', 14, ['to', 'fs01.office.', 'example']],
  ['C:\\Windows\\System32\\cmd.exe', 16, ['C:\\Windows\\', 'System32\\cmd.exe']],
  ['\\\\abcdefghijklmn', 8, ['\\\\abcdef', 'ghijklmn']],
])('wrapColumns(%j, %d)', (text, columns, lines) => {
  expect(wrapColumns(text, columns)).toEqual(lines);
});

test('wrapped lines fit and lose nothing but spaces', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 2, max: 30 }), (text, columns) => {
      const lines = wrapColumns(text, columns);
      for (const line of lines) expect(textWidth(line)).toBeLessThanOrEqual(columns);
      expect(lines.join('').replaceAll(' ', '')).toBe(text.replaceAll(' ', ''));
    }),
  );
});

test('cut and padded text has the width asked for', () => {
  expect(cutColumns('abcdef', 4)).toBe('abc…');
  expect(cutColumns('abcd', 4)).toBe('abcd');
  expect(padColumns('共', 4)).toBe('共  ');
  expect(padColumns('abc', Infinity)).toBe('abc');
});
