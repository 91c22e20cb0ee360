import { expect, test } from 'vitest';
import { DEFAULT_CONFIG } from '../../config/config.ts';
import { DocumentEvent } from '../../event/document-event.ts';
import { Networks } from '../../event/networks.ts';
import type { EventView } from '../../event/view.ts';
import { loadDetection } from '../load-detection.ts';
import { EventFilter } from './event-filter.ts';
import { questionsOf } from './rule-predicates.ts';

const rules = loadDetection(DEFAULT_CONFIG, { now: 0 }).active.filter(({ id }) => id === 'cm0062-windows');
const networks = new Networks();

const filterOf = () => {
  const filter = new EventFilter(questionsOf(rules));
  return { wants: (view: EventView) => filter.questionsMet(view)?.length !== 0 };
};

/** A service logs on: no logon that the rule asks for, but a sign that logons of the host are collected. */
const logon = (host: string, at: string, logonType = 'Service') =>
  new DocumentEvent(networks, {
    '@timestamp': at,
    event: { code: '4624', dataset: 'system.security', outcome: 'success' },
    host: { name: host },
    client: { ip: '10.0.0.7' },
    winlog: { logon: { type: logonType } },
  });

test('an event that only shows what is collected is wanted once an hour and host', () => {
  const filter = filterOf();
  expect(filter.wants(logon('srv01', '2026-01-01T10:00:00Z'))).toBe(true);
  expect(filter.wants(logon('srv01', '2026-01-01T10:59:59Z'))).toBe(false);
  expect(filter.wants(logon('srv01', '2026-01-01T11:00:00Z'))).toBe(true);
  expect(filter.wants(logon('srv02', '2026-01-01T10:00:00Z'))).toBe(true);
});

test('an event that a leg asks for is wanted each time', () => {
  const filter = filterOf();
  for (let i = 0; i < 3; i++) expect(filter.wants(logon('srv01', '2026-01-01T10:00:00Z', 'Network'))).toBe(true);
});

test('the same holds once the events of a kind have a plan of their own', () => {
  const filter = filterOf();
  const facts = { known: () => undefined, canHave: () => true };
  const ofKind = (at: string, logonType?: string) => Object.assign(logon('srv01', at, logonType), { facts });
  expect(filter.wants(ofKind('2026-01-01T10:00:00Z'))).toBe(true);
  for (let i = 0; i < 300; i++) expect(filter.wants(ofKind('2026-01-01T10:00:01Z'))).toBe(false);
  expect(filter.wants(ofKind('2026-01-01T11:00:00Z'))).toBe(true);
  expect(filter.wants(ofKind('2026-01-01T11:00:00Z', 'Network'))).toBe(true);
});
