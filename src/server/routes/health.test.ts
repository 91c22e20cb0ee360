import { expect, test } from 'vitest';
import { readinessOf } from './health.ts';

const GB = 1024 ** 3;

test.each([
  ['ready', { isReady: true, isStopping: false }, GB, undefined],
  ['starting', { isReady: false, isStopping: false }, GB, undefined],
  ['stopping', { isReady: false, isStopping: true }, GB, 'IO Error'],
  ['disk full', { isReady: true, isStopping: false }, GB / 16, undefined],
  ['disk full', { isReady: true, isStopping: false }, 0, 'IO Error'],
  ['store failing', { isReady: true, isStopping: false }, GB, 'IO Error'],
])('a server is %s', (status, state, free, failure) => {
  expect(readinessOf(state, free, { failure })).toBe(status);
});
