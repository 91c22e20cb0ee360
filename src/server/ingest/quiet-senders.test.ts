import { afterEach, beforeEach, expect, test } from 'vitest';
import { memoryStore } from '../../../test/tools/memory-store.ts';
import { DEFAULT_INGEST_LIMITS } from '../../config/ingest-settings.ts';
import { Networks } from '../../event/networks.ts';
import { DEFAULT_SOURCE_SETTINGS } from '../../sources/source.ts';
import type { AlertRecord } from '../../store/alert-store.ts';
import type { Store } from '../../store/store.ts';
import { Intake } from './intake.ts';
import { QuietSenders } from './quiet-senders.ts';

const HOUR = 3_600_000;
let store: Store;
let now = 1_772_400_000_000;
let told: AlertRecord[] = [];

beforeEach(async () => {
  store = await memoryStore();
  told = [];
});
afterEach(() => store.close());

function watch() {
  const intake = new Intake({
    store,
    networks: new Networks(),
    settings: DEFAULT_SOURCE_SETTINGS,
    limits: DEFAULT_INGEST_LIMITS,
    now: () => now,
  });
  const quiet = new QuietSenders({ intake, store, quietMs: 24 * HOUR, onAlert: (alert) => told.push(alert) });
  const sends = (way: string, name: string) => {
    intake.senders.get(way, name).lastMs = now;
  };
  return { quiet, sends };
}

test('a silence is one alert, across restarts, and the next silence another', async () => {
  const first = watch();
  first.sends('bulk', '10.0.0.1 Elastic-filebeat');
  first.sends('load', 'evidence');
  await first.quiet.check();
  now += 23 * HOUR;
  await first.quiet.check();
  expect(told).toEqual([]);
  const second = watch();
  now += 2 * HOUR;
  await second.quiet.check();
  now += 2 * HOUR;
  await second.quiet.check();
  await watch().quiet.check();
  expect(told).toMatchObject([{ ruleId: 'source-quiet', severity: 'medium' }]);
  expect(JSON.stringify(told[0]?.document)).toContain('bulk 10.0.0.1 Elastic-filebeat has sent nothing for 24 h');
  second.sends('bulk', '10.0.0.1 Elastic-filebeat');
  await second.quiet.check();
  now += 25 * HOUR;
  await second.quiet.check();
  expect(new Set(told.map(({ id }) => id)).size).toBe(2);
});
