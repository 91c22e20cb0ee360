import { afterAll, beforeAll, expect, test } from 'vitest';
import { alert, outcome } from '../../../test/conformance/desk/desk-under-test.ts';
import { openTestServer, type TestServer } from '../../../test/tools/test-server.ts';
import { DocumentEvent } from '../../event/document-event.ts';
import { ALL } from '../../query/predicate.ts';
import { loadExamples } from './examples.ts';

let server: TestServer;
beforeAll(async () => {
  server = await openTestServer();
});
afterAll(() => server.close());

const aboutEvents = (id: string, events: readonly string[]) =>
  alert(id, 0, { document: { kibana: { alert: { ancestors: events.map((event) => ({ id: event })) } } } });

test('examples are loaded into an empty store once, and taken out with what is about them alone', async () => {
  const { service } = server;
  const { store } = service;
  const loaded = await loadExamples(service);
  expect(loaded).toBeGreaterThan(100);
  expect(await store.events.count({ predicate: ALL })).toBe(loaded);
  expect(await loadExamples(service)).toBe(0);
  expect((await server.ask({ method: 'GET', url: '/' })).body).toContain('smbastion examples remove');

  const own = store.events.batch();
  const ownId = own.add(new DocumentEvent(service.networks, { '@timestamp': '2026-01-01T00:00:00Z' }))!;
  await store.events.append(own);
  const { events } = await store.events.search({ predicate: ALL, order: 'oldest', limit: 3 });
  const example = events.find(({ id }) => id !== ownId)!.id;
  const alerts = [
    aboutEvents('example', [example]),
    aboutEvents('both', [example, ownId]),
    aboutEvents('own', [ownId]),
  ];
  await store.runs.finish(outcome(alerts));

  const removed = await server.ask({ method: 'DELETE', url: '/api/v1/examples' });
  expect(removed.json()).toEqual({ events: loaded, alerts: 1 });
  const left = await store.events.search({ predicate: ALL, order: 'oldest', limit: 10 });
  expect(left.events.map(({ id }) => id)).toEqual([ownId]);
  expect((await store.alerts.search({ limit: 10 })).alerts.map(({ id }) => id).sort()).toEqual(['both', 'own']);
  expect((await server.ask({ method: 'DELETE', url: '/api/v1/examples' })).json().error.code).toBe('API-NOT-FOUND');
  expect((await server.ask({ method: 'GET', url: '/api/v1/status' })).json().hasExamples).toBe(false);
});
