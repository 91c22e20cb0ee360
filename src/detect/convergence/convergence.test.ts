import fc from 'fast-check';
import { expect, test } from 'vitest';
import { findingsOf, eventsOf, triplePart } from '../../../test/tools/convergence-events.ts';
import { Convergence } from './convergence.ts';
import { compareEvents, type ConvergenceEvent } from './convergence-event.ts';
import type { OpenFinding } from './open-finding.ts';

const MINUTE_MS = 60_000;

const clock = (ms: number) => {
  const seconds = String(Math.round(ms % MINUTE_MS) / 1000);
  return `${Math.floor(ms / MINUTE_MS)}:${seconds.padStart(/^\d(\.|$)/.test(seconds) ? seconds.length + 1 : 0, '0')}`;
};
const shown = ({ key, same, match }: OpenFinding) => {
  const { name } = triplePart.grades[match.grade]!;
  return `${name} ${clock(match.start)}-${clock(match.end)} ${key} ${same.map((value) => value ?? '-').join(' ')}`;
};

test.each<[string, string, string[], string?]>([
  ['the whole window', 'A 0:00, C 0:01, C 0:01, C 0:01, B 10:00.000', ['loose 0:00-10:00 H X alice']],
  ['a millisecond more', 'A 0:00, C 0:01, C 0:01, C 0:01, B 10:00.001', []],
  ['two opens', 'A 0:00, C 0:01, C 0:02, B 0:03', []],
  ['the same object twice', 'A 0:00, C 0:01 object=a, C 0:02 object=a, C 0:03 object=b, B 0:04', []],
  ['execution first', 'B 0:00, A 1:00, C 2:00, C 2:00, C 9:00', ['loose 0:00-9:00 H X alice']],
  [
    'the later window',
    'C 0:00, C 0:00, C 0:01, A 5:00, B 10:30, C 10:40, C 10:40, C 10:40',
    ['loose 5:00-10:40 H X alice'],
  ],
  ['another client', 'A 0:00, C 0:01 H Y, C 0:01 H Y, C 0:01 H Y, B 0:02 H - -', []],
  ['another account', 'A 0:00, C 0:01 H X bob, C 0:01 H X bob, C 0:01 H X bob, B 0:02 H - -', []],
  [
    'no client on either side',
    'A 0:00 H - -, C 0:01 H - -, C 0:01 H - -, C 0:01 H - -, B 0:02 H - -',
    ['loose 0:00-0:02 H - -'],
  ],
  ['two hosts, each with a part', 'A 0:00 H1, C 0:01 H1, C 0:01 H1, C 0:01 H1, B 0:02 H2, A 0:00 H2', []],
  [
    'the tightest window',
    'A 0:00, C 1:00, C 1:00, C 1:00, A 4:00, C 5:00, C 5:00, C 5:00, B 6:00',
    ['loose 4:00-6:00 H X alice'],
  ],
  [
    'tied by the session',
    'A 0:00 session=7, C 0:01, C 0:01, C 0:01, B 0:02 H - - session=7',
    ['exact 0:00-0:02 H X alice'],
  ],
  [
    'tied by the path',
    'A 0:00, W 0:01 path=x, C 0:01, C 0:01, C 0:01, P 0:02 H - - path=x',
    ['exact 0:00-0:02 H X alice'],
  ],
  [
    'tied by what comes later',
    'A 0:00, C 0:01, C 0:01, C 0:01, P 0:02 H - - path=x, W 9:59 path=x',
    ['exact 0:00-9:59 H X alice'],
  ],
  ['what it needs comes too late', 'A 0:00, C 0:01, C 0:01, C 0:01, P 0:02 H - - path=x, W 10:02.001 path=x', []],
  ['what it needs is another file', 'A 0:00, W 0:01 path=y, C 0:01, C 0:01, C 0:01, P 0:02 H - - path=x', []],
  [
    'one of two clients is tied',
    'A 0:00, C 0:01, C 0:01, C 0:01, A 1:00 H Y bob session=7, C 1:01 H Y bob, C 1:01 H Y bob, C 1:01 H Y bob, ' +
      'A 2:00, C 2:01, C 2:01, C 2:01, B 2:02 H - - session=7',
    ['exact 1:00-2:02 H Y bob'],
  ],
  [
    'one of two clients is nearer',
    'A 0:00, C 0:01, C 0:01, C 0:01, A 1:00 H Y bob, C 1:01 H Y bob, C 1:01 H Y bob, C 1:01 H Y bob, B 2:02 H - -',
    ['loose 1:00-2:02 H Y bob'],
  ],
  [
    'the account is known, the client is not',
    'A 0:00, C 0:01, C 0:01, C 0:01, A 1:00 H Y bob, C 1:01 H Y bob, C 1:01 H Y bob, C 1:01 H Y bob, B 2:02 H - alice',
    ['loose 0:00-2:02 H X alice'],
  ],
  [
    'opens that name nobody go with any client',
    'A 0:00 H X -, C 0:01 H - -, C 0:01 H - -, C 0:01 H - -, B 0:02 H - -',
    ['loose 0:00-0:02 H X -'],
  ],
  [
    'the group that says more is the finding',
    'A 0:00 H X -, A 0:00, C 0:01, C 0:01, C 0:01, C 0:01 H - -, C 0:01 H - -, C 0:01 H - -, B 0:02 H - -',
    ['loose 0:00-0:02 H X alice'],
  ],
  ['logon blind', 'C 0:01, C 0:01, C 0:01, B 0:02 H - -', ['degraded 0:01-0:02 H X alice'], 'A'],
  ['opens blind', 'A 0:01, B 0:02 H - -', ['degraded 0:01-0:02 H X alice'], 'C'],
  ['execution blind', 'A 0:01, C 0:02, C 0:02, C 0:03', ['weak 0:01-0:03 H X alice'], 'BP'],
  ['execution blind, opens first', 'C 0:02, C 0:02, C 0:03, A 9:00', ['weak 0:02-9:00 H X alice'], 'BP'],
  ['logon missing', 'C 0:01, C 0:01, C 0:01, B 0:02 H - -', []],
  ['opens missing', 'A 0:01, B 0:02 H - -', []],
  ['execution missing', 'A 0:01, C 0:02, C 0:02, C 0:03', []],
  ['logon and opens blind', 'B 0:02', [], 'AC'],
  [
    'execution blind, the group that says more is the finding',
    'A 0:00 H X -, A 0:00, C 0:01, C 0:01, C 0:01, C 0:01 H - -, C 0:01 H - -, C 0:01 H - -',
    ['weak 0:00-0:01 H X alice'],
    'BP',
  ],
  [
    'activity goes on with the finding',
    'A 0:00, C 0:01, C 0:01, C 0:01, B 0:02, B 9:00, A 15:00, B 25:00, C 26:00, C 26:00, C 26:00',
    ['loose 0:00-0:02 H X alice'],
  ],
  [
    'a gap of more than a window is a new finding',
    'A 0:00, C 0:01, C 0:01, C 0:01, B 0:02, A 10:02.001, C 10:03, C 10:03, C 10:03, B 10:04',
    ['loose 0:00-0:02 H X alice', 'loose 10:02.001-10:04 H X alice'],
  ],
  [
    'a better match raises the finding',
    'A 0:00 session=7, C 0:01, C 0:01, C 0:01, B 0:02, B 5:00 session=7',
    ['exact 0:00-5:00 H X alice'],
  ],
])('%s', (_, text, expected, blind = '') => {
  expect(findingsOf(eventsOf(text), { blind }).map(shown)).toEqual(expected);
});

test('a finding counts what goes on, and keeps the id of its first match', () => {
  const [finding] = findingsOf(
    eventsOf(
      'A 0:00, C 0:01, C 0:01, C 0:01, W 0:01 path=x, B 0:02 H - -, B 9:00 H - -, P 9:30 H - - path=x, A 18:00, C 20:00, C 31:00',
    ),
  );
  expect(finding).toMatchObject({ firstId: 'e000', first: 0, last: 20 * MINUTE_MS, counts: [2, 2, 1, 4, 1] });
  expect(shown(finding!)).toBe('exact 0:00-9:30 H X alice');
});

test('state that is carried from run to run changes nothing', () => {
  const texts = ['A 0:00, W 0:30 path=x, C 3:00', 'C 4:00, P 5:30 H - - path=x', 'C 9:00', 'B 9:50 H - -, C 15:00'];
  const events = eventsOf(texts.join(','));
  const found: OpenFinding[] = [];
  const context = {
    part: triplePart,
    isSighted: () => true,
    onFinding: (finding: OpenFinding) => found.push(finding),
    maxEvents: 1000,
    onLimit: () => undefined,
    maxGroups: 1000,
    onGroupLimit: () => undefined,
  };
  let machine = new Convergence('H', context);
  for (const [run, until] of [5, 10, 14.5, 20].entries()) {
    const from = [0, 5, 10, 14.5][run]!;
    for (const event of events.filter(({ time }) => time >= from * MINUTE_MS && time < until * MINUTE_MS)) {
      machine.add(event);
    }
    machine.advance(until * MINUTE_MS);
    const written = JSON.stringify(machine.snapshot());
    machine = Convergence.restore('H', context, JSON.parse(written) as ReturnType<Convergence['snapshot']>);
    expect(JSON.stringify(machine.snapshot())).toBe(written);
  }
  machine.end();
  expect(found).toEqual(findingsOf(events));
  expect(found.map(shown)).toEqual(['exact 0:00-9:00 H X alice']);
});

test('too many events of one key: the oldest are forgotten and that is said', () => {
  const lost: number[] = [];
  const found: OpenFinding[] = [];
  const machine = new Convergence('H', {
    part: triplePart,
    isSighted: () => true,
    onFinding: (finding) => found.push(finding),
    maxEvents: 100,
    onLimit: (count) => lost.push(count),
    maxGroups: 1000,
    onGroupLimit: () => undefined,
  });
  const opens = Array.from(
    { length: 1000 },
    (_, i) => `C ${Math.floor(i / 60)}:${(i % 60).toString().padStart(2, '0')}`,
  );
  for (const event of eventsOf([...opens, 'A 16:39', 'B 16:40'].join(','))) machine.add(event);
  machine.end();
  expect(lost.reduce((sum, count) => sum + count, 0)).toBeGreaterThan(800);
  expect(found).toHaveLength(1);
});

/** The definition, tried on every set of events of one group. */
function exists(events: readonly ConvergenceEvent[], windowMs: number): boolean {
  const ofWay = (name: string) => events.filter(({ way }) => triplePart.ways[way]!.name === name);
  return ofWay('B').some((b) =>
    ofWay('A').some((a) =>
      events.some(({ time: start }) => {
        const inside = ({ time }: ConvergenceEvent) => time >= start && time - start <= windowMs;
        const objects = new Set(
          ofWay('C')
            .filter(inside)
            .map(({ object }) => object),
        );
        return inside(a) && inside(b) && objects.size >= 3;
      }),
    ),
  );
}

test('a finding is there exactly when the definition is met, whatever else happens', () => {
  const event = fc.record({
    name: fc.constantFrom('A', 'B', 'C', 'C', 'C'),
    time: fc.integer({ min: 0, max: 1500 }),
    object: fc.constantFrom('a', 'b', 'c', 'd'),
  });
  fc.assert(
    fc.property(fc.array(event, { maxLength: 14 }), (list) => {
      const text = list.map(({ name, time, object }) => {
        return `${name} ${Math.floor(time / 60)}:${String(time % 60).padStart(2, '0')} object=${object}`;
      });
      const events = eventsOf(text.join(','));
      const found = findingsOf(events);
      expect(found.length > 0).toBe(exists(events, triplePart.windowMs));
      for (const { match } of found) {
        expect(match.end - match.start).toBeLessThanOrEqual(triplePart.windowMs);
        expect([...match.members].sort(compareEvents)).toEqual(match.members);
        expect(exists(match.members, triplePart.windowMs)).toBe(true);
      }
    }),
    { numRuns: 2000 },
  );
});
