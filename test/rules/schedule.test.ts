/**
 * The built-in rules over all their examples at once, stored in parts with the rules running after each, as a server does:
 * what they tell is what a scan of everything finds.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { configToNetworks, DEFAULT_CONFIG } from '../../src/config/config.ts';
import { toAlertDocument } from '../../src/detect/alerts/alert-document.ts';
import { Scan } from '../../src/detect/scan/scan.ts';
import { scanDocuments } from '../../src/detect/scan/scan-documents.ts';
import { Schedule } from '../../src/detect/schedule/schedule.ts';
import { compareTexts } from '../../src/base/order.ts';
import type { Rule } from '../../src/detect/rule.ts';
import { canonicalJson, type Document } from '../../src/event/document.ts';
import { DocumentEvent } from '../../src/event/document-event.ts';
import type { EventView } from '../../src/event/view.ts';
import { readAll } from '../../src/sources/input/read-all.ts';
import { sources } from '../../src/sources/registry.ts';
import { openStore } from '../../src/store/open-store.ts';
import type { Store } from '../../src/store/store.ts';
import { CONTENT, shippedRules } from './scan-evidence.ts';

const networks = configToNetworks(DEFAULT_CONFIG);
/** A rule over single events has nothing that parts could tear. */
const rules = shippedRules().rules.filter(({ type }) => type !== 'query');
const EXAMPLES = join(CONTENT, 'rules', 'examples');
const PARTS = 2;

/**
 * In any order of keys; without when it was stored; without where it was read, for some examples hold the same event; and without the id, for an
 * alert whose first event came late keeps the one it was told under.
 */
const plain = (document: Document) =>
  canonicalJson(
    JSON.parse(
      JSON.stringify(document, (key, value: unknown) =>
        ['ingested', 'file', 'offset', 'line', 'index', 'format'].includes(key) ? undefined : value,
      ),
    ),
  ).replaceAll(/"(uuid|id)":"[0-9a-f]{32}"/g, '');

function scheduleOf(store: Store, own: readonly Rule[]): Schedule {
  return new Schedule({
    store,
    desk: store.desk,
    networks,
    rules: own,
    active: new Set(own.map(({ id }) => id)),
    exceptions: () => [],
    now: () => Date.now(),
    onError: (rule, error) => expect.fail(`${rule?.id}: ${String(error)}`),
  });
}

const neverStopped = () => false;

async function readExamples(path: string, sink: (event: EventView) => void): Promise<void> {
  const settings = DEFAULT_CONFIG.sources;
  await readAll([path], {
    sources: sources.all,
    networks,
    settings,
    sink,
    isStopped: neverStopped,
    progress: () => {},
  });
}

test('the ten-minute correlation, its events spread over three runs and a restart, fires once', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'smbastion-schedule-'));
  const rule = shippedRules().rules.find(({ id }) => id === 'cm0062-windows')!;
  const documents: Document[] = [];
  await readExamples(join(EXAMPLES, 'cm0062-windows.fires.evtx.gz'), (event) => documents.push(event.document()));
  const expected = scanDocuments([rule], documents, { networks }).alerts.map(({ id }) => id);
  documents.sort((one, other) => compareTexts(String(one['@timestamp']), String(other['@timestamp'])));
  const third = Math.ceil(documents.length / 3);
  const added: number[] = [];
  for (let run = 0; run < 3; run++) {
    const store = await openStore(join(folder, 'store.duckdb'), networks);
    const batch = store.events.batch();
    for (const document of documents.slice(run * third, (run + 1) * third)) {
      batch.add(new DocumentEvent(networks, document));
    }
    await store.events.append(batch);
    await scheduleOf(store, [rule]).runNow();
    added.push((await store.runs.latest(rule.id, 1))[0]!.alertsNew);
    const { alerts } = await store.alerts.search({ limit: 10 });
    if (run === 2) expect(alerts.map(({ id }) => id).sort()).toEqual(expected);
    await store.close();
  }
  rmSync(folder, { recursive: true, force: true });
  expect(expected.length).toBe(1);
  expect(added.reduce((sum, count) => sum + count, 0)).toBe(1);
});

test('examples stored in parts give the alerts that a scan of all of them gives', async () => {
  const store = await openStore(':memory:', networks);
  const schedule = scheduleOf(store, rules);
  const scan = new Scan({ rules: rules.map((rule) => ({ ...rule, maxSignals: 100_000 })), networks });
  const batches = Array.from({ length: PARTS }, () => store.events.batch());
  let events = 0;
  await readExamples(EXAMPLES, (event) => {
    scan.onEvent(event);
    batches[Math.floor(events++ / 40) % PARTS]!.add(event);
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
