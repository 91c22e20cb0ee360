import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { hasStore, makeDataFolder, storeFile } from './data-folder.ts';

const folder = mkdtempSync(join(tmpdir(), 'smbastion-data-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const rightsOf = (path: string) => (statSync(path).mode & 0o777).toString(8);

test('a data folder that is made is for its owner alone', () => {
  const made = join(folder, 'a', 'b');
  expect(makeDataFolder(made)).toEqual([]);
  expect(rightsOf(made)).toBe('700');
  expect(hasStore(made)).toBe(false);
});

test('of a folder that was there, the store is taken from others and the rest is told', () => {
  const open = join(folder, 'open');
  mkdirSync(join(open, 'store.duckdb.rows'), { recursive: true });
  for (const name of ['store.duckdb', 'store.duckdb.wal', 'notes.txt']) writeFileSync(join(open, name), '');
  for (const name of ['store.duckdb', 'store.duckdb.wal', 'notes.txt']) chmodSync(join(open, name), 0o644);
  for (const name of ['.', 'store.duckdb.rows']) chmodSync(join(open, name), 0o755);
  expect(makeDataFolder(open)).toEqual([
    `${open} can be entered by others of this machine. chmod 700 ${open} forbids it.`,
  ]);
  expect(rightsOf(storeFile(open))).toBe('600');
  expect(rightsOf(join(open, 'store.duckdb.wal'))).toBe('600');
  expect(rightsOf(join(open, 'store.duckdb.rows'))).toBe('700');
  expect([rightsOf(open), rightsOf(join(open, 'notes.txt'))]).toEqual(['755', '644']);
  expect(hasStore(open)).toBe(true);
});
