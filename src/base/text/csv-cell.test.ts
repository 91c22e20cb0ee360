import { expect, test } from 'vitest';
import { formatCsvCell } from './csv-cell.ts';

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
])('formatCsvCell(%j) = %s', (value, cell) => {
  expect(formatCsvCell(value)).toBe(cell);
});
