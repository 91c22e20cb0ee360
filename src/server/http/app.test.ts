import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestServer, type TestServer } from '../../../test/tools/test-server.ts';
import { ACCESS } from '../access/caller.ts';

let server: TestServer;
beforeAll(async () => {
  server = await openTestServer({ server: { maxBodyBytes: 1024 } });
  server.app.post('/test/echo', { config: { access: ACCESS.read } }, async (request) => ({ got: request.body }));
  server.app.post('/test/bug', { config: { access: ACCESS.read } }, async () => {
    throw new Error('inner words');
  });
  server.app.post('/test/bulk', { config: { access: ACCESS.ingest, errors: 'elasticsearch' } }, async () => ({}));
});
afterAll(() => server.close());

test('health is told to everybody, anything else to nobody who does not say who they are', async () => {
  expect((await server.askAsStranger({ method: 'GET', url: '/healthz' })).json()).toEqual({ status: 'ok' });
  const ready = await server.askAsStranger({ method: 'GET', url: '/readyz' });
  expect([ready.statusCode, ready.json()]).toEqual([503, { status: 'starting' }]);
  const stranger = await server.askAsStranger({ method: 'GET', url: '/api/v1/status' });
  expect([stranger.statusCode, stranger.json().error.code]).toEqual([401, 'API-SIGN-IN']);
  expect((await server.ask({ method: 'GET', url: '/api/v1/status' })).json()).toMatchObject({ asker: 'local' });
});

test.each([['Bearer wrong'], ['Bearer '], ['ApiKey !!'], ['Basic eA=='], ['x']])(
  'credentials %j are not known',
  async (authorization) => {
    const answer = await server.askAsStranger({ method: 'GET', url: '/api/v1/status', headers: { authorization } });
    expect([answer.statusCode, answer.json().error.code]).toEqual([401, 'API-SIGN-IN']);
  },
);

test('a stranger’s body is not read', async () => {
  const body = 'x'.repeat(5000);
  const headers = { 'content-type': 'application/json' };
  const ask = { method: 'POST', url: '/test/echo', body, headers } as const;
  expect((await server.askAsStranger(ask)).statusCode).toBe(401);
  expect((await server.ask(ask)).json().error.code).toBe('API-TOO-LARGE');
  // Nor one that leads nowhere: neither its size nor what is wrong with it is looked at.
  const nowhere = await server.askAsStranger({ ...ask, url: '/nowhere' });
  expect([nowhere.statusCode, nowhere.json().error.code]).toEqual([404, 'API-NOT-FOUND']);
});

test('a shipper that asks at the root is told where to ask', async () => {
  const answer = await server.askAsStranger({
    method: 'POST',
    url: '/logs-zeek-default/_bulk',
    body: '{"create":{}}\n',
    headers: { 'content-type': 'application/json' },
  });
  expect([answer.statusCode, answer.json().error.fix]).toEqual([404, expect.stringContaining('/elasticsearch')]);
});

test('mistakes are answered in one shape', async () => {
  const json = { 'content-type': 'application/json' };
  const broken = await server.ask({ method: 'POST', url: '/test/echo', body: '{"a":', headers: json });
  expect([broken.statusCode, broken.json().error.code]).toEqual([400, 'API-INPUT']);
  const xml = await server.ask({
    method: 'POST',
    url: '/test/echo',
    body: '<a/>',
    headers: { 'content-type': 'text/xml' },
  });
  expect([xml.statusCode, xml.json().error.code]).toEqual([400, 'API-INPUT']);
  for (const url of ['/nowhere', '/../etc/passwd', '/%2e%2e/x', '/%', `/${'a'.repeat(9000)}`, '/api/v1/status/']) {
    const answer = await server.ask({ method: 'GET', url });
    expect([url, typeof answer.json().error.code, answer.statusCode >= 400 && answer.statusCode < 500]).toEqual([
      url,
      'string',
      true,
    ]);
  }
});

test('a bug tells nobody what is inside, but the log', async () => {
  const answer = await server.ask({ method: 'POST', url: '/test/bug' });
  expect([answer.statusCode, answer.body.includes('inner words')]).toEqual([500, false]);
  expect(server.log.join('')).toContain('inner words');
});

test('a receiver answers in the shape of the product that it stands in for', async () => {
  const answer = await server.askAsStranger({ method: 'POST', url: '/test/bulk', body: '{}' });
  expect([answer.statusCode, answer.json()]).toMatchObject([
    401,
    { error: { type: 'security_exception' }, status: 401 },
  ]);
});

test('a route that does not say who may use it cannot exist', async () => {
  const other = await openTestServer();
  expect(() => other.app.get('/test/open', async () => ({}))).toThrow('does not say who may use it');
  await other.close();
});
