import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { openTestServer } from '../../../test/tools/test-server.ts';
import { DEFAULT_CONFIG } from '../../config/config.ts';
import { gatherStatus } from './status.ts';

const folder = mkdtempSync(join(tmpdir(), 'smbastion-status-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('a rule file with several errors is one faulty file, and the log of the start names each place', async () => {
  const file = join(folder, 'bad.toml');
  writeFileSync(file, '[rule]\nid = "bad"\nseverty = "low"\nquery = "source.pi:1"\nversion = "one"\n');
  const rules = { ...DEFAULT_CONFIG.rules, folders: [folder] };
  const server = await openTestServer({ config: { rules } });
  const { errors } = server.service.detection;
  expect(errors.length).toBeGreaterThan(2);
  expect((await gatherStatus(server.service, 'test')).rules.faulty).toBe(1);
  const logged = server.log.map((line) => JSON.parse(line) as { code?: string; level: number; place?: string });
  expect(logged.filter(({ code, level }) => code !== undefined && level === 40).map(({ place }) => place)).toEqual(
    errors.map(({ place }) => `${file}:${place?.line}:${place?.column}`),
  );
  await server.close();
});
