import { chmodSync, cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { openTestServer } from '../../test/tools/test-server.ts';
import { ALL } from '../query/predicate.ts';
import { DocumentEvent } from '../event/document-event.ts';

const folder = mkdtempSync(join(tmpdir(), 'smbastion-service-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const warnings = (log: readonly string[]) =>
  log.map((line) => JSON.parse(line) as { level: number; msg: string }).filter(({ level }) => level === 40);

test('a start after a crash says how much was left, and when it is taken in', async () => {
  const server = await openTestServer();
  const { store, networks, config } = server.service;
  expect(warnings(server.log)).toEqual([]);
  const batch = store.events.batch();
  batch.add(new DocumentEvent(networks, { 'event.action': 'a' }));
  await store.events.append(batch);
  // As a program that is killed leaves it.
  const dataFolder = join(folder, 'killed');
  cpSync(config.server.dataFolder, dataFolder, { recursive: true });
  // Not every version of Node copies who may enter a folder.
  chmodSync(dataFolder, 0o700);
  await server.close();

  const again = await openTestServer({ server: { dataFolder } });
  const said = warnings(again.log);
  expect(said).toEqual([
    expect.objectContaining({ changesBytes: expect.any(Number), rowsBytes: 0 }),
    expect.objectContaining({ tookMs: expect.any(Number) }),
  ]);
  expect(said[0]).not.toMatchObject({ changesBytes: 0 });
  expect(await again.service.store.events.count({ predicate: ALL })).toBe(1);
  await again.close();

  const closed = await openTestServer({ server: { dataFolder } });
  expect(warnings(closed.log)).toEqual([]);
  await closed.close();
});
