import { expect, test } from 'vitest';
import { readinessOf } from './health.ts';

const GB = 1024 ** 3;

test.each([
  ['ready', { isReady: true, isStopping: false }, GB],
  ['starting', { isReady: false, isStopping: false }, GB],
  ['stopping', { isReady: false, isStopping: true }, GB],
  ['disk full', { isReady: true, isStopping: false }, GB / 16],
  ['disk full', { isReady: true, isStopping: false }, 0],
])('a server is %s', (status, state, free) => {
  expect(readinessOf(state, free)).toBe(status);
});
