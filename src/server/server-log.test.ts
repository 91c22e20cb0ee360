import { expect, test } from 'vitest';
import { serverLog } from './server-log.ts';

test('secrets are hidden wherever they stand in what is logged', () => {
  const lines: string[] = [];
  const log = serverLog('info', (line) => lines.push(line));
  const secret = 'XYZZY';
  log.info({ password: secret, headers: { authorization: secret, cookie: secret, 'set-cookie': secret } }, 'a');
  log.info({ request: { body: { password: secret, token: secret, key: secret }, user: 'alice' } }, 'b');
  log.info({ secret, localKey: secret, deep: { secret } }, 'c');
  log.debug({ note: 'not asked for' }, 'd');
  expect(lines).toHaveLength(3);
  expect(lines.join('')).not.toContain(secret);
  expect(lines.join('')).toContain('alice');
});
