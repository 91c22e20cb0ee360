import { afterAll, beforeAll, expect, test } from 'vitest';
import { memoryStore } from '../../../test/tools/memory-store.ts';
import { openTestServer, type TestServer } from '../../../test/tools/test-server.ts';
import { Accounts } from './accounts.ts';
import { checkPassword, hashPassword, isPassword } from './password.ts';

let server: TestServer;
beforeAll(async () => {
  server = await openTestServer();
});
afterAll(() => server.close());

const PASSWORD = 'four words, far apart';
const json = { 'content-type': 'application/json' };
const cookiesOf = (answer: { headers: Record<string, unknown> }) => [answer.headers['set-cookie']].flat().map(String);
const cookieOf = (answer: { headers: Record<string, unknown> }) => cookiesOf(answer)[0]!.split(';')[0]!;

test('a password is kept so that it is known again and cannot be read', async () => {
  const kept = await hashPassword(PASSWORD);
  expect(JSON.stringify(kept)).not.toContain(PASSWORD);
  expect([await isPassword(PASSWORD, kept), await isPassword(`${PASSWORD}!`, kept)]).toEqual([true, false]);
  expect(await isPassword(PASSWORD, undefined)).toBe(false);
  expect(kept).toMatchObject({ algorithm: 'scrypt', n: 32768, r: 8, p: 3 });
});

test.each([['short'], ['aaaaaaaaaaaaaaaa'], ['alice is my name'], ['x'.repeat(300)]])('%j is a bad password', (bad) => {
  expect(() => checkPassword(bad, 'alice')).toThrow();
});

test('a new user sets a password by a link that works once, and then signs in', async () => {
  const added = await server.ask({ method: 'POST', url: '/api/v1/users', body: { name: 'alice', role: 'analyst' } });
  expect(added.statusCode).toBe(201);
  const secret = added.json().link.split('/link/')[1];
  const ask = { method: 'POST', url: '/api/v1/session/link', body: { secret, password: PASSWORD } } as const;
  const weak = await server.askAsStranger({ ...ask, body: { secret, password: 'short' } });
  expect([weak.statusCode, weak.json().error.code]).toEqual([400, 'API-INPUT']);
  const first = await server.askAsStranger(ask);
  expect(cookiesOf(first)).toEqual([
    expect.stringMatching(/^smbastion=[\w-]{43}; Max-Age=43200; Path=\/; HttpOnly; SameSite=Strict$/),
    expect.stringMatching(/^smbastion-device=[\w-]{43}; Max-Age=15552000; Path=\/; HttpOnly; SameSite=Strict$/),
  ]);
  expect((await server.askAsStranger(ask)).json().error.code).toBe('API-SIGN-IN');

  const cookie = cookieOf(first);
  const session = await server.askAsStranger({ method: 'GET', url: '/api/v1/session', headers: { cookie } });
  expect(session.json()).toEqual({ name: 'alice', via: 'session', role: 'analyst', scopes: [] });
  const users = await server.askAsStranger({ method: 'GET', url: '/api/v1/users', headers: { cookie } });
  expect([users.statusCode, users.json().error.code]).toEqual([403, 'API-DENIED']);

  const wrong = { name: 'alice', password: 'not the right words' };
  const refused = await server.askAsStranger({ method: 'POST', url: '/api/v1/session', body: wrong });
  expect([refused.statusCode, refused.json().error.message]).toEqual([401, 'Name or password is wrong.']);
  const nobody = { method: 'POST', url: '/api/v1/session', body: { name: 'nobody', password: PASSWORD } } as const;
  expect((await server.askAsStranger(nobody)).json()).toEqual(refused.json());
});

test('another site’s page cannot ask in a user’s name', async () => {
  const body = { name: 'alice', password: PASSWORD };
  const signedIn = await server.askAsStranger({ method: 'POST', url: '/api/v1/session', body });
  const cookie = cookieOf(signedIn);
  const out = (headers: Record<string, string>) =>
    server.askAsStranger({ method: 'DELETE', url: '/api/v1/session', headers: { cookie, ...headers } });
  for (const headers of [
    {},
    { origin: 'http://evil.example' },
    { origin: 'null' },
    { 'sec-fetch-site': 'cross-site' },
    { origin: 'http://evil.example', 'sec-fetch-site': 'same-origin' },
  ] as Record<string, string>[]) {
    const answer = await out(headers);
    expect([headers, answer.statusCode]).toEqual([headers, 403]);
  }
  const elsewhere = {
    method: 'POST',
    url: '/api/v1/session',
    body,
    headers: { origin: 'http://evil.example' },
  } as const;
  expect((await server.askAsStranger(elsewhere)).statusCode).toBe(403);
  expect((await out({ origin: 'http://localhost:80' })).statusCode).toBe(204);
  expect((await out({ origin: 'http://localhost:80' })).statusCode).toBe(401);
});

test('a role that changes, or a user that is disabled, ends the sessions', async () => {
  const isIn = async (cookie: string) =>
    (await server.askAsStranger({ method: 'GET', url: '/api/v1/session', headers: { cookie } })).statusCode === 200;
  const first = cookieOf(await signIn('alice', PASSWORD));
  expect(await isIn(first)).toBe(true);
  await server.ask({ method: 'PATCH', url: '/api/v1/users/alice', body: { role: 'viewer' } });
  expect(await isIn(first)).toBe(false);
  const second = cookieOf(await signIn('alice', PASSWORD));
  await server.ask({ method: 'PATCH', url: '/api/v1/users/alice', body: { isDisabled: true } });
  expect(await isIn(second)).toBe(false);
  const refused = await signIn('alice', PASSWORD);
  expect(refused.statusCode).toBe(401);
});

test('the first admin gets a link as long as no admin has a password, and the last one stays', async () => {
  const first = await server.service.accounts.firstAdminLink();
  const second = await server.service.accounts.firstAdminLink();
  expect(server.service.accounts.whoseLink(first!)).toBeUndefined();
  await server.service.accounts.useLink(second!, PASSWORD);
  expect(await server.service.accounts.firstAdminLink()).toBeUndefined();
  for (const ask of [
    { method: 'DELETE', url: '/api/v1/users/admin' },
    { method: 'PATCH', url: '/api/v1/users/admin', body: { role: 'viewer' } },
    { method: 'PATCH', url: '/api/v1/users/admin', body: { isDisabled: true } },
  ] as const) {
    expect((await server.ask(ask)).json().error.message).toBe('admin is the only admin.');
  }
  const { accounts } = server.service;
  const invited = await accounts.add('zoe', 'admin', 'test');
  await expect(accounts.change('admin', { role: 'viewer' }, 'test')).rejects.toThrow('only admin with a password');
  await expect(accounts.remove('admin', 'test')).rejects.toThrow('only admin with a password');
  await accounts.change('zoe', { isDisabled: true }, 'test');
  await accounts.change('zoe', { isDisabled: false }, 'test');
  await accounts.useLink(invited, PASSWORD);
  await accounts.change('admin', { role: 'viewer' }, 'test');
  await accounts.change('admin', { role: 'admin' }, 'test');
  await accounts.remove('zoe', 'test');
});

test('what is not right of a user is said', async () => {
  const add = (body: object | string) =>
    server.ask({ method: 'POST', url: '/api/v1/users', body, ...(typeof body === 'string' && { headers: json }) });
  const codes = [];
  for (const body of [
    { name: 'alice', role: 'viewer' },
    { name: 'Alice', role: 'viewer' },
    { name: '../x', role: 'viewer' },
    { name: 'local', role: 'viewer' },
    { name: 'bob', role: 'root' },
    { name: 'bob', role: 'viewer', isDisabled: false },
    { name: 'bob' },
    '{"name":"bob","role":"viewer","__proto__":{"role":"admin"}}',
    `${'['.repeat(40)}${']'.repeat(40)}`,
  ]) {
    const { error } = (await add(body)).json();
    codes.push(`${error.code} ${error.message} ${error.fix ?? ''}`.trim());
  }
  expect(codes).toMatchInlineSnapshot(`
    [
      "API-CONFLICT There is a user "alice" already.",
      "API-INPUT "Alice" is no name of a user. lower-case letters, digits and . _ @ -, at most 64, a letter or digit first",
      "API-INPUT "../x" is no name of a user. lower-case letters, digits and . _ @ -, at most 64, a letter or digit first",
      "API-INPUT "local" stands in the audit log for commands on this machine. take another name",
      "API-INPUT "root" is no value of "role" of the body. one of viewer, analyst, engineer, admin",
      "API-INPUT The body holds "isDisabled", which is not known. known: name, role",
      "API-INPUT The body lacks "role".",
      "API-INPUT Body is not valid JSON but content-type is set to 'application/json'",
      "API-INPUT The body is nested deeper than 32 levels.",
    ]
  `);
  expect((await server.ask({ method: 'DELETE', url: '/api/v1/users/alcie' })).json().error.message).toContain('alice');
});

test.each(['/api/v1/session', '/api/v1/session/link'])('a stranger cannot make %s read a large body', async (url) => {
  const answer = await server.askAsStranger({ method: 'POST', url, body: `"${'x'.repeat(9000)}"`, headers: json });
  expect([answer.statusCode, answer.json().error.code]).toEqual([413, 'API-TOO-LARGE']);
});

const signIn = (name: string, password: string) =>
  server.askAsStranger({ method: 'POST', url: '/api/v1/session', body: { name, password } });

test('guessing is slowed down', async () => {
  const answers = await Promise.all(Array.from({ length: 8 }, () => signIn('admin', 'wrong wrong wrong')));
  expect(answers.map(({ statusCode }) => statusCode).sort()).toEqual([401, 401, 401, 401, 401, 429, 429, 429]);
  const right = await signIn('admin', PASSWORD);
  expect([right.statusCode, right.json().error.code, right.headers['retry-after']]).toEqual([429, 'API-BUSY', '1']);
});

test('every change is in the audit log, without secrets', async () => {
  const { entries } = (await server.ask({ method: 'GET', url: '/api/v1/audit?limit=1000' })).json();
  const actions = new Set(entries.map(({ action }: { action: string }) => action));
  expect([...actions].sort()).toEqual([
    'user.add',
    'user.change',
    'user.link',
    'user.password',
    'user.remove',
    'user.sign-in',
    'user.sign-out',
    'user.slow-down',
  ]);
  expect((await server.ask({ method: 'GET', url: '/api/v1/audit/check' })).json()).toEqual({ entries: entries.length });
  const text = JSON.stringify(entries) + server.log.join('');
  expect([text.includes(PASSWORD), text.includes('scrypt'), text.includes(server.service.localKey)]).toEqual([
    false,
    false,
    false,
  ]);
});

test('what could not be written of an account is not so', async () => {
  const store = await memoryStore();
  const accounts = await Accounts.open(store);
  await accounts.add('ann', 'viewer', 'test');
  await store.close();
  await expect(accounts.change('ann', { role: 'engineer' }, 'test')).rejects.toThrow();
  await expect(accounts.add('bob', 'viewer', 'test')).rejects.toThrow();
  expect([accounts.get('ann')?.role, accounts.get('bob')]).toEqual(['viewer', undefined]);
});
