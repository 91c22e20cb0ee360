import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compareEvents, type LegPart } from '../executors/leg-matches.ts';
import { SequenceMachine } from './sequence-machine.ts';
import type { SequencePlan } from './sequence-plan.ts';

/** What tests keep of an event. */
interface Kept {
  readonly id: string;
  readonly time: number;
  readonly tiebreaker: number | undefined;
}

interface Input extends Kept {
  readonly parts: readonly LegPart[];
}

/** Some moment, so that fractions of milliseconds are as coarse as in real events. */
const START = 1_773_133_200_000;

/** `A !B C until U` with legs by letter; the same letter is the same leg. */
function planOf(text: string, maxspanMs: number | undefined): { plan: SequencePlan; letters: string } {
  const [steps, until] = text.split(' until ') as [string, string | undefined];
  const names = steps.split(' ');
  const letters = [...new Set([...names.map((name) => name.replace('!', '')), ...(until ? [until] : [])])].join('');
  return {
    letters,
    plan: {
      steps: names.map((name) => ({ leg: letters.indexOf(name.replace('!', '')), isMissing: name.startsWith('!') })),
      untilLeg: until === undefined ? undefined : letters.indexOf(until),
      maxspanMs,
    },
  };
}

/** `AX(h1,h2)@1.5#7` is an event of both letters at 1.5 s under two keys with tiebreaker 7; ids are positions. */
function parseEvents(text: string, letters: string): Input[] {
  return text.split(' ').map((one, position) => {
    const [, legs, keys, time, tiebreaker] = /^([A-Z]+)(?:\(([^)]*)\))?@([\d.]+)(?:#(\d+))?$/.exec(one)!;
    return {
      id: String(position),
      time: START + Number(time) * 1000,
      tiebreaker: tiebreaker === undefined ? undefined : Number(tiebreaker),
      parts: [...legs!].map((letter) => ({
        leg: letters.indexOf(letter),
        keys: keys === undefined ? ['k'] : keys.split(',').filter(Boolean),
        values: [],
      })),
    };
  });
}

interface Limits {
  readonly maxKeys?: number;
  readonly maxPending?: number;
}

/** Runs events in order; with `cut` the machine is written down and taken over by another one before that event. */
function run(plan: SequencePlan, events: readonly Input[], newest: number, cut = -1, limits: Limits = {}) {
  const found: string[][] = [];
  const dropped = { keys: 0, pending: 0 };
  const make = () =>
    new SequenceMachine<Kept>(plan, {
      maxKeys: limits.maxKeys ?? 1000,
      maxPending: limits.maxPending ?? 1000,
      onMatch: ({ key, events: kept }) => found.push([key, ...kept.map(({ id }) => id)]),
      onKeyDropped: () => dropped.keys++,
      onPendingDropped: () => dropped.pending++,
    });
  let machine = make();
  [...events].sort(compareEvents).forEach(({ parts, ...kept }, at) => {
    if (at === cut) {
      const state = JSON.stringify(machine.snapshot());
      machine = make();
      machine.restore(JSON.parse(state));
      expect(JSON.stringify(machine.snapshot())).toBe(state);
    }
    machine.add(kept, parts);
  });
  machine.advance(newest);
  return { found, open: machine.open, dropped, machine };
}

const newestOf = (events: readonly Input[]) => Math.max(...events.map(({ time }) => time));

/** Times of the members in seconds, one text a match. */
function times(query: string, events: string, maxspanMs: number | undefined = 10_000, newestSeconds?: number) {
  const { plan, letters } = planOf(query, maxspanMs);
  const input = parseEvents(events, letters);
  const newest = newestSeconds === undefined ? newestOf(input) : START + newestSeconds * 1000;
  const { found, open } = run(plan, input, newest);
  const shown = found.map(([, ...ids]) =>
    ids.map((id) => Math.round((input[Number(id)]!.time - START) * 1000) / 1e6).join(' '),
  );
  return open > 0 ? [...shown, `${open} open`] : shown;
}

describe('maxspan, slots and runs', () => {
  test.each<[string, string, string[], number?]>([
    ['A B', 'A@0 B@10', ['0 10']],
    ['A B', 'A@0 B@10.001', []],
    ['A B', 'A@0.0004 B@10.0004', ['0.0004 10.0004']],
    ['A B', 'A@0.000001 B@10.000002', []],
    ['A B', 'A@0.000002 B@10.000002', ['0.000002 10.000002']],
    ['A B', 'A@0 A@3 B@5 B@6', ['3 5']],
    ['A B C', 'A@0 B@1 A@2 C@3 B@4 C@5', ['0 1 3', '2 4 5']],
    ['A B C', 'A@0 B@1 A@2 B@3 C@4 C@5', ['2 3 4']],
    ['A B C', 'A@0 B@4 A@5 C@6 B@6.5 C@7', ['5 6.5 7'], 5000],
    ['X X', 'X@0 X@1 X@2', ['0 1', '1 2']],
    ['X X X', 'X@0 X@1 X@2 X@3', ['0 1 2', '1 2 3']],
    ['A B', 'B@0 A@1', []],
    ['A B', 'A@0 AB@1 B@2', ['0 1', '1 2']],
    ['A B', 'AB@0', []],
  ])('%s over %s', (query, events, expected, maxspanMs) => {
    expect(times(query, events, maxspanMs)).toEqual(expected);
  });

  test('without maxspan a beginning waits for ever', () => {
    const { plan, letters } = planOf('A B', undefined);
    const events = parseEvents('A@0 B@99999999', letters);
    expect(run(plan, events, newestOf(events)).found).toEqual([['k', '0', '1']]);
  });
});

describe('keys', () => {
  test.each<[string, string, string[][]]>([
    ['A B', 'A(h1)@0 B(h2)@1 B(h1)@2', [['h1', '0', '2']]],
    ['A B', 'A()@0 B()@1', []],
    ['A B', 'A(null)@0 B(null)@1', [['null', '0', '1']]],
    [
      'A B',
      'A(h1,h2)@0 B(h2,h3)@1 B(h1)@2',
      [
        ['h2', '0', '1'],
        ['h1', '0', '2'],
      ],
    ],
    [
      'A B',
      'A(h1)@0 A(h2)@1 B(h1,h2)@2',
      [
        ['h1', '0', '2'],
        ['h2', '1', '2'],
      ],
    ],
  ])('%s over %s', (query, text, expected) => {
    const { plan, letters } = planOf(query, 10_000);
    const events = parseEvents(text, letters);
    expect(run(plan, events, newestOf(events)).found).toEqual(expected);
  });
});

describe('until', () => {
  test.each<[string, string[]]>([
    ['A@0 U@1 B@2', []],
    ['A@0 B@1 U@2', ['0 1']],
    ['AU@0 B@1', []],
    ['A@0 BU@1', ['0 1']],
    ['A(h1)@0 U(h2)@1 B(h1)@2', ['0 2']],
  ])('%s', (events, expected) => {
    expect(times('A B until U', events)).toEqual(expected);
  });
});

describe('order of events of one time', () => {
  test.each<[string, string[]]>([
    ['A@5#1 B@5#2', ['5 5']],
    ['A@5#2 B@5#1', []],
    ['A@5#1 B@5', ['5 5']],
    ['A@5 B@5#1', []],
    ['A@5 B@5', ['5 5']],
    ['B@5 A@5', []],
  ])('%s', (events, expected) => {
    expect(times('A B', events)).toEqual(expected);
  });
});

describe('missing events', () => {
  test.each<[string, string, string[], number?]>([
    // Between two steps: strictly between their times.
    ['A !X B', 'A@0 X@1 B@2', []],
    ['A !X B', 'A@0 X@2 B@2', ['0 2']],
    ['A !X B', 'A@0 X@0 B@2', ['0 2']],
    ['A !X B', 'X@0 A@1 B@2 X@3', ['1 2']],
    ['A !X B', 'A(h1)@0 X(h2)@1 B(h1)@2', ['0 2']],
    ['A !X B', 'A@0 X@1 A@2 B@3', ['2 3']],
    ['A !X B C', 'A@0 X@1 B@2 C@3', []],
    ['A !X B C', 'A@0 B@1 X@2 C@3', ['0 1 3']],
    ['A !X !Y B', 'A@0 Y@1 B@2', []],
    ['A !B C', 'A@0 BC@1', ['0 1']],
    // Judged on the completed sequence: a spoilt one still takes its slots.
    ['A !X B', 'A@0 X@1 B@2 B@3', []],
    // Before the first one, no more than maxspan before the last.
    ['!X A B', 'X@0 A@5 B@9', []],
    ['!X A B', 'X@0 A@5 B@10', []],
    ['!X A B', 'X@0 A@5 B@11', ['5 11']],
    ['!X A B', 'X@5 A@5 B@6', ['5 6']],
    ['!X A B', 'X@4 X@5 A@5 B@6', []],
    ['!X A B', 'A@5 X@5.5 B@6', ['5 6']],
    ['!X A', 'X@0 A@10 A@10.001', ['10.001']],
    // Behind the last one, no more than maxspan after the first; time must have passed.
    ['A !B', 'A@0 B@10', []],
    ['A !B', 'A@0 B@10.001', ['0']],
    ['A !B', 'A@0', ['0'], 10.001],
    ['A !B', 'A@0', ['1 open'], 10],
    ['A !B', 'A@0', ['1 open'], 9],
    ['A !B', 'AB@0', ['0'], 11],
    ['A B !X', 'A@0 B@9 X@9', ['0 9'], 11],
    ['A B !X', 'A@0 B@9 X@9.5', [], 11],
    ['A B !X', 'A@0 B@9 X(other)@9.5', ['0 9'], 11],
    // Every clause must hold.
    ['!X A !Y', 'X@0 A@5', [], 16],
    ['!X A !Y', 'A@5 Y@6', [], 16],
    ['!X A !Y', 'A@5', ['5'], 16],
  ])('%s over %s', (query, events, expected, newestSeconds) => {
    expect(times(query, events, 10_000, newestSeconds)).toEqual(expected);
  });

  test('with until a completed sequence still waits', () => {
    expect(times('A B !X until U', 'A@0 B@1 U@2', 10_000, 11)).toEqual(['0 1']);
  });
});

describe('bounds', () => {
  test('the key touched longest ago goes, and is counted', () => {
    const { plan, letters } = planOf('A B', 10_000);
    const events = parseEvents('A(1)@0 A(2)@1 A(1)@2 A(3)@3 B(2)@4 B(1)@5 B(3)@6', letters);
    const { found, dropped } = run(plan, events, newestOf(events), -1, { maxKeys: 2 });
    expect(found.map(([key]) => key)).toEqual(['1', '3']);
    expect(dropped).toEqual({ keys: 1, pending: 0 });
  });

  test('keys whose time is over make room without being counted', () => {
    const { plan, letters } = planOf('A B', 10_000);
    const events = parseEvents('A(1)@0 A(2)@10.001 B(2)@11', letters);
    const { found, dropped } = run(plan, events, newestOf(events), -1, { maxKeys: 1 });
    expect(found).toEqual([['2', '1', '2']]);
    expect(dropped.keys).toBe(0);
  });

  test('the earliest waiting sequence goes, and is counted; one that was over is not', () => {
    const { plan, letters } = planOf('A !B', 10_000);
    const events = parseEvents('A(1)@0 A(2)@1 A(3)@2 B(2)@3 A(4)@4', letters);
    const { found, dropped } = run(plan, events, START + 30_000, -1, { maxPending: 2 });
    expect(found.map(([key]) => key)).toEqual(['3', '4']);
    expect(dropped).toEqual({ keys: 0, pending: 1 });
  });

  test('a crowd of waiting sequences on one key is gone through once, not once for each event', () => {
    const { plan, letters } = planOf('A !B', 10_000);
    const texts = Array.from({ length: 120_000 }, (_, at) => (at < 60_000 ? 'A@0' : 'B@0'));
    const events = parseEvents(texts.join(' '), letters).map((event, at) => ({
      ...event,
      tiebreaker: at,
    }));
    expect(run(plan, events, START + 10_001, -1, { maxPending: 100_000 }).found.length).toBe(60_000);
  });

  test('nothing is held of keys that have nothing open', () => {
    const { plan, letters } = planOf('A B until U', 10_000);
    const events = parseEvents('B(1)@0 A(2)@1 B(2)@2 A(3)@3 U(3)@4 A(4)@5', letters);
    const { machine } = run(plan, events, START + 5000);
    expect(machine.snapshot().keys.map(({ key }) => key)).toEqual(['4']);
    machine.advance(START + 15_001);
    expect(machine.snapshot()).toEqual({ keys: [], pending: [] });
  });
});

const micro = (ms: number) => Math.round((ms - START) * 1000);

/** The definition, word by word: all events of a key at hand, nothing forgotten, missing steps judged by looking at all. */
function byDefinition(plan: SequencePlan, events: readonly Input[], newest: number) {
  const span = plan.maxspanMs ?? Number.POSITIVE_INFINITY;
  const beyond = (from: number, to: number) => micro(to) - micro(from) > span * 1000;
  const positives = plan.steps.filter(({ isMissing }) => !isMissing);
  const keys = new Set(events.flatMap(({ parts }) => parts.flatMap((part) => part.keys)));
  const found: string[][] = [];
  let open = 0;
  for (const key of keys) {
    const own = [...events].sort(compareEvents).map((event) => ({
      ...event,
      legs: event.parts.filter((part) => part.keys.includes(key)).map(({ leg }) => leg),
    }));
    const complete: (typeof own)[] = [];
    const slots: (typeof own | undefined)[] = [];
    for (const event of own) {
      for (let k = positives.length - 1; k >= 0; k--) {
        if (!event.legs.includes(positives[k]!.leg)) continue;
        let grown: typeof own | undefined = [event];
        if (k > 0) {
          const earlier = slots[k - 1];
          slots[k - 1] = undefined;
          grown = !earlier || beyond(earlier[0]!.time, event.time) ? undefined : [...earlier, event];
        }
        if (!grown) continue;
        if (k === positives.length - 1) complete.push(grown);
        else slots[k] = grown;
      }
      if (plan.untilLeg !== undefined && event.legs.includes(plan.untilLeg)) slots.length = 0;
    }
    for (const members of complete) {
      const first = members[0]!.time;
      const last = members.at(-1)!.time;
      let before = 0;
      let holds = true;
      let mustWait = false;
      for (const { leg, isMissing } of plan.steps) {
        if (!isMissing) {
          before++;
          continue;
        }
        const seen = own.filter(({ legs }) => legs.includes(leg)).map(({ time }) => time);
        if (before === 0) holds &&= !seen.some((time) => time < first && !beyond(time, last));
        else if (before < positives.length) {
          const [from, to] = [members[before - 1]!.time, members[before]!.time];
          holds &&= !seen.some((time) => time > from && time < to);
        } else {
          holds &&= !seen.some((time) => time > last && !beyond(first, time));
          mustWait = true;
        }
      }
      if (!holds) continue;
      if (mustWait && !beyond(first, newest)) open++;
      else found.push([key, ...members.map(({ id }) => id)]);
    }
  }
  return { found: found.map((match) => match.join(' ')).sort(), open };
}

const arbitraryCase = fc.record({
  query: fc.constantFrom(
    'A B',
    'A B C',
    'A A A',
    'A B A',
    'A !X B',
    '!X A B',
    'A B !X',
    'A !X',
    '!X A',
    '!X A !Y',
    '!X A !B B !X',
    'A !X B !Y C until X',
    'A B C until U',
    'A !A A',
  ),
  maxspanMs: fc.constantFrom(1, 3, 5, 8),
  events: fc.array(
    fc.record({
      legs: fc.uniqueArray(fc.constantFrom('A', 'B', 'C', 'X', 'Y', 'U'), { minLength: 1, maxLength: 2 }),
      keys: fc.uniqueArray(fc.constantFrom('h1', 'h2', 'h3'), { minLength: 1, maxLength: 2 }),
      // Quarters of a millisecond, many events at one time.
      quarter: fc.nat({ max: 60 }),
      tiebreaker: fc.option(fc.nat({ max: 2 }), { nil: undefined }),
    }),
    { maxLength: 40 },
  ),
  cut: fc.nat({ max: 40 }),
  after: fc.nat({ max: 12 }),
});

test('agrees with the definition, also when written down and taken over at any event', () => {
  fc.assert(
    fc.property(arbitraryCase, ({ query, maxspanMs, events, cut, after }) => {
      const { plan, letters } = planOf(query, maxspanMs);
      const input = events.map(({ legs, keys, quarter, tiebreaker }, at): Input => {
        const known = legs.filter((letter) => letters.includes(letter));
        return {
          id: String(at),
          time: START + quarter / 4,
          tiebreaker,
          parts: known
            .map((letter) => ({ leg: letters.indexOf(letter), keys, values: [] }))
            .sort((a, b) => a.leg - b.leg),
        };
      });
      const newest = START + 15 + after;
      const { found, open, dropped } = run(plan, input, newest, cut);
      const machine = { found: found.map((match) => match.join(' ')).sort(), open };
      expect(machine).toEqual(byDefinition(plan, input, newest));
      expect(dropped).toEqual({ keys: 0, pending: 0 });
      expect(run(plan, input, newest).found).toEqual(found);
    }),
    { numRuns: 1000 },
  );
});
