import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { withApi, withApiIfAny } from './api-client.ts';

const folder = mkdtempSync(join(tmpdir(), 'smbastion-api-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const config = join(folder, 'site.toml');
writeFileSync(config, '[server]\ndata = "data"\n');
const dataFolder = join(folder, 'data');
const ask = () => Promise.resolve('asked');

test('a question where nothing is makes nothing, and says where was looked', async () => {
  await expect(withApi({ config }, ask)).rejects.toMatchObject({
    code: 'INPUT-MISSING',
    message: `No server runs, and there is no data folder at ${dataFolder}.`,
    fix: expect.stringMatching(/--server.*-c FILE.*SMBASTION_DATA/),
  });
  expect(await withApiIfAny({ config }, ask)).toEqual({ dataFolder });
  expect(existsSync(dataFolder)).toBe(false);
});

test('a command that is meant to makes a store, which is then asked', async () => {
  expect(await withApi({ config }, ask, { makesStore: true })).toBe('asked');
  expect(existsSync(join(dataFolder, 'store.duckdb'))).toBe(true);
  expect(await withApiIfAny({ config }, ask)).toEqual({ value: 'asked' });
});
