/** The logs the project ships are those these descriptions make; `node scripts/make-windows-examples.mjs` writes them. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { fieldId } from '../../../src/event/field.ts';
import { evtx } from '../../../src/sources/evtx/evtx.ts';
import { readAll } from '../../conformance/sources.ts';
import { evidenceFiles, packLog, ruleExampleFiles } from './example-files.ts';
import { ruleExampleLogs } from './rule-examples.ts';
import { storyLogs } from './story.ts';

const PROJECT = fileURLToPath(new URL('../../../', import.meta.url));
const RULES = `${PROJECT}content/rules/`;

/** Names of logs that rule files name as examples. */
const named = new Set(
  readdirSync(RULES)
    .filter((file) => file.endsWith('.toml'))
    .flatMap((file) => [...readFileSync(RULES + file, 'utf8').matchAll(/examples\/([^"']+\.evtx\.gz)/g)])
    .map((match) => match[1]!),
);
const shipped = [...evidenceFiles(), ...ruleExampleFiles().filter(({ path }) => named.has(basename(path)))];

test.each(shipped.map((file) => [file.path, file] as const))('%s is what its description makes', (path, { log }) => {
  expect(existsSync(PROJECT + path), 'run: node scripts/make-windows-examples.mjs').toBe(true);
  expect(gunzipSync(readFileSync(PROJECT + path)).equals(log)).toBe(true);
});

test('every event log that a rule names has a description', () => {
  const described = ruleExampleFiles().map(({ path }) => basename(path));
  expect([...named].filter((name) => !described.includes(name))).toEqual([]);
});

test('each example has a near miss that is another log', () => {
  const logs = ruleExampleLogs();
  for (const [name, records] of logs) {
    if (!name.endsWith('fires')) continue;
    const near = logs.get(name.replace(/fires$/, 'near-miss'));
    expect(near, name).toBeDefined();
    expect(near).not.toEqual(records);
  }
});

test('logs are a few kilobytes when packed, and the same on each run', () => {
  for (const { path, log } of [...evidenceFiles(), ...ruleExampleFiles()]) {
    const packed = packLog(log);
    expect(packed.length, path).toBeLessThan(6000);
    expect(gunzipSync(packed).equals(log)).toBe(true);
  }
  expect(evidenceFiles()).toEqual(evidenceFiles());
});

test('records stand in order of time and number', () => {
  for (const records of [...storyLogs().values(), ...ruleExampleLogs().values()]) {
    expect(records.map(({ time }) => time)).toEqual(records.map(({ time }) => time).sort());
    expect(new Set(records.map(({ recordId }) => recordId)).size).toBe(records.length);
  }
});

test('every log is read without a fault, event by event', () => {
  const counts = new Map([...storyLogs(), ...ruleExampleLogs()].map(([name, records]) => [name, records.length]));
  for (const { path, log } of [...evidenceFiles(), ...ruleExampleFiles()]) {
    const { events, faults } = readAll(evtx, log);
    expect(faults, path).toEqual([]);
    expect(events.length).toBe(counts.get(basename(path, '.evtx.gz')));
    expect(new Set(events.map(({ id }) => id)).size).toBe(events.length);
  }
});

test('the story holds together: the tool that was written is the service that was installed and the process that ran', () => {
  const told: Record<string, unknown[]> = {};
  for (const { log } of evidenceFiles()) {
    readAll(evtx, log, {
      each: (event) => {
        const value = (name: string) => event.get(fieldId(name));
        if (value('user.name') === 'adm_keller') return;
        const fact = STORY[String(value('event.code'))];
        if (fact) (told[String(value('event.code'))] ??= []).push(value(fact));
      },
    });
  }
  expect(told['4697']).toEqual([TOOL]);
  expect(told['7045']).toEqual([TOOL]);
  expect(told['4688']).toContain(TOOL);
  expect(new Set(told['5145'])).toContain(TOOL);
  expect(told['4624']).toContain('10.20.1.23');
  expect(told['3000']).toEqual(['10.20.1.60', '10.20.1.60', '10.20.1.60']);
});

const TOOL = 'C:\\Windows\\Temp\\hqkzrm.exe';
/** What is looked at in each kind of event. */
const STORY: Readonly<Record<string, string>> = {
  '3000': 'source.ip',
  '4624': 'source.ip',
  '4688': 'process.executable',
  '4697': 'smb.service.executable',
  '5145': 'file.path',
  '7045': 'smb.service.executable',
};
