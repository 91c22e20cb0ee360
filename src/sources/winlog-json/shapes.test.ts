import { describe, expect, test } from 'vitest';
import { readAll, sourceConformance } from '../../../test/conformance/sources.ts';
import { WINDOWS_EVENTS } from '../../../test/tools/winlog-events.ts';
import { recordOf, shapesOf, toJson, toXml } from '../../../test/tools/winlog-shapes.ts';
import { without } from '../../../test/tools/without.ts';
import { Networks } from '../../event/networks.ts';
import { ecsDialect } from '../ecs/dialect.ts';
import { jsonSource } from '../json/reader.ts';
import { WindowsEvent } from '../windows/windows-event.ts';
import { winlogDialect } from './dialect.ts';
import { winlogXml } from './xml/winlog-xml.ts';

const source = jsonSource([winlogDialect, ecsDialect]);

describe.each(WINDOWS_EVENTS.map((event) => [event.eventId, event] as const))('event %i', (_id, event) => {
  const expected = new WindowsEvent(recordOf(event), new Networks(), 'x', 'evtx');
  expected.point(1, 0);
  const whole = expected.document();

  test.each(shapesOf(event).map((shape, index) => [shape.shape, index, shape] as const))(
    '%s (%i) is the same event',
    (name, _index, { json, lost }) => {
      const { events, faults, skipped } = readAll(source, toJson(json));
      expect(faults).toEqual([]);
      expect(skipped).toEqual({});
      expect(events).toHaveLength(1);
      expect(events[0]!.provenance.format).toBe(`winlog-json/${name}`);
      expect(without(events[0]!.document, lost)).toEqual(without(whole, lost));
      expect(events[0]!.id).toBe(expected.id());
    },
  );

  test('as XML it is the same event', () => {
    const { events, faults } = readAll(winlogXml, toXml(event));
    expect(faults).toEqual([]);
    expect(events.map(({ document }) => document)).toEqual([whole]);
    expect(events[0]!.id).toBe(expected.id());
  });
});

const lines = WINDOWS_EVENTS.slice(0, 2).flatMap((event) => shapesOf(event).map(({ json }) => toJson(json)));
const distinct = WINDOWS_EVENTS.map((event, index) => toJson(shapesOf(event)[(index * 2) % 12]!.json));

sourceConformance(source, [
  { name: 'one event in each line, each in another shape', bytes: distinct.join('\n'), events: 7 },
]);

sourceConformance(winlogXml, [
  {
    name: 'events in Events, on one line',
    bytes: `\ufeff<?xml version="1.0" encoding="utf-8"?>\r\n<Events>${WINDOWS_EVENTS.slice(0, 2).map(toXml).join('')}</Events>\r\n`,
    events: 2,
  },
  { name: 'events a line', bytes: `${WINDOWS_EVENTS.slice(4, 6).map(toXml).join('\n')}\n`, events: 2 },
]);

test('shapes may change from line to line; the same event has the same id in each', () => {
  const { events, faults } = readAll(source, lines.join('\n'));
  expect(faults).toEqual([]);
  expect(events).toHaveLength(lines.length);
  expect(new Set(events.map(({ id }) => id)).size).toBe(2);
});
