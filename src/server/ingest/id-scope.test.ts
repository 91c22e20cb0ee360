import { afterEach, beforeEach, expect, test } from 'vitest';
import { openTestServer, type TestServer } from '../../../test/tools/test-server.ts';
import { ALL } from '../../query/predicate.ts';

let server: TestServer;
beforeEach(async () => {
  server = await openTestServer();
});
afterEach(() => server.close());

const OWN = 'e'.repeat(32);
const event = (message: string) =>
  JSON.stringify({
    '@timestamp': '2026-03-01T10:00:00Z',
    message,
    event: { kind: 'event' },
    smbastion: { event: { id: OWN } },
  });

type Headers = Record<string, string>;

async function keyFor(scopes: readonly string[]): Promise<Headers> {
  const answer = await server.ask({ method: 'POST', url: '/api/v1/keys', body: { name: 'sensor', scopes } });
  return { authorization: `ApiKey ${answer.json().encoded}` };
}

async function bulk(text: string, headers: Headers, action: object = {}): Promise<number> {
  const answer = await server.askAsStranger({
    method: 'POST',
    url: '/elasticsearch/logs/_bulk',
    body: `${JSON.stringify({ create: action })}\n${text}\n`,
    headers: { ...headers, 'content-type': 'application/x-ndjson' },
  });
  return answer.json().items[0].create.status;
}

async function load(text: string, headers: Headers): Promise<number> {
  const ask = async (method: 'POST' | 'PUT', url: string, body?: object | string, type = 'application/json') =>
    server.askAsStranger({
      method,
      url,
      headers: { ...headers, ...(body !== undefined && { 'content-type': type }) },
      ...(body !== undefined && { body }),
    });
  const { id } = (await ask('POST', '/api/v1/evidence', { name: 'a.json' })).json();
  await ask('PUT', `/api/v1/evidence/${id}`, `${text}\n`, 'application/octet-stream');
  return (await ask('POST', `/api/v1/evidence/${id}/end`)).json().created;
}

const stored = async () => {
  const { events } = await server.service.store.events.search({ predicate: ALL, order: 'oldest', limit: 99 });
  const rows = events.map(({ id, document }) => [
    String(document['message']),
    id === OWN,
    (document['smbastion'] as { event: { id: string } }).event.id === id,
  ]);
  return rows.sort();
};
const local = () => ({ authorization: `Bearer ${server.service.localKey}` });

test('a key that may only send events cannot take the identity of others, and may send again', async () => {
  const [hostile, other] = [await keyFor(['ingest']), await keyFor(['ingest'])];
  expect(await bulk(event('forged'), hostile)).toBe(201);
  expect(await bulk(event('forged'), hostile)).toBe(409);
  expect(await load(event('loaded by it'), hostile)).toBe(0);
  expect(await bulk(event('of another'), other)).toBe(201);
  expect(await load(event('own export'), local())).toBe(1);
  expect(await load(event('own export'), local())).toBe(0);
  expect(await stored()).toEqual([
    ['forged', false, true],
    ['of another', false, true],
    ['own export', true, true],
  ]);
  expect(await bulk(event('with an _id'), hostile, { _id: '1' })).toBe(201);
  expect(await bulk(event('with an _id'), other, { _id: '1' })).toBe(201);
});

test('who may decide what is detected keeps the identities of our own output', async () => {
  expect(await bulk(event('own export'), await keyFor(['ingest', 'write']))).toBe(201);
  expect(await load(event('own export'), local())).toBe(0);
  expect(await stored()).toEqual([['own export', true, true]]);
});
