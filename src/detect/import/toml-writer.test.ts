import * as fc from 'fast-check';
import { parse } from 'smol-toml';
import { expect, test } from 'vitest';
import { formatTomlPair, formatTomlText, formatTomlValue } from './toml-writer.ts';

test.each([
  ['plain', '"plain"'],
  ['C:\\Temp', "'C:\\Temp'"],
  ["it's C:\\", '"it\'s C:\\\\"'],
  ['two\nlines', "'''\ntwo\nlines'''"],
  ["ends with'\n'", '"ends with\'\\n\'"'],
  ['bell\u0007', '"bell\\u0007"'],
  ['cr\r\nlf', '"cr\\r\\nlf"'],
  ['half \ud800', '"half \uFFFD"'],
])('%j is written %s', (value, expected) => {
  expect(formatTomlText(value)).toBe(expected);
});

test('every value is read back as it was', () => {
  const { value } = fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 3 },
      fc.string({ unit: 'binary' }).filter((text) => !/\p{Surrogate}/u.test(text)),
      fc.string(),
      fc.stringMatching(/^['"\\\n ab]{0,8}$/),
      fc.integer(),
      fc.double({ noNaN: true }),
      fc.boolean(),
      fc.array(tie('value'), { maxLength: 4 }),
      fc.dictionary(fc.string({ minLength: 1 }), tie('value'), { maxKeys: 3, noNullPrototype: true }),
    ),
  }));
  fc.assert(
    fc.property(fc.string(), value, (key, inner) => {
      fc.pre(key !== '__proto__' && !JSON.stringify(inner).includes('__proto__'));
      const read = parse(formatTomlPair(key, inner as never));
      expect(JSON.stringify(read[key])).toBe(JSON.stringify(inner));
    }),
    { numRuns: 500 },
  );
});

test('undefined keys are left out', () => {
  expect(formatTomlValue({ a: 1, b: undefined })).toBe('{ a = 1 }');
  expect(formatTomlPair('a', undefined)).toBe('');
});
