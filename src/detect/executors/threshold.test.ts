import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sampleRule } from '../../../test/conformance/reports-sample.ts';
import type { Document } from '../../event/document.ts';
import { toAlertDocument } from '../alerts/alert-document.ts';
import type { ThresholdPart } from '../rule.ts';
import { scanDocuments } from '../scan/scan-documents.ts';

const START = Date.UTC(2026, 2, 1);
const MINUTE = 60_000;

/** `10:30 client>server` with minutes and seconds; `-` leaves a side out. */
function event(text: string, index: number): Document {
  const [time, sides] = text.split(' ');
  const [minutes, seconds] = time!.split(':');
  const [client, server] = sides!.split('>');
  const at = START + Number(minutes) * MINUTE + Number(seconds) * 1000;
  return {
    '@timestamp': new Date(at).toISOString(),
    smbastion: { event: { id: `e${String(index).padStart(3, '0')}` } },
    event: { dataset: 'test.flow', category: ['network'] },
    ...(client === '-' ? {} : { user: { name: client!.includes('|') ? client!.split('|') : client } }),
    ...(server === '-' ? {} : { host: { name: server } }),
  };
}

const part = (given: Partial<ThresholdPart>): ThresholdPart => {
  return { field: ['user.name'], value: 3, cardinality: [], windowMs: 5 * MINUTE, ...given };
};
const rule = (given: Partial<ThresholdPart> = {}) => {
  return sampleRule({ id: 'test-threshold', type: 'threshold', threshold: part(given) });
};
const events = (text: string) => text.split(',').map((one, index) => event(one.trim(), index));

const at = (ms: number) => new Date(ms).toISOString().slice(14, 19);

/** `group count from..to distinct` of each alert. */
const shown = (given: Partial<ThresholdPart>, text: string) => {
  return scanDocuments([rule(given)], events(text)).alerts.map(({ group, lastTime }) => {
    const distinct = group!.cardinality.map(({ value }) => ` ${value}`).join('');
    return `${group!.terms.map(({ value }) => value).join('+')} ${group!.count} ${at(group!.from)}..${at(lastTime)}${distinct}`;
  });
};

const distinctHosts = (value: number) => ({ cardinality: [{ field: 'host.name', value }] });

test.each<[string, Partial<ThresholdPart>, string, string[]]>([
  ['too few', {}, '0:0 a>x, 1:0 a>x', []],
  ['reached', {}, '0:0 a>x, 1:0 a>x, 2:0 a>x', ['a 3 00:00..02:00']],
  ['window end is inside', {}, '0:0 a>x, 1:0 a>x, 5:0 a>x', ['a 3 00:00..05:00']],
  ['one second too late', {}, '0:0 a>x, 1:0 a>x, 5:1 a>x', []],
  ['the window slides', {}, '0:0 a>x, 4:0 a>x, 6:0 a>x, 8:0 a>x', ['a 3 04:00..08:00']],
  ['goes on within a window of its last', {}, '0:0 a>x, 1:0 a>x, 2:0 a>x, 7:0 a>x, 12:0 a>x', ['a 5 00:00..12:00']],
  [
    'a new one after a pause',
    {},
    '0:0 a>x, 1:0 a>x, 2:0 a>x, 7:1 a>x, 8:0 a>x, 9:0 a>x',
    ['a 3 00:00..02:00', 'a 3 07:01..09:00'],
  ],
  ['a pause and too few', {}, '0:0 a>x, 1:0 a>x, 2:0 a>x, 7:1 a>x, 8:0 a>x', ['a 3 00:00..02:00']],
  ['groups apart', {}, '0:0 a>x, 1:0 b>x, 2:0 a>x, 3:0 b>x, 4:0 a>x', ['a 3 00:00..04:00']],
  ['several values belong to each group', {}, '0:0 a|b>x, 1:0 a>x, 2:0 a|b>x', ['a 3 00:00..02:00']],
  ['a group field is absent', {}, '0:0 a>x, 1:0 ->x, 2:0 a>x', []],
  ['tuples', { field: ['user.name', 'host.name'] }, '0:0 a>x, 1:0 a>y, 2:0 a>x, 3:0 a>x', ['a+x 3 00:00..03:00']],
  ['no group field: all together', { field: [] }, '0:0 a>x, 1:0 b>y, 2:0 ->z', [' 3 00:00..02:00']],
  ['distinct values reached', distinctHosts(2), '0:0 a>x, 1:0 a>x, 2:0 a>y', ['a 3 00:00..02:00 2']],
  ['distinct values missed', distinctHosts(3), '0:0 a>x, 1:0 a>y, 2:0 a>x, 3:0 a>y', []],
  ['distinct values leave the window', distinctHosts(3), '0:0 a>x, 4:0 a>y, 6:0 a>y, 7:0 a>z, 8:0 a>z', []],
  ['distinct values go on counting', distinctHosts(2), '0:0 a>x, 1:0 a>x, 2:0 a>y, 3:0 a>z', ['a 4 00:00..03:00 3']],
  ['one is enough', { value: 1 }, '0:0 a>x', ['a 1 00:00..00:00']],
  ['seen out of order', {}, '2:0 a>x, 0:0 a>x, 1:0 a>x', ['a 3 00:00..02:00']],
])('%s', (_, given, text, expected) => {
  expect(shown(given, text)).toEqual(expected);
});

test('matches that cannot be used are counted', () => {
  const { ['@timestamp']: _, ...timeless } = event('0:0 a>x', 9);
  const { rules } = scanDocuments([rule()], [...events('0:0 ->x, 1:0 a>x'), timeless]);
  expect(rules[0]!.counters.map(({ name, count }) => [name, count])).toEqual([
    ['without time', 1],
    ['without group', 1],
  ]);
  expect(rules[0]!.matches).toBe(3);
});

test('an event read twice counts once, also when nothing is remembered', () => {
  const twice = [...events('0:0 a>x, 1:0 a>x'), ...events('0:0 a>x, 1:0 a>x')];
  expect(scanDocuments([rule()], twice).alerts).toEqual([]);
  const { alerts, limits } = scanDocuments([rule()], twice, { limits: { 'matches-remembered': 1 } });
  expect(alerts).toEqual([]);
  expect(limits).toMatchObject([{ name: 'matches-remembered', limit: 1 }]);
});

test('the alert shows its group, what its events share, and its members in order', () => {
  const [alert] = scanDocuments([rule(distinctHosts(2))], events('2:0 a>y, 0:0 a>x, 1:0 a>x')).alerts;
  expect(alert!.document['user']).toEqual({ name: 'a' });
  expect(alert!.members.map(({ id }) => id)).toEqual(['e001', 'e002', 'e000']);
  expect(alert!.reason).toBe('3 events in 2 min, 2 hosts for user.name a');
  expect(toAlertDocument(alert!)).toMatchObject({
    '@timestamp': '2026-03-01T00:02:00.000Z',
    kibana: {
      alert: {
        original_time: '2026-03-01T00:00:00.000Z',
        threshold_result: {
          terms: [{ field: 'user.name', value: 'a' }],
          cardinality: [{ field: 'host.name', value: 2 }],
          count: 3,
          from: '2026-03-01T00:00:00.000Z',
        },
      },
    },
  });
});

const flows = fc.array(
  fc.record({
    minute: fc.integer({ min: 0, max: 40 }),
    user: fc.constantFrom('a', 'b', 'a|b'),
    host: fc.constantFrom('x', 'y', 'z'),
  }),
  { maxLength: 60 },
);

const text = (run: ReturnType<typeof scanDocuments>) => JSON.stringify(run.alerts.map(toAlertDocument));

test('order of reading, duplicates and temporary files change nothing', () => {
  fc.assert(
    fc.property(flows, fc.infiniteStream(fc.nat()), (list, random) => {
      const documents = list.map(({ minute, user, host }, i) => event(`${minute}:0 ${user}>${host}`, i));
      const order = documents.map((document) => ({ document, rank: random.next().value as number }));
      const shuffled = order.sort((x, y) => x.rank - y.rank).map(({ document }) => document);
      const rules = [rule({ ...distinctHosts(2), windowMs: 4 * MINUTE })];
      const plain = text(scanDocuments(rules, documents));
      expect(text(scanDocuments(rules, [...shuffled, ...documents]))).toBe(plain);
      const tiny = { 'group-matches-in-memory': 3, 'documents-in-memory': 2, 'alerts-in-memory': 1 };
      expect(text(scanDocuments(rules, shuffled, { limits: tiny }))).toBe(plain);
    }),
    { numRuns: 150 },
  );
});

/** Sizes of the bursts of one group, by trying every end of a window. */
function burstSizes(minutes: readonly number[], value: number, window: number): number[] {
  const sizes: number[] = [];
  let rest = [...minutes].sort((x, y) => x - y);
  for (;;) {
    const end = rest.findIndex(
      (minute, i) => rest.slice(0, i + 1).filter((one) => one >= minute - window).length >= value,
    );
    if (end < 0) return sizes;
    const start = rest.findIndex((minute) => minute >= rest[end]! - window);
    let last = end;
    while (last + 1 < rest.length && rest[last + 1]! - rest[last]! <= window) last++;
    sizes.push(last - start + 1);
    rest = rest.slice(last + 1);
  }
}

test('agrees with the definition, evaluated the slow way', () => {
  const minutes = fc.array(fc.integer({ min: 0, max: 58 }), { maxLength: 40 });
  fc.assert(
    fc.property(minutes, fc.integer({ min: 1, max: 5 }), (list, value) => {
      const documents = list.map((minute, i) => event(`${minute}:0 a>x`, i));
      const { alerts } = scanDocuments([rule({ value })], documents);
      expect(alerts.map(({ memberCount }) => memberCount)).toEqual(burstSizes(list, value, 5));
    }),
  );
});
