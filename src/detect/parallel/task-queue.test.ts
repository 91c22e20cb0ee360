import { expect, test } from 'vitest';
import { TaskQueue } from './task-queue.ts';

const tasks = [5, 9, 7, 9, 1].map((sizeBytes, i) => ({ name: `${i}`, sizeBytes, problem: undefined }));

test('one begins in front, the others with the largest, and each task is begun once', () => {
  const queue = new TaskQueue(tasks);
  expect([queue.first(), queue.largest(), queue.largest(), queue.first(), queue.largest()]).toEqual([0, 1, 3, 2, 4]);
  expect([queue.first(), queue.largest()]).toEqual([undefined, undefined]);
});

test('parts of one size are begun in their order', () => {
  const queue = new TaskQueue(tasks.map((task) => ({ ...task, sizeBytes: 3 })));
  expect([1, 2, 3, 4, 5].map((turn) => (turn % 2 ? queue.largest() : queue.first()))).toEqual([0, 1, 2, 3, 4]);
});
