import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sampleRule } from '../../../test/conformance/reports-sample.ts';
import { DocumentEvent } from '../../event/document-event.ts';
import { Networks } from '../../event/networks.ts';
import { AlertBuilder } from '../alerts/alert-builder.ts';
import { CurrentEvent } from '../scan/current-event.ts';
import { KeptDocuments } from '../scan/kept-documents.ts';
import { engineLimits } from '../scan/limits.ts';
import { TemporaryFiles } from '../scan/temporary-files.ts';
import type { ExecutorContext } from './executor.ts';
import { LegMatches } from './leg-matches.ts';

const networks = new Networks();

/** Hands events to a collector as a scan does. */
function collector(inMemory = 1000) {
  const rule = sampleRule({ id: 'test' });
  const files = new TemporaryFiles(1e9, () => {});
  const documents = new KeptDocuments(inMemory, 1e6, files);
  const context: ExecutorContext = {
    rule,
    build: new AlertBuilder(rule, networks),
    networks,
    emit: () => {},
    exceptedBy: undefined,
    documents,
    files,
    limits: engineLimits({ 'group-matches-in-memory': inMemory }),
    onLimit: () => {},
    onSuppressed: () => {},
    firstTime: () => Number.NaN,
    lastTime: () => Number.NaN,
  };
  const matches = new LegMatches(context);
  const current = new CurrentEvent(1e6, () => {});
  const add = (id: string, time: number, sequence: number | undefined, leg: number, keys: string[] = ['k']) => {
    const event = new DocumentEvent(networks, { event: { sequence }, labels: { id } });
    current.point(event, time);
    current.id = id;
    matches.add(current, leg, keys, [id, undefined, [1, true]]);
  };
  return { matches, add, documents, files };
}

test('events come by time, tiebreaker (none last) and id, whatever order they were read in', () => {
  const { matches, add } = collector();
  add('e', 2, undefined, 0);
  add('d', 1, undefined, 0);
  add('c', 1, 10, 0);
  add('b', 1, 9, 0);
  add('a', 1, undefined, 0);
  add('f', 1.001, 1, 0);
  expect([...matches].map(({ id }) => id)).toEqual(['b', 'c', 'a', 'd', 'f', 'e']);
});

test('an event that matches several legs, or was read twice, is one event', () => {
  const { matches, add, documents } = collector();
  add('a', 1, 5, 2, ['x']);
  add('b', 1, 6, 0);
  add('a', 1, 5, 0, ['y']);
  add('a', 1, 5, 2, ['x']);
  const events = [...matches];
  expect(events.map(({ id, parts }) => [id, parts.map(({ leg, keys }) => [leg, ...keys])])).toEqual([
    [
      'a',
      [
        [0, 'y'],
        [2, 'x'],
      ],
    ],
    ['b', [[0, 'k']]],
  ]);
  expect(documents.load(events[0]!.ticket)).toMatchObject({ labels: { id: 'a' } });
});

test('an event without time is counted and not kept', () => {
  const { matches, add } = collector();
  add('a', Number.NaN, 1, 0);
  expect([...matches]).toEqual([]);
  expect(matches.unused()).toMatchObject([{ name: 'without time', count: 1 }]);
});

test('a spill to disk changes nothing', () => {
  const arbitraryEvent = fc.record({
    id: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
    leg: fc.nat({ max: 2 }),
  });
  fc.assert(
    fc.property(fc.array(arbitraryEvent, { maxLength: 30 }), (events) => {
      const big = collector();
      const small = collector(2);
      for (const { add } of [big, small]) {
        for (const { id, leg } of events) {
          const number = id.charCodeAt(0);
          add(id, 1_700_000_000_000 + (number % 2) / 8, number % 3 === 0 ? undefined : number, leg);
        }
      }
      const plain = ({ matches, documents }: ReturnType<typeof collector>) =>
        [...matches].map(({ ticket, ...event }) => ({ ...event, document: documents.load(ticket) }));
      const spilled = plain(small);
      expect(spilled).toEqual(plain(big));
      expect(new Set(spilled.map(({ id }) => id)).size).toBe(new Set(events.map(({ id }) => id)).size);
      small.files.close();
    }),
  );
});
