import { expect, test } from 'vitest';
import { formatCell } from './csv.ts';

test.each([
  ['plain', 'plain'],
  ['a,b', '"a,b"'],
  ['say "hi"', '"say ""hi"""'],
  ['=1+1', "'=1+1"],
  ['  =1+1', "'  =1+1"],
  ['+49', "'+49"],
  ['-5', "'-5"],
  ['@SUM(A1)', "'@SUM(A1)"],
  ['＝cmd', "'＝cmd"],
  ['\tx', "'\\tx"],
  ['\r=x', "'\\r=x"],
  ['two\nlines', 'two\\nlines'],
  ['=HYPERLINK("x","y")', '"\'=HYPERLINK(""x"",""y"")"'],
  [-5, '-5'],
  [null, ''],
  [undefined, ''],
])('formatCell(%j) = %s', (value, cell) => {
  expect(formatCell(value)).toBe(cell);
});
