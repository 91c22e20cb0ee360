import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { runCommandLine } from '../../../../test/tools/command-line.ts';
import { openTestServer } from '../../../../test/tools/test-server.ts';
import { removeEndpoint, writeEndpoint } from '../../../server/data/endpoint.ts';

const folder = mkdtempSync(join(tmpdir(), 'smbastion-list-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const config = join(folder, 'smbastion.toml');
writeFileSync(config, '[server]\ndata = "data"\n');
const dataFolder = join(folder, 'data');
const smbastion = (...args: string[]) => runCommandLine(...args, '-c', config);

/** On or off of the two rules of this test, and the sentence that says who says so. */
async function listed(...options: string[]) {
  const { out } = await smbastion('rules', 'list', ...options);
  const stateOf = (id: string) => new RegExp(`^${id} +(on|off) `, 'm').exec(out)?.[1];
  return {
    spray: stateOf('spray'),
    classic: stateOf('exposure-egress-classic'),
    says: out.trimEnd().split('\n').at(-1),
  };
}

test('the list says what runs, and who says so', async () => {
  expect(await listed()).toEqual({
    spray: 'on',
    classic: 'off',
    says: expect.stringContaining('on as the configuration says; no server was found'),
  });

  const server = await openTestServer({ server: { dataFolder } });
  const url = await server.app.listen({ host: '127.0.0.1', port: 0 });
  writeEndpoint(dataFolder, { url, key: server.service.localKey, pid: process.pid });
  await smbastion('rules', 'disable', 'spray');
  await smbastion('rules', 'enable', 'exposure-egress-classic');
  const switched = { spray: 'off', classic: 'on' };
  expect(await listed()).toEqual({ ...switched, says: expect.stringContaining(`as the server at ${url} says`) });
  expect(await listed('--enable', 'exposure-egress-classic')).toEqual({
    spray: 'on',
    classic: 'on',
    says: expect.stringContaining('as the configuration and the options say'),
  });
  const { out, said } = await smbastion('rules', 'list', '--json');
  const rule = out.split('\n').find((line) => line.startsWith('{"id":"spray"'));
  expect(JSON.parse(rule!)).toMatchObject({ on: false, risk_score: expect.any(Number), file: expect.any(String) });
  expect(said).toBe(`On and off as the server at ${url} says.\n`);

  removeEndpoint(dataFolder);
  await server.close();
  expect(await listed()).toEqual({
    ...switched,
    says: expect.stringContaining(`as the data folder ${dataFolder} says`),
  });
});
