import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type IncomingMessage, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, expect, test } from 'vitest';
import { DEFAULT_CONFIG } from '../../config/config.ts';
import { runServer } from '../run-server.ts';
import { serverLog } from '../server-log.ts';

const folder = mkdtempSync(join(tmpdir(), 'smbastion-evidence-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const line = (n: number) =>
  `{"@timestamp":"2026-03-01T10:00:${n}Z","event":{"kind":"event"},"source":{"ip":"10.0.0.${n}"}}\n`;

test('a server takes evidence in pieces, bulk requests and followed files; the same evidence twice is there once', async () => {
  const dropped = join(folder, 'dropped');
  writeFileSync(dropped, line(40));
  const server = await runServer(
    {
      ...DEFAULT_CONFIG,
      server: { ...DEFAULT_CONFIG.server, dataFolder: join(folder, 'data'), listen: { host: '127.0.0.1', port: 0 } },
      ingest: { ...DEFAULT_CONFIG.ingest, follow: [dropped] },
    },
    serverLog('error', () => {}),
  );
  const ask = async (method: string, path: string, body?: string | Buffer, type = 'application/json') => {
    const answer = await fetch(`${server.url}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${server.service.localKey}`,
        ...(body !== undefined && { 'content-type': type }),
      },
      ...(body !== undefined && { body }),
    });
    return { status: answer.status, body: await answer.text(), product: answer.headers.get('x-elastic-product') };
  };
  const upload = async (name: string, bytes: Buffer) => {
    const { id } = JSON.parse((await ask('POST', '/api/v1/evidence', JSON.stringify({ name }))).body);
    for (let at = 0; at < bytes.length; at += 50) {
      const piece = bytes.subarray(at, at + 50);
      expect((await ask('PUT', `/api/v1/evidence/${id}`, piece, 'application/octet-stream')).status).toBe(204);
    }
    return JSON.parse((await ask('POST', `/api/v1/evidence/${id}/end`)).body);
  };
  const bytes = gzipSync(`${line(10)}${line(11)}{"half\n`);
  expect(await upload('case/a.json.gz', bytes)).toMatchObject({ created: 2, known: 0, unreadable: 1 });
  expect(await upload('case/b.json.gz', bytes)).toMatchObject({
    created: 0,
    known: 2,
    files: [{ file: 'case/b.json.gz', format: 'json', events: 2 }],
  });
  expect(await upload('empty', Buffer.alloc(0))).toMatchObject({ files: [{ problem: 'the file is empty' }] });
  expect((await ask('POST', '/api/v1/evidence/nope/end')).status).toBe(404);
  const unasked = request(`${server.url}/api/v1/evidence/nope`, {
    method: 'PUT',
    headers: {
      authorization: `Bearer ${server.service.localKey}`,
      'content-type': 'application/octet-stream',
      'content-length': 1_000_000,
    },
  });
  unasked.on('error', () => {});
  unasked.flushHeaders();
  // None of the body was sent.
  const [refused] = (await once(unasked, 'response')) as [IncomingMessage];
  expect(refused.statusCode).toBe(404);
  unasked.destroy();

  const bulk = await ask('POST', '/elasticsearch/_bulk', `{"create":{}}\n${line(30)}`, 'application/x-ndjson');
  expect([bulk.status, bulk.product]).toEqual([200, 'Elasticsearch']);
  const stranger = await fetch(`${server.url}/elasticsearch/`);
  expect([stranger.status, await stranger.json()]).toMatchObject([401, { status: 401, error: { root_cause: [{}] } }]);
  const senders = () => server.service.intake.senders.list().filter(({ events }) => events > 0);
  while (senders().length < 3) await new Promise((done) => setTimeout(done, 10));
  expect(
    senders()
      .map(({ name }) => name)
      .sort(),
  ).toEqual(['bulk 127.0.0.1 node', `follow ${dropped}`, 'load evidence']);

  const page = JSON.parse((await ask('GET', '/api/v1/dead-letters')).body);
  expect(page).toMatchObject({ held: page.letters.length, discarded: 0 });
  const letter = { id: 'z', atMs: 1, intake: 'bulk', reason: 'a bug of then', content: line(50), isBase64: false };
  await server.service.store.deadLetters.add([letter]);
  const replayed = JSON.parse((await ask('POST', '/api/v1/dead-letters/replay')).body);
  const left = page.letters.filter(({ canReplay }: { canReplay: boolean }) => !canReplay).length;
  expect(replayed).toEqual({ read: 1, unreadable: page.held - left, left });
  expect(page.letters).toContainEqual(expect.objectContaining({ content: '{"half', canReplay: true }));
  const { senders: all } = JSON.parse((await ask('GET', '/api/v1/intake')).body);
  expect(all).toContainEqual(expect.objectContaining({ name: 'load evidence', events: 4, duplicates: 2 }));
  expect((await ask('GET', '/metrics')).body).toContain('smbastion_ingest_events_total{intake="bulk"} 1');
  await server.stop();
});
