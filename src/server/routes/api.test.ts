import { afterAll, beforeAll, expect, test } from 'vitest';
import { alert, run } from '../../../test/conformance/desk/desk-under-test.ts';
import { openTestServer, type TestServer } from '../../../test/tools/test-server.ts';

let server: TestServer;
let url: string;
beforeAll(async () => {
  server = await openTestServer();
  url = await server.app.listen({ host: '127.0.0.1', port: 0 });
});
afterAll(() => server.close());

const authorization = () => ({ authorization: `Bearer ${server.service.localKey}` });

test('the document of the API has every route, with who may use it', async () => {
  const document = (await server.askAsStranger({ method: 'GET', url: '/api/v1/openapi.json' })).json();
  expect(document.openapi).toBe('3.1.0');
  const operations = Object.entries(document.paths as Record<string, Record<string, { summary?: string }>>).flatMap(
    ([path, methods]) => Object.entries(methods).map(([method, operation]) => ({ path, method, ...operation })),
  );
  expect(operations.length).toBeGreaterThan(15);
  expect(
    operations.filter(({ summary }) => summary === undefined).map(({ method, path }) => `${method} ${path}`),
  ).toEqual([]);
  expect(document.paths['/api/v1/users'].post).toMatchObject({
    tags: ['users'],
    description: 'For the role admin and above, and keys with the scope admin.',
    security: [{ key: [] }, { session: [] }],
  });
  expect(Object.keys(document.paths).every((path) => path.startsWith('/api/v1/'))).toBe(true);
});

/** Reads a stream until it has told as many events. */
async function read(headers: Record<string, string>, events: number): Promise<string[]> {
  const abort = new AbortController();
  const answer = await fetch(`${url}/api/v1/stream`, {
    headers: { ...authorization(), ...headers },
    signal: abort.signal,
  });
  expect(answer.headers.get('content-type')).toBe('text/event-stream');
  let text = '';
  const told = () => text.split('\n\n').filter((one) => one.startsWith('id:'));
  for await (const chunk of answer.body!) {
    text += Buffer.from(chunk).toString();
    if (told().length >= events) break;
  }
  abort.abort();
  return told();
}

test('asking for the head of the stream begins none', async () => {
  const answer = await fetch(`${url}/api/v1/stream`, { method: 'HEAD', headers: authorization() });
  expect([answer.status, server.service.news.size]).toEqual([404, 0]);
});

test('news are streamed, and who comes back misses nothing', async () => {
  const listening = read({}, 2);
  while (!server.app.server.listening || (await figure('smbastion_http_listeners')) === 0)
    await new Promise(setImmediate);
  server.service.events.emit('alert', { alert: alert('a', 0, { severity: 'high' }), isNew: true });
  server.service.events.emit('run', run('r'));
  const [first, second] = await listening;
  expect(first).toMatch(/^id: \d+-1\nevent: alert\ndata: {"id":"a".*"isNew":true}$/);
  expect(second).toMatch(/^id: \d+-2\nevent: run\n/);
  const id = /id: (\S+)/.exec(first!)![1]!;
  expect(await read({ 'last-event-id': id }, 1)).toEqual([second]);
  expect(await read({ 'last-event-id': '1-5' }, 1)).toEqual([expect.stringContaining('event: reset')]);
});

async function figure(name: string): Promise<number> {
  const { body } = await server.ask({ method: 'GET', url: '/metrics' });
  return Number(new RegExp(`^${name}(?:{[^}]*})? (.+)$`, 'm').exec(body)?.[1]);
}

test('figures are those of the server', async () => {
  expect((await server.askAsStranger({ method: 'GET', url: '/metrics' })).statusCode).toBe(401);
  await server.service.store.runs.finish({
    run: run('x'),
    alerts: [alert('x', 0, { severity: 'high' })],
    state: undefined,
  });
  await server.ask({ method: 'GET', url: '/made/up/path' });
  const { body } = await server.ask({ method: 'GET', url: '/metrics' });
  expect(body).toContain('smbastion_alerts{state="open",severity="high"} 1');
  expect(body).toContain('smbastion_rule_runs_total{status="ok"} 1');
  expect(body).toContain('smbastion_alerts_told_total{severity="high",kind="new"} 1');
  expect(body).toMatch(/smbastion_http_request_seconds_count{method="GET",route="none",status="404"} 1/);
  expect(await figure('smbastion_store_bytes')).toBeGreaterThan(0);
  const sender = server.service.intake.senders.get('bulk', 'beat');
  sender.events += 7;
  expect((await server.ask({ method: 'GET', url: '/' })).body).toContain('<td>bulk beat</td>');
});

const ask = (path: string, init: RequestInit = {}) => fetch(`${url}${path}`, init);

test('a hundred clients at once are all answered', async () => {
  const wrong = { authorization: 'ApiKey bm9uZTpub25l' };
  const answers = await Promise.all(
    Array.from({ length: 100 }, async (_, i) => {
      const statuses = [
        await ask('/api/v1/status', { headers: authorization() }),
        await ask('/api/v1/status', { headers: wrong }),
        await ask('/api/v1/events/count', {
          method: 'POST',
          headers: { ...authorization(), 'content-type': 'application/json' },
          body: JSON.stringify({ query: `user.name:u${i}` }),
        }),
        await ask('/api/v1/events/count', {
          method: 'POST',
          headers: { ...authorization(), 'content-type': 'application/json' },
          body: '{"query":',
        }),
        await ask(`/..%2f..%2fetc/passwd`),
      ].map(({ status }) => status);
      return statuses;
    }),
  );
  for (const [status, denied, count, broken, path] of answers) {
    expect([status, denied, [200, 429].includes(count!), broken, path]).toEqual([200, 401, true, 400, 404]);
  }
});
