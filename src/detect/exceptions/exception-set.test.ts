import { expect, test } from 'vitest';
import type { Document } from '../../event/document.ts';
import { DocumentEvent } from '../../event/document-event.ts';
import { Networks } from '../../event/networks.ts';
import { ExceptionSet } from './exception-set.ts';
import { parseExceptions } from './load-exceptions.ts';

const MAY_1 = Date.UTC(2026, 4, 1);
const networks = new Networks();

/** One exception for all events; `keys` stand in its head. */
function exceptionText(id: string, keys: string): string {
  return `[[exception]]\nid = "${id}"\nname = "n"\nowner = "o"\nreason = "r"\n${keys}
[[exception.item]]\nentries = [ { field = "event.kind", operator = "does_not_exist" } ]\n`;
}

function setOf(texts: readonly string[], now = MAY_1): ExceptionSet {
  const loaded = parseExceptions([{ file: 'e.toml', text: texts.join('\n') }], { lists: new Map(), now });
  expect(loaded.errors).toEqual([]);
  return new ExceptionSet(loaded.exceptions, now);
}

function at(time: string | undefined, more: Document = {}): DocumentEvent {
  return new DocumentEvent(networks, time === undefined ? more : { '@timestamp': time, ...more });
}

const EXPIRY: readonly [time: string | undefined, now: string, silenced: boolean][] = [
  ['2026-04-30T23:59:59.999Z', '2026-07-01', true],
  ['2026-05-01T00:00:00Z', '2026-01-01', false],
  ['2026-05-01T01:59:59+02:00', '2026-07-01', true],
  [undefined, '2026-04-30', true],
  [undefined, '2026-05-01', false],
];

test.each(EXPIRY)('expires on 1 May; event at %s, now %s: %s', (time, now, silenced) => {
  const set = setOf([exceptionText('e', 'rules = ["*"]\nexpires = 2026-05-01T00:00:00Z')], Date.parse(now));
  // When the record was read says nothing about when the activity was.
  const event = at(time, { event: { ingested: '2026-06-15T00:00:00Z' } });
  expect(set.forRule('r', [])?.(event)?.id).toBe(silenced ? 'e' : undefined);
});

test.each([
  ['rules = ["a"]', 'a', [], true],
  ['rules = ["a"]', 'b', [], false],
  ['rules = ["a", "b"]', 'b', [], true],
  ['rules = ["*"]', 'b', [], true],
  ['list = "l"', 'b', [], false],
  ['list = "l"', 'b', ['k', 'l'], true],
  ['rules = ["a"]\nlist = "l"', 'a', [], true],
  ['rules = ["*"]\ntemplate = true', 'a', [], false],
])('%s, rule %s with lists %j: %s', (keys, rule, lists, expected) => {
  const set = setOf([exceptionText('e', `${keys}\nexpires = "never"`)]);
  expect(set.forRule(rule, lists)?.(at('2026-01-01')) !== undefined).toBe(expected);
});

test('the first exception that holds takes the hit; counters are shared by rules', () => {
  const set = setOf([
    exceptionText('old', 'rules = ["*"]\nexpires = 2026-02-01'),
    exceptionText('new', 'rules = ["a", "b"]\nexpires = "never"'),
    exceptionText('shipped', 'rules = ["*"]\nexpires = "never"\ntemplate = true'),
  ]);
  const a = set.forRule('a', [])!;
  const b = set.forRule('b', [])!;
  const hits = [a(at('2026-01-31')), a(at('2026-03-02')), b(at('2026-03-01')), a(at(undefined))];
  expect(hits.map((exception) => exception?.id)).toEqual(['old', 'new', 'new', 'new']);
  expect(a(at('2026-03-02', { event: { kind: 'event' } }))).toBeUndefined();
  expect(set.results()).toEqual([
    { id: 'old', name: 'n', hits: 1, expires: '2026-02-01', lastHit: Date.UTC(2026, 0, 31) },
    { id: 'new', name: 'n', hits: 3, expires: 'never', lastHit: Date.UTC(2026, 2, 2) },
  ]);
});
