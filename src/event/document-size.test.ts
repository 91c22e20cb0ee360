import { expect, test } from 'vitest';
import { boundDocument, documentChars } from './document-size.ts';

test('a small document is handed back as it is', () => {
  const document = { event: { action: 'read' }, tags: ['a', 'b'], count: 1 };
  expect(boundDocument(document, 1_000)).toBe(document);
});

test('a long text is cut and costs nothing of what follows', () => {
  const cut = boundDocument({ message: 'x'.repeat(1_000_000), user: { name: 'ada' } }, 1_600);
  expect(cut['message']).toBe(`${'x'.repeat(100)}… (cut)`);
  expect(cut['user']).toEqual({ name: 'ada' });
});

test.each([
  ['keys', Object.fromEntries(Array.from({ length: 100_000 }, (_, i) => [`key${i}`, i]))],
  ['elements', { list: Array.from({ length: 100_000 }, (_, i) => i) }],
  ['objects', { list: Array.from({ length: 100_000 }, () => ({})) }],
  ['texts', { list: Array.from({ length: 1_000 }, () => 'x'.repeat(1_000)) }],
  ['one key', { ['k'.repeat(1_000_000)]: 1 }],
])('many %s are cut to the size', (_, document) => {
  expect(documentChars(boundDocument(document, 10_000))).toBeLessThan(11_000);
});

test('counting stops when there is enough', () => {
  let asked = 0;
  const list = Array.from({ length: 100 }, () => ({
    get text() {
      asked++;
      return 'x'.repeat(1_000);
    },
  }));
  expect(documentChars(list, 2_500)).toBeGreaterThan(2_500);
  expect(asked).toBe(3);
});

test('a key named __proto__ stays a key', () => {
  const cut = boundDocument(JSON.parse(`{"__proto__":{"x":1},"m":"${'x'.repeat(9_000)}"}`), 1_600);
  expect(Object.keys(cut)).toEqual(['__proto__', 'm']);
});
