/**
 * The built-in rules over all their examples at once, stored in parts with the rules running after each, as a server does:
 * what they tell is what a scan of everything finds.
 */
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { configToNetworks, DEFAULT_CONFIG } from '../../src/config/config.ts';
import { toAlertDocument } from '../../src/detect/alerts/alert-document.ts';
import { Scan } from '../../src/detect/scan/scan.ts';
import { Schedule } from '../../src/detect/schedule/schedule.ts';
import type { Document } from '../../src/event/document.ts';
import { readAll } from '../../src/sources/input/read-all.ts';
import { sources } from '../../src/sources/registry.ts';
import { openStore } from '../../src/store/open-store.ts';
import { CONTENT, shippedRules } from './scan-evidence.ts';

const networks = configToNetworks(DEFAULT_CONFIG);
/** A rule over single events has nothing that parts could tear. */
const rules = shippedRules().rules.filter(({ type }) => type !== 'query');
const EXAMPLES = join(CONTENT, 'rules', 'examples');
const PARTS = 2;

/**
 * Without when it was stored; without where it was read, for some examples hold the same event; and without the id, for an
 * alert whose first event came late keeps the one it was told under.
 */
const plain = (document: Document) =>
  JSON.stringify(document, (key, value: unknown) => {
    return ['ingested', 'file', 'offset', 'line', 'index', 'format'].includes(key) ? undefined : value;
  }).replaceAll(/"(uuid|id)":"[0-9a-f]{32}"/g, '');

test('examples stored in parts give the alerts that a scan of all of them gives', async () => {
  const store = await openStore(':memory:', networks);
  const schedule = new Schedule({
    store,
    desk: store.desk,
    networks,
    rules,
    active: new Set(rules.map(({ id }) => id)),
    exceptions: () => [],
    now: () => Date.now(),
    onError: (rule, error) => expect.fail(`${rule?.id}: ${String(error)}`),
  });
  const scan = new Scan({ rules: rules.map((rule) => ({ ...rule, maxSignals: 100_000 })), networks });
  const batches = Array.from({ length: PARTS }, () => store.events.batch());
  let events = 0;
  await readAll([EXAMPLES], {
    sources: sources.all,
    networks,
    settings: DEFAULT_CONFIG.sources,
    sink: (event) => {
      scan.onEvent(event);
      batches[Math.floor(events++ / 40) % PARTS]!.add(event);
    },
    isStopped: () => false,
    progress: () => {},
  });
  for (const batch of batches) {
    await store.events.append(batch);
    await schedule.runNow();
  }
  const findings = scan.finish();
  const expected = [...findings.alerts].map((alert) => plain(toAlertDocument(alert))).sort();
  findings.close();
  const { alerts } = await store.alerts.search({ limit: 10_000, withBuildingBlocks: true });
  await store.close();
  expect(expected.length).toBeGreaterThan(50);
  expect(alerts.map(({ document }) => plain(document)).sort()).toEqual(expected);
}, 120_000);
