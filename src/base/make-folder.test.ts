import { existsSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { makeFolder } from './make-folder.ts';

const folder = mkdtempSync(join(tmpdir(), 'smbastion-folder-'));
afterAll(() => rmSync(folder, { recursive: true }));
const at = (...parts: string[]) => join(folder, ...parts);

test('makes what is missing above it, and leaves what is there', () => {
  for (let i = 0; i < 2; i++) makeFolder(at('a', 'b', 'c'), 0o700);
  expect(statSync(at('a', 'b', 'c')).mode & 0o777).toBe(0o700);
  expect(statSync(at('a')).mode & 0o777).toBe(0o700);
  symlinkSync(at('a'), at('link'));
  makeFolder(at('link', 'd'));
  expect(statSync(at('a', 'd')).isDirectory()).toBe(true);
  makeFolder('/');
});

test('says what is in the way', () => {
  writeFileSync(at('file'), '');
  symlinkSync(at('nowhere'), at('dangling'));
  expect(() => makeFolder(at('file'))).toThrow('EEXIST');
  expect(() => makeFolder(at('file', 'x'))).toThrow('ENOTDIR');
  expect(() => makeFolder(at('file', 'x', 'y'))).toThrow('ENOTDIR');
  expect(() => makeFolder(at('dangling'))).toThrow('EEXIST');
  expect(() => makeFolder(at('dangling', 'x'))).toThrow();
});

test.skipIf(!existsSync('/proc/self'))('a place that holds no folders is told and not waited for', () => {
  expect(() => makeFolder('/proc/smbastion/data')).toThrow('ENOENT');
});
