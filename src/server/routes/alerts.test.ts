import { afterAll, beforeAll, expect, test } from 'vitest';
import { alert, NOW, outcome } from '../../../test/conformance/desk/desk-under-test.ts';
import { openTestServer, type TestServer } from '../../../test/tools/test-server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await openTestServer();
  const document = {
    host: { name: 'FS01' },
    source: { ip: '10.1.2.3' },
    smbastion: {
      member_count: 2,
      members: [{ id: 'e/1', '@timestamp': '2026-03-01T00:00:00Z', file: 'a.log', line: 7 }],
    },
    kibana: { alert: { reason: 'x wrote y', rule: { name: 'Admin share write' } } },
  };
  await server.service.store.runs.finish(
    outcome([
      alert('aaaaaa11', 0, { severity: 'critical', riskScore: 99, document }),
      alert('aaaaaa22', 1),
      alert('bbbbbb33', 2, { ruleId: 'sweep' }),
      alert('cccccc44', 3, { isBuildingBlock: true }),
    ]),
  );
});
afterAll(() => server.close());

const get = async (url: string) => (await server.ask({ method: 'GET', url })).json();
const post = async (url: string, body: object) => (await server.ask({ method: 'POST', url, body })).json();
const idsAt = async (query: string) =>
  (await get(`/api/v1/alerts?${query}`)).alerts.map(({ id }: { id: string }) => id);

test('alerts are listed in pages, chosen by what is asked', async () => {
  const first = await get('/api/v1/alerts?limit=2');
  expect(first.alerts.map(({ id }: { id: string }) => id)).toEqual(['bbbbbb33', 'aaaaaa22']);
  expect(await idsAt(`limit=2&after=${encodeURIComponent(first.next)}`)).toEqual(['aaaaaa11']);
  expect(await idsAt('severity=high&severity=critical')).toEqual(['aaaaaa11']);
  expect(await idsAt('rule=sweep')).toEqual(['bbbbbb33']);
  expect(await idsAt('text=WROTE')).toEqual(['aaaaaa11']);
  expect(await idsAt('withBuildingBlocks=true&limit=1')).toEqual(['cccccc44']);
  expect(await idsAt(`fromMs=${NOW + 60_000}&beforeMs=${NOW + 120_000}`)).toEqual(['aaaaaa22']);
  for (const wrong of ['state=shut', 'limit=0', 'limit=5000', 'colour=red', 'after=x']) {
    const answer = await server.ask({ method: 'GET', url: `/api/v1/alerts?${wrong}` });
    expect([wrong, answer.statusCode]).toEqual([wrong, 400]);
  }
});

test('an alert is shown with its events and its document, also by the beginning of its id', async () => {
  expect(await get('/api/v1/alerts/aaaaaa1')).toMatchObject({
    id: 'aaaaaa11',
    rule: { id: 'admin-share-write', name: 'Admin share write' },
    severity: 'critical',
    state: 'open',
    reason: 'x wrote y',
    events: 2,
    host: 'FS01',
    source: '10.1.2.3',
    history: [],
    members: [
      { id: 'e/1', place: 'a.log:7', search: { query: 'smbastion.event.id:"e/1"', fromMs: 1_772_323_200_000 } },
    ],
    document: { host: { name: 'FS01' } },
  });
  expect((await get('/api/v1/alerts/aaaaaa')).error.code).toBe('API-CONFLICT');
  expect((await get('/api/v1/alerts/aaaa')).error).toMatchObject({
    code: 'API-INPUT',
    fix: expect.stringContaining('write 6 letters of it at least'),
  });
  expect((await get('/api/v1/alerts?severity=hihg')).error).toEqual({
    code: 'API-INPUT',
    message: '"hihg" is no value of "severity" of the query. Did you mean "high"?',
    fix: 'one of low, medium, high, critical',
  });
  expect((await get('/api/v1/alerts/groups?by=x')).error).toMatchObject({
    message: '"x" is no value of "by" of the query.',
    fix: 'one of rule, host, source, destination, account',
  });
  expect((await get('/api/v1/alerts/dddddddd')).error.code).toBe('API-NOT-FOUND');
});

test('alerts are grouped', async () => {
  const { groups } = await get('/api/v1/alerts/groups?by=rule');
  expect(groups).toMatchObject([
    { value: 'admin-share-write', count: 2, open: 2, severity: 'critical' },
    { value: 'sweep', count: 1 },
  ]);
});

test('a change is remembered with who made it, in the history and in the audit log', async () => {
  const closed = await post('/api/v1/alerts/bbbbbb/changes', { state: 'closed', verdict: 'benign', note: 'scanner' });
  expect(closed).toMatchObject({
    state: 'closed',
    verdict: 'benign',
    history: [{ state: 'closed', verdict: 'benign', note: 'scanner', by: 'local' }],
  });
  expect(await idsAt('state=open&state=acknowledged')).toEqual(['aaaaaa22', 'aaaaaa11']);
  const [entry] = await server.service.store.audit.entries(1);
  expect(entry).toMatchObject({ by: 'local', action: 'alert.close', details: { ids: ['bbbbbb33'], count: 1 } });
  for (const wrong of [
    { state: 'closed' },
    { state: 'open', verdict: 'benign' },
    { state: 'gone' },
    { state: 'open', x: 1 },
  ]) {
    expect((await post('/api/v1/alerts/bbbbbb/changes', wrong)).error.code).toBe('API-INPUT');
  }
});

test('several alerts are changed at once, by name or by what they have in common', async () => {
  const named = await post('/api/v1/alerts/changes', { ids: ['aaaaaa1', 'nobody'], state: 'acknowledged' });
  expect(named).toEqual({ changed: 1, unknown: ['nobody'] });
  const fitting = await post('/api/v1/alerts/changes', {
    filter: { rule: ['admin-share-write'], state: ['open', 'acknowledged'] },
    state: 'closed',
    verdict: 'duplicate',
  });
  expect(fitting).toEqual({ changed: 2, unknown: [] });
  expect((await post('/api/v1/alerts/changes', { state: 'open' })).error.code).toBe('API-INPUT');
  expect(await post('/api/v1/alerts/changes', { filter: {}, state: 'open' })).toEqual({ changed: 3, unknown: [] });
  expect(await idsAt('state=open')).toEqual(['bbbbbb33', 'aaaaaa22', 'aaaaaa11']);
});
