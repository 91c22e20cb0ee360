import { expect, test } from 'vitest';
import { DocumentEvent } from '../../event/document-event.ts';
import { Networks } from '../../event/networks.ts';
import { FieldTuple, termText } from './field-tuple.ts';

test('a value of a megabyte is told apart by its beginning and a hash', () => {
  const long = 'x'.repeat(1_000_000);
  expect(termText(long).length).toBeLessThan(1_100);
  expect(termText(long)).toBe(termText(`${'x'.repeat(999_999)}x`));
  expect(termText(`${long}a`)).not.toBe(termText(`${long}b`));
  expect(termText('x'.repeat(1024))).toBe('x'.repeat(1024));
  expect(termText(445)).toBe('445');
});

test.each([['one value'], ['several values']])('groups of %s are short', (kind) => {
  const long = 'y'.repeat(100_000);
  const name = kind === 'one value' ? long : [long, `${long}z`];
  const groups: number[] = [];
  const view = new DocumentEvent(new Networks(), { user: { name } });
  new FieldTuple(['user.name'], 10, () => {}).each(view, ([value = '']) => groups.push(value.length));
  expect(groups.length).toBe(kind === 'one value' ? 1 : 2);
  for (const length of groups) expect(length).toBeLessThan(1_100);
});
