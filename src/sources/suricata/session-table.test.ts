import { expect, test } from 'vitest';
import { AgingTable, MAX_AGE_MS } from './session-table.ts';

const table = (capacity: number) => {
  const overflows: number[] = [];
  return { table: new AgingTable<string>(capacity, () => overflows.push(1)), overflows };
};

test('an entry is found until it was unused for an hour', () => {
  const { table: users } = table(10);
  users.set('a', 'alice', 0);
  expect(users.get('a', MAX_AGE_MS)).toBe('alice');
  expect(users.get('a', 2 * MAX_AGE_MS), 'the use above counts').toBe('alice');
  expect(users.get('a', 3 * MAX_AGE_MS + 1)).toBeUndefined();
  expect(users.size).toBe(0);
});

test('lines may be out of order by up to an hour', () => {
  const { table: users } = table(10);
  users.set('a', 'alice', MAX_AGE_MS);
  expect(users.get('a', 0)).toBe('alice');
});

test('the least recently used goes first, and it is said when it was still young', () => {
  const { table: users, overflows } = table(2);
  users.set('a', 'alice', 0);
  users.set('b', 'bob', 1);
  users.get('a', 2);
  users.set('c', 'carol', 3);
  expect([users.get('a', 3), users.get('b', 3), users.get('c', 3)]).toEqual(['alice', undefined, 'carol']);
  expect(overflows).toHaveLength(1);
});

test('an aged entry makes room without a word', () => {
  const { table: users, overflows } = table(1);
  users.set('a', 'alice', 0);
  users.set('b', 'bob', MAX_AGE_MS + 1);
  expect(overflows).toHaveLength(0);
  expect(users.size).toBe(1);
});
