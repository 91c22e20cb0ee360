import { expect, test } from 'vitest';
import { EventTable } from './event-table.ts';

function printed(names: string[], rows: string[][], keepsEmpty: boolean): string[] {
  const lines: string[] = [];
  const table = new EventTable(names, (text) => lines.push(text), keepsEmpty);
  for (const row of rows) table.row(row);
  table.flush();
  return lines.join('').split('\n').slice(0, -1);
}

test('columns stand under their names, a missing value is a dash', () => {
  expect(
    printed(
      ['client.ip', 'user'],
      [
        ['10.20.30.40', ''],
        ['::1', 'eve'],
      ],
      true,
    ),
  ).toEqual(['client.ip    user', '10.20.30.40  -', '::1          eve']);
});

test('a column without values is left out unless it was asked for', () => {
  expect(printed(['a', 'b'], [['1', '']], false)).toEqual(['a', '1']);
  expect(printed(['a', 'b'], [['1', '']], true)).toEqual(['a  b', '1  -']);
});

test('a value that comes late is not lost, whatever its column and width', () => {
  const rows = Array.from({ length: 200 }, () => ['1', '']);
  const lines = printed(['a', 'b'], [...rows, ['333', 'late'], ['4', '']], false);
  expect(lines.slice(-2)).toEqual(['333  b=late', '4']);
});

test('control characters are shown, not obeyed', () => {
  expect(printed(['a'], [['\u001b[2J']], true)[1]).not.toContain('\u001b');
});

test('no rows, no head', () => {
  expect(printed(['a'], [], true)).toEqual([]);
});
