import { expect, test } from 'vitest';
import { MessageRate } from './rate.ts';

test('as many at once as a minute has, then one each share of a minute', () => {
  const rate = new MessageRate(3, 0);
  for (let n = 3; n > 0; n--) {
    expect(rate.free(0)).toBe(n);
    rate.take();
  }
  expect(rate.free(19_999)).toBe(0);
  expect(rate.free(20_000)).toBe(1);
  expect(rate.free(1_000_000)).toBe(3);
  // A clock that is set back gives nothing and takes nothing.
  expect(rate.free(500_000)).toBe(3);
});
