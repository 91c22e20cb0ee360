import { expect, test } from 'vitest';
import { FailureLimit } from './failure-limit.ts';

test('after a clock was put back nobody waits for what failed in the future', () => {
  const limit = new FailureLimit({ failures: 2, withinMs: 1_000 });
  for (const at of [90_000, 90_100]) limit.count('a', at);
  expect(limit.waitMs('a', 90_200)).toBe(800);
  expect(limit.waitMs('a', 5_000)).toBe(0);
  for (const at of [5_000, 5_100]) limit.count('a', at);
  expect(limit.waitMs('a', 5_200)).toBe(800);
});
