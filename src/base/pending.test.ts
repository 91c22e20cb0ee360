import { expect, test } from 'vitest';
import { Pending } from './pending.ts';

test('the end of all work is waited for, whether it succeeds or fails', async () => {
  const pending = new Pending();
  const ends: (() => void)[] = [];
  const done: string[] = [];
  const work = (name: string) => new Promise<string>((resolve) => ends.push(() => resolve(name)));
  const one = pending.of(work('one')).then((name) => done.push(name));
  const other = pending.of(Promise.reject(new Error('other'))).catch(() => done.push('other'));
  const all = pending.ended().then(() => done.push('all'));
  await other;
  expect(done).toEqual(['other']);
  ends[0]!();
  await Promise.all([one, all]);
  expect(done.sort()).toEqual(['all', 'one', 'other']);
  await pending.ended();
});
