import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TLSSocket } from 'node:tls';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { selfSigned } from '../../../test/tools/certificate.ts';
import { notification, notified } from '../../../test/tools/notified.ts';
import type { MailSettings } from '../../config/notify-settings.ts';
import { openChannel } from './channels.ts';

const folder = mkdtempSync(join(tmpdir(), 'smbastion-mail-'));
const certificate = selfSigned('localhost');
writeFileSync(join(folder, 'ca.pem'), certificate.cert);
writeFileSync(join(folder, 'password'), 'very secret\n');

/** What the server says besides 250, by the first word it is told. */
let answers: Readonly<Record<string, string>> = {};
let talk: string[] = [];
let offersTls = true;

/** A server of SMTP that takes everything. */
function serve(socket: Socket, isSecure: boolean): void {
  let text = '';
  let isData = false;
  const say = (line: string) => socket.write(`${line}\r\n`);
  socket.on('error', () => {});
  const receive = (chunk: Buffer) => {
    text += chunk.toString('latin1');
    for (let end = text.indexOf('\r\n'); end >= 0; end = text.indexOf('\r\n')) {
      const line = text.slice(0, end);
      text = text.slice(end + 2);
      talk.push(line);
      if (isData) {
        if (line !== '.') continue;
        isData = false;
        say(answers['.'] ?? '250 taken');
        continue;
      }
      const word = line.split(/[ :]/)[0]!.toUpperCase();
      if (answers[word] !== undefined) say(answers[word]);
      else if (word === 'EHLO') {
        say(`250-sink\r\n250-AUTH PLAIN${offersTls && !isSecure ? '\r\n250-STARTTLS' : ''}\r\n250 8BITMIME`);
      } else if (word === 'AUTH') say('235 welcome');
      else if (word === 'DATA') {
        isData = true;
        say('354 go on');
      } else if (word === 'STARTTLS' && !offersTls) say('502 no');
      else if (word === 'STARTTLS') {
        say('220 go on');
        socket.off('data', receive);
        serve(new TLSSocket(socket, { isServer: true, ...certificate }), true);
        return;
      } else if (word === 'QUIT') socket.end('221 bye\r\n');
      else say('250 ok');
    }
  };
  socket.on('data', receive);
}
const server = createServer((socket) => {
  socket.write('220 sink\r\n');
  serve(socket, false);
});
beforeAll(() => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve)));
beforeEach(() => {
  talk = [];
  answers = {};
  offersTls = true;
});
afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true, force: true });
});

const open = (more: Partial<MailSettings> = {}) =>
  openChannel({
    name: 'soc',
    type: 'mail',
    minSeverity: 'low',
    perMinute: 6,
    giveUpMs: 60_000,
    host: 'localhost',
    port: (server.address() as AddressInfo).port,
    transport: 'plain',
    caFile: undefined,
    signIn: undefined,
    from: 'smb@example.com',
    to: ['soc@example.com', 'ann@example.com'],
    ...more,
  });

test('an alert is one mail to all, in text that nothing of the evidence can change', async () => {
  await open().send(notification([notified('a1')]));
  expect(talk.filter((line) => /^(MAIL|RCPT)/.test(line))).toEqual([
    'MAIL FROM:<smb@example.com>',
    'RCPT TO:<soc@example.com>',
    'RCPT TO:<ann@example.com>',
  ]);
  const mail = talk.join('\n');
  expect(mail).toContain('Subject: [smbastion] HIGH: Admin share | write');
  expect(mail).toContain('Message-ID: <n1@smbastion>');
  expect(mail).toContain('host FS01, source 10.1.2.3, destination srv.example');
  expect(mail).toContain('https://smb.example/alerts/a1');
  expect(mail).toContain(
    'wrote a=3Db\\c\\r\\nBcc: x@y'.replace('=3D', mail.includes('quoted-printable') ? '=3D' : '='),
  );
  expect(talk.filter((line) => line.startsWith('Bcc'))).toEqual([]);
});

test('a name of a rule with a line end stays in the subject', async () => {
  await open().send(notification([notified('a', { ruleName: 'x\r\nBcc: evil@example.com' })]));
  expect(talk.filter((line) => /^(Bcc|RCPT TO:<evil)/i.test(line))).toEqual([]);
});

test('it signs in over TLS, with the password of the file, and trusts the certificates it was given', async () => {
  const signIn = { user: 'smb', password: { file: join(folder, 'password') } };
  await open({ transport: 'starttls', caFile: join(folder, 'ca.pem'), signIn }).send(notification([notified('a')]));
  const sent = talk.find((line) => line.startsWith('AUTH PLAIN '))!.slice(11);
  expect(Buffer.from(sent, 'base64').toString()).toBe('\0smb\0very secret');
  expect(talk.indexOf('STARTTLS')).toBeLessThan(talk.findIndex((line) => line.startsWith('AUTH')));
});

test('without TLS where it is wanted, or with a certificate that is not trusted, nothing is sent', async () => {
  await expect(open({ transport: 'starttls' }).send(notification([notified('a')]))).rejects.toMatchObject({
    isFinal: false,
  });
  offersTls = false;
  const plain = open({ transport: 'starttls', caFile: join(folder, 'ca.pem') });
  await expect(plain.send(notification([notified('a')]))).rejects.toMatchObject({ isFinal: false });
  expect(talk.filter((line) => line.startsWith('MAIL'))).toEqual([]);
});

test.each([
  ['.', '554 not this one', true],
  ['.', '451 later', false],
  ['RCPT', '550 nobody', true],
  ['RCPT', '450 later', false],
])('%s answered with %s is no delivery', async (word, answer, isFinal) => {
  answers = { [word]: answer };
  await expect(open().send(notification([notified('a')]))).rejects.toMatchObject({ isFinal });
});

test('a password that is refused is not told', async () => {
  answers = { AUTH: '535 no' };
  const signIn = { user: 'smb', password: { file: join(folder, 'password') } };
  const error: unknown = await open({ signIn })
    .send(notification([notified('a')]))
    .catch((reason: unknown) => reason);
  expect(error).toMatchObject({ isFinal: false });
  expect(JSON.stringify(error) + String(error)).not.toContain('very secret');
});
