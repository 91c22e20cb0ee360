/**
 * Receiver for everything that can send to Elasticsearch: Beats, Elastic Agent, Logstash, Vector, Fluent Bit, OpenTelemetry. It
 * answers what they ask before they send, takes their bulk requests, and remembers what they set up. Nothing is ever read back
 * through it.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { printable } from '../../../base/text/printable.ts';
import { type Document, isDocument } from '../../../event/document.ts';
import type { Store } from '../../../store/store.ts';
import type { Intake } from '../intake.ts';
import { BulkIntake } from './bulk.ts';
import { EsError, esErrorBody } from './es-error.ts';
import { filterAnswer } from './filter-path.ts';
import { type Cluster, HANDSHAKE } from './handshake.ts';
import { QueueRoom, readBody, unpackBody } from './request-body.ts';
import type { BulkReading } from './reading/bulk-reading.ts';
import { MAX_OBJECT_BYTES, SHIPPER_KINDS, ShipperObjects } from './shipper-objects.ts';
import { asBulkBody, type SingleTarget, singleAnswer } from './single-document.ts';

/** What the receiver works with. */
export interface ReceiverOptions {
  readonly intake: Intake;
  readonly desk: Store['desk'];
  /** Closed with the application. */
  readonly reading: BulkReading;
  readonly cluster: Cluster;
  /** How long a request waits for room in the queue before it is refused; {@link ROOM_WAIT_MS} unless given. */
  readonly roomWaitMs?: number;
  /** Within which identities hold that documents of a request choose, see `SourceSettings`; everywhere unless given. */
  readonly idScope?: (request: FastifyRequest) => string | undefined;
  /** Stands in the configuration of every route, for whoever checks access. */
  readonly routeConfig?: object;
}

interface Query {
  readonly filter_path?: string;
  readonly pipeline?: string;
  /** `true`, `wait_for` or nothing behind it: whoever sends wants to find the documents at once. */
  readonly refresh?: string;
}

/** Shorter than the shortest time that shippers wait for an answer, 10 s of syslog-ng. */
const ROOM_WAIT_MS = 5_000;
const JSON_TYPE = 'application/json';
const VENDOR_TYPE = /application\/vnd\.elasticsearch\+json\s*;\s*compatible-with=\d/;
/** Paths of one document by itself. */
const SINGLE_PATHS = [
  ['/:index/_doc', 'index'],
  ['/:index/_doc/:id', 'index'],
  ['/:index/_create/:id', 'create'],
] as const;
/** Unknown paths that are logged; an endless list of them says no more. */
const MAX_LOGGED = 1000;
/** Characters of an agent's name in the name of a sender. */
const MAX_AGENT = 40;

/** Adds the receiver to an application, below a prefix or at its root. */
export function addElasticReceiver(app: FastifyInstance, options: ReceiverOptions): void {
  const { intake, cluster } = options;
  const config = options.routeConfig ?? {};
  const bulk = new BulkIntake(intake, options.reading);
  const objects = new ShipperObjects(options.desk);
  const told = new Set<string>();
  const tellOnce = (request: FastifyRequest, what: string) => {
    if (told.has(what) || told.size >= MAX_LOGGED) return;
    told.add(what);
    request.log.warn(`receiver: ${printable(what)} (told once)`);
  };

  app.addHook('onClose', () => options.reading.close());
  // Bodies are read by the handlers, as bytes and within the queue's limits.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', (_request, _payload, done) => done(null));
  app.setErrorHandler((error, _request, reply) => {
    if (!(error instanceof EsError)) throw error;
    if (error.status === 429 || error.status === 503) reply.header('retry-after', '1');
    return reply.status(error.status).send(esErrorBody(error));
  });
  app.addHook('onSend', async (request, reply, payload) => {
    reply.header('x-elastic-product', 'Elasticsearch');
    const vendor = VENDOR_TYPE.exec(request.headers.accept ?? '')?.[0];
    reply.header('content-type', vendor ?? JSON_TYPE);
    return payload;
  });

  for (const [path, answer] of Object.entries(HANDSHAKE)) {
    app.get<{ Querystring: Query }>(path, { config }, async (request) =>
      filterAnswer(answer(cluster, request.headers['user-agent']), request.query.filter_path),
    );
  }

  const takeBulk = async (
    request: FastifyRequest<{ Querystring: Query }>,
    index: string | undefined,
    single?: SingleTarget,
  ) => {
    if (intake.isStopping) throw new EsError(503, 'node_closed_exception', 'the server is stopping');
    if (request.query.pipeline !== undefined) tellOnce(request, `pipeline ${request.query.pipeline} is not run`);
    const answer = await takeBody(request, options, intake.limits.requestBytes, (body) =>
      bulk.take(
        single ? asBulkBody(single, body) : body,
        index,
        { sender: intake.senders.get('bulk', senderName(request)), idScope: options.idScope?.(request) },
        (err) => request.log.error({ err }, 'what came in could not be stored; shippers are told to send it again'),
      ),
    );
    const { refresh = 'false' } = request.query;
    if (refresh !== 'false') await intake.store.events.settle();
    return answer;
  };
  for (const path of ['/_bulk', '/:index/_bulk']) {
    app.route<{ Params: { index?: string }; Querystring: Query }>({
      url: path,
      method: ['POST', 'PUT'],
      config,
      handler: async (request) =>
        filterAnswer(await takeBulk(request, request.params.index), request.query.filter_path),
    });
  }
  for (const path of ['/_refresh', '/:index/_refresh']) {
    app.route({
      url: path,
      method: ['GET', 'POST'],
      config,
      handler: async () => {
        await intake.store.events.settle();
        return { _shards: { total: 1, successful: 1, failed: 0 } };
      },
    });
  }
  for (const [path, action] of SINGLE_PATHS) {
    app.route<{ Params: { index: string; id?: string }; Querystring: Query }>({
      url: path,
      method: ['POST', 'PUT'],
      config,
      handler: async (request, reply) => {
        const target = { action, ...request.params };
        const { status, answer } = singleAnswer(target, await takeBulk(request, undefined, target));
        return reply.status(status).send(filterAnswer(answer, request.query.filter_path));
      },
    });
  }

  for (const kind of SHIPPER_KINDS) {
    const url = `/${kind}/:name`;
    type Named = { Params: { name: string } };
    app.get<Named>(url, { config }, async (request) => {
      const found = await objects.find(kind, request.params.name);
      if (!found) throw missing(kind, request.params.name);
      return found;
    });
    app.route<Named>({
      url,
      method: ['PUT', 'POST'],
      config,
      handler: async (request) => {
        const body = await takeBody(request, options, MAX_OBJECT_BYTES, async (bytes) => parseObject(bytes));
        await objects.put(kind, request.params.name, body, senderName(request));
        return { acknowledged: true };
      },
    });
    app.delete<Named>(url, { config }, async (request) => {
      if (!(await objects.remove(kind, request.params.name, senderName(request)))) {
        throw missing(kind, request.params.name);
      }
      return { acknowledged: true };
    });
  }

  // Beats before 8 make the first index of an alias; there is nothing to make here.
  app.put<{ Params: { index: string } }>('/:index', { config }, async ({ params }) => ({
    acknowledged: true,
    shards_acknowledged: true,
    index: params.index,
  }));
  app.all('/*', { config }, async (request, reply): Promise<FastifyReply> => {
    const [path] = request.url.split('?');
    tellOnce(request, `${request.method} ${path} is not known here`);
    const error = new EsError(404, 'resource_not_found_exception', `no handler found for ${request.method} ${path}`);
    return reply.status(404).send(esErrorBody(error));
  });
}

/** Reads and unpacks the body of a request, holding room in the queue until the work on it is done. */
async function takeBody<T>(
  request: FastifyRequest,
  { intake, roomWaitMs = ROOM_WAIT_MS }: ReceiverOptions,
  limit: number,
  work: (body: Buffer) => Promise<T>,
): Promise<T> {
  const room = new QueueRoom(intake, roomWaitMs);
  try {
    const packed = await readBody(request.raw, room, limit);
    const body = await unpackBody(packed, request.headers['content-encoding'], intake.limits);
    if (body !== packed) await room.exchange(body.length);
    return await work(body);
  } finally {
    room.release();
  }
}

/** Address and product of who asks: one shipper is one sender. */
function senderName(request: FastifyRequest): string {
  const [product] = (request.headers['user-agent'] ?? '').split('/');
  return `${request.ip} ${printable(product || 'unknown').slice(0, MAX_AGENT)}`;
}

function parseObject(bytes: Buffer): Document {
  if (bytes.length === 0) return {};
  let value: unknown;
  try {
    value = JSON.parse(bytes.toString('utf8'));
  } catch (cause) {
    throw new EsError(400, 'parse_exception', cause instanceof Error ? cause.message : String(cause));
  }
  if (!isDocument(value)) throw new EsError(400, 'parse_exception', 'a JSON object is expected');
  return value;
}

function missing(kind: string, name: string): EsError {
  return new EsError(404, 'resource_not_found_exception', `${kind} [${name}] missing`);
}
