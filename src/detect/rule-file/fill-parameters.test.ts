import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { placeOf } from '../../base/place.ts';
import { fillParameters } from './fill-parameters.ts';

const VALUES = new Map<string, string | number | boolean>([
  ['n', 5],
  ['long', 'a much longer value'],
  ['empty', ''],
]);

test.each([
  ['a:${n}', 'a:5'],
  ['${n}${long}', '5a much longer value'],
  ['$ {n} $n {n}', '$ {n} $n {n}'],
  ['x${empty}y', 'xy'],
  ['${no} ${n}', '${no} 5'],
])('%s becomes %s', (text, filled) => {
  const result = fillParameters({ file: 'a', text }, VALUES);
  expect(result.source.text).toBe(filled);
  expect(result.unknown.map(({ name }) => name)).toEqual(text.includes('${no}') ? ['no'] : []);
});

test('what stands beside a value keeps its place, and a value has that of its name', () => {
  const literal = fc.stringMatching(/^[a-z\n]{0,6}$/);
  const piece = fc.oneof(
    literal.map((text) => ({ text, name: undefined })),
    fc.constantFrom(...VALUES.keys()).map((name) => ({ text: '', name })),
  );
  fc.assert(
    fc.property(fc.array(piece), (pieces) => {
      const text = pieces.map((one) => (one.name === undefined ? one.text : `\${${one.name}}`)).join('');
      const { source } = fillParameters({ file: 'a', text }, VALUES);
      let written = 0;
      let filled = 0;
      for (const one of pieces) {
        const value = one.name === undefined ? one.text : String(VALUES.get(one.name));
        for (let i = 0; i < value.length; i++) {
          const at = one.name === undefined ? written + i : written;
          const expected = placeOf({ file: 'a', text }, at, at + 1);
          const { line, column } = placeOf(source, filled + i, filled + i + 1);
          expect([line, column]).toEqual([expected.line, expected.column]);
        }
        written += one.name === undefined ? one.text.length : one.name.length + 3;
        filled += value.length;
      }
      expect(source.text).toHaveLength(filled);
    }),
  );
});
