import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestServer, type TestServer } from '../../../test/tools/test-server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await openTestServer();
});
afterAll(() => server.close());

const PASSWORD = 'four words, far apart';
const signIn = (name: string, password: string, headers: Record<string, string> = {}) =>
  server.askAsStranger({
    method: 'POST',
    url: '/api/v1/session',
    body: { name, password },
    headers: { ...headers, origin: 'http://localhost:80' },
  });
const cookiesOf = (answer: { headers: Record<string, unknown> }) =>
  [answer.headers['set-cookie']].flat().map((cookie) => String(cookie).split(';')[0]!);
const setPassword = async (secret: string) =>
  server.askAsStranger({ method: 'POST', url: '/api/v1/session/link', body: { secret, password: PASSWORD } });

test('strangers at the same address do not lock out who signed in before, nor who has a link; the attack can be seen', async () => {
  const { accounts } = server.service;
  const device = cookiesOf(await setPassword(await accounts.add('ann', 'analyst', 'test')))[1]!;
  const evil = 'ann\u001b[2J';
  await signIn(`${evil}${'x'.repeat(55)}`, 'a guess of somebody');
  for (let i = 0; i < 6; i++) await signIn('ann', 'a guess of somebody');
  expect((await signIn('ann', PASSWORD)).statusCode).toBe(429);
  const known = await signIn('ann', PASSWORD, { cookie: device });
  expect(known.statusCode).toBe(200);
  expect(cookiesOf(known)[1]).toBe(device);
  expect((await signIn('ann', PASSWORD, { cookie: 'smbastion-device=made-up' })).statusCode).toBe(429);
  const byLink = await setPassword(await accounts.renewLink('ann', 'test'));
  expect(byLink.statusCode).toBe(200);
  // Whoever had the password before is known no more.
  expect((await signIn('ann', PASSWORD, { cookie: device })).statusCode).toBe(429);

  const failed = server.log.map((line) => JSON.parse(line)).filter(({ msg }) => msg === 'a sign-in failed');
  expect(failed).toHaveLength(6);
  expect(failed[1]).toMatchObject({ address: '127.0.0.1', account: 'ann' });
  expect(failed[0].account).toMatch(/^ann\\x1b\[2Jx+…?$/);
  expect(failed[0].account.length).toBeLessThanOrEqual(64);
  const entries = await server.service.store.audit.entries(100);
  expect(entries.filter(({ action }) => action === 'user.slow-down')).toMatchObject([
    { by: 'smbastion', details: { account: 'ann', address: '127.0.0.1' } },
  ]);
});
