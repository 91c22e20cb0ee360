import { expect, test } from 'vitest';
import { DocumentCache } from './document-cache.ts';

const key = { timeMs: 1, id: 'e', position: 1, ingestedMs: 1, saidMs: undefined, table: 0 };
const texts = (document: string) => ({ provenance: '{}', document, changes: undefined, key });

test('what was not asked for the longest goes when there is too much', () => {
  const cache = new DocumentCache(12);
  cache.put(1, texts('aa'));
  cache.put(2, texts('bb'));
  cache.put(3, texts('cc'));
  expect(cache.get(1)).toEqual(texts('aa'));
  cache.put(4, texts('dd'));
  expect([1, 2, 3, 4].filter((position) => cache.get(position))).toEqual([1, 3, 4]);
});

test('a text that is put again counts once, one that is larger than all room is not kept', () => {
  const cache = new DocumentCache(12);
  for (let n = 0; n < 10; n++) cache.put(1, texts('aa'));
  cache.put(2, texts('bb'));
  expect([1, 2].filter((position) => cache.get(position))).toEqual([1, 2]);
  cache.put(3, texts('c'.repeat(20)));
  expect([1, 2, 3].filter((position) => cache.get(position))).toEqual([]);
});

test('what was read before events were removed is not kept', () => {
  const cache = new DocumentCache(12);
  cache.put(1, texts('aa'));
  const { generation } = cache;
  cache.clear();
  cache.put(2, texts('bb'), generation);
  cache.put(3, texts('cc'), cache.generation);
  expect([1, 2, 3].filter((position) => cache.get(position))).toEqual([3]);
});
