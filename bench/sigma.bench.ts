/**
 * How long a folder of Sigma rules takes to load, and what thousands of rules cost over a Windows log. Baselines of the same
 * run: reading the same files and parsing the YAML; the log with a hundred rules, and with none.
 */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseYaml } from '../src/base/yaml/parse-yaml.ts';
import { DEFAULT_CONFIG } from '../src/config/config.ts';
import { loadDetection } from '../src/detect/load-detection.ts';
import type { Rule } from '../src/detect/rule.ts';
import { makeLog, SAMPLES, scanLog } from './evtx-log.ts';
import { compare, measure } from './reading.ts';
import { writeSigmaRules } from './sigma-rules.ts';

export const name = 'Sigma: 2,500 rules; targets: loaded in 3 s, 100 k records/s, a third of the speed of 100 rules';

/** The log of the benchmark of Windows event logs. */
const LOG_BYTES = 500e6;

/** Loads the rules a few times, then reads a log with them. */
export function run(): void {
  load();
  if (!existsSync(SAMPLES)) console.log(`reading needs real logs below ${SAMPLES}; skipped`);
  else read();
}

/** Alerts are counted and not written: rules made by chance fire more often than those of people. */
function read(): void {
  const log = makeLog('large', LOG_BYTES);
  const { size } = statSync(log);
  const rate = (count: number) => {
    const rules = sigmaRuleSet(count);
    let alerts = 0;
    const measured = measure(`${count} rules`, size, () => {
      const found = scanLog(log, rules);
      alerts = found.alerts;
      return found.records;
    });
    console.log(`(${alerts} alerts)`);
    return measured;
  };
  const none = rate(0);
  const few = rate(100);
  const many = rate(2500);
  compare('2,500 rules against 100', many, few);
  compare('2,500 rules against none', many, none);
}

function sigmaRuleSet(count: number): readonly Rule[] {
  const folder = mkdtempSync(join(tmpdir(), 'smbastion-sigma-'));
  try {
    writeSigmaRules(folder, count);
    const options = { ruleFolders: [folder], withoutBuiltIn: true, now: 0 };
    return count === 0 ? [] : loadDetection(DEFAULT_CONFIG, options).active;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function load(): void {
  const folder = mkdtempSync(join(tmpdir(), 'smbastion-sigma-'));
  try {
    const bytes = writeSigmaRules(folder);
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.yml'));
    const yaml = measure('YAML alone', bytes, () => {
      for (const file of files) parseYaml({ file, text: readFileSync(join(folder, file), 'utf8') });
      return files.length;
    });
    const loading = measure('rules loaded', bytes, () => {
      const { rules, errors } = loadDetection(DEFAULT_CONFIG, { ruleFolders: [folder], withoutBuiltIn: true, now: 0 });
      if (errors.length > 0) throw errors[0]!;
      return rules.length;
    });
    console.log(`${files.length} rules in ${(files.length / loading).toFixed(2)} s`);
    compare('loading against YAML alone', loading, yaml);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
