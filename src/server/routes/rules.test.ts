import { afterAll, beforeAll, expect, test } from 'vitest';
import { scheduleEvent, scheduleRules } from '../../../test/tools/schedule-rules.ts';
import { openTestServer, type TestServer } from '../../../test/tools/test-server.ts';
import { DocumentEvent } from '../../event/document-event.ts';

let server: TestServer;
beforeAll(async () => {
  server = await openTestServer();
  const view = new DocumentEvent(server.service.networks);
  const batch = server.service.store.events.batch();
  for (let i = 0; i < 12; i++) {
    view.point({
      '@timestamp': new Date(Date.UTC(2026, 2, 1, 9, 0, i)).toISOString(),
      event: { action: 'x', id: String(i), dataset: 'test.events' },
      host: { name: 'fs01' },
    });
    batch.add(view);
  }
  await server.service.store.events.append(batch);
});
afterAll(() => server.close());

const json = async (method: 'GET' | 'POST', url: string, body?: object) => {
  const answer = await server.ask({ method, url, ...(body && { body }) });
  return { status: answer.statusCode, body: answer.json() };
};

const RULE = `[rule]
id = "many"
name = "Many"
type = "threshold"
severity = "low"
query = "event.action:x"
[rule.threshold]
field = ["host.name"]
value = 10
window = "1m"
`;

test('a rule that is only a text is previewed, and nothing is written', async () => {
  const { status, body } = await json('POST', '/api/v1/rules/preview', { toml: RULE, fromMs: 0 });
  expect([status, body]).toMatchObject([200, { ruleId: 'many', alerts: 1, events: 12, groups: [{ count: 1 }] }]);
  expect((await json('GET', '/api/v1/runs')).body).toEqual({ runs: [] });
});

test('[limits] of the configuration hold for runs and previews', async () => {
  const limited = await openTestServer({ config: { limits: { 'value-combinations': 1 } } });
  const { store, networks, schedule } = limited.service;
  const batch = store.events.batch();
  const event = { ...scheduleEvent(1, 0, 'a', 'h1', 'u1'), host: { name: ['h1', 'h2'] } };
  batch.add(new DocumentEvent(networks, event));
  await store.events.append(batch);
  const run = await schedule.runner.run(scheduleRules().get('threshold')!);
  expect(run?.run.reason).toMatch(/^value-combinations: /);
  const body = { toml: RULE.replace('event.action:x', 'event.action:a'), fromMs: 0 };
  const preview = await limited.ask({ method: 'POST', url: '/api/v1/rules/preview', body });
  expect(preview.json().limits).toEqual([expect.stringMatching(/^value-combinations: /)]);
  await limited.close();
});

test.each([
  [{ fromMs: 0 }, 400, 'API-INPUT'],
  [{ fromMs: 0, ruleId: 'a', toml: RULE }, 400, 'API-INPUT'],
  [{ fromMs: 0, toml: 'nonsense' }, 400, 'TOML-SYNTAX'],
  [{ fromMs: 0, ruleId: 'exposure-egres' }, 404, 'API-NOT-FOUND'],
])('a preview of %j is answered with what is wrong', async (asked, status, code) => {
  const answer = await json('POST', '/api/v1/rules/preview', asked);
  expect([answer.status, answer.body.error.code]).toEqual([status, code]);
});

test('what is wrong with a previewed rule stands in the file that the user named', async () => {
  const asked = { fromMs: 0, toml: RULE.replace('"threshold"', '"thrshold"'), file: 'rules/my-rule.toml' };
  const { error } = (await json('POST', '/api/v1/rules/preview', asked)).body;
  expect(JSON.stringify(error)).toContain('rules/my-rule.toml');
  expect(JSON.stringify(error)).not.toContain('smbastion-preview');
});

test('a rule is switched off and on; what it missed is listed and filled', async () => {
  const url = '/api/v1/rules/exposure-egress';
  await server.service.schedule.runner.run(server.service.detection.rules.find(({ id }) => id === 'exposure-egress')!);
  expect((await json('POST', `${url}/disable`)).body).toEqual({ isOn: false });
  const listed = (await json('GET', '/api/v1/rules')).body.rules.find(
    ({ id }: { id: string }) => id === 'exposure-egress',
  );
  expect(listed).toMatchObject({ isOn: false, gaps: 0, lastRun: { status: 'ok', toPosition: 12 } });
  const batch = server.service.store.events.batch();
  batch.add(
    new DocumentEvent(server.service.networks, { '@timestamp': '2026-03-01T10:00:00Z', event: { action: 'y' } }),
  );
  await server.service.store.events.append(batch);
  expect((await json('POST', `${url}/enable`)).body.gap).toMatchObject({ afterPosition: 12, toPosition: 13 });
  expect((await json('GET', '/api/v1/gaps')).body.gaps.length).toBe(1);
  expect((await json('POST', `${url}/backfill`, {})).body).toMatchObject({ runs: 1, left: [] });
  expect((await json('GET', '/api/v1/gaps')).body.gaps[0].filledMs).toBeGreaterThan(0);
  expect((await json('GET', `${url}/runs`)).body.runs.length).toBe(3);
  const actions = (await server.service.store.audit.entries(10)).map(({ action }) => action);
  expect(actions).toEqual(expect.arrayContaining(['rule.backfill', 'rule.enable', 'rule.disable']));
});

test('what runs is told everywhere, whoever switched it', async () => {
  const told = async () => {
    const { active } = (await json('GET', '/api/v1/status')).body.rules;
    const { findings } = (await json('GET', '/api/v1/checkup')).body;
    const figures = (await server.ask({ method: 'GET', url: '/metrics' })).body;
    return {
      status: active,
      checkup: Number.parseInt(findings.find(({ topic }: { topic: string }) => topic === 'rules').says, 10),
      metrics: Number(/^smbastion_rules\{state="active"\} (\d+)$/m.exec(figures)?.[1]),
    };
  };
  const all = server.service.detection.active.length;
  expect(await told()).toEqual({ status: all, checkup: all, metrics: all });
  for (const id of ['spray', 'exposure-egress']) await json('POST', `/api/v1/rules/${id}/disable`);
  expect(await told()).toEqual({ status: all - 2, checkup: all - 2, metrics: all - 2 });
  // Off in its file.
  await json('POST', '/api/v1/rules/exposure-egress-classic/enable');
  expect(await told()).toEqual({ status: all - 1, checkup: all - 1, metrics: all - 1 });
});
