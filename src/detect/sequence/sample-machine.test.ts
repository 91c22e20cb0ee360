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
function run(legs: readonly number[], events: readonly Input[], cut = -1, maxKeys = 100) {
  const found: string[] = [];
  let dropped = 0;
  const make = () =>
    new SampleMachine<Kept>(legs, {
      maxKeys,
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

test('a sample is there as soon as any choice of different events exists, also when written down and taken over', () => {
  const arbitrary = fc.record({
    legs: fc.constantFrom([0, 1], [0, 1, 2], [0, 0, 1], [0, 0, 0]),
    events: fc.array(fc.uniqueArray(fc.nat({ max: 2 }), { minLength: 1 }), { maxLength: 10 }),
    cut: fc.nat({ max: 10 }),
  });
  /** Tries every choice. */
  const choose = (
    legs: readonly number[],
    events: readonly number[][],
    chosen: number[] = [],
  ): number[] | undefined => {
    if (chosen.length === legs.length) return chosen;
    for (let at = 0; at < events.length; at++) {
      if (chosen.includes(at) || !events[at]!.includes(legs[chosen.length]!)) continue;
      const whole = choose(legs, events, [...chosen, at]);
      if (whole) return whole;
    }
    return undefined;
  };
  fc.assert(
    fc.property(arbitrary, ({ legs, events, cut }) => {
      const input = events.map((matched) => on('h', ...matched));
      let expected: number[] | undefined;
      for (let length = 1; length <= events.length && !expected; length++) {
        expected = choose(legs, events.slice(0, length));
      }
      const { found } = run(legs, input, cut);
      expect(found).toEqual(expected ? [['h', ...expected].join(' ')] : []);
    }),
    { numRuns: 500 },
  );
});
