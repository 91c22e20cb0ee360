import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compareEvents, type EventOrder } from '../executors/leg-matches.ts';
import { ReorderBuffer, type ReorderState } from './reorder-buffer.ts';

const event = (time: number, id = String(time), tiebreaker?: number): EventOrder => ({ time, id, tiebreaker });

function buffer(latenessMs: number, maxEvents = 1000) {
  const released: string[] = [];
  const late: string[] = [];
  let full = 0;
  const make = () =>
    new ReorderBuffer<EventOrder>({
      latenessMs,
      maxEvents,
      release: ({ id }) => released.push(id),
      onLate: ({ id }) => late.push(id),
      onFull: () => full++,
    });
  return { make, released, late, full: () => full };
}

test('an event is held until nothing before it can come', () => {
  const { make, released, late } = buffer(10);
  const held = make();
  for (const time of [100, 95, 105, 97, 110]) held.push(event(time));
  expect(released).toEqual(['95', '97']);
  expect(held.watermark).toBe(100);
  // At the watermark itself events are still taken, in their order.
  held.push(event(100, '100-', 1));
  held.push(event(99.999));
  held.advance(111);
  expect(released).toEqual(['95', '97', '100-', '100']);
  expect(late).toEqual(['99.999']);
  held.flush();
  expect(released).toEqual(['95', '97', '100-', '100', '105', '110']);
});

test('an event that comes twice is let go once', () => {
  const { make, released, late } = buffer(10);
  const held = make();
  for (const time of [1, 1, 2, 20, 2, 1]) held.push(event(time));
  held.flush();
  expect(released).toEqual(['1', '2', '20']);
  expect(late).toEqual(['1']);
});

test('a full buffer lets the earliest go, says so, and keeps the order', () => {
  const { make, released, late, full } = buffer(1000, 2);
  const held = make();
  for (const time of [5, 3, 4, 1, 6]) held.push(event(time));
  held.flush();
  expect(released).toEqual(['3', '4', '5', '6']);
  expect(late).toEqual(['1']);
  expect(full()).toBe(2);
});

test('whatever comes within the lateness comes out in order, also when written down at any event', () => {
  const arbitrary = fc.record({
    delays: fc.array(fc.record({ step: fc.nat({ max: 5 }), delay: fc.nat({ max: 25 }), tie: fc.nat({ max: 2 }) })),
    cut: fc.nat({ max: 20 }),
  });
  fc.assert(
    fc.property(arbitrary, ({ delays, cut }) => {
      let now = 0;
      const arrivals = delays
        .map(({ step, delay, tie }, at) => {
          now += step;
          return { at: now + delay, event: event(now, String(at), tie === 0 ? undefined : tie) };
        })
        .sort((one, other) => one.at - other.at);
      const { make, released, late } = buffer(20);
      let held = make();
      let newest = Number.NEGATIVE_INFINITY;
      const tooLate: string[] = [];
      arrivals.forEach((arrival, at) => {
        if (at === cut) {
          const state = JSON.stringify(held.snapshot());
          held = make();
          held.restore(JSON.parse(state) as ReorderState<EventOrder>);
        }
        if (arrival.event.time < newest - 20) tooLate.push(arrival.event.id);
        newest = Math.max(newest, arrival.event.time);
        held.push(arrival.event);
      });
      held.flush();
      expect(late).toEqual(tooLate);
      const inTime = arrivals.map((arrival) => arrival.event).filter(({ id }) => !tooLate.includes(id));
      expect(released).toEqual(inTime.sort(compareEvents).map(({ id }) => id));
    }),
  );
});
