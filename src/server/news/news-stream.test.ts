import { afterEach, beforeEach, expect, test } from 'vitest';
import { openTestServer, type TestServer } from '../../../test/tools/test-server.ts';
import { blankRule } from '../../detect/blank-rule.ts';
import { emptyRun } from '../../detect/schedule/run-given.ts';
import { EventBus } from './event-bus.ts';
import { NewsStream } from './news-stream.ts';

let news: NewsStream;
let server: TestServer | undefined;
beforeEach(() => {
  news = new NewsStream(new EventBus(), 'e');
});
afterEach(async () => {
  news.close();
  await server?.close();
});

const listen = (account: string, session?: string) =>
  news.listen(undefined, { account, session, mayListen: () => true });

test('one account cannot take the streams of the others, nor one session those of its account', async () => {
  const held = Array.from({ length: 10 }, () => listen('ann', 's1'));
  expect(() => listen('ann', 's1')).toThrow('This session holds 10 streams already');
  held.push(...Array.from({ length: 10 }, () => listen('ann', 's2')));
  expect(() => listen('ann', 's3')).toThrow('ann holds 20 streams already');
  expect(listen('bob', 's4').readable).toBe(true);
  held[0]!.destroy();
  await new Promise(setImmediate);
  expect(listen('ann', 's3').readable).toBe(true);
});

test('programs with one key have its streams alone', async () => {
  for (let i = 0; i < 20; i++) listen('key a');
  expect(() => listen('key a')).toThrow('key a holds 20 streams already');
  for (let key = 0; key < 9; key++) for (let i = 0; i < 20; i++) listen(`key ${key}`);
  expect(() => listen('bob')).toThrow('200 streams are held already');
});

test('a stream too many is answered as one', async () => {
  server = await openTestServer();
  const url = await server.app.listen({ host: '127.0.0.1', port: 0 });
  const ask = () => fetch(`${url}/api/v1/stream`, { headers: { authorization: `Bearer ${server!.service.localKey}` } });
  const held = await Promise.all(Array.from({ length: 20 }, ask));
  expect(held.every(({ ok }) => ok)).toBe(true);
  const refused = await ask();
  expect([refused.status, await refused.json()]).toMatchObject([
    429,
    { error: { code: 'API-BUSY', message: expect.stringContaining('local holds 20 streams already') } },
  ]);
  for (const { body } of held) await body?.cancel();
});

const RUN = emptyRun(blankRule('some-rule'), { runId: '1' }, 0);

test('a stream ends when its key is removed, its session is signed out or its account changes, before anything else is told', async () => {
  server = await openTestServer();
  const { service } = server;
  const url = await server.app.listen({ host: '127.0.0.1', port: 0 });
  const listenAs = async (headers: Record<string, string>) => {
    const answer = await fetch(`${url}/api/v1/stream`, { headers });
    expect(answer.status).toBe(200);
    return answer;
  };
  const cookieFor = (name: string) => ({ cookie: `smbastion=${service.sessions.begin(name)}` });
  for (const name of ['ann', 'bob', 'eve']) await service.accounts.add(name, 'viewer', 'test');
  const { key, secret } = await service.keys.add({ name: 'x', scopes: ['read'], expiresMs: undefined }, 'test');
  const authorization = `ApiKey ${Buffer.from(`${key.id}:${secret}`).toString('base64')}`;
  const evesCookie = cookieFor('eve');
  const ended = await Promise.all([
    listenAs({ authorization }),
    listenAs(cookieFor('ann')),
    listenAs(cookieFor('bob')),
    listenAs(evesCookie),
  ]);
  const local = await listenAs({ authorization: `Bearer ${service.localKey}` });
  await service.keys.remove(key.id, 'test');
  await service.accounts.change('ann', { isDisabled: true }, 'test');
  await service.accounts.remove('bob', 'test');
  await server.askAsStranger({
    method: 'DELETE',
    url: '/api/v1/session',
    headers: { ...evesCookie, origin: 'http://localhost:80' },
  });
  service.events.emit('run', RUN);
  for (const answer of ended) expect(await answer.text()).toBe('retry: 3000\n\n');
  expect(service.news.size).toBe(1);
  await local.body?.cancel();
});
