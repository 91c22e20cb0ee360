import { expect, test } from 'vitest';
import type { Document } from '../../event/document.ts';
import { DocumentEvent } from '../../event/document-event.ts';
import { fields } from '../../event/field.ts';
import { Networks } from '../../event/networks.ts';
import { JoinKeys, keyTerms } from './join-keys.ts';

const networks = new Networks();

/** Keys of a document; `?` before a name makes it optional. */
function keysOf(names: readonly string[], document: Document) {
  let left = 0;
  const key = {
    fields: names.map((name) => fields.find(name.replace('?', ''))),
    optional: names.map((name) => name.startsWith('?')),
  };
  const keys = new JoinKeys(key, 16, (count) => (left += count)).of(new DocumentEvent(networks, document));
  return { keys, left, terms: keys.map((one) => keyTerms(one, key)) };
}

test.each<[string[], Document, string[]]>([
  [[], {}, ['[]']],
  [['host.name'], { host: { name: 'fs01' } }, ['["fs01"]']],
  [['host.name'], {}, []],
  [['?host.name'], {}, ['[null]']],
  [['?host.name', 'user.name'], { user: { name: 'Ann' } }, ['[null,"Ann"]']],
  [['?no.such.field'], { no: { such: { field: 1 } } }, ['[null]']],
  [['process.pid', 'user.name'], { process: { pid: 4 }, user: { name: '4' } }, ['[4,"4"]']],
  [['user.name'], { user: { name: ['a', 'b', 'a'] } }, ['["a"]', '["b"]']],
  [
    ['user.name', 'host.name'],
    { user: { name: ['a', 'b'] }, host: { name: ['x', 'y'] } },
    ['["a","x"]', '["b","x"]', '["a","y"]', '["b","y"]'],
  ],
])('%j of %j', (names, document, expected) => {
  expect(keysOf(names, document)).toMatchObject({ keys: expected, left: 0 });
});

test('an event has at most 16 keys, the others are counted', () => {
  const { keys, left } = keysOf(['user.name'], { user: { name: Array.from({ length: 20 }, (_, i) => `u${i}`) } });
  expect(keys.length).toBe(16);
  expect(left).toBe(4);
});

test('a very long value is kept short, and different ones stay different', () => {
  const one = keysOf(['user.name'], { user: { name: `${'x'.repeat(5000)}1` } }).keys[0]!;
  const other = keysOf(['user.name'], { user: { name: `${'x'.repeat(5000)}2` } }).keys[0]!;
  expect(one.length).toBeLessThan(1200);
  expect(one).not.toBe(other);
});

test('terms of a key leave out what is absent', () => {
  expect(keysOf(['?host.name', 'process.pid'], { process: { pid: 4 } }).terms).toEqual([
    [{ field: 'process.pid', value: '4' }],
  ]);
});
