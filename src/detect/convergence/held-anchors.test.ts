import fc from 'fast-check';
import { expect, test } from 'vitest';
import { eventsOf, findingsOf, triplePart } from '../../../test/tools/convergence-events.ts';
import { TemporaryFiles } from '../scan/temporary-files.ts';
import { compareEvents, type ConvergenceEvent } from './convergence-event.ts';
import { HeldAnchors } from './held-anchors.ts';

/** Through the events that wait, by file and by memory. */
function released(events: readonly ConvergenceEvent[], memoryLimit: number): ConvergenceEvent[] {
  const kept: ConvergenceEvent[] = [];
  const files = new TemporaryFiles(1e9, () => expect.unreachable());
  const held = new HeldAnchors(triplePart, memoryLimit, files, (event) => kept.push(event));
  for (const event of events) held.add(event);
  held.end();
  files.close();
  return kept.sort(compareEvents);
}

const namesOf = (events: readonly ConvergenceEvent[]) =>
  events.map(({ way, id }) => `${triplePart.ways[way]!.name} ${id}`);

test.each([
  ['memory', 100],
  ['a file', 1],
])('a start goes on only when its file was written on its host: %s', (_, limit) => {
  const events = eventsOf(`
    P 0:01 id=untied path=c:\\a.exe
    P 0:02 id=elsewhere H2 path=c:\\b.exe
    P 0:03 id=tied path=c:\\x.exe|c:\\b.exe
    P 0:04 id=nameless
    B 0:05 id=needless path=c:\\a.exe
    W 0:06 id=write path=c:\\b.exe`);
  expect(namesOf(released(events, limit))).toEqual(['P tied', 'B needless', 'W write']);
});

const anyEvents = fc
  .array(
    fc.record({
      name: fc.constantFrom('A', 'B', 'C', 'C', 'C', 'P', 'P', 'W'),
      second: fc.integer({ min: 0, max: 1500 }),
      path: fc.constantFrom('a', 'b', 'c|d', 'd', 'e'),
    }),
    { maxLength: 40 },
  )
  .map((list) =>
    eventsOf(
      list
        .map(({ name, second, path }) => `${name} ${Math.floor(second / 60)}:${second % 60} path=${path} session=1`)
        .join(','),
    ),
  );

test('what is left out changes no finding', () => {
  fc.assert(
    fc.property(anyEvents, fc.constantFrom(1, 3, 100), fc.constantFrom('', 'A', 'C'), (events, limit, blind) => {
      expect(findingsOf(released(events, limit), { blind })).toEqual(findingsOf(events, { blind }));
    }),
    { numRuns: 1000 },
  );
});
