import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { selfSigned, signedByAuthority } from '../../../test/tools/certificate.ts';
import { withApi } from '../../cli/api-client.ts';
import { DEFAULT_CONFIG } from '../../config/config.ts';
import { readEndpoint, writeEndpoint } from '../data/endpoint.ts';
import { checkMachine } from '../checkup/machine-checks.ts';
import { runServer } from '../run-server.ts';
import { serverLog } from '../server-log.ts';

const folder = mkdtempSync(join(tmpdir(), 'smbastion-tls-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const files = { certificate: join(folder, 'server.pem'), key: join(folder, 'server.key') };

/** Node cannot make a certificate itself. */
const hasOpenssl = (() => {
  try {
    const subject = ['-subj', '/CN=smbastion.test', '-days', '30'];
    const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
    execFileSync('openssl', ['req', '-x509', ...curve, ...subject, '-keyout', files.key, '-out', files.certificate], {
      stdio: 'ignore',
    });
    return true;
  } catch {
    console.log('openssl is not installed, so that no certificate can be made: the test of TLS skips');
    return false;
  }
})();

test.skipIf(!hasOpenssl)('with a certificate everything is encrypted, and commands here trust it', async () => {
  const settings = { ...DEFAULT_CONFIG.server, dataFolder: folder, listen: { host: '127.0.0.1', port: 0 }, tls: files };
  const server = await runServer(
    { ...DEFAULT_CONFIG, server: settings },
    serverLog('error', () => {}),
  );
  expect(server.url).toMatch(/^https:/);
  const config = join(folder, 'site.toml');
  writeFileSync(config, '[server]\ndata = "."\n');
  expect(await withApi({ config }, (api) => api.get('/api/v1/status'))).toMatchObject({ isServing: true });

  const secret = await server.service.accounts.add('alice', 'viewer', 'test');
  const body = JSON.stringify({ secret, password: 'four words, far apart' });
  const headers = await new Promise<Record<string, unknown>>((resolve, reject) => {
    const options = { method: 'POST', rejectUnauthorized: false, headers: { 'content-type': 'application/json' } };
    request(`${server.url}/api/v1/session/link`, options, (answer) => resolve(answer.resume().headers))
      .once('error', reject)
      .end(body);
  });
  const cookies = headers['set-cookie'] as readonly string[];
  expect(cookies.map((cookie) => cookie.replace(/=[\w-]+; Max-Age=\d+;/, ';'))).toEqual(
    ['', '-device'].map((name) => `__Host-smbastion${name}; Path=/; HttpOnly; Secure; SameSite=Strict`),
  );
  expect(headers['strict-transport-security']).toBe('max-age=31536000');
  const plain = await fetch(server.url.replace('https', 'http')).catch(() => undefined);
  expect(plain).toBeUndefined();

  const now = Date.now();
  const certificate = async (at: number) =>
    (await checkMachine(settings, at)).find(({ topic }) => topic === 'certificate')?.state;
  expect([
    await certificate(now),
    await certificate(now + 20 * 86_400_000),
    await certificate(now + 31 * 86_400_000),
  ]).toEqual(['ok', 'odd', 'wrong']);
  await server.stop();
});

test.each([
  ['of an authority that nobody here knows', signedByAuthority('smb.example')],
  ['that has run out', signedByAuthority('smb.example', 25)],
])('commands here reach a server with a certificate %s, and nobody who shows another', async (_, { cert, key }) => {
  writeFileSync(files.certificate, cert);
  writeFileSync(files.key, key);
  const settings = { ...DEFAULT_CONFIG.server, dataFolder: folder, listen: { host: '127.0.0.1', port: 0 }, tls: files };
  const server = await runServer(
    { ...DEFAULT_CONFIG, server: settings },
    serverLog('error', () => {}),
  );
  const config = join(folder, 'site.toml');
  writeFileSync(config, '[server]\ndata = "."\n');
  const ask = () => withApi({ config, running: true }, (api) => api.get('/api/v1/status'));
  expect(await ask()).toMatchObject({ isServing: true });

  writeEndpoint(folder, { ...readEndpoint(folder)!, certificate: selfSigned('smb.example').cert });
  await expect(ask()).rejects.toMatchObject({ code: 'SERVER-UNREACHABLE' });
  await server.stop();
});
