import { expect, test } from 'vitest';
import { attemptSource, FailureLimit } from './failure-limit.ts';

test('after a clock was put back nobody waits for what failed in the future', () => {
  const limit = new FailureLimit({ failures: 2, withinMs: 1_000 });
  for (const at of [90_000, 90_100]) limit.count('a', at);
  expect(limit.waitMs('a', 90_200)).toBe(800);
  expect(limit.waitMs('a', 5_000)).toBe(0);
  for (const at of [5_000, 5_100]) limit.count('a', at);
  expect(limit.waitMs('a', 5_200)).toBe(800);
});

test.each([
  ['10.1.2.3', '10.1.2.3'],
  ['::ffff:10.1.2.3', '10.1.2.3'],
  ['2001:db8:1:2:a:b:c:d', '2001:db8:1:2::/64'],
  ['2001:db8:1:2::1', '2001:db8:1:2::/64'],
  ['2001:db8:1:3::1', '2001:db8:1:3::/64'],
  ['fe80::1%eth0', 'fe80::/64'],
  ['a pipe', 'a pipe'],
])('attempts from %s are those of %s', (ip, source) => {
  expect(attemptSource(ip)).toBe(source);
});
