import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';

const LAB = fileURLToPath(new URL('./', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'smbastion-watch-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Why the lab cannot run here, or undefined when it can. */
function obstacle(): string | undefined {
  const needs = spawnSync('bash', ['-c', `. ${LAB}lab.sh && lab_needs && ip netns list && rm -rf "$LAB"`], {
    encoding: 'utf8',
  });
  if (needs.status !== 0) return needs.stderr.trim();
  const impacket = spawnSync('/usr/bin/python3', ['-c', 'import impacket']);
  return impacket.status === 0 ? undefined : 'python3-impacket is not installed';
}

/** Ids of the rules that alerted. */
function rulesIn(file: string): string[] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map(
      (line) => (JSON.parse(line) as { kibana: { alert: { rule: { rule_id: string } } } }).kibana.alert.rule.rule_id,
    );
}

const reason = obstacle();
if (reason !== undefined) console.warn(`skipped, the lab: ${reason}`);

test.skipIf(reason !== undefined)(
  'watch tells of a program copied to ADMIN$ while it happens',
  () => {
    const built = spawnSync('node', ['scripts/build.mjs', '--if-needed'], {
      encoding: 'utf8',
      cwd: join(LAB, '../..'),
    });
    expect(built.status, built.stderr).toBe(0);
    const output = join(folder, 'alerts.jsonl');
    const run = spawnSync('bash', [join(LAB, 'watch.sh'), output], { encoding: 'utf8', timeout: 100_000 });
    expect(run.status, run.stderr).toBe(0);
    expect(rulesIn(`${output}.live`)).toContain('admin-share-write');
    expect(rulesIn(output)).toContain('cm0062-network');
    expect(readFileSync(`${output}.err`, 'utf8')).toMatch(/0 packets lost by the kernel, 0 dropped here/);
  },
  120_000,
);
