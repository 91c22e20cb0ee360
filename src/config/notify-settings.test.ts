import { expect, test } from 'vitest';
import { formatError, SmbError } from '../base/error.ts';
import { parseConfig } from './load-config.ts';

const read = (text: string) => parseConfig({ file: '/site/smbastion.toml', text }).notify;

function errorsOf(text: string): string {
  try {
    read(text);
  } catch (error) {
    if (error instanceof SmbError) return formatError(error);
    throw error;
  }
  return 'no error';
}

test('each type has its defaults; paths are relative to the file', () => {
  const channels = read(`
[notify.hook]
type = "webhook"
url = "https://hooks.example/x"
secret_file = "hook.secret"
[notify.mail]
type = "mail"
host = "mail.example"
from = "a@example"
to = "b@example"
[notify.siem]
type = "syslog"
host = "siem.example"
transport = "tls"
ca_file = "/etc/ca.pem"
min_severity = "low"
rate = 5
give_up = "1h"
`);
  const usual = { minSeverity: 'medium', giveUpMs: 86_400_000 };
  const secret = { file: '/site/hook.secret' };
  expect(channels).toEqual([
    { ...usual, name: 'hook', type: 'webhook', perMinute: 30, url: 'https://hooks.example/x', secret },
    {
      ...usual,
      name: 'mail',
      type: 'mail',
      perMinute: 6,
      host: 'mail.example',
      port: 587,
      transport: 'starttls',
      caFile: undefined,
      signIn: undefined,
      from: 'a@example',
      to: ['b@example'],
    },
    {
      minSeverity: 'low',
      giveUpMs: 3_600_000,
      name: 'siem',
      type: 'syslog',
      perMinute: 5,
      host: 'siem.example',
      port: 6514,
      transport: 'tls',
      caFile: '/etc/ca.pem',
    },
  ]);
});

test.each([
  ['[notify.a]', 'needs the key "type"'],
  ['[notify.a]\ntype = "pager"', 'type'],
  ['[notify.a]\ntype = "webhook"\nsecret_env = "X"', '[notify.a] needs one of "url", "url_file" and "url_env"'],
  ['[notify.a]\ntype = "webhook"\nurl = "https://x"', 'needs either "secret_file" or "secret_env"'],
  ['[notify.a]\ntype = "webhook"\nurl = "https://x"\nsecret_env = "X"\nsecret_file = "y"', 'needs either'],
  ['[notify.a]\ntype = "webhook"\nurl = "https://x"\nurl_env = "Y"\nsecret_env = "X"', 'needs one of'],
  ['[notify.a]\ntype = "webhook"\nurl = "ftp://x"\nsecret_env = "X"', 'a URL'],
  ['[notify.a]\ntype = "webhook"\nurl = "https://x"\nsecret_env = "X"\nhost = "y"', 'takes no key "host"'],
  ['[notify.a]\ntype = "mail"\nhost = "x"\nfrom = "y"', 'needs the key "to"'],
  ['[notify.a]\ntype = "mail"\nhost = "x"\nfrom = "y"\nto = "z"\nuser = "u"', 'is the password of user'],
  ['[notify.a]\ntype = "mail"\nhost = "x"\nfrom = "y"\nto = "z"\nsecret_env = "u"', 'needs the key "user"'],
  ['[notify.a]\ntype = "mail"\nhost = "x"\nfrom = "y"\nto = "z"\ntransport = "udp"', '"starttls", "tls" or "plain"'],
  ['[notify.a]\ntype = "syslog"\nhost = "x"\ntransport = "plain"', '"udp", "tcp" or "tls"'],
  ['[notify."A b"]\ntype = "syslog"\nhost = "x"', 'no name of a channel'],
])('%s is refused', (text, message) => {
  expect(errorsOf(text)).toContain(message);
});

test('the URL of a webhook may be a secret: it is read elsewhere, and no error tells it', () => {
  const head = '[notify.chat]\ntype = "webhook"\nsecret_env = "X"\n';
  expect(read(`${head}url_file = "hook.url"`)).toMatchObject([{ url: { file: '/site/hook.url' } }]);
  expect(read(`${head}url_env = "HOOK"`)).toMatchObject([{ url: { env: 'HOOK' } }]);
  for (const line of ['url = "htps://user:pw@hooks.example/T0/token"', 'ulr = "https://hooks.example/T0/token"']) {
    const told = errorsOf(`${head}${line}`);
    expect(told).toContain('://hooks.example/…');
    expect(told).not.toMatch(/token|pw/);
  }
});
