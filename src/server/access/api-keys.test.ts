import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestServer, type TestServer } from '../../../test/tools/test-server.ts';
import { ACCESS, type Access, isAllowed, ROLES, SCOPES } from './caller.ts';

let server: TestServer;
beforeAll(async () => {
  server = await openTestServer();
});
afterAll(() => server.close());

const make = async (scopes: readonly string[]) =>
  (await server.ask({ method: 'POST', url: '/api/v1/keys', body: { name: 'shipper', scopes } })).json();
const get = (url: string, authorization: string) =>
  server.askAsStranger({ method: 'GET', url, headers: { authorization } });

test('a key is taken in the forms that shippers send, as long as it is there', async () => {
  const { key, secret, encoded } = await make(['read']);
  expect(Buffer.from(encoded, 'base64').toString()).toBe(`${key.id}:${secret}`);
  for (const authorization of [`ApiKey ${encoded}`, `apikey ${encoded}`, `Basic ${encoded}`]) {
    const answer = await get('/api/v1/session', authorization);
    expect(answer.json()).toEqual({ name: `key ${key.id}`, via: 'key', scopes: ['read'] });
  }
  const wrong = Buffer.from(`${key.id}:${secret.slice(1)}`).toString('base64');
  expect((await get('/api/v1/session', `ApiKey ${wrong}`)).statusCode).toBe(401);
  expect((await get('/api/v1/users', `ApiKey ${encoded}`)).statusCode).toBe(403);
  const [listed] = (await server.ask({ method: 'GET', url: '/api/v1/keys' })).json().keys;
  expect([Object.keys(listed).includes('hash'), listed.lastUsedMs > 0]).toEqual([false, true]);
  await server.ask({ method: 'DELETE', url: `/api/v1/keys/${key.id}` });
  expect((await get('/api/v1/session', `ApiKey ${encoded}`)).statusCode).toBe(401);
});

test('a key ends', async () => {
  const over = await server.ask({
    method: 'POST',
    url: '/api/v1/keys',
    body: { name: 'x', scopes: ['read'], expiresMs: 1 },
  });
  expect(over.json().error.code).toBe('API-INPUT');
  const { keys } = server.service;
  for (const [expiresMs, isTaken] of [
    [Date.now() - 1, false],
    [Date.now() + 3_600_000, true],
  ] as const) {
    const { key, secret } = await keys.add({ name: 'x', scopes: ['read'], expiresMs }, 'test');
    expect(keys.use(key.id, secret) !== undefined).toBe(isTaken);
  }
});

test('roles and scopes allow what they say', () => {
  const routes = Object.entries(ACCESS) as [string, Access][];
  const allowedTo = (caller: { role?: (typeof ROLES)[number]; scopes?: (typeof SCOPES)[number][] }) =>
    routes
      .filter(([, access]) =>
        isAllowed({ name: 'x', via: 'key', role: caller.role, scopes: caller.scopes ?? [] }, access),
      )
      .map(([name]) => name)
      .join(' ');
  expect(ROLES.map((role) => `${role}: ${allowedTo({ role })}`)).toEqual([
    'viewer: open read',
    'analyst: open read triage',
    'engineer: open read triage engineer ingest',
    'admin: open read triage engineer admin ingest',
  ]);
  expect(SCOPES.map((scope) => `${scope}: ${allowedTo({ scopes: [scope] })}`)).toEqual([
    'ingest: open ingest',
    'read: open read',
    'write: open read triage engineer ingest',
    'admin: open read triage engineer admin ingest',
  ]);
});
