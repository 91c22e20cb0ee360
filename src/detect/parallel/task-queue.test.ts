import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { InputFile } from '../../sources/input/discover.ts';
import { inputsOf, type Run, TaskQueue } from './task-queue.ts';

const tasksOf = (sizes: readonly number[]): InputFile[] =>
  sizes.map((sizeBytes, i) => ({ name: `${i}`, sizeBytes, problem: undefined }));

const show = (run: Run | undefined) => run && `${run.first}+${run.count}`;

/** What threads are given, in that order. */
const runsOf = (sizes: readonly number[], threads: number, order: readonly number[]) => {
  const queue = new TaskQueue(tasksOf(sizes), threads);
  return order.map((thread) => show(queue.next(thread)));
};

describe('who takes what', () => {
  test('each goes through its own region in order, then helps from the end of the fullest', () => {
    const sizes = Array.from({ length: 16 }, () => 10);
    expect(runsOf(sizes, 2, [0, 1, 1, 1, 1, 1, 0, 1])).toEqual([
      '0+4',
      '8+4',
      '12+2',
      '14+1',
      '15+1',
      '6+2',
      '4+1',
      '5+1',
    ]);
  });

  test('the main thread helps only where it is worth it', () => {
    expect(runsOf([1, 10], 2, [0, 0])).toEqual(['0+1', undefined]);
    expect(runsOf([1, 2 ** 27], 2, [0, 0])).toEqual(['0+1', '1+1']);
  });

  test('the main thread goes on in small steps, so that others can take what it has no time for', () => {
    const sizes = Array.from({ length: 16 }, () => 2 ** 24);
    expect(runsOf(sizes, 2, [0, 1, 1, 1, 1, 1, 0, 1])).toEqual([
      '0+2',
      '8+4',
      '12+2',
      '14+1',
      '15+1',
      '5+3',
      '2+1',
      '4+1',
    ]);
  });

  test('a large file is a region', () => {
    expect(runsOf([1, 1, 1, 100], 2, [0, 1, 0, 0])).toEqual(['0+1', '3+1', '1+1', '2+1']);
    expect(runsOf([100, 1, 1, 1], 2, [0, 1, 1, 1, 1])).toEqual(['0+1', '1+1', '2+1', '3+1', undefined]);
  });

  test('each task is begun once, whatever the sizes', () => {
    const sizes = fc.array(fc.nat(50), { maxLength: 60 });
    fc.assert(
      fc.property(sizes, fc.infiniteStream(fc.nat(4)), fc.integer({ min: 1, max: 5 }), (all, turns, threads) => {
        const queue = new TaskQueue(tasksOf(all), threads);
        const begun: number[] = [];
        for (const thread of turns) {
          const run = queue.next(thread % threads);
          if (!run && (thread % threads > 0 || threads === 1)) break;
          if (run) for (let task = run.first; task < run.first + run.count; task++) begun.push(task);
        }
        expect(begun.sort((a, b) => a - b)).toEqual(all.map((_, task) => task));
      }),
    );
  });
});

const part = (name: string, from: number, to: number): InputFile => ({
  name,
  sizeBytes: to - from,
  range: { from, to, headerBytes: 4, format: 'evtx' },
  problem: undefined,
});

test('parts that follow each other are read as one', () => {
  const whole: InputFile = { name: 'c', sizeBytes: 9, problem: undefined };
  const tasks = [part('a', 4, 10), part('a', 10, 20), part('b', 4, 8), part('b', 8, 9), whole];
  expect(inputsOf(tasks, { first: 1, count: 4 })).toEqual([part('a', 10, 20), part('b', 4, 9), whole]);
});
