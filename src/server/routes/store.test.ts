import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestServer, type TestServer } from '../../../test/tools/test-server.ts';
import { DocumentEvent } from '../../event/document-event.ts';
import { ALL } from '../../query/predicate.ts';
import { openStore } from '../../store/open-store.ts';
import { restoreData } from '../data/restore.ts';

let server: TestServer;
const folder = mkdtempSync(join(tmpdir(), 'smbastion-restored-'));
beforeAll(async () => {
  server = await openTestServer();
});
afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});

test('a copy is made while the server runs, and a data folder from it holds the same events', async () => {
  const { service } = server;
  const batch = service.store.events.batch();
  for (const action of ['a', 'b']) batch.add(new DocumentEvent(service.networks, { 'event.action': action }));
  await service.store.events.append(batch);
  const check = await server.ask({ method: 'GET', url: '/api/v1/store/check' });
  expect(check.json()).toEqual({ events: 2, problems: [] });
  const made = await server.ask({ method: 'POST', url: '/api/v1/store/backups' });
  const copy = made.json<{ folder: string; rows: number }>();
  expect(copy.folder.startsWith(join(service.config.server.dataFolder, 'backups'))).toBe(true);
  const [entry] = await service.store.audit.entries(1);
  expect(entry).toMatchObject({ action: 'store.backup', details: { rows: copy.rows } });

  const config = { ...service.config, server: { ...service.config.server, dataFolder: folder } };
  const restored = await openStore(await restoreData(copy.folder, config), service.networks);
  expect(await restored.events.count({ predicate: ALL })).toBe(2);
  await restored.close();
});
