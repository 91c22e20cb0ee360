import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { alert, run } from '../../../test/conformance/desk/desk-under-test.ts';
import { linkOf } from '../../respond/notify/notification.ts';
import { openTestServer, type TestServer } from '../../../test/tools/test-server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await openTestServer();
});
afterAll(() => server.close());

const get = (url: string) => server.ask({ method: 'GET', url });

test('whoever is not signed in is asked to', async () => {
  const answer = await server.askAsStranger({ method: 'GET', url: '/' });
  expect([answer.statusCode, answer.headers.location]).toEqual([303, '/sign-in']);
});

test('an empty server says so', async () => {
  const { body } = await get('/');
  expect(body).toContain('No open alerts');
  expect(body).toContain('No rule has run yet');
});

test('open alerts and runs are shown, and what attackers wrote is only text', async () => {
  const hostile = '<script>alert(1)</script>" onload=x \u202Egnp.exe';
  await server.service.store.runs.finish({
    run: run('run-1', { status: 'failed', reason: hostile }),
    alerts: [
      alert('a', 0, { severity: 'critical', document: { kibana: { alert: { reason: hostile } } } }),
      alert('b', 0, { severity: 'low', document: { kibana: { alert: { reason: 'reason of b' } } } }),
      alert('c', 0, { isBuildingBlock: true }),
    ],
    state: undefined,
  });
  const { body, headers } = await get('/');
  expect(body).toContain('2 open alerts');
  expect(body).toContain('reason of b');
  expect(body).toContain('<td><a href="/alerts/a"><code>a</code></a></td>');
  expect(body).not.toContain('<script');
  expect(body).not.toContain('\u202E');
  expect(body).toContain('&lt;script&gt;alert(1)&lt;/script&gt;&quot; onload=x');
  expect(headers['content-security-policy']).toContain("default-src 'none'");
  const status = (await get('/api/v1/status')).json();
  expect(status).toMatchObject({ openAlerts: { critical: 1, high: 0, low: 1 }, runs: { rules: 1, failed: 1 } });
});

/** Ids of the alerts that a page links to. */
const ids = (body: string) => [...body.matchAll(/href="\/alerts\/([^"]+)"/g)].map(([, id]) => id);

test('the worst open alerts come first, and severities and rules are links that filter', async () => {
  const many = Array.from({ length: 60 }, (_, i) => alert(`low-${i}`, 100 + i, { severity: 'low', ruleId: 'noise' }));
  await server.service.store.runs.finish({ run: run('run-2'), alerts: many, state: undefined });
  const { body } = await get('/');
  expect(ids(body).slice(0, 2)).toEqual(['a', 'low-59']);
  expect(body).toContain('The worst 50 of 62');
  expect(body).toContain('href="/?severity=critical"');
  expect(ids((await get('/?severity=critical')).body)).toEqual(['a']);
  const low = (await get('/?severity=low&rule=noise')).body;
  expect(ids(low)).toHaveLength(50);
  const older = /<a href="(\/\?severity=low&amp;rule=noise&amp;after=[^"]+)">Older ones/.exec(low)![1]!;
  expect(ids((await get(older.replaceAll('&amp;', '&'))).body)).toEqual(
    Array.from({ length: 10 }, (_, i) => `low-${9 - i}`),
  );
  expect((await get('/?rule=nosuch')).body).toContain('None of these is open.');
  const wrong = await get('/?severity=hihg');
  expect([wrong.statusCode, wrong.headers['content-type']]).toEqual([400, 'text/html; charset=utf-8']);
  expect(wrong.body).toContain('Did you mean &quot;high&quot;?');
});

test('an alert has a page, with its events and what was done, where links of messages lead', async () => {
  const reason = '<img src=x> wrote';
  const members = [{ id: 'e/1', '@timestamp': '2026-03-01T00:00:00Z', file: 'a.log', line: 7 }];
  const rule = { name: 'Admin share write', note: '## Check\n<b>who</b>' };
  const document = { kibana: { alert: { reason, rule } }, smbastion: { members } };
  await server.service.store.runs.finish({
    run: run('run-3'),
    alerts: [alert('abcdef0123', 0, { document })],
    state: undefined,
  });
  await server.service.store.alerts.change(['abcdef0123'], { state: 'acknowledged', note: 'mine', by: 'ann', atMs: 5 });
  const { body, headers } = await get(new URL(linkOf('https://smb.example', 'abcdef0123')).pathname);
  for (const told of [
    'Admin share write',
    '&lt;img src=x&gt; wrote',
    'e/1',
    'a.log:7',
    'mine',
    '&lt;b&gt;who&lt;/b&gt;',
  ]) {
    expect(body).toContain(told);
  }
  expect(body).not.toMatch(/<img|<b>who|<script|style=/);
  expect(headers['content-security-policy']).toContain("default-src 'none'");
  expect((await get('/alerts/nosuchalert')).statusCode).toBe(404);
  const stranger = await server.askAsStranger({ method: 'GET', url: '/alerts/abcdef0123' });
  expect([stranger.statusCode, stranger.headers.location]).toEqual([303, '/sign-in']);
});

test('a sender that fell silent before the start is shown, first', async () => {
  const { store, intake } = server.service;
  const lastMs = Date.now() - 30 * 3_600_000;
  const state = { last: { 'bulk 10.0.0.1 sensor': lastMs } };
  await store.runs.finish({ run: run('run-4', { ruleId: 'source-quiet' }), alerts: [], state });
  intake.senders.get('bulk', '10.0.0.2').lastMs = Date.now();
  const { body } = await get('/');
  expect(body).toMatch(/bulk 10\.0\.0\.1 sensor<\/td><td><time[^>]+>[^<]+<\/time> <strong>silent<\/strong>/);
  expect(body.indexOf('10.0.0.1 sensor')).toBeLessThan(body.indexOf('bulk 10.0.0.2'));
  expect((await get('/api/v1/status')).json().intake.senders).toMatchObject([
    { name: 'bulk 10.0.0.2', isSilent: false },
    { name: 'bulk 10.0.0.1 sensor', events: 0, lastMs, isSilent: true },
  ]);
});

test('events that wait to be found are counted, with the reason when the store fails', async () => {
  const { events } = server.service.store;
  const waiting = vi.spyOn(events, 'backlog').mockReturnValue({
    events: 61_000,
    failure: 'IO Error: no room',
    aside: undefined,
  });
  expect((await get('/')).body).toContain('61,000: IO Error: no room');
  expect((await get('/api/v1/status')).json()).toMatchObject({ intake: { waiting: 61_000 } });
  waiting.mockRestore();
  expect((await get('/')).body).not.toContain('Wait to be found');
});

test('a browser signs in by the forms', async () => {
  const secret = await server.service.accounts.add('eve', 'viewer', 'test');
  const form = { 'content-type': 'application/x-www-form-urlencoded' };
  const post = (url: string, fields: Record<string, string>, headers: Record<string, string> = {}) =>
    server.askAsStranger({
      method: 'POST',
      url,
      body: new URLSearchParams(fields).toString(),
      headers: { ...form, origin: 'http://localhost:80', ...headers },
    });
  const page = await server.askAsStranger({ method: 'GET', url: `/link/${secret}` });
  expect(page.body).toContain('<strong>eve</strong>');
  const password = 'correct horse, no battery';
  const differ = await post(`/link/${secret}`, { password, again: 'other' });
  expect([differ.statusCode, differ.body.includes('The two are not the same')]).toEqual([400, true]);
  const set = await post(`/link/${secret}`, { password, again: password });
  expect([set.statusCode, set.headers.location]).toEqual([303, '/']);
  const used = await server.askAsStranger({ method: 'GET', url: `/link/${secret}` });
  expect([used.statusCode, used.headers['content-type'], used.body.includes('does not work')]).toEqual([
    401,
    'text/html; charset=utf-8',
    true,
  ]);
  const wrong = await post('/sign-in', { name: 'eve', password: 'wrong' });
  expect([wrong.statusCode, wrong.body.includes('Name or password is wrong.')]).toEqual([401, true]);
  const right = await post('/sign-in', { name: 'eve', password });
  const cookie = String(right.headers['set-cookie']).split(';')[0]!;
  const home = await server.askAsStranger({ method: 'GET', url: '/', headers: { cookie } });
  expect(home.body).toContain('Sign out');
  const out = await post('/sign-out', {}, { cookie });
  expect([out.statusCode, out.headers.location]).toEqual([303, '/sign-in']);
});

test('every page and answer tells browsers to be strict', async () => {
  for (const url of ['/', '/sign-in', '/nowhere', '/api/v1/status', '/assets/style.css', '/healthz']) {
    const { headers } = await get(url);
    expect([url, headers['x-content-type-options'], headers['x-frame-options']]).toEqual([url, 'nosniff', 'DENY']);
    expect(headers['access-control-allow-origin']).toBeUndefined();
  }
});
