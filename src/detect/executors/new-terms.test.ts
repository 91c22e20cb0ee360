import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sampleRule } from '../../../test/conformance/reports-sample.ts';
import type { Document } from '../../event/document.ts';
import { toAlertDocument } from '../alerts/alert-document.ts';
import { scanDocuments } from '../scan/scan-documents.ts';

const HOUR = 3_600_000;
const START = Date.UTC(2026, 2, 1);

const rule = (historyHours: number, learnHours = 0, fields: readonly string[] = ['user.name']) => {
  const newTerms = { fields, historyMs: historyHours * HOUR, learnMs: learnHours * HOUR };
  return sampleRule({ id: 'test-new', type: 'new_terms', newTerms });
};

/** `10 a>x`: hour, users (`a|b` for two), host; `-` leaves one out. */
function event(text: string, index: number): Document {
  const [hour, sides] = text.split(' ');
  const [user, host] = sides!.split('>');
  return {
    '@timestamp': new Date(START + Number(hour) * HOUR).toISOString(),
    smbastion: { event: { id: `e${String(index).padStart(3, '0')}` } },
    ...(user === '-' ? {} : { user: { name: user!.includes('|') ? user!.split('|') : user } }),
    ...(host === undefined ? {} : { host: { name: host } }),
  };
}
const events = (text: string) => text.split(',').map((one, index) => event(one.trim(), index));

const shown = (given: ReturnType<typeof rule>, text: string) => {
  return scanDocuments([given], events(text)).alerts.map(({ originalTime, newTerms }) => {
    return `${(originalTime - START) / HOUR} ${newTerms!.map(({ value }) => value).join('+')}`;
  });
};

test.each<[string, ReturnType<typeof rule>, string, string[]]>([
  ['first one only', rule(10), '0 a, 1 a, 2 b, 3 a', ['0 a', '2 b']],
  ['exactly the history ago is known', rule(10), '0 a, 10 a', ['0 a']],
  ['longer ago is new again', rule(10), '0 a, 10.5 a', ['0 a', '10.5 a']],
  ['each sighting keeps it known', rule(10), '0 a, 9 a, 18 a, 27 a, 37.5 a', ['0 a', '37.5 a']],
  ['out of order', rule(10), '20.5 a, 0 a, 10 a', ['0 a', '20.5 a']],
  ['the earliest is the new one', rule(10), '3 a, 2 a, 1 a', ['1 a']],
  ['learning only teaches', rule(10, 5), '0 a, 4 b, 5 c, 6 a, 7 b', ['5 c']],
  ['learning starts with the evidence', rule(10, 5), '0 -, 6 a', ['6 a']],
  [
    'every combination of values',
    rule(10, 0, ['user.name', 'host.name']),
    '0 a|b>x, 1 a>x, 2 a>y',
    ['0 a+x', '0 b+x', '2 a+y'],
  ],
  ['a field is absent', rule(10, 0, ['user.name', 'host.name']), '0 a, 1 ->x', []],
])('%s', (_, given, text, expected) => {
  expect(shown(given, text).sort()).toEqual(expected.sort());
});

test('the alert is the event', () => {
  const [alert] = scanDocuments([rule(10)], events('1 a>x, 0 a>y')).alerts;
  expect(alert!.document).toMatchObject({ user: { name: 'a' }, host: { name: 'y' } });
  expect(alert!.members).toMatchObject([{ id: 'e001' }]);
  expect(alert!.reason).toBe('First seen: user.name a; on y, as a');
  expect(toAlertDocument(alert!)['kibana']).toMatchObject({ alert: { new_terms: ['a'] } });
});

test('order of reading, duplicates and temporary files change nothing; the definition holds', () => {
  const sightings = fc.array(fc.tuple(fc.integer({ min: 0, max: 60 }), fc.constantFrom('a', 'b', 'a|b')), {
    maxLength: 50,
  });
  fc.assert(
    fc.property(sightings, fc.infiniteStream(fc.nat()), fc.integer({ min: 0, max: 12 }), (list, random, learn) => {
      const documents = list.map(([hour, user], i) => event(`${hour} ${user}`, i));
      const order = documents.map((document) => ({ document, rank: random.next().value as number }));
      const shuffled = order.sort((x, y) => x.rank - y.rank).map(({ document }) => document);
      const rules = [rule(7, learn)];
      const plain = scanDocuments(rules, documents).alerts;
      const text = (alerts: typeof plain) => JSON.stringify(alerts.map(toAlertDocument));
      expect(text(scanDocuments(rules, [...shuffled, ...documents]).alerts)).toBe(text(plain));
      const tiny = { 'group-matches-in-memory': 2, 'documents-in-memory': 1, 'alerts-in-memory': 2 };
      expect(text(scanDocuments(rules, shuffled, { limits: tiny }).alerts)).toBe(text(plain));

      const first = Math.min(...list.map(([hour]) => hour));
      const expected = ['a', 'b'].flatMap((user) => {
        const hours = [...new Set(list.filter(([, users]) => users.includes(user)).map(([hour]) => hour))];
        return hours
          .filter((hour) => !hours.some((other) => other < hour && hour - other <= 7))
          .filter((hour) => hour >= first + learn)
          .map((hour) => `${hour} ${user}`);
      });
      const got = plain.map(({ originalTime, newTerms }) => `${(originalTime - START) / HOUR} ${newTerms![0]!.value}`);
      expect(got.sort()).toEqual(expected.sort());
    }),
    { numRuns: 150 },
  );
});
