import { expect, test } from 'vitest';
import { formatError, SmbError } from './error.ts';
import { placeOf } from './place.ts';

const line = (text: string, at: number) => placeOf({ file: 'f', text }, at).line;

function shown(text: string, at: number, end = at + 1): string[] {
  return formatError(new SmbError('USAGE', 'no', { place: placeOf({ file: 'f', text }, at, end) })).split('\n');
}

test('the caret stands below what is wrong, also in a line of which only a part is shown', () => {
  const text = `${'a'.repeat(500_000)}!${'b'.repeat(500_000)}`;
  const [head, part = '', caret = ''] = shown(text, 500_000);
  expect(head).toBe('USAGE f:1:500001  no');
  expect(part.length).toBeLessThan(300);
  expect(part.charAt(caret.indexOf('^'))).toBe('!');
  expect(part.trim()).toMatch(/^….*…$/);
});

test('the caret does not reach beyond the part that is shown', () => {
  const [, part = '', caret = ''] = shown('x'.repeat(10_000), 100, 9_000);
  expect(caret.length).toBeLessThanOrEqual(part.length);
});

test('lines are counted per text, whatever is asked in between', () => {
  expect([
    line('a\nb\nc', 4),
    line('a\n', 0),
    line('a\nb\nc', 2),
    line('', 0),
    line('\n\n', 1),
    line('\n\n', 2),
  ]).toEqual([3, 1, 2, 1, 2, 3]);
});
