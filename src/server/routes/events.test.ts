import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestServer, type TestServer } from '../../../test/tools/test-server.ts';
import { SmbError } from '../../base/error.ts';
import { DocumentEvent } from '../../event/document-event.ts';
import { SearchGate } from '../answers/event-query.ts';

const START = Date.UTC(2026, 0, 1);
let server: TestServer;
beforeAll(async () => {
  server = await openTestServer();
  const { events } = server.service.store;
  const batch = events.batch();
  for (let i = 0; i < 10; i++) {
    const user = { name: i < 7 ? 'alice' : 'bob' };
    const document = { '@timestamp': new Date(START + i * 60_000).toISOString(), event: { code: '5145' }, user };
    batch.add(new DocumentEvent(server.service.networks, document));
  }
  await events.append(batch);
});
afterAll(() => server.close());

const ask = async (what: string, body: object) => {
  const answer = await server.ask({ method: 'POST', url: `/api/v1/events/${what}`, body });
  return { status: answer.statusCode, ...answer.json() };
};

test('events come a page at a time, whole', async () => {
  const first = await ask('search', { query: 'user.name:alice', limit: 5, order: 'oldest' });
  expect(first.events.map(({ timeMs }: { timeMs: number }) => (timeMs - START) / 60_000)).toEqual([0, 1, 2, 3, 4]);
  expect(first.events[0].document).toMatchObject({ user: { name: 'alice' }, event: { code: '5145' } });
  const second = await ask('search', { query: 'user.name:alice', limit: 5, order: 'oldest', after: first.next });
  expect([second.events.length, second.next]).toEqual([2, undefined]);
});

test.each([
  ['kql', 'user.name:bob', 3],
  ['kql', '', 10],
  ['eql', 'any where user.name == "bob"', 3],
  [
    'sigma',
    'title: x\nlogsource: {product: windows, service: security}\ndetection: {s: {EventID: 1}, condition: s}',
    0,
  ],
])('%s %j', async (language, query, count) => {
  expect(await ask('count', { query, language })).toMatchObject({ status: 200, count });
});

test('values and times are counted', async () => {
  const { values } = await ask('values', { query: '', field: 'user.name' });
  expect(values).toEqual([
    { value: 'alice', count: 7 },
    { value: 'bob', count: 3 },
  ]);
  const times = { fromMs: START, beforeMs: START + 600_000 };
  const { stretches } = await ask('histogram', { query: 'user.name:bob', widthMs: 300_000, ...times });
  expect(stretches).toEqual([{ fromMs: START + 300_000, count: 3 }]);
});

test.each([
  ['count', { query: 'user.name:(' }, 'KQL-SYNTAX'],
  ['count', { query: 'any where x ==', language: 'eql' }, 'EQL-SYNTAX'],
  ['count', { query: 'sequence [any where true] [any where true]', language: 'eql' }, 'USAGE'],
  ['count', { query: 'title: x', language: 'sigma' }, 'SIGMA-MISSING'],
  ['count', { query: '', language: 'sql' }, 'API-INPUT'],
  ['count', {}, 'API-INPUT'],
  ['count', { query: 'x'.repeat(70_000) }, 'API-INPUT'],
  ['search', { query: '', limit: 5000 }, 'API-INPUT'],
  ['search', { query: '', after: 'nowhere' }, 'STORE-CURSOR'],
  ['values', { query: '', field: 'user.nmae' }, 'API-INPUT'],
  ['histogram', { query: '', fromMs: 0, beforeMs: START, widthMs: 1000 }, 'API-INPUT'],
])('%s %j is refused', async (what, body, code) => {
  expect(await ask(what, body)).toMatchObject({ status: 400, error: { code } });
});

test('a wrong query says where', async () => {
  const { error } = await ask('count', { query: 'user.name:(' });
  expect(error.place).toMatchObject({ file: 'query', line: 1 });
});

test('a search that takes too long is answered for, and few run at once', async () => {
  const gate = new SearchGate(20);
  const forever = new Promise<never>(() => {});
  const stopped: AbortSignal[] = [];
  const results = await Promise.allSettled(
    Array.from({ length: 40 }, () =>
      gate.run((signal) => {
        stopped.push(signal);
        return forever;
      }),
    ),
  );
  const codes = results.map((result) => (result.status === 'rejected' ? (result.reason as SmbError).code : ''));
  expect([
    stopped.map(({ aborted }) => aborted),
    codes.filter((code) => code === 'API-TIME').length,
    codes.filter((code) => code === 'API-BUSY').length,
  ]).toEqual([[true, true], 34, 6]);
});
