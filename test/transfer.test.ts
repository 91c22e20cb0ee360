import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseCidr } from '../src/base/address/cidr.ts';
import { DEFAULT_CONFIG } from '../src/config/config.ts';
import { fields } from '../src/event/field.ts';
import type { Predicate } from '../src/query/predicate.ts';
import { loadDetection } from '../src/detect/load-detection.ts';
import { received, transferable } from '../src/event/transfer.ts';

/** As another thread gets it. */
const posted = (value: unknown) => received<unknown>(structuredClone(transferable(value)));

test('every built-in rule arrives as it was', () => {
  const { rules } = loadDetection(DEFAULT_CONFIG, { now: 0 });
  expect(rules.length).toBeGreaterThan(50);
  for (const { predicate, counters, legs, finding } of rules) {
    const asked = { predicate, counters: counters.map(({ when }) => when), legs, join: finding?.join };
    expect(posted(asked)).toEqual(asked);
  }
});

test('fields are those of this thread, and addresses can be compared', () => {
  const field = fields.get('winlog.event_data.OnlyHere');
  const net = parseCidr('2001:db8::/32')!;
  const [exists, networks] = posted([{ kind: 'exists', field }, [net]]) as [Predicate, (typeof net)[]];
  expect('field' in exists && exists.field).toBe(field);
  expect(networks[0]!.low.compare(net.low)).toBe(0);
  expect(networks[0]!.high.text).toBe(net.high.text);
});

test('plain data of any shape', () => {
  fc.assert(fc.property(fc.jsonValue(), (value) => void expect(posted(value)).toEqual(value)));
  const roles = new Map([['server', [parseCidr('10.1.0.0/16')!]]]);
  expect(posted({ roles, none: undefined, big: 1n })).toEqual({ roles, none: undefined, big: 1n });
});

test('what has methods is not sent', () => {
  const list = { name: 'list', has: () => true };
  expect(transferable({ kind: 'inList', field: fields.get('user.name'), list })).toBeUndefined();
  expect(transferable([new Date(0)])).toBeUndefined();
});
