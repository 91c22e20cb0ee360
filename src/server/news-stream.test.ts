import { afterEach, beforeEach, expect, test } from 'vitest';
import { openTestServer, type TestServer } from '../../test/tools/test-server.ts';
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
