import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { alert, outcome } from '../../../test/conformance/desk/desk-under-test.ts';
import { openTestServer } from '../../../test/tools/test-server.ts';

test('figures of each channel: delivered, failed, given up, waiting', async () => {
  let status = 400;
  const receiver = createServer((_, response) => response.writeHead(status).end()).listen(0, '127.0.0.1');
  await once(receiver, 'listening');
  const { port } = receiver.address() as AddressInfo;
  process.env['SMBASTION_TEST_SECRET'] = 'secret';
  const hook = {
    name: 'hook',
    type: 'webhook',
    minSeverity: 'high',
    perMinute: 60,
    giveUpMs: 60_000,
    url: `http://127.0.0.1:${port}`,
    secret: { env: 'SMBASTION_TEST_SECRET' },
  } as const;
  const server = await openTestServer({ config: { notify: [hook] } });
  const { notifier, store } = server.service;
  const figures = async () => {
    const { body } = await server.ask({ method: 'GET', url: '/metrics' });
    const found = [...body.matchAll(/^smbastion_notify_(\w+)\{channel="hook"\} (\S+)$/gm)];
    return Object.fromEntries(found.map(([, name, value]) => [name, Number(value)]));
  };
  const until = async (isTrue: (read: Record<string, number>) => boolean) => {
    for (;;) {
      const read = await figures();
      if (isTrue(read)) return read;
      await new Promise((done) => setTimeout(done, 10));
    }
  };
  expect(await figures()).toEqual({});
  await notifier.start();
  expect(await figures()).toEqual({
    sent_total: 0,
    failures_total: 0,
    undelivered: 0,
    queue: 0,
    last_sent_timestamp_seconds: Number.NaN,
  });
  await store.runs.finish(outcome([alert('a', 0, { severity: 'high' })]));
  expect((await figures())['queue']).toBe(1);
  notifier.wake();
  expect(await until(({ queue }) => queue === 0)).toMatchObject({ sent_total: 0, failures_total: 1, undelivered: 1 });
  status = 204;
  const before = Date.now() / 1000;
  await store.runs.finish(outcome([alert('b', 1, { severity: 'critical' })]));
  notifier.wake();
  const read = await until(({ sent_total: sent, queue }) => sent === 1 && queue === 0);
  expect(read).toMatchObject({ failures_total: 1, undelivered: 1 });
  expect(read['last_sent_timestamp_seconds']).toBeGreaterThanOrEqual(before);
  await notifier.stop();
  await server.close();
  receiver.close();
});
