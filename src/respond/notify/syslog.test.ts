import { createSocket } from 'node:dgram';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer as createTlsServer } from 'node:tls';
import { afterAll, expect, test } from 'vitest';
import { selfSigned } from '../../../test/tools/certificate.ts';
import { notification, notified } from '../../../test/tools/notified.ts';
import type { SyslogSettings } from '../../config/notify-settings.ts';
import { toCef } from './cef.ts';
import { openChannel } from './channels.ts';

const folder = mkdtempSync(join(tmpdir(), 'smbastion-syslog-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const settings = (more: Partial<SyslogSettings>): SyslogSettings => ({
  name: 'siem',
  type: 'syslog',
  minSeverity: 'low',
  perMinute: 600,
  giveUpMs: 60_000,
  host: '127.0.0.1',
  port: 9,
  transport: 'udp',
  caFile: undefined,
  ...more,
});

test('CEF has the alert, with nothing in it that ends a field or a line', () => {
  const line = toCef(notified('a1'), undefined);
  expect(line).toMatch(
    /^CEF:0\|smbastion\|smbastion\|[\d.]+\|admin-share-write\|Admin share \\\| write\|8\|externalId=a1 cat=alert end=1772375400000 src=10\.1\.2\.3 dhost=srv\.example dvchost=FS01 cn1Label=riskScore cn1=73 msg=/,
  );
  expect(line.slice(line.indexOf('msg='))).toBe('msg=wrote a\\=b\\\\c\\\\r\\\\nBcc: x@y');
  expect(toCef(notified('a', { isNew: false, source: 'host', destination: 'fe80::1' }), 'https://s')).toMatch(
    /cat=alert-raised .*shost=host dst=fe80::1 .*request=https:\/\/s\/alerts\/a /,
  );
  expect(toCef(notified('a', { reason: 'x'.repeat(9_000) }), undefined).length).toBeLessThan(900);
});

test('a datagram is an alert', async () => {
  const socket = createSocket('udp4');
  const got: string[] = [];
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  const both = new Promise<void>((resolve) =>
    socket.on('message', (message) => {
      if (got.push(message.toString()) === 2) resolve();
    }),
  );
  const channel = openChannel(settings({ port: socket.address().port }));
  await channel.send(notification([notified('a1'), notified('a2', { severity: 'low' })]));
  await both;
  socket.close();
  expect(got[0]).toMatch(/^<83>1 \d{4}-\d\d-\d\dT[\d:.]+Z \S+ smbastion - - - CEF:0\|.*externalId=a1 /);
  expect(got[1]).toMatch(/^<86>1 .*externalId=a2 /);
});

async function received(server: Server, more: Partial<SyslogSettings>): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const channel = openChannel(settings({ port, ...more }));
  let text = '';
  const ended = new Promise<void>((resolve) => {
    const take = (socket: {
      on(name: 'data', listener: (chunk: Buffer) => void): unknown;
      on(name: 'end', listener: () => void): unknown;
    }) => {
      socket.on('data', (chunk: Buffer) => (text += chunk.toString()));
      socket.on('end', resolve);
    };
    server.on(more.transport === 'tls' ? 'secureConnection' : 'connection', take);
  });
  try {
    await channel.send(notification([notified('a1'), notified('ü2')]));
    await ended;
    return text;
  } finally {
    server.close();
  }
}

function framesOf(text: string): string[] {
  const bytes = Buffer.from(text);
  const frames: string[] = [];
  for (let at = 0; at < bytes.length; ) {
    const blank = bytes.indexOf(' ', at);
    const end = blank + 1 + Number(bytes.toString('latin1', at, blank));
    frames.push(bytes.toString('utf8', blank + 1, end));
    at = end;
  }
  return frames;
}

test('over TCP each alert is a frame with its length in bytes', async () => {
  const frames = framesOf(await received(createServer(), { transport: 'tcp' }));
  expect(frames.map((frame) => /externalId=(\S+)/.exec(frame)?.[1])).toEqual(['a1', 'ü2']);
});

test('over TLS only a server with a trusted certificate gets them', async () => {
  const certificate = selfSigned('localhost');
  writeFileSync(join(folder, 'ca.pem'), certificate.cert);
  const more = { transport: 'tls', host: 'localhost' } as const;
  const trusted = { ...more, caFile: join(folder, 'ca.pem') };
  expect(framesOf(await received(createTlsServer(certificate), trusted))).toHaveLength(2);
  await expect(received(createTlsServer(certificate), more)).rejects.toMatchObject({ isFinal: false });
});

test('nobody there is no delivery', async () => {
  const channel = openChannel(settings({ transport: 'tcp', port: 9 }));
  await expect(channel.send(notification([notified('a')]))).rejects.toMatchObject({ isFinal: false });
});
