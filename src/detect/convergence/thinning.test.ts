import fc from 'fast-check';
import { expect, test } from 'vitest';
import { eventsOf, findingsOf, triplePart } from '../../../test/tools/convergence-events.ts';
import { type ConvergenceEvent, CONVERGENCE_EVENT_CODEC } from './convergence-event.ts';
import { Thinning, thinnedInOrder } from './thinning.ts';

const keepOf = (way: number) => triplePart.ways[way]!.count;

/** Through the whole way of an event: thinned as it is read, sorted, thinned again. */
function thinned(events: readonly ConvergenceEvent[], maxStretches = 1000): ConvergenceEvent[] {
  const kept: ConvergenceEvent[] = [];
  const thinning = new Thinning(keepOf, maxStretches, (event) => kept.push(event));
  for (const event of events) thinning.add(event);
  thinning.end();
  return [...thinnedInOrder(kept.sort(CONVERGENCE_EVENT_CODEC.compare), keepOf)];
}

const weightOf = (list: readonly ConvergenceEvent[]) => list.reduce((sum, one) => sum + one.weight, 0);
const idsOf = (list: readonly ConvergenceEvent[]) => list.map(({ id, way, weight }) => `${id} ${way} ${weight}`);

const seconds = (count: number) =>
  Array.from({ length: count }, (_, i) => `C 0:0${(i / count) * 9.9} object=${i % 50}`).join(',');

test('of a thousand opens in ten seconds the first and the last three files stay, with the weight of all', () => {
  const kept = thinned(eventsOf(seconds(1000)));
  expect(kept.map(({ weight }) => weight)).toEqual([1, 1, 1, 1, 1, 995]);
  expect(kept.map(({ time }) => time)).toEqual([0, 10, 20, 9870, 9880, 9890]);
});

test('what differs in client, account or session is kept apart', () => {
  const kept = thinned(
    eventsOf(['X alice session=1', 'X alice session=2', 'X bob', 'Y bob'].map((who) => `C 0:01 H ${who}`).join(',')),
  );
  expect(kept).toHaveLength(4);
});

test('lines of text hold the whole event', () => {
  const [event] = eventsOf('C 1:02 H X - session=7|8');
  const { encode, decode } = CONVERGENCE_EVENT_CODEC;
  expect(decode(encode(event!))).toEqual(event);
});

const anyEvents = fc
  .array(
    fc.record({
      name: fc.constantFrom('A', 'B', 'C', 'C', 'C', 'C', 'C'),
      time: fc.integer({ min: 0, max: 700_000 }),
      object: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
      session: fc.constantFrom('1', '2'),
    }),
    { maxLength: 60 },
  )
  .map((list) => {
    return eventsOf(
      list
        .map(({ name, time, object, session }) => {
          // Most things happen at once, so that there is something to thin.
          const near = time % 3 === 0 ? time : 300_000 + (time % 20_000);
          return `${name} ${Math.floor(near / 60_000)}:${(near % 60_000) / 1000} object=${object} session=${session}`;
        })
        .join(','),
    );
  });

test('thinning changes neither whether there is a finding nor how many events it counts', () => {
  fc.assert(
    fc.property(anyEvents, (events) => {
      const whole = findingsOf(events);
      const thin = findingsOf(thinned(events));
      expect(thin.length > 0).toBe(whole.length > 0);
      expect(weightOf(thinned(events))).toBe(events.length);
    }),
    { numRuns: 1000 },
  );
});

test('the order of reading changes nothing, nor do stretches closed early', () => {
  fc.assert(
    fc.property(
      anyEvents.chain((events) =>
        fc.tuple(fc.constant(events), fc.shuffledSubarray(events, { minLength: events.length })),
      ),
      fc.integer({ min: 1, max: 5 }),
      ([events, shuffled], maxStretches) => {
        expect(idsOf(thinned(shuffled, maxStretches))).toEqual(idsOf(thinned(events)));
      },
    ),
    { numRuns: 500 },
  );
});
