import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseRepeating } from './repeated-keys.ts';

test.each([
  ['{"a":1,"b":2}', { a: 1, b: 2 }],
  ['{"a":1,"a":2,"b":"x","a":null}', { a: [1, 2, null], b: 'x' }],
  ['{"a":["x","y"],"a":"z"}', { a: ['x', 'y', 'z'] }],
  [
    '{ "e" : { "a" : "x:{\\"" , "a" : "y" } , "c" : [ 1, {"d": 2, "d": 3} ] }',
    { e: { a: ['x:{"', 'y'] }, c: [1, { d: 3 }] },
  ],
  ['{"a":{"b":1},"a":{"c":2}}', { a: { c: 2 } }],
  ['{"a":1,"a":NaN}', { a: [1, null] }],
  ['{}', {}],
  ['{"a"', undefined],
])('%s', (text, value) => expect(parseRepeating(text)).toEqual(value));

test('without repeated keys it is JSON.parse', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const text = JSON.stringify(value);
      expect(parseRepeating(text)).toEqual(JSON.parse(text));
    }),
  );
});

test('keys and values of any text, each written twice', () => {
  const members = fc.dictionary(fc.string(), fc.oneof(fc.string(), fc.integer()), {
    minKeys: 1,
    noNullPrototype: true,
  });
  fc.assert(
    fc.property(members, (object) => {
      const text = JSON.stringify(object).slice(1, -1);
      const twice = Object.fromEntries(Object.entries(object).map(([key, value]) => [key, [value, value]]));
      expect(parseRepeating(`{${text},${text}}`)).toEqual(twice);
      expect(parseRepeating(`{"in":{${text},${text}}}`)).toEqual({ in: twice });
    }),
  );
});

test('many repetitions and many levels cost no more than their text', () => {
  const many = `{${'"a":1,'.repeat(200_000)}"a":1}`;
  expect((parseRepeating(many) as { a: number[] }).a.length).toBe(200_001);
  const deep = `${'{"a":0,"a":'.repeat(5000)}1${'}'.repeat(5000)}`;
  expect(parseRepeating(deep)).toBeDefined();
});
