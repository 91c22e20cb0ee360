import { expect, test } from 'vitest';
import { Turns } from './turns.ts';

test('one has its turn at a time, in the order of asking; who passes comes last', async () => {
  const turns = new Turns();
  const done: string[] = [];
  const work = async (name: string, parts: number) => {
    await turns.take();
    for (let part = 1; part <= parts; part++) {
      done.push(`${name}${part}`);
      await Promise.resolve();
      if (part < parts) await turns.pass();
    }
    turns.end();
  };
  await Promise.all([work('a', 3), work('b', 1), work('c', 2)]);
  expect(done).toEqual(['a1', 'b1', 'c1', 'a2', 'c2', 'a3']);
  await work('d', 2);
  expect(done.slice(-2)).toEqual(['d1', 'd2']);
});
