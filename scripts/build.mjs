// Compiles src/ to build/js/ and links it to dist/, a few files that start fast. With --if-needed: only when a source is
// newer than the last build.
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const compiled = join(root, 'build', 'js');
const dist = join(root, 'dist');
const stamp = join(dist, '.built');
const inputs = ['src', 'package-lock.json', 'tsconfig.build.json', 'scripts/build.mjs'];

if (process.argv.includes('--if-needed') && existsSync(stamp)) {
  const built = statSync(stamp).mtimeMs;
  if (Math.max(...inputs.map((input) => newestIn(join(root, input)))) <= built) process.exit(0);
}

const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
if (!existsSync(tsc)) {
  console.error('The TypeScript compiler is not installed, so nothing can be built: run "npm ci" first.');
  process.exit(1);
}
for (const folder of [compiled, dist]) rmSync(folder, { recursive: true, force: true });
const { status } = spawnSync(process.execPath, [tsc, '-p', 'tsconfig.build.json'], { cwd: root, stdio: 'inherit' });
if (status !== 0) process.exit(status ?? 1);
await link();
// npm link sets this bit once; a later build would lose it and with it the command.
chmodSync(join(dist, 'main.js'), 0o755);
writeFileSync(stamp, '');

/** Node takes longer to find and open some four hundred small files than to run them, and each reading thread does so anew. */
async function link() {
  const { rolldown } = await import('rolldown');
  const bundle = await rolldown({
    input: {
      main: join(compiled, 'main.js'),
      'scan-worker': join(compiled, 'detect', 'parallel', 'scan-worker.js'),
      'bulk-worker': join(compiled, 'server', 'ingest', 'elastic', 'reading', 'bulk-worker.js'),
    },
    // Packages stay packages, so that they can be audited and renewed.
    external: /^[^./]/,
    platform: 'node',
  });
  await bundle.write({ dir: dist, format: 'esm', chunkFileNames: 'shared-[hash].js' });
  await bundle.close();
}

function newestIn(path) {
  const own = statSync(path);
  if (!own.isDirectory()) return own.mtimeMs;
  return Math.max(own.mtimeMs, ...readdirSync(path).map((name) => newestIn(join(path, name))));
}
