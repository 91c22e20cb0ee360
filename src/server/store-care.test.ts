import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestServer, type TestServer } from '../../test/tools/test-server.ts';
import { DocumentEvent } from '../event/document-event.ts';
import { ALL } from '../query/predicate.ts';
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
