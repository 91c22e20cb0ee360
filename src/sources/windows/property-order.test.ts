import { expect, test } from 'vitest';
import { readContentJson } from '../../base/content.ts';
import { type OrderFile, ordersOf, propertyOrder } from './property-order.ts';
import { windowsKind } from './windows-mapping.ts';

const file = readContentJson<OrderFile>('windows/property-order.json');

test('versions of an event differ in how many values they have, or none could be told from another', () => {
  for (const [event, orders] of ordersOf(file)) {
    const counts = orders.map(({ properties }) => properties.length);
    expect(new Set(counts).size, event).toBe(counts.length);
  }
});

test('types are known', () => {
  const types = [...ordersOf(file).values()].flat().flatMap(({ properties }) => properties.map(({ type }) => type));
  expect([...new Set(types)].sort()).toEqual(['binary', 'guid', 'text', 'x32', 'x64']);
});

test.each([
  ['Microsoft-Windows-Security-Auditing', 4624, 27, 'ElevatedToken'],
  ['MICROSOFT-WINDOWS-SECURITY-AUDITING', 4624, 20, 'IpPort'],
  ['Microsoft-Windows-Sysmon', 1, 23, 'ParentUser'],
  ['Microsoft-Windows-SMBServer', 551, 14, 'SPNValidationPolicy'],
])('%s %i with %i values ends with %s', (provider, eventId, count, last) => {
  expect(propertyOrder(provider, eventId, count)?.properties.at(-1)?.name).toBe(last);
  expect(windowsKind(undefined, provider, eventId).dataset).not.toBe('winlog.winlog');
});

test.each([
  ['Microsoft-Windows-Security-Auditing', 4624, 19],
  ['Microsoft-Windows-Nobody', 4624, 20],
  [undefined, 4624, 20],
])('of others nothing is guessed: %s %i with %i values', (provider, eventId, count) => {
  expect(propertyOrder(provider, eventId, count)).toBeUndefined();
});
