import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { alert, run } from '../../../test/conformance/desk/desk-under-test.ts';
import { openTestServer, type TestServer } from '../../../test/tools/test-server.ts';
import { DEFAULT_CONFIG } from '../../config/config.ts';
import { DocumentEvent } from '../../event/document-event.ts';
import { checkUp, type Finding } from './checkup.ts';
import { checkMachine } from './machine-checks.ts';

let server: TestServer;
beforeAll(async () => {
  server = await openTestServer();
});
afterAll(() => server.close());

const DAY = 86_400_000;
const states = (findings: readonly Finding[]) =>
  Object.fromEntries(findings.filter(({ topic }) => topic !== 'disk').map(({ topic, state }) => [topic, state]));

test('a server that was just made has no events, and nothing is wrong', async () => {
  expect(states(await checkUp(server.service, Date.now()))).toEqual({
    clock: 'ok',
    rules: 'ok',
    runs: 'ok',
    'blind rules': 'odd',
    sources: 'odd',
    'dead letters': 'ok',
    'audit log': 'ok',
  });
});

test('what is not as it should be is told, with what to do', async () => {
  const { service } = server;
  const now = Date.now();
  const batch = service.store.events.batch();
  const time = new Date(now + DAY).toISOString();
  batch.add(new DocumentEvent(service.networks, { '@timestamp': time, event: { dataset: 'zeek.conn' } }));
  await service.store.events.append(batch);
  await service.store.runs.finish({
    run: run('r', { status: 'failed', reason: 'x' }),
    alerts: [alert('a')],
    state: undefined,
  });
  const findings = await checkUp(service, now);
  expect(states(findings)).toMatchObject({ clock: 'odd', runs: 'wrong', sources: 'ok' });
  expect(findings.filter(({ state, fix }) => state !== 'ok' && fix === undefined)).toEqual([]);
  const later = await checkUp(service, now + 3 * DAY);
  expect(later.find(({ topic }) => topic === 'sources')?.says).toContain('zeek.conn');
});

test('a sender that is silent for longer than quiet_after is told, however fresh the events are', async () => {
  const { service } = server;
  const now = Date.now();
  const batch = service.store.events.batch();
  batch.add(new DocumentEvent(service.networks, { '@timestamp': now, event: { dataset: 'zeek.conn' } }));
  await service.store.events.append(batch);
  service.intake.senders.get('bulk', '10.0.0.1 Filebeat').lastMs = now - 10 * 60_000;
  const sources = async (quietMs: number) => {
    const config = { ...service.config, ingest: { ...service.config.ingest, quietMs } };
    const looked = Object.assign(Object.create(service) as typeof service, { config });
    return (await checkUp(looked, now)).find(({ topic }) => topic === 'sources');
  };
  expect(await sources(20 * 60_000)).toMatchObject({ state: 'ok' });
  expect(await sources(5 * 60_000)).toMatchObject({
    state: 'odd',
    says: 'Nothing has come for 5 min (quiet_after) from bulk 10.0.0.1 Filebeat.',
  });
});

test('rows that the store could not read are told, with their file', async () => {
  const { events } = server.service.store;
  const waiting = { events: 0, failure: undefined };
  const backlog = vi.spyOn(events, 'backlog');
  for (const [acknowledged, state] of [
    [2, 'wrong'],
    [0, 'odd'],
  ] as const) {
    backlog.mockReturnValue({ ...waiting, aside: { path: '/data/aside', acknowledged, unsure: 1 } });
    const finding = (await checkUp(server.service, Date.now())).find(({ topic }) => topic === 'rows set aside');
    expect(finding).toMatchObject({ state, fix: expect.stringContaining('/data/aside') });
  }
  backlog.mockRestore();
});

test('a machine is looked at', async () => {
  const dataFolder = mkdtempSync(join(tmpdir(), 'smbastion-doctor-'));
  const taken = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => taken.once('listening', resolve));
  const { port } = taken.address() as { port: number };
  const look = async (changes: object) =>
    states(await checkMachine({ ...DEFAULT_CONFIG.server, dataFolder, ...changes }, Date.now()));
  const free = { listen: { host: '127.0.0.1', port: 0 } };
  expect(await look(free)).toEqual({ node: 'ok', duckdb: 'ok', 'data folder': 'ok', port: 'ok' });
  expect(await look({ listen: { host: '127.0.0.1', port } })).toMatchObject({ port: 'wrong' });
  expect(await look({ listen: { host: '0.0.0.0', port: 0 } })).toMatchObject({ port: 'wrong' });
  expect(await look({ ...free, tls: { certificate: '/nowhere.pem', key: '/nowhere.key' } })).toMatchObject({
    certificate: 'wrong',
  });
  chmodSync(dataFolder, 0o755);
  expect(await look(free)).toMatchObject({ 'data folder': 'odd' });
  taken.close();
  rmSync(dataFolder, { recursive: true });
});
