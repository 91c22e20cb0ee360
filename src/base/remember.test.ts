import { expect, test } from 'vitest';
import { remember } from './remember.ts';

function counted(limits?: Parameters<typeof remember>[1]) {
  const asked: string[] = [];
  const ask = remember((text: string) => {
    asked.push(text);
    return text === '' ? undefined : text.length;
  }, limits);
  return { ask, asked };
}

test('asks once for each text, also when there is no answer', () => {
  const { ask, asked } = counted();
  expect(['a', 'bb', '', 'a', '', 'bb'].map(ask)).toEqual([1, 2, undefined, 1, undefined, 2]);
  expect(asked).toEqual(['a', 'bb', '']);
});

test('long texts are asked for each time', () => {
  const { ask, asked } = counted({ characters: 3 });
  expect(['abc', 'abcd', 'abc', 'abcd'].map(ask)).toEqual([3, 4, 3, 4]);
  expect(asked).toEqual(['abc', 'abcd', 'abcd']);
});

test('forgets all when it is full', () => {
  const { ask, asked } = counted({ answers: 2 });
  for (const text of ['a', 'b', 'c', 'c', 'a']) ask(text);
  expect(asked).toEqual(['a', 'b', 'c', 'a']);
});
