import { appendFileSync, mkdtempSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { intakeInto } from '../../../../test/tools/memory-intake.ts';
import { memoryStore } from '../../../../test/tools/memory-store.ts';
import { ALL } from '../../../query/predicate.ts';
import type { Store } from '../../../store/store.ts';
import { serverLog } from '../../server-log.ts';
import type { Intake } from '../intake.ts';
import { Follower } from './follower.ts';

let store: Store;
let intake: Intake;
let folder: string;
let follower: Follower;

beforeEach(async () => {
  store = await memoryStore();
  intake = intakeInto(store);
  folder = mkdtempSync(join(tmpdir(), 'smbastion-follow-'));
});

afterEach(async () => {
  await follower.close();
  await intake.stop();
  await store.close();
  rmSync(folder, { recursive: true });
});

async function start(): Promise<void> {
  follower = new Follower({
    intake,
    desk: store.desk,
    settings: { follow: [folder], followEveryMs: 20 },
    log: serverLog('error', () => {}),
    settleMs: 60,
  });
  await follower.start();
}

const HEADER = `#separator \\x09\n#set_separator\t,\n#empty_field\t(empty)\n#unset_field\t-\n#path\tconn\n#fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tproto\tconn_state\n#types\ttime\tstring\taddr\tport\taddr\tport\tenum\tstring\n`;
const conn = (n: number) => `17613000${n}.000000\tC${n}\t10.1.2.30\t${50_000 + n}\t8.8.4.4\t445\ttcp\tSF\n`;
const json = (n: number) =>
  `{"@timestamp":"2026-03-01T10:00:${n}Z","event":{"kind":"event"},"source":{"ip":"10.0.0.${n}"}}\n`;
const at = (name: string) => join(folder, name);
const stored = () => store.events.count({ predicate: ALL });
const duplicates = () => intake.senders.list().reduce((sum, sender) => sum + sender.duplicates, 0);

async function until(count: number): Promise<void> {
  while ((await stored()) < count) await new Promise((done) => setTimeout(done, 10));
  expect(await stored()).toBe(count);
}

test('a log is read as it grows, and a half line waits for its other half', async () => {
  writeFileSync(at('conn.log'), HEADER + conn(10));
  await start();
  await until(1);
  const line = conn(11);
  appendFileSync(at('conn.log'), line.slice(0, 20));
  await new Promise((done) => setTimeout(done, 100));
  expect(intake.senders.list()[0]?.unreadable).toBe(0);
  appendFileSync(at('conn.log'), line.slice(20) + conn(12));
  await until(3);
  expect(duplicates()).toBe(0);
});

const said = (id: string) =>
  `${JSON.stringify({ '@timestamp': '2026-03-01T10:00:00Z', event: { kind: 'event' }, smbastion: { event: { id } } })}\n`;

test('an identity of ours that stands in a followed file is not believed', async () => {
  writeFileSync(at('eve.json'), said('own'));
  writeFileSync(at('whole.json.gz'), gzipSync(said('packed')));
  await start();
  await until(2);
  const { events } = await store.events.search({ predicate: ALL, order: 'oldest', limit: 9 });
  const made = expect.stringMatching(/^[0-9a-f]{32}$/);
  expect(events.map(({ id }) => id)).toEqual([made, made]);
});

test('a log that is moved away is read to its end, and the new one from its beginning', async () => {
  writeFileSync(at('conn.log'), HEADER + conn(10));
  await start();
  await until(1);
  appendFileSync(at('conn.log'), conn(11).trimEnd());
  const elsewhere = mkdtempSync(join(tmpdir(), 'smbastion-moved-'));
  renameSync(at('conn.log'), join(elsewhere, 'conn.1.log'));
  writeFileSync(at('conn.log'), HEADER + conn(12));
  await until(3);
  renameSync(at('conn.log'), at('conn.2.log'));
  appendFileSync(at('conn.2.log'), conn(13));
  await until(4);
  expect(duplicates()).toBe(0);
  rmSync(elsewhere, { recursive: true });
});

test('a log that is cut short and filled anew is read from its beginning', async () => {
  writeFileSync(at('eve.json'), json(10) + json(11));
  await start();
  await until(2);
  truncateSync(at('eve.json'));
  appendFileSync(at('eve.json'), json(12));
  await until(3);
  writeFileSync(at('eve.json'), json(13) + json(14) + json(15));
  await until(6);
});

test('a start reads on where the last one stopped; what happened meanwhile is not lost', async () => {
  writeFileSync(at('conn.log'), HEADER + conn(10) + conn(11));
  writeFileSync(at('old.json'), json(10));
  await start();
  await until(3);
  await follower.close();
  appendFileSync(at('conn.log'), conn(12));
  renameSync(at('conn.log'), at('conn.1.log'));
  writeFileSync(at('conn.log'), HEADER + conn(13));
  await start();
  await until(5);
  expect(duplicates()).toBe(0);
});

test('what is not lines is read whole once nobody writes to it', async () => {
  const bytes = gzipSync(HEADER + conn(10) + conn(11));
  writeFileSync(at('conn.log.gz'), bytes.subarray(0, 60));
  writeFileSync(at('notes.txt'), 'nothing of interest\n');
  await start();
  await new Promise((done) => setTimeout(done, 30));
  writeFileSync(at('conn.log.gz'), bytes);
  await until(2);
  while (!(await store.deadLetters.list(9)).letters.some(({ content }) => content.endsWith('notes.txt'))) {
    await new Promise((done) => setTimeout(done, 10));
  }
  await follower.close();
  await start();
  await new Promise((done) => setTimeout(done, 150));
  expect([await stored(), duplicates()]).toEqual([2, 0]);
});

test('a line that cannot be read is kept as dead letter', async () => {
  writeFileSync(at('a.json'), `${json(10)}{"half\n${json(11)}`);
  await start();
  await until(2);
  const { letters } = await store.deadLetters.list(9);
  expect(letters).toMatchObject([{ intake: `follow ${folder}`, content: '{"half' }]);
});
