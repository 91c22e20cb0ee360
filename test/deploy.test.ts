/** The steps at the top of the service: what they name is there, and the user they give files to is made before. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { loadConfig } from '../src/config/load-config.ts';

const unit = readFileSync('deploy/smbastion.service', 'utf8');
const steps = [...unit.matchAll(/^# {3}(\S.*)$/gm)].map(([, step]) => step!);
const setting = (name: string) => new RegExp(`^${name}=(.*)$`, 'm').exec(unit)?.[1];

test('every file that a step takes from here is here', () => {
  const taken = steps.flatMap((step) => [...step.matchAll(/\bdeploy\/\S+/g)].map(([file]) => file));
  expect(taken).toEqual(['deploy/smbastion.sysusers', 'deploy/smbastion.service', 'deploy/smbastion.toml']);
  expect(taken.filter((file) => !existsSync(file))).toEqual([]);
  const copied = steps
    .find((step) => step.startsWith('cp -R'))!
    .split(' ')
    .slice(2, -1);
  const { files } = JSON.parse(readFileSync('package.json', 'utf8'));
  expect(copied.toSorted()).toEqual([...files, 'package.json', 'node_modules'].toSorted());
});

test('the user exists before files are given to its group, and while the service does not run', () => {
  const user = /^u (\S+) /m.exec(readFileSync('deploy/smbastion.sysusers', 'utf8'))![1];
  expect([setting('User'), setting('Group'), setting('DynamicUser')]).toEqual([user, user, undefined]);
  const made = steps.findIndex((step) => step.startsWith('systemd-sysusers'));
  const given = steps.flatMap((step, at) => (step.includes(' -g ') ? [[at > made, / -g (\S+)/.exec(step)![1]]] : []));
  expect(given.length).toBeGreaterThan(0);
  for (const step of given) expect(step).toEqual([true, user]);
});

test('the service starts what the steps install, on the folder that the configuration names', () => {
  const [program, ...rest] = setting('ExecStart')!.split(' ');
  expect(steps.some((step) => step.endsWith(` ${program}`))).toBe(true);
  const config = rest.at(-1)!;
  expect(steps.some((step) => step.endsWith(`deploy/smbastion.toml ${config}`))).toBe(true);
  const { dataFolder } = loadConfig('deploy/smbastion.toml').server;
  expect(dataFolder).toBe(`/var/lib/${setting('StateDirectory')}`);
});

const hasAnalyze = (() => {
  try {
    execFileSync('systemd-analyze', ['--version']);
    return true;
  } catch {
    return false;
  }
})();

test.skipIf(!hasAnalyze)('systemd knows every line of the service (skipped without systemd-analyze)', () => {
  const folder = mkdtempSync(join(tmpdir(), 'smbastion-unit-'));
  const file = join(folder, 'smbastion.service');
  // The program is not installed here; another one stands for it.
  writeFileSync(file, unit.replace(/^ExecStart=\S+/m, 'ExecStart=/bin/true'));
  const said = execFileSync('bash', ['-c', `systemd-analyze verify --man=no ${file} 2>&1 || true`], {
    encoding: 'utf8',
  });
  rmSync(folder, { recursive: true });
  expect(said.split('\n').filter((line) => line.includes('smbastion.service'))).toEqual([]);
});
