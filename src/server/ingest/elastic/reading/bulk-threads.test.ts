import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { connections } from '../../../../../bench/evidence.ts';
import { SHIPPED } from '../../../../../bench/shipped.ts';
import { intakeInto } from '../../../../../test/tools/memory-intake.ts';
import { memoryStore } from '../../../../../test/tools/memory-store.ts';
import { type PackedRows, unpackRow } from '../../../../store/duckdb/rows/packed-rows.ts';
import type { Store } from '../../../../store/store.ts';
import type { Intake } from '../../intake.ts';
import type { BulkPart, BulkReading } from './bulk-reading.ts';
import { BulkThreads } from './bulk-threads.ts';
import { bulkWork, readingHere } from './open-bulk-reading.ts';

const root = join(import.meta.dirname, '../../../../..');
const program = new URL(`file://${root}/build/js/server/ingest/elastic/reading/bulk-worker.js`);
const ACTION = '{"create":{"_index":"logs-site-default"}}';

let store: Store;
let intake: Intake;
let opened: BulkReading[];

beforeAll(() => {
  const built = spawnSync(process.execPath, ['scripts/build.mjs', '--if-needed'], { cwd: root, stdio: 'inherit' });
  expect(built.status).toBe(0);
}, 120_000);

beforeEach(async () => {
  store = await memoryStore();
  intake = intakeInto(store);
  opened = [];
});

afterEach(async () => {
  await Promise.all(opened.map((reading) => reading.close()));
  await intake.stop();
  await store.close();
});

function threads(script = program, count = 2): BulkReading {
  const reading = new BulkThreads(count, script, bulkWork(intake, {}), intake.bodies);
  opened.push(reading);
  return reading;
}

/** A program for threads, given as its text. */
function programOf(text: string): URL {
  return new URL(`data:text/javascript,${encodeURIComponent(text)}`);
}

function partsOf(reading: BulkReading, body: Buffer, sender?: string): Promise<BulkPart[]> {
  return partsOfBytes(reading, Buffer.from(body), sender);
}

/** @param body may be gone afterwards */
async function partsOfBytes(reading: BulkReading, body: Buffer, sender = 'bulk a'): Promise<BulkPart[]> {
  const parts: BulkPart[] = [];
  await reading.read({ body, index: undefined, sender, idScope: undefined }, async (part) => void parts.push(part));
  return parts;
}

function line(i: number): string {
  return `{"@timestamp":"2026-03-01T10:00:00Z","event":{"id":"${i}"},"ecs":{"version":"8.0.0"}}`;
}

/** Documents of every kind that is sent as JSON, and some that are none. */
function mixture(): Buffer {
  const lines = ['{"broken', '{"nothing":1}', '[]', '{"@timestamp":"2026-03-01T10:00:00Z","message":"half \\ud83d"}'];
  const all = connections(7);
  for (let i = 0; i < 300; i++) lines.push(SHIPPED[i % SHIPPED.length]!(all.next().value!));
  return Buffer.from(lines.flatMap((text) => [ACTION, text]).join('\n'));
}

/** Without what depends on the moment. */
function plain(parts: readonly BulkPart[]) {
  return parts.map(({ headers, read: { events, items, letters, counts } }) => {
    const packed = events.content as PackedRows;
    const texts = letters.map(({ id, reason, content, intake: sender }) => [id, reason, content, sender]);
    const chunks = packed.chunks.map((chunk) => Buffer.from(chunk));
    const rows = events.ids.map((_, i) => {
      const { chunk, start, end, saysAt, timeMs, isUsual } = unpackRow(packed, chunks, i);
      return [chunk.toString('utf8', start, end), saysAt > 0 ? saysAt - start : 0, timeMs, isUsual];
    });
    return { headers, ids: events.ids, items, texts, counts, rows, usual: packed.usual, lists: packed.lists };
  });
}

test('a thread reads what a reader in this one reads, to the byte', async () => {
  const body = mixture();
  const [inThread, inThisOne] = [threads(), readingHere(intake)];
  // Rows are made in a quicker way when their shape comes again, and say the same in other words.
  for (const reading of [inThread, inThisOne]) await partsOf(reading, body);
  const here = await partsOf(inThisOne, body);
  expect(here[0]!.read.events.ids.length).toBeGreaterThan(50);
  expect(here[0]!.read.letters.length).toBeGreaterThan(0);
  expect(plain(await partsOf(inThread, body))).toEqual(plain(here));
});

test('what comes from a thread is stored once, and a second time known', async () => {
  const body = mixture();
  const outcomes = [];
  for (const sender of ['a', 'b']) {
    const delivery = intake.deliver(intake.senders.get('bulk', sender), undefined);
    for (const part of await partsOf(threads(), body)) delivery.take(part.read);
    outcomes.push(await delivery.stored());
  }
  const [first, second] = outcomes;
  expect(first!.created).toBe(await store.events.position());
  expect(second).toMatchObject({ created: 0, known: first!.created + first!.known });
  expect(second!.items.map(({ kind }) => kind)).not.toContain('created');
});

test('large requests come in parts that are waited for, and small ones of others in between', async () => {
  const large = Buffer.from(Array.from({ length: 10_000 }, (_, i) => `${ACTION}\n${line(i)}\n`).join(''));
  const reading = threads(program, 1);
  const order: string[] = [];
  const read = (name: string, body: Buffer) =>
    reading.read({ body, index: undefined, sender: name, idScope: undefined }, async ({ headers }) => {
      order.push(`${name} ${headers.length}`);
    });
  await Promise.all([read('large', large), read('small', Buffer.from(`${ACTION}\n${line(-1)}\n`))]);
  expect(order.filter((name) => name.startsWith('large'))).toEqual(['large 4096', 'large 4096', 'large 1808']);
  expect(order.at(-1)).toBe('large 1808');
});

/** Bytes of the rows of so many events from number `first` on, and the part they came with. */
async function manyRows(reading: BulkReading, first: number) {
  const lines = Array.from({ length: 4_000 }, (_, i) => `${ACTION}\n${line(first + i)}\n`);
  const [part] = await partsOf(reading, Buffer.from(lines.join('')));
  const { chunks } = part!.read.events.content as PackedRows;
  return { part: part!, rows: Buffer.from(chunks[0]!) };
}

test('buffers go back to the thread that filled them, once what stood in them is stored', async () => {
  const reading = threads(program, 1);
  const first = await manyRows(reading, 0);
  const written = Buffer.from(first.rows);
  await manyRows(reading, 4_000);
  expect(first.rows.equals(written)).toBe(true);
  const delivery = intake.deliver(intake.senders.get('bulk', 'a'), undefined);
  delivery.take(first.part.read);
  expect((await delivery.stored()).created).toBe(4_000);
  const third = await manyRows(reading, 8_000);
  expect(third.rows.equals(first.rows)).toBe(true);
  expect(first.rows.equals(written)).toBe(false);
});

test('a body that is none is refused as it is here', async () => {
  const body = Buffer.from('{"what":{}}\n{}\n');
  await expect(partsOf(threads(), body)).rejects.toMatchObject({ status: 400, type: 'illegal_argument_exception' });
});

test('the buffer of a body comes back, whether it could be read or not', async () => {
  const back: number[] = [];
  vi.spyOn(intake.bodies, 'give').mockImplementation(([buffer]) => void back.push(buffer!.byteLength));
  const reading = threads();
  for (const text of [`${ACTION}\n${line(1)}\n`, `${ACTION}\n${line(1)}\n{}\n`]) {
    const body = Buffer.from(intake.bodies.take(2 ** 21), 0, text.length);
    body.write(text);
    await reading
      .read({ body, index: undefined, sender: 'a', idScope: undefined }, async () => undefined)
      .catch(() => undefined);
    expect(body.buffer.byteLength).toBe(0);
  }
  expect(back).toEqual([2 ** 21, 2 ** 21]);
});

test('bytes among those of others stay where they are', async () => {
  const text = `${ACTION}\n${line(1)}\n`;
  const whole = Buffer.alloc(2 ** 21);
  whole.write(text);
  const parts = await partsOfBytes(threads(), whole.subarray(0, text.length));
  expect(parts[0]!.read.counts.events).toBe(1);
  expect(whole.toString('utf8', 0, text.length)).toBe(text);
});

test('a thread that dies fails what it had, and the next request finds a new one', async () => {
  const dying = threads(
    programOf(
      "import { parentPort } from 'node:worker_threads'; parentPort.once('message', () => { throw new Error('ill') })",
    ),
  );
  for (let i = 0; i < 2; i++) await expect(partsOf(dying, mixture())).rejects.toThrow('has died: ill');
});

/** Threads that name themselves; those who send `bound` have to come again. */
function naming(): BulkReading {
  return threads(
    programOf(`import { parentPort, threadId } from 'node:worker_threads';
    const bodies = new Map();
    parentPort.on('message', ({ kind, number, body, size }) => {
      if (kind === 'read') {
        bodies.set(number, Buffer.from(body, 0, size).toString());
        parentPort.postMessage({ kind: 'part', number, part: { headers: [], read: { thread: threadId, events: { buffers: [] } } } });
      } else parentPort.postMessage({ kind: 'read', number, body: new ArrayBuffer(0), isBound: bodies.get(number) === 'bound' });
    });`),
  );
}

test.each(['bound', 'free'])('a %s sender stays with its thread, and threads share the senders', async (body) => {
  const reading = naming();
  const threadOf = async (sender: string) =>
    ((await partsOf(reading, Buffer.from(body), sender))[0]!.read as unknown as { thread: number }).thread;
  const first = await Promise.all(['a', 'b', 'c', 'd'].map(threadOf));
  expect(new Set(first).size).toBe(2);
  expect(first.filter((one) => one === first[0])).toHaveLength(2);
  expect(await Promise.all(['d', 'c', 'b', 'a'].map(threadOf))).toEqual([...first].reverse());
});

test.each([
  ['bound', 1],
  ['free', 2],
])('a %s sender finds its thread busy: it is read by one of %i', async (body, count) => {
  const reading = naming();
  const threadOf = async (sender: string, text = body) =>
    ((await partsOf(reading, Buffer.from(text), sender))[0]!.read as unknown as { thread: number }).thread;
  const home = await threadOf('a');
  await threadOf('b');
  await threadOf('c');
  const releases: (() => void)[] = [];
  const held = new Promise<void>((done) => releases.push(done));
  // Of the same thread as the first, and not taken.
  const busy = reading.read(
    { body: Buffer.from('free'), index: undefined, sender: 'c', idScope: undefined },
    () => held,
  );
  const again = await threadOf('a');
  for (const release of releases) release();
  await busy;
  expect(new Set([home, again]).size).toBe(count);
});

/** A line of EVE about SMB. */
function eve(smb: object): string {
  return JSON.stringify({
    timestamp: '2026-03-01T10:00:00.000000+0000',
    flow_id: 7,
    event_type: 'smb',
    src_ip: '10.0.0.1',
    src_port: 50_000,
    dest_ip: '10.0.0.2',
    dest_port: 445,
    proto: 'TCP',
    smb,
  });
}

test('a thread says whether later documents need what the earlier ones said', async () => {
  const reading = threads();
  const boundBy = (text: string, sender: string) =>
    reading.read(
      { body: Buffer.from(`${ACTION}\n${text}\n`), index: undefined, sender, idScope: undefined },
      async () => undefined,
    );
  expect(await boundBy(line(1), 'ecs')).toBe(false);
  const tree = {
    id: 1,
    dialect: '3.11',
    command: 'SMB2_COMMAND_TREE_CONNECT',
    session_id: 1,
    tree_id: 1,
    share: '\\\\a\\b',
  };
  expect(await boundBy(eve(tree), 'eve')).toBe(true);
});

test('closing waits for what is being read, and nothing comes in afterwards', async () => {
  const reading = threads();
  const read = partsOf(reading, mixture());
  await reading.close();
  expect(await read).toHaveLength(1);
  await expect(partsOf(reading, mixture())).rejects.toMatchObject({ status: 503 });
});
