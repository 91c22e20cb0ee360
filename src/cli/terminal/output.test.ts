import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openOutput } from './output.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'smbastion-output-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('a file appears whole, under its name, when it is closed', () => {
  const path = join(folder, 'report.json');
  writeFileSync(path, 'old');
  const output = openOutput(path);
  output.write('new');
  expect(readFileSync(path, 'utf8')).toBe('old');
  output.close();
  expect(readFileSync(path, 'utf8')).toBe('new');
  expect(readdirSync(folder)).toEqual(['report.json']);
});

test('a link stays a link', () => {
  const path = join(folder, 'latest');
  writeFileSync(join(folder, 'real'), '');
  symlinkSync('real', path);
  const output = openOutput(path);
  output.write('text');
  output.close();
  expect(lstatSync(path).isSymbolicLink()).toBe(true);
  expect(readFileSync(join(folder, 'real'), 'utf8')).toBe('text');
});

test.skipIf(process.platform === 'win32')('a device is written straight and stays a device', () => {
  const path = join(folder, 'null');
  symlinkSync('/dev/null', path);
  const output = openOutput(path);
  output.write('text');
  output.close();
  expect(lstatSync('/dev/null').isCharacterDevice()).toBe(true);
  expect(readdirSync(folder)).toEqual(['null']);
});

test.each([
  ['a folder', () => mkdirSync(join(folder, 'x')), 'x', /it is a folder; name a file in it\.$/],
  ['a missing folder', () => {}, 'no/x', /its folder does not exist\.$/],
  ['a path through a file', () => writeFileSync(join(folder, 'f'), ''), 'f/x', /is no folder\.$/],
])('%s is said before anything is written', (_name, prepare, name, message) => {
  prepare();
  expect(() => openOutput(join(folder, name))).toThrow(message);
});

test.skipIf(process.platform !== 'linux')('a full disk is an error for people', () => {
  const output = openOutput('/dev/full');
  output.write('text');
  expect(() => output.close()).toThrow('/dev/full cannot be written: no space is left there.');
});
