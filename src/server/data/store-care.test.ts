import { afterAll, beforeAll, expect, test } from 'vitest';
import { alert, outcome } from '../../../test/conformance/desk/desk-under-test.ts';
import { openTestServer, type TestServer } from '../../../test/tools/test-server.ts';
import { DocumentEvent } from '../../event/document-event.ts';
import { ALL } from '../../query/predicate.ts';
import { StoreCare } from './store-care.ts';

let server: TestServer;
beforeAll(async () => {
  server = await openTestServer();
});
afterAll(() => server.close());

test('events that came in longer ago than they are kept are removed, and the audit log says so', async () => {
  const { service } = server;
  const { store, config } = service;
  const nowMs = Date.parse('2026-03-10T00:00:00Z');
  for (const [action, ingestedMs] of [
    ['old', nowMs - config.server.keepMs - 1],
    ['new', nowMs - 1],
  ] as const) {
    const batch = store.events.batch(ingestedMs);
    batch.add(new DocumentEvent(service.networks, { '@timestamp': nowMs, 'event.action': action }));
    await store.events.append(batch);
  }
  const care = new StoreCare(service);
  await care.look(nowMs);
  await care.look(nowMs);
  const { events } = await store.events.search({ predicate: ALL, order: 'oldest', limit: 9 });
  expect(events.map(({ document }) => document['event'])).toMatchObject([{ action: 'new' }]);
  const entries = (await store.audit.entries(9)).filter(({ action }) => action === 'store.retain');
  expect(entries).toMatchObject([{ by: 'smbastion', details: { byAge: 1, bySize: 0 } }]);
});

test('closed alerts go when they were kept long enough, never before their events, and the audit log says so', async () => {
  const { service } = server;
  const { store, config } = service;
  const closedMs = Date.parse('2020-01-01T00:00:00Z');
  const old = { timeMs: closedMs, createdMs: closedMs };
  await store.runs.finish(outcome([alert('closed', 0, old), alert('open', 0, old)]));
  await store.alerts.change(['closed'], { state: 'closed', note: 'known', by: 'ann', atMs: closedMs }, (alerts) => {
    return { atMs: closedMs, by: 'ann', action: 'alert.close', details: { alerts: [...alerts] } };
  });
  const { keepMs, keepAlertsMs } = config.server;
  const care = new StoreCare(service);
  const left = async () => [...(await store.alerts.known(['closed', 'open']))].sort();
  await care.look(closedMs + keepAlertsMs);
  expect(await left()).toEqual(['closed', 'open']);
  const longer = { ...service, config: { ...config, server: { ...config.server, keepMs: keepAlertsMs * 2 } } };
  await new StoreCare(longer).look(closedMs + keepAlertsMs + 1);
  expect(await left()).toEqual(['closed', 'open']);
  await care.look(closedMs + keepAlertsMs + 1);
  await care.look(closedMs + keepAlertsMs + 2);
  expect(await left()).toEqual(['open']);
  expect(keepMs).toBeLessThan(keepAlertsMs);
  const entries = await store.audit.entries(9);
  expect(entries.filter(({ action }) => action === 'alert.retain')).toMatchObject([
    { by: 'smbastion', details: { alerts: 1, keptMs: keepAlertsMs } },
  ]);
  expect(entries).toContainEqual(expect.objectContaining({ by: 'ann', action: 'alert.close' }));
  expect(await store.audit.firstForged()).toBeUndefined();
});

test('a look says whether the store is under its limit', async () => {
  const { service } = server;
  const withLimit = (maxStoreBytes: number) =>
    new StoreCare({ ...service, config: { ...service.config, server: { ...service.config.server, maxStoreBytes } } });
  expect(await withLimit(1e12).look()).toBe(true);
  // What is left without events is larger.
  expect(await withLimit(1).look()).toBe(false);
});
