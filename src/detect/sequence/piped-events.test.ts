import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { EqlPipe } from '../../query/eql/eql-query.ts';
import { PipedEvents } from './piped-events.ts';

const event = (time: number) => ({ time, tiebreaker: undefined, id: `e${time}` });

/** What is left of some times, what gave way, and how often there was no room. */
function run(pipes: readonly EqlPipe[], times: readonly number[], maxEvents = 100) {
  const dropped: number[] = [];
  let full = 0;
  const onDropped = ({ time }: { time: number }) => dropped.push(time);
  const events = new PipedEvents<ReturnType<typeof event>>(pipes, { maxEvents, onDropped, onFull: () => full++ });
  for (const time of times) if (events.wants(event(time))) events.add(event(time));
  return { left: events.list().map(({ time }) => time), dropped, full };
}

test.each<[string, EqlPipe[], number[], number[]]>([
  ['head keeps the earliest, whatever order they come in', [{ kind: 'head', count: 2 }], [3, 1, 2, 4], [1, 2]],
  ['tail keeps the latest, earliest first', [{ kind: 'tail', count: 2 }], [3, 1, 4, 2], [3, 4]],
  ['fewer than the pipe lets through', [{ kind: 'head', count: 9 }], [2, 1], [1, 2]],
  ['none', [{ kind: 'head', count: 0 }], [2, 1], []],
  ['read twice', [{ kind: 'tail', count: 2 }], [1, 2, 3, 3, 2], [2, 3]],
  [
    'from left to right',
    [
      { kind: 'tail', count: 3 },
      { kind: 'head', count: 1 },
    ],
    [1, 2, 3, 4],
    [2],
  ],
])('%s', (_name, pipes, times, expected) => {
  expect(run(pipes, times).left).toEqual(expected);
});

test('an event that gives way is told, so that its document can be let go', () => {
  expect(run([{ kind: 'head', count: 1 }], [3, 2, 1, 4]).dropped).toEqual([3, 2]);
});

test('with less room than the pipe lets through it says so', () => {
  expect(run([{ kind: 'head', count: 5 }], [1, 2, 3, 4], 2)).toMatchObject({ left: [1, 2], full: 2 });
  expect(run([{ kind: 'head', count: 2 }], [1, 2, 3, 4], 2).full).toBe(0);
});

test('the answer is that of sorting everything first', () => {
  const pipe = fc.record({ kind: fc.constantFrom('head' as const, 'tail' as const), count: fc.nat({ max: 6 }) });
  const times = fc.uniqueArray(fc.nat({ max: 50 }), { maxLength: 12 });
  fc.assert(
    fc.property(fc.array(pipe, { minLength: 1, maxLength: 3 }), times, (pipes, all) => {
      let expected = [...all].sort((one, other) => one - other);
      for (const { kind, count } of pipes) {
        expected = kind === 'head' ? expected.slice(0, count) : count === 0 ? [] : expected.slice(-count);
      }
      expect(run(pipes, all).left).toEqual(expected);
    }),
  );
});
