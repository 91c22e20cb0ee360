import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { notification, notified } from '../../../test/tools/notified.ts';
import type { WebhookSettings } from '../../config/notify-settings.ts';
import { openChannel } from './channels.ts';
import { signature } from './webhook.ts';

let status = 200;
let got: { headers: IncomingMessage['headers']; body: string }[] = [];
const server = createServer((request, response) => {
  let body = '';
  request.on('data', (chunk) => (body += String(chunk)));
  request.on('end', () => {
    got.push({ headers: request.headers, body });
    response.writeHead(status, status === 302 ? { location: '/elsewhere' } : {}).end('words');
  });
});
beforeAll(() => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve)));
afterAll(() => server.close());
afterEach(() => {
  got = [];
  status = 200;
});

const settings = (): WebhookSettings => ({
  name: 'hook',
  type: 'webhook',
  minSeverity: 'low',
  perMinute: 30,
  giveUpMs: 60_000,
  url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
  secret: { env: 'SMBASTION_TEST_SECRET' },
});
const open = () => {
  process.env['SMBASTION_TEST_SECRET'] = 'quite secret';
  return openChannel(settings());
};

test('what is sent is JSON with a signature over time and body', async () => {
  await open().send(notification([notified('a1')]));
  const [{ headers, body } = { headers: {}, body: '' }] = got;
  const time = String(headers['x-smbastion-timestamp']);
  expect(headers['x-smbastion-signature']).toBe(signature('quite secret', time, body));
  expect(signature('another', time, body)).not.toBe(headers['x-smbastion-signature']);
  expect(Math.abs(Number(time) - Date.now() / 1000)).toBeLessThan(60);
  expect(headers['x-smbastion-delivery']).toBe('n1');
  expect(JSON.parse(body)).toMatchObject({
    version: 1,
    kind: 'alert',
    title: '[smbastion] HIGH: Admin share | write',
    count: 1,
    alerts: [{ id: 'a1', severity: 'high', source: '10.1.2.3', url: 'https://smb.example/alerts/a1' }],
  });
});

test('many alerts are one message that counts them all and lists the worst', async () => {
  const alerts = Array.from({ length: 60 }, (_, i) =>
    notified(`a${i}`, i === 59 ? { severity: 'critical', ruleId: 'x' } : {}),
  );
  await open().send(notification(alerts));
  const body = JSON.parse(got[0]!.body);
  expect(body).toMatchObject({ kind: 'digest', count: 60, more: 10 });
  expect(body.alerts.map(({ id }: { id: string }) => id).slice(0, 2)).toEqual(['a59', 'a0']);
  expect(body.alerts).toHaveLength(50);
  expect(body.title).toBe('[smbastion] CRITICAL: 60 alerts');
  expect(body.byRule).toEqual([
    { ruleId: 'admin-share-write', count: 59 },
    { ruleId: 'x', count: 1 },
  ]);
});

test.each([
  [500, false],
  [429, false],
  [401, false],
  [302, false],
  [400, true],
  [413, true],
])('status %i is no delivery', async (answer, isFinal) => {
  status = answer;
  const message = `it answered with ${answer}`;
  await expect(open().send(notification([notified('a')]))).rejects.toMatchObject({ message, isFinal });
  expect(got).toHaveLength(1);
});

test('nobody there is no delivery, and no secret is told', async () => {
  const channel = openChannel({ ...settings(), url: 'http://127.0.0.1:9/' });
  const error: unknown = await channel.send(notification([notified('a')])).catch((reason: unknown) => reason);
  expect(error).toMatchObject({ isFinal: false });
  expect(String(error)).not.toContain('quite secret');
});

test('a secret that is not there keeps the channel from opening', () => {
  for (const secret of [{ env: 'SMBASTION_NOT_SET' }, { file: '/nowhere/secret' }]) {
    expect(() => openChannel({ ...settings(), secret })).toThrow(expect.objectContaining({ code: 'NOTIFY-SECRET' }));
  }
});

test('a URL that is a secret is read when the channel is opened, and no error tells it', async () => {
  const { url, ...rest } = settings();
  process.env['SMBASTION_TEST_URL'] = `${String(url)}\n`;
  process.env['SMBASTION_TEST_SECRET'] = 'quite secret';
  await openChannel({ ...rest, url: { env: 'SMBASTION_TEST_URL' } }).send(notification([notified('a1')]));
  expect(got).toHaveLength(1);
  process.env['SMBASTION_TEST_URL'] = 'hooks.example/token';
  expect(() => openChannel({ ...rest, url: { env: 'SMBASTION_TEST_URL' } })).toThrow(
    'The variable SMBASTION_TEST_URL of [notify.hook] holds no URL.',
  );
});
