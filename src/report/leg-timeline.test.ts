import { expect, test } from 'vitest';
import { sampleAlert, sampleRule } from '../../test/conformance/reports-sample.ts';
import type { AlertLeg } from '../detect/alert.ts';
import { timelineRows, timelineText } from './leg-timeline.ts';

const START = Date.UTC(2026, 2, 3);

const matched = (name: string, after: number): AlertLeg => {
  return { name, state: 'matched', event: `${name}${after}`, time: START + after, what: `did ${name}`, why: undefined };
};
const unmatched = (name: string, state: AlertLeg['state'], why?: string): AlertLeg => {
  return { name, state, event: undefined, time: Number.NaN, what: undefined, why };
};
const alertOf = (legs: readonly AlertLeg[]) =>
  sampleAlert(sampleRule({ id: 'test' }), 'a', {
    originalTime: START,
    sequence: { keys: [], legs, spanMs: 0, grade: undefined },
  });

test('times count from the first event, many events of one leg are one row', () => {
  const failed = [0, 1000, 2000, 65_000].map((after) => matched('failed', after));
  const legs = [...failed, matched('logon', 70_500), unmatched('logoff', 'missing'), unmatched('write', 'blind', 'x')];
  expect(timelineText(alertOf(legs))).toBe(
    'failed ×4 +0 s to +1 min 5 s; logon +1 min 11 s; no logoff; write (unseen)',
  );
  expect(timelineRows(alertOf(legs)).map(({ text }) => text)).toEqual(['did failed', 'did logon', '', 'x']);
});

test('up to three events of one leg have a row each', () => {
  const legs = [0, 1, 2].map((after) => matched('x', after));
  expect(timelineText(alertOf(legs))).toBe('x +0 s; x +1 ms; x +2 ms');
});

test('an event before the first member stands before it', () => {
  expect(timelineText(alertOf([matched('x', -2000)]))).toBe('x −2 s');
});

test('an alert of one event has no timeline', () => {
  expect(timelineRows(sampleAlert(sampleRule({ id: 'test' }), 'a'))).toEqual([]);
});
