import { expect, test } from 'vitest';
import { textWidth } from '../../base/text/text-width.ts';
import { layOut } from './columns.ts';

const ROW = [
  '12',
  '2026-03-02 10:00:00',
  'workstation-0042.sales.emea.corp.example',
  'CORP\\alice to fileserver-0007.storage.emea.corp.example, Network, NTLM V2',
];

test.each([80, 100, 200])(
  'names of hosts are never cut in the middle of a part, nor is a line too long: %i columns',
  (width) => {
    const lines = layOut([['OK', 'LAST', 'FROM', 'ACCOUNT, HOST, HOW'], ROW], width).split('\n');
    for (const line of lines) expect(textWidth(line)).toBeLessThanOrEqual(width);
    const words = lines.join(' ').split(/\s+/);
    for (const part of ROW.join(' ').split(/[\s.-]+/))
      expect(
        words.some((word) => word.includes(part)),
        part,
      ).toBe(true);
  },
);

test('columns are as wide as their cells where there is room', () => {
  expect(
    layOut(
      [
        ['a', 'bb'],
        ['ccc', 'd'],
      ],
      80,
    ),
  ).toBe('a    bb\nccc  d\n');
});

test('a wide column gives way to the last one', () => {
  expect(layOut([['x'.repeat(60), 'what it did there']], 60)).toBe(
    `${'x'.repeat(41)}  what it did there\n${'x'.repeat(19)}\n`,
  );
});

test('rows without cells', () => {
  expect(layOut([], 80)).toBe('');
});

test('blanks in front of a cell stay', () => {
  expect(layOut([['   a', 'b', 'c']], 80)).toBe('   a  b  c\n');
});
