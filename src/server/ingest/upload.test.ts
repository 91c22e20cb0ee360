import { expect, test } from 'vitest';
import { memoryStore, waitingStore } from '../../../test/tools/memory-store.ts';
import { DEFAULT_INGEST_LIMITS } from '../../config/ingest-settings.ts';
import { Networks } from '../../event/networks.ts';
import { DEFAULT_SOURCE_SETTINGS } from '../../sources/source.ts';
import { Intake } from './intake.ts';
import { ALL } from '../../query/predicate.ts';
import type { Store } from '../../store/store.ts';
import { Upload } from './upload.ts';

const line = (n: number) =>
  Buffer.from(`{"@timestamp":"2026-03-01T10:00:${n}Z","event":{"kind":"event"},"source":{"ip":"10.0.0.${n}"}}\n`);

const intakeInto = (store: Store) =>
  new Intake({ store, networks: new Networks(), settings: DEFAULT_SOURCE_SETTINGS, limits: DEFAULT_INGEST_LIMITS });

test('pieces that come at once are read one after another', async () => {
  const store = await memoryStore();
  const intake = intakeInto(store);
  const upload = new Upload(intake, 'a.json', undefined);
  const pushed = [10, 11, 12, 13, 14].map((n) => upload.push(line(n)));
  expect(await upload.end()).toMatchObject({ created: 5, unreadable: 0 });
  await Promise.all(pushed);
  expect(intake.senders.list()).toMatchObject([{ name: 'load evidence', bytes: 5 * line(10).length }]);
  await intake.stop();
  await store.close();
});

test('what was loaded is found, however much else comes', async () => {
  const store = await waitingStore();
  const intake = intakeInto(store);
  const upload = new Upload(intake, 'a.json', undefined);
  await upload.push(line(10));
  await upload.end();
  expect(await store.events.count({ predicate: ALL })).toBe(1);
  await intake.stop();
  await store.close();
});
