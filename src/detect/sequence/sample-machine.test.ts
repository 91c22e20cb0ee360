import fc from 'fast-check';
import { expect, test } from 'vitest';
import { SampleMachine, type SampleState } from './sample-machine.ts';

interface Kept {
  readonly id: string;
  readonly time: number;
  readonly tiebreaker: undefined;
}

interface Input {
  readonly legs: readonly number[];
  readonly keys: readonly string[];
}

/** Runs events in order; ids are positions. */
function run(legs: readonly number[], events: readonly Input[], cut = -1, maxKeys = 100, maxPerKey = 1) {
  const found: string[] = [];
  let dropped = 0;
  const make = () =>
    new SampleMachine<Kept>(legs, {
      maxKeys,
      maxPerKey,
      onMatch: ({ key, events: kept }) => found.push([key, ...kept.map(({ id }) => id)].join(' ')),
      onKeyDropped: () => dropped++,
    });
  let machine = make();
  events.forEach(({ legs: matched, keys }, at) => {
    if (at === cut) {
      const state = JSON.stringify(machine.snapshot());
      machine = make();
      machine.restore(JSON.parse(state) as SampleState<Kept>);
    }
    const kept = { id: String(at), time: at, tiebreaker: undefined };
    machine.add(
      kept,
      matched.map((leg) => ({ leg, keys, values: [] })),
    );
  });
  return { found, dropped };
}

const on = (keys: string, ...legs: number[]): Input => ({ keys: keys.split(','), legs });

test.each<[string, Input[], string[]]>([
  ['any order', [on('h', 1), on('h', 0)], ['h 1 0']],
  ['earliest first', [on('h', 0), on('h', 0), on('h', 1)], ['h 0 2']],
  ['keys are apart', [on('h', 0), on('i', 1), on('h', 1), on('i', 0)], ['h 0 2', 'i 3 1']],
  ['one sample a key', [on('h', 0), on('h', 1), on('h', 0), on('h', 1)], ['h 0 1']],
  ['an event is one item only', [on('h', 0, 1)], []],
  ['of an event that is both, the other item takes another', [on('h', 0, 1), on('h', 0)], ['h 1 0']],
  ['an event under several keys', [on('h,i', 0), on('i,h', 1)], ['i 0 1', 'h 0 1']],
])('%s', (_, events, expected) => {
  expect(run([0, 1], events).found.sort()).toEqual(expected.sort());
});

test('the key touched longest ago goes, and is counted', () => {
  expect(run([0, 1], [on('a', 0), on('b', 0), on('a', 0), on('c', 0), on('a', 1), on('b', 1)], -1, 2)).toEqual({
    found: ['a 0 4'],
    dropped: 2,
  });
});

test('several samples of a key: those that are complete first, of them the earliest events first', () => {
  const events = [on('h', 0), on('h', 0), on('h', 1), on('h', 1), on('h', 0)];
  expect(run([0, 1], events, -1, 100, 3).found).toEqual(['h 0 2', 'h 1 2', 'h 0 3']);
  expect(run([0, 1], events, -1, 100, 9).found).toEqual(['h 0 2', 'h 1 2', 'h 0 3', 'h 1 3', 'h 4 2', 'h 4 3']);
});

test('samples are there as soon as choices of different events exist, also when written down and taken over', () => {
  const arbitrary = fc.record({
    legs: fc.constantFrom([0, 1], [0, 1, 2], [0, 0, 1], [0, 0, 0]),
    events: fc.array(fc.uniqueArray(fc.nat({ max: 2 }), { minLength: 1 }), { maxLength: 10 }),
    cut: fc.nat({ max: 10 }),
    perKey: fc.constantFrom(1, 2, 3, 7),
  });
  /** Every choice, in the order of the events of the first item, then of the second. */
  const choices = (legs: readonly number[], events: readonly number[][], chosen: number[] = []): number[][] => {
    if (chosen.length === legs.length) return [chosen];
    return events.flatMap((matched, at) => {
      if (chosen.includes(at) || !matched.includes(legs[chosen.length]!)) return [];
      return choices(legs, events, [...chosen, at]);
    });
  };
  fc.assert(
    fc.property(arbitrary, ({ legs, events, cut, perKey }) => {
      const input = events.map((matched) => on('h', ...matched));
      const { found } = run(legs, input, cut, 100, perKey);
      const all = choices(legs, events)
        .map((choice) => ({ choice, at: Math.max(...choice) }))
        .sort((one, other) => one.at - other.at);
      expect(found).toEqual(all.slice(0, perKey).map(({ choice }) => ['h', ...choice].join(' ')));
    }),
    { numRuns: 500 },
  );
});
