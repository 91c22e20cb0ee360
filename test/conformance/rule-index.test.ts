import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { writeSigmaRules } from '../../bench/sigma-rules.ts';
import { FaultLog } from '../../src/base/fault.ts';
import { DEFAULT_CONFIG } from '../../src/config/config.ts';
import { loadDetection } from '../../src/detect/load-detection.ts';
import { Scan } from '../../src/detect/scan/scan.ts';
import { Networks } from '../../src/event/networks.ts';
import { evtx } from '../../src/sources/evtx/evtx.ts';
import { DEFAULT_SOURCE_SETTINGS } from '../../src/sources/source.ts';
import { evidencePath } from '../tools/evidence-folder.ts';

const SAMPLES = evidencePath('evtx/attack');
const hasSamples = existsSync(SAMPLES);
if (!hasSamples) console.warn(`skipped: real logs are looked for in ${SAMPLES}`);

const folder = mkdtempSync(join(tmpdir(), 'smbastion-index-'));
afterAll(() => rmSync(folder, { recursive: true }), 60_000);

test.skipIf(!hasSamples)('hundreds of Sigma rules find the same in real logs with the index and without it', () => {
  writeSigmaRules(folder, 800);
  const { active, errors } = loadDetection(DEFAULT_CONFIG, { ruleFolders: [folder], now: 0 });
  expect(errors).toEqual([]);
  const networks = new Networks();
  const found = [true, false].map((useIndex) => {
    const scan = new Scan({ rules: active, networks, useIndex });
    for (const file of readdirSync(SAMPLES).filter((name) => name.endsWith('.evtx'))) {
      const context = { file, faults: new FaultLog(), networks, settings: DEFAULT_SOURCE_SETTINGS, skipped: () => {} };
      const parser = evtx.open(context);
      parser.push(readFileSync(join(SAMPLES, file)), (event) => scan.onEvent(event));
      parser.end((event) => scan.onEvent(event));
    }
    const findings = scan.finish();
    const ids = [...findings.alerts].map(({ id, rule }) => `${rule.id} ${id}`);
    findings.close();
    return ids;
  });
  expect(found[0]).toEqual(found[1]);
  expect(new Set(found[0]!.map((id) => id.split(' ')[0])).size).toBeGreaterThan(20);
});
