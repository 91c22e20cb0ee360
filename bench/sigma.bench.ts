/** How long a folder of Sigma rules takes to load. Baseline of the same run: reading the same files and parsing the YAML. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseYaml } from '../src/base/yaml/parse-yaml.ts';
import { DEFAULT_CONFIG } from '../src/config/config.ts';
import { loadDetection } from '../src/detect/load-detection.ts';
import { compare, measure } from './reading.ts';
import { writeSigmaRules } from './sigma-rules.ts';

export const name = 'Sigma: loading 2,500 rules; target under 3 s';

/** Loads the rules a few times. */
export function run(): void {
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
