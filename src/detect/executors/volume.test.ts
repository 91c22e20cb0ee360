import { expect, test } from 'vitest';
import { sampleRule } from '../../../test/conformance/reports-sample.ts';
import type { Document } from '../../event/document.ts';
import { scanDocuments } from '../scan/scan-documents.ts';

const HOUR = 3_600_000;
const START = Date.UTC(2026, 2, 1);

const rule = (historyDays = 14) => {
  const volume = {
    key: ['client.ip'],
    sentBy: 'server',
    atLeast: 1000,
    factor: 10,
    historyMs: historyDays * 24 * HOUR,
  } as const;
  return sampleRule({ id: 'test-volume', type: 'volume', volume });
};

/** `24 a 500 f1`: hour, client, bytes, flow if it has an id. */
const events = (text: string): Document[] =>
  text.split(',').map((one, i) => {
    const [hour, client, bytes, flow] = one.trim().split(' ');
    return {
      '@timestamp': new Date(START + Number(hour) * HOUR).toISOString(),
      smbastion: { event: { id: `e${i}` } },
      client: { ip: client === 'a' ? '10.0.0.1' : '10.0.0.2' },
      smb: { flow: { bytes: { server: Number(bytes) } } },
      ...(flow === undefined ? {} : { flow: { id: flow } }),
    };
  });

/** `hour ×reports: what is told`. */
const found = (given: ReturnType<typeof rule>, documents: readonly Document[]) =>
  scanDocuments([given], [...documents]).alerts.map(({ originalTime, memberCount, notes }) => {
    return `${(originalTime - START) / HOUR} ×${memberCount}: ${notes[0]!}`;
  });

const before = 'in the days before it was';

test.each<[string, ReturnType<typeof rule>, string, string[]]>([
  [
    'above ten times the most of the days before',
    rule(),
    '0 a 100, 24 a 110, 48 a 1101',
    [`48 ×1: 1.1 kB on 2026-03-03; ${before} at most 110 B a day`],
  ],
  ['exactly ten times is usual', rule(), '0 a 100, 24 a 110, 48 a 1100', []],
  ['far more, but little', rule(), '0 a 10, 24 a 999', []],
  ['nothing is known before the first day', rule(), '0 a 5000, 1 a 5000', []],
  [
    'a client that was not there before',
    rule(),
    '0 b 10, 24 a 600, 30 a 500',
    [`24 ×2: 1.1 kB on 2026-03-02; ${before} none`],
  ],
  [
    'what is older than the history does not count',
    rule(2),
    '0 a 900, 24 a 50, 72 a 1000',
    [`72 ×1: 1.0 kB on 2026-03-04; ${before} at most 50 B a day`],
  ],
  ['running totals count once', rule(), '0 a 100, 24 a 400 f, 25 a 800 f, 26 a 950 f', []],
  [
    'differences are added up',
    rule(),
    '0 a 100, 24 a 400 f, 25 a 300 f, 26 a 900 f',
    [`24 ×3: 1.6 kB on 2026-03-02; ${before} at most 100 B a day`],
  ],
  ['a flow over midnight gives each day its part', rule(), '0 b 1, 24 a 900 f, 47 a 950 f, 49 a 1900 f', []],
])('%s', (_, given, text, expected) => {
  const documents = events(text);
  expect(found(given, documents)).toEqual(expected);
  expect(found(given, [...documents].reverse()), 'in another order').toEqual(expected);
});

test('a day that cannot be judged is counted', () => {
  const { rules } = scanDocuments([rule()], events('0 a 5000'));
  expect(JSON.stringify(rules)).toContain('"without history","count":1');
});
