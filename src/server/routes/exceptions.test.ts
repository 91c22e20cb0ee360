import { afterAll, beforeAll, expect, test } from 'vitest';
import { alert, outcome, run } from '../../../test/conformance/desk/desk-under-test.ts';
import { openTestServer, type TestServer } from '../../../test/tools/test-server.ts';
import { ExceptionSet } from '../../detect/exceptions/exception-set.ts';
import { DocumentEvent } from '../../event/document-event.ts';

let server: TestServer;
const DAY_MS = 86_400_000;
const recent = { createdMs: Date.now() - DAY_MS };
const event = (share: string, ip = '10.0.0.9') => ({
  event: { code: '5145' },
  source: { ip },
  smb: { share: { name: share } },
});

beforeAll(async () => {
  server = await openTestServer();
  const { store } = server.service;
  await store.runs.finish(
    outcome([
      alert('aaaaaa11', 0, { ...recent, document: event('ADMIN$') }),
      alert('aaaaaa22', 1, { ...recent, document: event('ADMIN$') }),
      alert('aaaaaa33', 2, { ...recent, document: event('ADMIN$', '10.0.0.7') }),
      alert('bbbbbb44', 3, { ...recent, ruleId: 'admin-share-exec', document: event('ADMIN$') }),
      alert('cccccc55', 4, { createdMs: Date.now() - 90 * DAY_MS, document: event('ADMIN$') }),
    ]),
  );
  await store.alerts.change(['aaaaaa22'], { state: 'closed', verdict: 'true-positive', note: '', by: 'ann', atMs: 1 });
});
afterAll(() => server.close());

const ask = async (method: 'GET' | 'POST' | 'PUT' | 'DELETE', url: string, body?: object) => {
  const answer = await server.ask({ method, url: `/api/v1${url}`, ...(body && { body }) });
  return answer.statusCode === 204 ? undefined : answer.json();
};

const toml = (id: string, more = '', entry = '{ field = "source.ip", operator = "is", value = "10.0.0.9" }') => `
[[exception]]
id = "${id}"
name = "backup"
rules = ["admin-share-write"]
owner = "ann"
reason = "backup server"
expires = 2099-01-01T00:00:00Z
${more}
[[exception.item]]
entries = [${entry}]
`;

test('an exception is made from an alert, as narrow as it allows, with what it would have hidden', async () => {
  const { toml: text, preview } = await ask('POST', '/exceptions/proposals', { alert: 'aaaaaa1' });
  expect(text).toContain('id = "admin-share-write-aaaaaa11"');
  expect(text).toContain('rules = ["admin-share-write"]');
  expect(text).toContain('# 30 days from now');
  for (const value of ['10.0.0.9', 'ADMIN$', '5145']) expect(text).toContain(`value = "${value}"`);
  expect(preview).toEqual({
    remarks: [],
    looked: 4,
    isComplete: true,
    hidden: [
      { ruleId: 'admin-share-write', count: 2, unsettled: 1, truePositives: 1, examples: ['aaaaaa22', 'aaaaaa11'] },
    ],
    others: [{ ruleId: 'admin-share-exec', count: 1, unsettled: 1, truePositives: 0, examples: ['bbbbbb44'] }],
  });
  // Nobody owns it yet: it cannot be kept.
  expect((await ask('POST', '/exceptions', { toml: text })).error.code).toBe('EXCEPTION-VALUE');
  const wishes = { alert: 'aaaaaa1', owner: 'ann', reason: 'backup', expires: '2099-01-01T00:00:00Z' };
  const { toml: whole } = await ask('POST', '/exceptions/proposals', wishes);
  expect((await ask('POST', '/exceptions', { toml: whole, alert: 'aaaaaa11' })).exception).toMatchObject({
    id: 'admin-share-write-aaaaaa11',
    by: 'local',
    keptIn: 'store',
    expires: '2099-01-01T00:00:00Z',
  });
  await ask('DELETE', '/exceptions/admin-share-write-aaaaaa11');
});

const counts = async (days?: number) => {
  const { hidden } = await ask('POST', '/exceptions/previews', { toml: toml('x'), ...(days && { days }) });
  return hidden[0].count;
};

test('a preview looks back as many days as it is told', async () => {
  expect([await counts(), await counts(100)]).toEqual([2, 3]);
});

test('an exception that is kept silences from then on, is counted, and stops when it is removed', async () => {
  const { exceptions: book, store, networks } = server.service;
  const view = new DocumentEvent(networks, event('ADMIN$'));
  const silences = () => new ExceptionSet(book.exceptions, Date.now()).forRule('admin-share-write', [])?.(view)?.id;
  expect(silences()).toBeUndefined();
  await ask('POST', '/exceptions', { toml: toml('backup') });
  expect(silences()).toBe('backup');
  const hits = [{ exceptionId: 'backup', ruleId: 'admin-share-write', count: 3, lastMs: 77 }];
  await store.runs.finish(outcome([], { run: run('r'), hits }));
  const shown = await ask('GET', '/exceptions/backup');
  expect(shown).toMatchObject({
    exception: { hits: 3, lastHitMs: 77, isUnused: true },
    hits: [{ ruleId: 'admin-share-write', count: 3, lastMs: 77 }],
    history: [{ by: 'local' }],
  });
  expect((await ask('POST', '/exceptions', { toml: toml('backup') })).error).toMatchObject({
    code: 'API-CONFLICT',
    fix: expect.stringContaining('--replace'),
  });
  const changed = toml('backup', '', '{ field = "source.ip", operator = "is", value = "10.0.0.8" }');
  expect((await ask('POST', '/exceptions', { toml: changed, replace: true })).exception.id).toBe('backup');
  expect(silences()).toBeUndefined();
  expect(await ask('DELETE', '/exceptions/backup')).toBeUndefined();
  expect((await ask('DELETE', '/exceptions/backup')).error.code).toBe('API-NOT-FOUND');
  expect((await ask('GET', '/exceptions')).exceptions).toEqual([]);
  const actions = (await store.audit.entries(3)).map(({ action }) => action);
  expect(actions).toEqual(['exception.remove', 'exception.replace', 'exception.add']);
});

test.each([
  ['two of them', toml('a') + toml('b')],
  ['nothing', ''],
  ['no expiry', toml('a').replace(/^expires.*$/m, '')],
  ['no owner', toml('a').replace('owner = "ann"', 'owner = ""')],
  ['an unknown field', toml('a', '', '{ field = "sourc.ip", operator = "is", value = "1.2.3.4" }')],
  ['an unknown list', toml('a', '', '{ field = "source.ip", operator = "in_list", value = "nets" }')],
  ['a template', toml('a', 'template = true')],
  ['one that has ended', toml('a').replace('2099', '2020')],
])('%s is refused', async (_, text) => {
  expect((await ask('POST', '/exceptions', { toml: text })).error.code).toMatch(/^EXCEPTION-/);
});

test('what ends soon, has ended or was never used is listed as such', async () => {
  const ending = (id: string, inDays: number) =>
    toml(id).replace('2099-01-01T00:00:00Z', `${new Date(Date.now() + inDays * DAY_MS).toISOString().slice(0, 19)}Z`);
  const old = { kind: 'exception', by: 'ann', atMs: Date.now() - 40 * DAY_MS } as const;
  await server.service.store.desk.put({ ...old, id: 'old', document: { toml: toml('old') } });
  await server.service.store.desk.put({ ...old, id: 'broken', document: { toml: 'x' } });
  for (const [id, days] of [
    ['soon', 3],
    ['later', 20],
  ] as const) {
    await ask('POST', '/exceptions', { toml: ending(id, days) });
  }
  const over = { ...old, atMs: Date.now() - 4 * DAY_MS, id: 'over', document: { toml: ending('over', -3) } };
  await server.service.store.desk.put(over);
  await server.service.exceptions.reload();
  const { exceptions, faults } = await ask('GET', '/exceptions');
  const marks = Object.fromEntries(
    exceptions.map((one: Record<string, unknown>) => [
      one['id'],
      [one['isExpired'], one['isExpiring'], one['isUnused']],
    ]),
  );
  expect(marks).toEqual({
    old: [false, false, true],
    soon: [false, true, false],
    over: [true, false, false],
    later: [false, false, false],
  });
  expect(faults).toHaveLength(1);
});

test('a value list is kept, named by exceptions, and stays as long as they name it', async () => {
  expect((await ask('PUT', '/lists/scanners', { text: '# kind: ip_range\n10.0.0.0/99\n' })).error.code).toBe(
    'LIST-VALUE',
  );
  const kept = await ask('PUT', '/lists/scanners', { text: '# kind: ip_range\n10.0.0.0/24\n' });
  expect(kept.list).toMatchObject({ name: 'scanners', kind: 'ip_range', entries: 1, by: 'local' });
  await ask('POST', '/exceptions', {
    toml: toml('by-list', '', '{ field = "source.ip", operator = "in_list", value = "scanners" }'),
  });
  const { exceptions: book, networks } = server.service;
  const silences = () =>
    new ExceptionSet(book.exceptions, 0).forRule('admin-share-write', [])!(
      new DocumentEvent(networks, event('X', '10.0.0.1')),
    );
  expect(silences()?.id).toBe('by-list');
  await ask('PUT', '/lists/scanners', { text: '# kind: ip_range\n10.0.1.0/24\n' });
  expect(silences()).toBeUndefined();
  expect((await ask('DELETE', '/lists/scanners')).error.code).toBe('API-CONFLICT');
  await ask('DELETE', '/exceptions/by-list');
  expect(await ask('DELETE', '/lists/scanners')).toBeUndefined();
  expect(await ask('GET', '/lists')).toEqual({ lists: [] });
  expect((await ask('GET', '/lists/scanners')).error.code).toBe('API-NOT-FOUND');
  expect((await ask('PUT', '/lists/..%2Fx', { text: 'a' })).error.code).toBe('API-INPUT');
});

test('a preview says what is hardly meant, before the exception is kept', async () => {
  const broad = toml('broad', '', '{ field = "source.ip", operator = "is", value = "0.0.0.0/0" }');
  const { remarks } = await ask('POST', '/exceptions/previews', { toml: broad.replace('admin-share-write', '*') });
  expect(remarks).toEqual([expect.stringContaining('EXCEPTION-BROAD')]);
});

test('what a name of a list may have is said in words', async () => {
  expect((await ask('PUT', '/lists/a%20b', { text: 'x' })).error).toEqual({
    code: 'API-INPUT',
    message: '"a b" cannot be "name" of the path.',
    fix: 'Small letters, digits, dot, dash and underscore; a letter or digit first',
  });
});
