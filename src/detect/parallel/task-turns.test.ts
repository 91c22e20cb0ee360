import { readdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { TemporaryFiles } from '../scan/temporary-files.ts';
import { TaskTurns } from './task-turns.ts';

const folder = mkdtempSync(join(tmpdir(), 'turns-'));
afterAll(() => rmSync(folder, { recursive: true }));

const TASKS = 4;

/** A step of a thread: one of the tasks brings a batch, or is done. */
const steps = fc.array(
  fc.record({
    task: fc.nat(TASKS - 1),
    records: fc.array(
      fc.string({ maxLength: 30 }).map((text) => JSON.stringify(text)),
      { minLength: 1, maxLength: 5 },
    ),
    isLast: fc.boolean(),
  }),
  { maxLength: 40 },
);

test.each([
  ['all of memory', 1 << 20, 0],
  ['no memory and a file', 0, 1 << 20],
  ['little memory and a file', 60, 1 << 20],
  ['little memory and a small file', 60, 200],
  ['neither', 0, 0],
])('events come in the order of the tasks: %s', (_name, memory, disk) => {
  fc.assert(
    fc.property(steps, (all) => {
      const files = new TemporaryFiles(disk, () => {}, folder);
      const taken: string[] = [];
      const turns = new TaskTurns(TASKS, (record) => taken.push(record), files, memory);
      const brought: string[][] = Array.from({ length: TASKS }, () => []);
      const isDone = new Set<number>();
      let acknowledged = 0;
      let batches = 0;
      for (const { task, records, isLast } of all) {
        if (isDone.has(task)) continue;
        turns.add(task, records, () => acknowledged++);
        batches++;
        brought[task]!.push(...records);
        if (isLast) {
          isDone.add(task);
          turns.done({ first: task, count: 1 });
        }
        expect(turns.isTurnOf([0, 1, 2, 3, 4].find((one) => !isDone.has(one))!)).toBe(true);
      }
      turns.finish();
      expect(taken).toEqual(brought.flat());
      expect(acknowledged).toBe(batches);
      files.close();
    }),
    { numRuns: 200 },
  );
  expect(readdirSync(folder)).toEqual([]);
});

test('where there is no room at all, the thread waits until it is its turn', () => {
  const files = new TemporaryFiles(0, () => {}, folder);
  const taken: string[] = [];
  const turns = new TaskTurns(2, (record) => taken.push(record), files, 3);
  const told: string[] = [];
  turns.add(1, ['abc'], () => told.push('in memory'));
  turns.add(1, ['d'], () => told.push('waited'));
  expect(told).toEqual(['in memory']);
  turns.add(0, ['first'], () => told.push('at once'));
  turns.done({ first: 0, count: 1 });
  expect(told).toEqual(['in memory', 'at once', 'waited']);
  expect(taken).toEqual(['first', 'abc', 'd']);
  files.close();
});
