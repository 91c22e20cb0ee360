import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { type FastifyInstance, fastify } from 'fastify';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { HttpTalk } from '../../../../test/tools/http-talk.ts';
import { memoryStore, waitingStore } from '../../../../test/tools/memory-store.ts';
import { Networks } from '../../../event/networks.ts';
import { ALL } from '../../../query/predicate.ts';
import { DEFAULT_SOURCE_SETTINGS } from '../../../sources/source.ts';
import type { Store } from '../../../store/store.ts';
import { Intake } from '../intake.ts';
import { DEFAULT_INGEST_LIMITS, type IngestLimits } from '../../../config/ingest-settings.ts';
import { readingHere } from './reading/open-bulk-reading.ts';
import { addElasticReceiver } from './receiver.ts';

const SECRET = `ApiKey ${Buffer.from('shipper:secret').toString('base64')}`;
let store: Store;
let app: FastifyInstance;
let intake: Intake;
let talk: HttpTalk;
let port = 0;

async function start(limits: Partial<IngestLimits> = {}, roomWaitMs = 0, prefix = ''): Promise<void> {
  intake = new Intake({
    store,
    networks: new Networks(),
    settings: DEFAULT_SOURCE_SETTINGS,
    limits: { ...DEFAULT_INGEST_LIMITS, ...limits },
  });
  app = fastify();
  app.addHook('onRequest', async (request, reply) => {
    if (request.headers.authorization !== SECRET) await reply.status(401).send({ status: 401 });
  });
  await app.register(
    async (inner) =>
      addElasticReceiver(inner, {
        intake,
        desk: store.desk,
        reading: readingHere(intake),
        cluster: { name: 'smbastion', uuid: 'x'.repeat(22) },
        roomWaitMs,
      }),
    { prefix },
  );
  await app.listen({ port: 0, host: '127.0.0.1' });
  ({ port } = app.server.address() as AddressInfo);
  talk = await HttpTalk.open(port);
}

beforeEach(async () => {
  store = await memoryStore();
});

afterEach(async () => {
  talk.close();
  await app.close();
  await intake.stop();
  await store.close();
});

const HEADERS = `Host: 127.0.0.1
  User-Agent: Elastic-winlogbeat/8.19.2 (windows; amd64; 1234; 2026-03-01 00:00:00 +0000 UTC)
  Accept: application/json
  Authorization: ${SECRET}`;
const get = (path: string, method = 'GET') => talk.ask(`${method} ${path} HTTP/1.1\n${HEADERS}`);
const put = (path: string, body: string) =>
  talk.ask(`PUT ${path} HTTP/1.1\n${HEADERS}\nContent-Type: application/json`, body);
const BULK = `POST /_bulk?filter_path=errors%2Citems.%2A.error%2Citems.%2A.status HTTP/1.1
  ${HEADERS}
  Content-Type: application/json; charset=UTF-8
  X-Elastic-Product-Origin: beats`;

const logon = (record: number) =>
  JSON.stringify({
    '@timestamp': '2026-03-01T10:00:00.000Z',
    event: { code: '4624', provider: 'Microsoft-Windows-Security-Auditing', action: 'logged-in', kind: 'event' },
    winlog: {
      channel: 'Security',
      provider_name: 'Microsoft-Windows-Security-Auditing',
      event_id: '4624',
      record_id: record,
      computer_name: 'fs01.corp.example',
      event_data: { LogonType: '3', TargetUserName: 'ann', IpAddress: '10.1.2.3' },
    },
    host: { name: 'fs01.corp.example' },
    agent: { type: 'winlogbeat', version: '8.19.2' },
  });
const lines = (...parts: string[]) => `${parts.join('\n')}\n`;
const stored = () => store.events.count({ predicate: ALL });

test('a Beat starts: it asks, sets up, sends, is told to wait, sends again, and each event is there once', async () => {
  await start();
  const root = await get('/');
  expect(root.headers['x-elastic-product']).toBe('Elasticsearch');
  expect(JSON.parse(root.body)).toMatchObject({
    cluster_uuid: 'x'.repeat(22),
    version: { number: '8.19.2', build_flavor: 'default' },
    tagline: 'You know, for Search',
  });
  expect(JSON.parse((await get('/_license?human=false')).body)).toMatchObject({
    license: { type: 'basic', status: 'active' },
  });
  expect((await get('/_ilm/policy/winlogbeat')).status).toBe(404);
  expect((await put('/_ilm/policy/winlogbeat', '{"policy":{"phases":{}}}')).status).toBe(200);
  expect((await get('/_ilm/policy/winlogbeat')).status).toBe(200);
  const template = await get('/_index_template/winlogbeat-8.19.2', 'HEAD');
  expect([template.status, template.body]).toEqual([404, '']);
  expect((await put('/_index_template/winlogbeat-8.19.2', '{"index_patterns":["winlogbeat-8.19.2"]}')).body).toBe(
    '{"acknowledged":true}',
  );
  expect((await get('/_index_template/winlogbeat-8.19.2', 'HEAD')).status).toBe(200);
  expect((await get('/_data_stream/winlogbeat-8.19.2')).status).toBe(404);
  expect((await put('/_data_stream/winlogbeat-8.19.2', '')).status).toBe(200);

  const action = '{"create":{"_index":"winlogbeat-8.19.2"}}';
  const body = lines(action, logon(1), action, logon(2));
  const room = DEFAULT_INGEST_LIMITS.queueBytes;
  intake.reserve(room);
  const busy = await talk.ask(BULK, gzipSync(body));
  expect([busy.status, busy.headers['retry-after']]).toEqual([429, '1']);
  expect(JSON.parse(busy.body)).toMatchObject({ status: 429, error: { type: 'es_rejected_execution_exception' } });
  intake.release(room);

  expect(await stored()).toBe(0);
  const answer = await talk.ask(`${BULK}\nContent-Encoding: gzip`, gzipSync(body));
  expect(answer.body).toBe('{"errors":false,"items":[{"create":{"status":201}},{"create":{"status":201}}]}');
  expect(await stored()).toBe(2);

  // The answer to the second request is lost: it comes again, and nothing is doubled.
  const more = lines(action, logon(2), action, logon(3));
  const cut = await HttpTalk.open(port);
  cut.send(BULK, more);
  while ((await stored()) < 3) await new Promise((done) => setTimeout(done, 5));
  cut.cut();
  const again = JSON.parse((await talk.ask(BULK, more)).body);
  expect(again.items.map(({ create }: { create: { status: number } }) => create.status)).toEqual([409, 409]);
  expect(again.items[0].create.error.type).toBe('version_conflict_engine_exception');
  expect(await stored()).toBe(3);
  const [event] = (await store.events.search({ predicate: ALL, order: 'oldest', limit: 1 })).events;
  expect(event?.document).toMatchObject({ event: { code: '4624' }, source: { ip: '10.1.2.3' } });
  const [sender] = intake.senders.list();
  expect(sender).toMatchObject({ name: 'bulk 127.0.0.1 Elastic-winlogbeat', events: 6, duplicates: 3 });
});

const FILEBEAT = `Host: smb.example.com:8445
  User-Agent: Elastic-filebeat/7.17.29 (linux; amd64; unknown; 0001-01-01 00:00:00 +0000 UTC)
  Accept: application/json
  Authorization: ${SECRET}
  X-Elastic-Product-Origin: beats
  Accept-Encoding: gzip`;
const PACKED = `Content-Encoding: gzip
  Content-Type: application/json; charset=UTF-8`;
const filebeatLine = (uid: string) =>
  JSON.stringify({
    '@timestamp': '2026-11-26T21:42:26.014Z',
    'id.orig_h': '10.1.2.30',
    'id.orig_p': 51_515,
    input: { type: 'filestream' },
    agent: { type: 'filebeat', version: '7.17.29', hostname: 'vm', name: 'vm' },
    uid,
    'id.resp_h': '8.8.4.4',
    'id.resp_p': 445,
    ts: 1_761_300_000.123456,
    conn_state: 'SF',
    proto: 'tcp',
    log: { offset: 0, file: { path: '/opt/zeek/logs/current/conn.log' } },
    ecs: { version: '1.12.0' },
    host: { name: 'vm' },
  });

const askAsFilebeat = (line: string) => talk.ask(`${line} HTTP/1.1\n${FILEBEAT}`);
const sendAsFilebeat = (line: string, body: string) =>
  talk.ask(`${line} HTTP/1.1\n${FILEBEAT}\n${PACKED}`, gzipSync(body, { level: 1 }));

/**
 * What Filebeat 7.17.29 was seen to send with its defaults for templates and life cycles, header by header; 8.x asks for data streams
 * instead, as above.
 */
test('Filebeat 7.17 starts: an alias and its first index, all bodies packed, everything below a path', async () => {
  await start({}, 0, '/elasticsearch');
  const root = await askAsFilebeat('GET /elasticsearch');
  expect(JSON.parse(root.body)).toMatchObject({ version: { number: '8.19.0' }, tagline: 'You know, for Search' });
  const license = JSON.parse((await askAsFilebeat('GET /elasticsearch/_license?human=false')).body);
  expect(license).toMatchObject({ license: { type: 'basic', status: 'active' } });
  const xpack = JSON.parse((await askAsFilebeat('GET /elasticsearch/_xpack')).body);
  expect(xpack).toMatchObject({ features: { ilm: { available: true, enabled: true } } });
  expect((await askAsFilebeat('GET /elasticsearch/_ilm/policy/filebeat')).status).toBe(404);
  const policy = '{"policy":{"phases":{"hot":{"actions":{"rollover":{"max_size":"50gb","max_age":"30d"}}}}}}\n';
  expect((await sendAsFilebeat('PUT /elasticsearch/_ilm/policy/filebeat', policy)).status).toBe(200);
  expect((await askAsFilebeat('HEAD /elasticsearch/_index_template/filebeat-7.17.29')).status).toBe(404);
  const template = '{"template":{"mappings":{"date_detection":false}},"index_patterns":["filebeat-7.17.29-*"]}\n';
  expect((await sendAsFilebeat('PUT /elasticsearch/_index_template/filebeat-7.17.29', template)).status).toBe(200);
  expect((await askAsFilebeat('GET /elasticsearch/_alias/filebeat-7.17.29')).status).toBe(404);
  expect((await askAsFilebeat('HEAD /elasticsearch/filebeat-7.17.29')).status).toBe(404);
  const index = '/elasticsearch/%3Cfilebeat-7.17.29-%7Bnow%2Fd%7D-000001%3E';
  const made = await sendAsFilebeat(`PUT ${index}`, '{"aliases":{"filebeat-7.17.29":{"is_write_index":true}}}\n');
  expect([made.status, JSON.parse(made.body).acknowledged]).toEqual([200, true]);
  expect((await askAsFilebeat('GET /elasticsearch/')).status).toBe(200);

  const action = '{"create":{"_index":"filebeat-7.17.29"}}';
  const answer = await sendAsFilebeat(
    'POST /elasticsearch/_bulk',
    lines(action, filebeatLine('C1'), action, filebeatLine('C2')),
  );
  const { took, errors, items } = JSON.parse(answer.body);
  expect([typeof took, errors, items.map((item: { create: { status: number } }) => item.create.status)]).toEqual([
    'number',
    false,
    [201, 201],
  ]);
  const { events } = await store.events.search({ predicate: ALL, order: 'oldest', limit: 9 });
  expect(events.map(({ timeMs, document }) => [timeMs, document['event']])).toEqual(
    Array.from({ length: 2 }, () => [1_761_300_000_123.456, expect.objectContaining({ dataset: 'zeek.connection' })]),
  );
});

test('a request waits for room, unread, and is refused only when there is none for long', async () => {
  await start({}, 60_000);
  const room = DEFAULT_INGEST_LIMITS.queueBytes;
  intake.reserve(room);
  const came = once(app.server, 'request');
  talk.send(BULK, lines('{"create":{"_index":"a"}}', logon(1)));
  await came;
  await new Promise(setImmediate);
  expect(intake.figures()).toMatchObject({ heldBytes: room, refused: 0 });
  intake.release(room);
  expect((await talk.answer(false)).body).toBe('{"errors":false,"items":[{"create":{"status":201}}]}');
  expect(intake.figures()).toMatchObject({ heldBytes: 0, refused: 0 });
});

test('a request that meets a full queue half way waits, too', async () => {
  await start({ queueBytes: 2_000 }, 60_000);
  const body = lines('{"create":{"_index":"a"}}', logon(1));
  const came = once(app.server, 'request');
  talk.write(`${BULK}\nContent-Length: ${body.length}`.trim().replaceAll(/\s*\n\s*/g, '\r\n'));
  talk.write(`\r\n\r\n${body.slice(0, 1)}`);
  await came;
  while (intake.figures().heldBytes < 1) await new Promise(setImmediate);
  intake.reserve(1_999);
  talk.write(body.slice(1));
  await new Promise((later) => setTimeout(later, 200));
  expect(intake.figures()).toMatchObject({ heldBytes: 2_000, refused: 0 });
  intake.release(1_999);
  expect((await talk.answer(false)).status).toBe(200);
  expect(intake.figures()).toMatchObject({ heldBytes: 0, refused: 0 });
});

test('a request that is larger than the queue is let in when it is alone', async () => {
  await start({ queueBytes: 2_000 });
  const document = JSON.stringify({ ...JSON.parse(logon(1)), message: 'x'.repeat(600_000) });
  expect((await talk.ask(BULK, lines('{"create":{"_index":"a"}}', document))).status).toBe(200);
  expect(intake.figures()).toMatchObject({ heldBytes: 0, refused: 0 });
});

test('who announces much and sends nothing keeps nobody out', async () => {
  await start();
  const idle = await HttpTalk.open(port);
  const came = once(app.server, 'request');
  idle.write(`${BULK}\nContent-Length: ${DEFAULT_INGEST_LIMITS.requestBytes}`.trim().replaceAll(/\s*\n\s*/g, '\r\n'));
  idle.write('\r\n\r\n{');
  await came;
  await new Promise(setImmediate);
  expect(intake.figures().heldBytes).toBeLessThan(100);
  idle.cut();
});

test('every action is answered in order, whatever it holds', async () => {
  await start();
  const answer = await talk.ask(
    `POST /logs-zeek.connection-default/_bulk HTTP/1.1\n${HEADERS}\nContent-Type: application/x-ndjson`,
    lines(
      '{"create":{"_id":"9f2c"}}',
      '{"@timestamp":"2026-03-01T10:00:00Z","source.ip":"10.0.0.1"}',
      '{"create":{"_id":"9f2c"}}',
      '{"@timestamp":"2026-03-01T10:00:00Z","source.ip":"10.0.0.1"}',
      '{"delete":{"_id":"9f2c"}}',
      '{"update":{"_id":"9f2c"}}',
      '{"doc":{}}',
      '{"index":{}}',
      '{"broken',
      '{"index":{"_index":"eve"}}',
      '{"timestamp":"2026-03-01T10:00:00.000000+0000","event_type":"stats","stats":{}}',
      '{"index":{"_id":"9f2c"}}',
      '{"@timestamp":"2026-03-01T10:00:00Z","source.ip":"10.0.0.1"}',
      '{"create":{}}',
      '{"ts":1761300000.123456,"uid":"CAbc1","id.orig_h":"10.1.2.30","id.orig_p":51515,"id.resp_h":"8.8.4.4","id.resp_p":445,"proto":"tcp","conn_state":"SF"}',
    ).trimEnd(),
  );
  expect(answer.status).toBe(200);
  const { errors, items } = JSON.parse(answer.body);
  expect(errors).toBe(true);
  expect(
    items.map((item: Record<string, { status: number }>) =>
      Object.entries(item).map(([action, { status }]) => `${action} ${status}`),
    ),
  ).toEqual([
    ['create 201'],
    ['create 409'],
    ['delete 400'],
    ['update 400'],
    ['index 400'],
    ['index 200'],
    ['index 200'],
    ['create 201'],
  ]);
  expect(items[0].create).toMatchObject({ _index: 'logs-zeek.connection-default', _id: '9f2c', result: 'created' });
  expect(items[4].index.error).toMatchObject({ type: 'document_parsing_exception' });
  const datasets = await store.events.search({ predicate: ALL, order: 'oldest', limit: 9 });
  expect(datasets.events.map(({ document }) => (document['event'] as { dataset: string }).dataset)).toEqual([
    'zeek.connection',
    'zeek.connection',
  ]);
  const { letters } = await store.deadLetters.list(10);
  expect(letters).toMatchObject([{ intake: 'bulk 127.0.0.1 Elastic-winlogbeat', content: '{"broken' }]);
});

const sendOne = async (path: string, body: string, method = 'POST') => {
  const answer = await talk.ask(`${method} ${path} HTTP/1.1\n${HEADERS}\nContent-Type: application/json`, body);
  const { result, error, _id: id } = JSON.parse(answer.body);
  return [answer.status, result ?? error.type, id];
};

test('a document by itself is taken as the bulk request of one', async () => {
  await start();
  const id = expect.stringMatching(/^[0-9a-f]{32}$/);
  expect(await sendOne('/logs-a/_doc', JSON.stringify(JSON.parse(logon(1)), null, 2))).toEqual([201, 'created', id]);
  expect(await sendOne('/logs-a/_doc', logon(1))).toEqual([200, 'noop', id]);
  expect(await sendOne('/logs-a/_create/7', logon(2), 'PUT')).toEqual([201, 'created', '7']);
  expect(await sendOne('/logs-a/_create/7', logon(2))).toEqual([409, 'version_conflict_engine_exception', undefined]);
  expect(await sendOne('/logs-a/_doc/9', '{"broken')).toEqual([400, 'document_parsing_exception', undefined]);
  expect(await sendOne('/logs-a/_doc', '')).toEqual([400, 'document_parsing_exception', undefined]);
  expect(await stored()).toBe(2);
});

test('what unpacks to hundreds of times its size is refused, and the reason says so', async () => {
  await start();
  const packed = gzipSync('x'.repeat(8_000_000));
  const { status, body } = await talk.ask(`${BULK}\nContent-Encoding: gzip`, packed);
  expect([status, JSON.parse(body).error.reason]).toEqual([
    413,
    `its ${packed.length} bytes unpack to more than 200 times as many, which no events do; send it unpacked`,
  ]);
});

test('a body that is none is refused as a whole', async () => {
  await start({ requestBytes: 5_000 });
  const action = '{"create":{"_index":"a"}}';
  const ask = async (body: string | Buffer, head = BULK) => {
    const { status, body: text } = await talk.ask(head, body);
    return [status, JSON.parse(text).error.reason];
  };
  expect(await ask('')).toEqual([400, 'request body is required']);
  expect(await ask('hello\n')).toEqual([400, expect.stringContaining('metadata line [1]')]);
  expect(await ask(lines(action, logon(1), '{"create":[]}', logon(2)))).toEqual([
    400,
    expect.stringContaining('metadata line [3]'),
  ]);
  expect(await ask(lines(action))).toEqual([400, expect.stringContaining('no document')]);
  expect(await ask('x'.repeat(6_000))).toEqual([413, expect.stringContaining('5000 bytes')]);
  expect(await ask(gzipSync('x'.repeat(6_000)), `${BULK}\nContent-Encoding: gzip`)).toEqual([
    413,
    expect.stringContaining('5000 bytes'),
  ]);
  expect(await ask('no gzip', `${BULK}\nContent-Encoding: gzip`)).toEqual([400, expect.stringContaining('damaged')]);
  const hugeWindow = Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0, 19 << 3, 3, 0, 0, 65]);
  expect(await ask(hugeWindow, `${BULK}\nContent-Encoding: zstd`)).toEqual([400, expect.stringContaining('a window')]);
  expect(await ask('no zstd', `${BULK}\nContent-Encoding: zstd`)).toEqual([400, expect.stringContaining('damaged')]);
  expect(await ask('x', `${BULK}\nContent-Encoding: br`)).toEqual([415, expect.stringContaining('br')]);
  expect(await stored()).toBe(0);
  expect(intake.figures().heldBytes).toBe(0);
});

test('a chunked body beyond the limit is refused and the connection goes on', async () => {
  await start({ requestBytes: 1_000 });
  talk.send(`${BULK}\nTransfer-Encoding: chunked`);
  talk.write(`400\r\n${'x'.repeat(1024)}\r\n`.repeat(3));
  talk.write('0\r\n\r\n');
  expect((await talk.answer(false)).status).toBe(413);
  expect((await get('/')).status).toBe(200);
});

test('what is unknown has the shape of an error and is told once', async () => {
  await start();
  const found = await get('/_security/privilege?pretty');
  expect(found.status).toBe(404);
  expect(JSON.parse(found.body)).toMatchObject({ status: 404, error: { root_cause: [{}] } });
  expect((await talk.ask('GET / HTTP/1.1\nHost: x')).status).toBe(401);
});

test('while the server stops, shippers are sent away', async () => {
  await start();
  await intake.stop();
  const answer = await talk.ask(BULK, lines('{"create":{"_index":"a"}}', logon(1)));
  expect([answer.status, answer.headers['retry-after']]).toEqual([503, '1']);
});

const send = (refresh: string, record: number) =>
  talk.ask(`POST /a/_bulk${refresh} HTTP/1.1\n${HEADERS}`, lines('{"create":{}}', logon(record)));

test('who asks for a refresh finds the documents with the answer', async () => {
  await store.close();
  store = await waitingStore();
  await start();
  expect([(await send('?refresh=false', 1)).status, await stored()]).toEqual([200, 0]);
  expect([(await send('?refresh=wait_for', 2)).status, await stored()]).toEqual([200, 2]);
  expect([(await send('?refresh', 3)).status, await stored()]).toEqual([200, 3]);
});

test('a refresh by itself makes what came before it found', async () => {
  await store.close();
  store = await waitingStore();
  await start();
  expect([(await send('', 1)).status, await stored()]).toEqual([200, 0]);
  const answer = await talk.ask(`POST /a/_refresh HTTP/1.1\n${HEADERS}`, '');
  expect([answer.status, JSON.parse(answer.body)]).toEqual([200, { _shards: { total: 1, successful: 1, failed: 0 } }]);
  expect(await stored()).toBe(1);
});

test('a request that grows beyond the queue when it is unpacked is let in when it is alone', async () => {
  await start({ queueBytes: 2_000 });
  const action = '{"create":{"_index":"a"}}';
  const body = lines(...[1, 2, 3, 4, 5].flatMap((record) => [action, logon(record)]));
  const answer = await talk.ask(`${BULK}\nContent-Encoding: gzip`, gzipSync(body));
  expect([answer.status, await stored()]).toEqual([200, 5]);
  expect(intake.figures().heldBytes).toBe(0);

  intake.reserve(1_000);
  expect((await talk.ask(`${BULK}\nContent-Encoding: gzip`, gzipSync(body))).status).toBe(429);
  intake.release(1_000);
});

test('a request without any event is answered, though nothing is written', async () => {
  await start();
  const answer = await talk.ask(
    BULK,
    lines(
      '{"create":{"_index":"eve"}}',
      '{"timestamp":"2026-03-01T10:00:00.000000+0000","event_type":"stats","stats":{}}',
      '{"delete":{"_index":"eve","_id":"1"}}',
    ),
  );
  const items = JSON.parse(answer.body).items.map((item: Record<string, { status: number }>) =>
    Object.entries(item).map(([action, { status }]) => `${action} ${status}`),
  );
  expect(items).toEqual([['create 200'], ['delete 400']]);
  expect(intake.figures()).toMatchObject({ writes: 0, heldEvents: 0 });
});

test('event.ingested is when the event came in, however long nothing came before', async () => {
  await start();
  expect((await send('', 1)).status).toBe(200);
  await new Promise((done) => setTimeout(done, 30));
  const before = Date.now();
  expect((await send('', 2)).status).toBe(200);
  const { events } = await store.events.search({ predicate: ALL, order: 'newest', limit: 2 });
  const latest = Math.max(...events.map(({ ingestedMs }) => ingestedMs));
  expect(latest).toBeGreaterThanOrEqual(before);
});

test('vendor types are answered with vendor types', async () => {
  await start();
  const type = 'application/vnd.elasticsearch+json;compatible-with=8';
  const head = `GET /_cluster/health?filter_path=st%2A HTTP/1.1\n${HEADERS}`.replace('application/json', type);
  const answer = await talk.ask(head);
  expect([answer.headers['content-type'], answer.body]).toEqual([type, '{"status":"green"}']);
});

test('text behind a document is kept among the dead letters, and the document is stored', async () => {
  await start();
  const line = '{"@timestamp":"2026-03-01T10:00:00Z","source.ip":"10.0.0.1"} {"@timestamp":"2026-03-01T10:00:01Z"}';
  const answer = await talk.ask(
    `POST /logs/_bulk HTTP/1.1\n${HEADERS}\nContent-Type: application/x-ndjson`,
    lines('{"create":{}}', line),
  );
  expect(JSON.parse(answer.body)).toMatchObject({ errors: false, items: [{ create: { status: 201 } }] });
  const { letters } = await store.deadLetters.list(10);
  expect(letters).toMatchObject([{ content: line, reason: expect.stringContaining('behind the JSON object') }]);
});

test('a document of thousands of names is a dead letter, and those beside it are stored', async () => {
  await start();
  const many = Object.fromEntries(Array.from({ length: 4_096 }, (_, i) => [`n${i}`, i]));
  const action = '{"create":{"_index":"a"}}';
  const answer = await talk.ask(
    BULK,
    lines(action, logon(1), action, JSON.stringify({ ...many, ...JSON.parse(logon(2)) })),
  );
  const reason = 'this JSON object has more than the limit of 4096 names';
  expect(JSON.parse(answer.body)).toEqual({
    errors: true,
    items: [
      { create: { status: 201 } },
      { create: { status: 400, error: { type: 'document_parsing_exception', reason } } },
    ],
  });
  const { letters } = await store.deadLetters.list(10);
  expect(letters).toMatchObject([{ reason }]);
});
