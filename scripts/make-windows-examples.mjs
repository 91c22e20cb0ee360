// Writes the event logs the project ships: examples/evidence/windows/*.evtx.gz (what APP01 and FS01 saw of the day in
// make-examples.mjs) and content/rules/examples/*.evtx.gz (those that a rule names; with --all every one described).
//
// The descriptions and the writer are TypeScript below test/tools; they are compiled to build/ first, so this runs with
// plain node. The output is committed; test/tools/windows-examples/example-files.test.ts says when it is out of date.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { gunzipSync } from 'node:zlib';

const root = fileURLToPath(new URL('..', import.meta.url));
const compiled = join(root, 'build', 'windows-examples');
const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');

const { status } = spawnSync(
  process.execPath,
  [tsc, '-p', join(root, 'test', 'tools', 'windows-examples', 'tsconfig.json'), '--outDir', compiled],
  { cwd: root, stdio: 'inherit' },
);
if (status !== 0) process.exit(status ?? 1);
const module = pathToFileURL(join(compiled, 'windows-examples', 'example-files.js')).href;
const { evidenceFiles, packLog, ruleExampleFiles } = await import(module);

const rules = join(root, 'content', 'rules');
const ruleTexts = readdirSync(rules)
  .filter((file) => file.endsWith('.toml'))
  .map((file) => readFileSync(join(rules, file), 'utf8'));
const isNamed = ({ path }) => ruleTexts.some((text) => text.includes(`examples/${basename(path)}`));
const wanted = ruleExampleFiles().filter((file) => process.argv.includes('--all') || isNamed(file));

let written = 0;
for (const { path, log } of [...evidenceFiles(), ...wanted]) {
  const file = join(root, path);
  // Another version of zlib packs the same log into other bytes; that alone is no change.
  if (existsSync(file) && gunzipSync(readFileSync(file)).equals(log)) continue;
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, packLog(log));
  written++;
  console.log(path);
}
console.log(`${written} files written, ${evidenceFiles().length + wanted.length - written} already right`);
