import { expect, test } from 'vitest';
import { openTestServer } from '../../../test/tools/test-server.ts';
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

test.each(['/healthz', '/readyz'])('%s says nothing good over a closed store', async (url) => {
  const server = await openTestServer();
  await server.service.stop();
  const answer = await server.askAsStranger({ method: 'GET', url });
  expect([answer.statusCode, answer.json()]).toEqual([503, { status: 'closed' }]);
  await server.close();
});
