import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { withApi } from '../cli/api-client.ts';
import { askHttp } from '../cli/api-http.ts';
import { DEFAULT_CONFIG } from '../config/config.ts';
import { checkListenAddress, isLoopback } from './listen-address.ts';
import { runServer } from './run-server.ts';
import { serverLog } from './server-log.ts';

const folder = mkdtempSync(join(tmpdir(), 'smbastion-run-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const settings = { ...DEFAULT_CONFIG.server, dataFolder: folder, listen: { host: '127.0.0.1', port: 0 } };
const silent = serverLog('error', () => {});

test('a server is found by the file that it leaves, and takes it away', async () => {
  const server = await runServer({ ...DEFAULT_CONFIG, server: settings }, silent);
  const file = join(folder, 'endpoint.json');
  expect(statSync(file).mode & 0o777).toBe(0o600);
  const answer = await fetch(`${server.url}/readyz`);
  expect([answer.status, await answer.json()]).toEqual([200, { status: 'ready' }]);
  await server.stop();
  expect(existsSync(file)).toBe(false);
  await expect(fetch(`${server.url}/readyz`)).rejects.toThrow();
});

test.each([
  ['no HTTP at all\r\n\r\n', 400],
  [`GET / HTTP/1.1\r\nx: ${'y'.repeat(20_000)}\r\n\r\n`, 431],
])('what is no HTTP is answered as everything else: %#', async (text, status) => {
  const server = await runServer({ ...DEFAULT_CONFIG, server: settings }, silent);
  const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
  let answer = '';
  socket.setEncoding('utf8').on('data', (part: string) => (answer += part));
  socket.write(text);
  await once(socket, 'close');
  const [head, body] = answer.split('\r\n\r\n');
  expect(head).toContain(`HTTP/1.1 ${status} `);
  expect(JSON.parse(body!)).toMatchObject({ error: { code: 'API-INPUT' } });
  await server.stop();
});

test('a request that never ends does not keep a server from stopping', async () => {
  const server = await runServer({ ...DEFAULT_CONFIG, server: { ...settings, stopMs: 50 } }, silent);
  const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
  await once(socket, 'connect');
  socket.write(
    'POST /api/v1/session HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 9\r\n\r\n{',
  );
  const closed = once(socket, 'close');
  socket.on('error', () => {});
  await fetch(`${server.url}/healthz`);
  await server.stop();
  await closed;
});

test('commands ask the server that runs, or open the data folder themselves', async () => {
  const server = await runServer({ ...DEFAULT_CONFIG, server: settings }, silent);
  const config = join(folder, 'site.toml');
  writeFileSync(config, '[server]\ndata = "."\n');
  const status = await withApi({ config }, (api) => api.get<{ isServing: boolean }>('/api/v1/status'));
  expect(status.isServing).toBe(true);
  // A lock belongs to a process, so that the second one is another process: test/smoke-serve.sh.
  await server.stop();
  const offline = await withApi({ config }, (api) => api.get<{ isServing: boolean }>('/api/v1/status'));
  expect(offline.isServing).toBe(false);
});

test('an address that others can reach needs TLS, or a proxy that does it', () => {
  const listen = { host: '0.0.0.0', port: 1 };
  const open = { listen, tls: undefined, isBehindProxy: false };
  expect(() => checkListenAddress(open)).toThrow('nothing there would be encrypted');
  checkListenAddress({ ...open, isBehindProxy: true });
  checkListenAddress({ ...open, tls: { certificate: 'c', key: 'k' } });
  expect(['localhost', '::1', '127.0.0.9', '::', '127.0.0.1.example.com', '10.0.0.1'].map(isLoopback)).toEqual([
    true,
    true,
    true,
    false,
    false,
    false,
  ]);
});

test('a start that fails half way leaves nothing that goes on', async () => {
  const taken = createServer();
  await new Promise<void>((done) => taken.listen(0, '127.0.0.1', done));
  const { port } = taken.address() as AddressInfo;
  const log: string[] = [];
  const syslog = { udp: [], tcp: [{ host: '127.0.0.1', port }], tls: [] };
  const config = { ...DEFAULT_CONFIG, server: settings, ingest: { ...DEFAULT_CONFIG.ingest, syslog } };
  let url = '';
  const started = runServer(
    config,
    serverLog('error', (line) => log.push(line)),
    async (service) => {
      url = service.publicUrl;
      expect((await fetch(`${url}/healthz`)).status).toBe(200);
    },
  );
  await expect(started).rejects.toMatchObject({
    code: 'INGEST-LISTEN',
    message: expect.stringContaining('another program listens there'),
  });
  taken.close();
  // Nothing answers over the closed store or keeps the process.
  await expect(fetch(`${url}/healthz`)).rejects.toThrow();
  // The folder is free again, and no rule ran into the closed store.
  await (await runServer({ ...DEFAULT_CONFIG, server: settings }, silent)).stop();
  expect(log).toEqual([]);
});

test('a certificate that is none is said to be that', async () => {
  const file = join(folder, 'none.pem');
  writeFileSync(file, 'no certificate');
  const tls = { certificate: file, key: file };
  const started = runServer({ ...DEFAULT_CONFIG, server: { ...settings, tls } }, silent);
  await expect(started).rejects.toMatchObject({
    code: 'SERVER-ADDRESS',
    message: expect.stringContaining('[server.tls]'),
  });
});

test('a server without TLS that is asked by https is said to be one', async () => {
  const server = await runServer({ ...DEFAULT_CONFIG, server: settings }, silent);
  const url = server.url.replace('http:', 'https:');
  await expect(askHttp({ url, authorization: undefined }, { method: 'GET', path: '/healthz' })).rejects.toMatchObject({
    code: 'SERVER-UNREACHABLE',
    fix: expect.stringContaining('http://'),
  });
  await server.stop();
});

test('a server that does not answer is said to be unreachable', async () => {
  const asked = withApi({ server: 'http://127.0.0.1:1', key: 'a:b' }, (api) => api.get('/healthz'));
  await expect(asked).rejects.toMatchObject({ code: 'SERVER-UNREACHABLE', exitCode: 5 });
});
