import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { alert, NOW, outcome } from '../../test/conformance/desk/desk-under-test.ts';
import { runCommandLine } from '../../test/tools/command-line.ts';
import { openTestServer, type TestServer } from '../../test/tools/test-server.ts';
import { textWidth } from '../base/text/text-width.ts';
import { writeEndpoint } from '../server/data/endpoint.ts';

const folder = mkdtempSync(join(tmpdir(), 'smbastion-triage-'));
const config = join(folder, 'smbastion.toml');
let server: TestServer;
afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});
afterEach(() => {
  process.exitCode = undefined;
});

beforeAll(async () => {
  server = await openTestServer();
  const { store, config: settings, localKey: key } = server.service;
  const url = await server.app.listen({ host: '127.0.0.1', port: 0 });
  writeEndpoint(settings.server.dataFolder, { url, key, pid: process.pid });
  writeFileSync(config, `[server]\ndata = ${JSON.stringify(settings.server.dataFolder)}\n`);
  const reason = 'Somebody with a long name wrote \u001b[31m\\\\FS01\\ADMIN$\\Temp\\update.exe from 10.1.2.3';
  const kibana = { alert: { reason, rule: { name: 'Executable written to an admin share' } } };
  const document = { host: { name: 'FS01' }, source: { ip: '10.1.2.3' }, event: { code: '5145' }, kibana };
  const recent = { createdMs: Date.now(), document };
  await store.runs.finish(
    outcome([
      alert('aaaaaaaa1111', 0, { ...recent, severity: 'critical', riskScore: 99 }),
      alert('bbbbbbbb2222', 1, recent),
      alert('cccccccc3333', 2, { ...recent, ruleId: 'sweep' }),
    ]),
  );
});

const smbastion = (...args: string[]) => runCommandLine(...args, '--config', config);

test('alerts are a table of 80 columns, with nothing in it that a terminal obeys', async () => {
  const { out, code } = await smbastion('alerts', 'list', '-f', 'table');
  const lines = out.trimEnd().split('\n');
  expect(Math.max(...lines.map(textWidth))).toBeLessThanOrEqual(80);
  expect(lines[0]).toMatch(/^ALERT {5}SEVERITY {2}STATE {2}LAST EVENT UTC {4}WHAT$/);
  expect(lines.filter((line) => /^\S/.test(line)).map((line) => line.slice(0, 8))).toEqual([
    'ALERT   ',
    'cccccccc',
    'bbbbbbbb',
    'aaaaaaaa',
  ]);
  expect(out).not.toContain('\u001b');
  expect(code).toBe(0);
});

test('a list for programs has a line an alert', async () => {
  const { out } = await smbastion('alerts', 'list', '--severity', 'critical', '-f', 'jsonl');
  expect(JSON.parse(out)).toMatchObject({
    id: 'aaaaaaaa1111',
    state: 'open',
    time: new Date(NOW).toISOString(),
    host: 'FS01',
  });
  const { out: groups } = await smbastion('alerts', 'list', '--by', 'rule', '-f', 'csv');
  expect(groups.split('\r\n')[1]).toMatch(/^2,2,critical,.*,admin-share-write$/);
});

test('an alert is acknowledged and closed by name, and shows who did it', async () => {
  expect(await smbastion('alerts', 'ack', 'aaaaaa', '--note', 'mine')).toMatchObject({
    code: 0,
    said: '1 alert acknowledged.\n',
  });
  const closed = await smbastion('alerts', 'close', 'aaaaaa', 'dddddd', '--as', 'true-positive');
  expect(closed).toMatchObject({ code: 2, said: '1 alert closed.\nThere is no alert "dddddd".\n' });
  const { out } = await smbastion('alerts', 'show', 'aaaaaa');
  expect(out).toMatch(/state +closed, true-positive/);
  expect(out).toMatch(/local +acknowledged: mine\n.*local +closed, true-positive/);
  expect((await smbastion('alerts', 'close', 'bbbbbb')).code).toBe(2);
  expect((await smbastion('alerts', 'reopen', 'aaaaaa')).said).toBe('1 alert opened again.\n');
});

test('alerts that options choose are changed only with --yes', async () => {
  const choose = ['alerts', 'close', '--rule', 'sweep', '--as', 'benign'];
  expect(await smbastion(...choose)).toMatchObject({
    code: 2,
    said: '1 alert of sweep, at worst medium\nNothing was changed: --yes changes them.\n',
  });
  expect(await smbastion(...choose, '--yes')).toMatchObject({ code: 0, said: '1 alert closed.\n' });
  expect((await smbastion('alerts', 'ack')).said).toContain('either named or chosen');
});

test('times in tables are told to the minute, UTC, on one line; empty lists say so', async () => {
  await server.service.keys.add({ name: 'shipper', scopes: ['ingest'], expiresMs: NOW }, 'test');
  const { out } = await smbastion('keys', 'list', '-f', 'table');
  expect(out).toMatch(/^ID +SCOPES +LAST USED UTC +EXPIRES UTC +CREATED BY +NAME\n/);
  expect(out).toContain(` ${new Date(NOW).toISOString().replace('T', ' ').slice(0, 16)} `);
  expect(JSON.parse((await smbastion('keys', 'list', '-f', 'jsonl')).out).expires).toBe(new Date(NOW).toISOString());
  const audit = (await smbastion('audit', 'list', '-f', 'table')).out;
  expect(audit).toMatch(/\d +\d{4}-\d\d-\d\d \d\d:\d\d /);
  expect(await smbastion('gaps', '-f', 'table')).toMatchObject({ out: '', said: 'No rule missed anything.\n' });
});

test('ids and files of an alert’s events are not broken', async () => {
  const { store } = server.service;
  const file = `${'very-long-'.repeat(4)}name.evtx`;
  const id = '0123456789abcdef0123456789abcdef';
  const members = [{ id, '@timestamp': new Date(NOW).toISOString(), file: `/evidence/${file}` }];
  await store.runs.finish(outcome([alert(id, 5, { createdMs: 1, document: { smbastion: { members } } })]));
  const { out } = await smbastion('alerts', 'show', id);
  const lines = out.split('\n');
  expect(lines.filter((line) => line.includes(id))).toHaveLength(2);
  expect(lines).toContain(`    ${file}`);
});

test('what is asked for and is not there is said', async () => {
  const none = await smbastion('alerts', 'list', '--rule', 'exposure-egres');
  expect(none.said).toContain('There is no rule "exposure-egres". Did you mean "exposure-egress"?');
  expect(none.code).toBe(2);
  const close = await smbastion('alerts', 'close', '--rule', 'nosuch', '--as', 'benign');
  expect(close.said).toContain('There is no rule "nosuch".');
  expect((await smbastion('alerts', 'list', '--rule', 'exposure-egress')).said).toContain('No alert is as asked');
  const short = await smbastion('alerts', 'close', 'bbbbb', '--as', 'benign');
  expect(short.said).toContain('write 6 letters of it at least');
  expect((await smbastion('except', 'list')).said).toContain('No exception is kept.');
});

test('an exception is made from an alert, kept, listed and removed', async () => {
  const proposed = await smbastion('except', 'from-alert', 'bbbbbb');
  expect(proposed.out).toContain('rules = ["admin-share-write"]');
  expect(proposed.said).toContain('hides 2 alerts of admin-share-write');
  expect(proposed.said).toContain('leaves 1 alert of sweep');
  expect((await smbastion('except', 'list', '-f', 'jsonl')).out).toBe('');
  const wishes = ['--owner', 'ann', '--reason', 'known', '--yes'];
  expect((await smbastion('except', 'from-alert', 'bbbbbb', ...wishes)).said).toContain('Kept until');
  const id = 'admin-share-write-bbbbbbbb';
  expect(JSON.parse((await smbastion('except', 'list', '-f', 'jsonl')).out)).toMatchObject({
    id,
    owner: 'ann',
    hits: 0,
  });
  const { out: text } = await smbastion('except', 'remove', id);
  writeFileSync(join(folder, 'again.toml'), text);
  expect((await smbastion('except', 'add', join(folder, 'again.toml'))).code).toBe(0);
  expect((await smbastion('except', 'show', id)).out).toMatch(/written\n.*removed\n.*written/);
});
