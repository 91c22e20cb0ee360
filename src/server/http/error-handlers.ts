/** How what goes wrong is answered: the same shape everywhere, but for receivers that speak another product's. */
import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { SmbError } from '../../base/error.ts';
import type { App } from './app-types.ts';
import { errorPage } from '../pages/page.ts';
import type { EsErrorType } from '../ingest/elastic/es-error.ts';
import { statusOf, toErrorAnswer } from '../contract/error.ts';

/** Answers errors of routes, of the framework and of requests that lead nowhere. */
export function addErrorHandlers(app: App): void {
  app.setErrorHandler<FastifyError>(answerError);
  app.setNotFoundHandler((request) => {
    throw notFound(request);
  });
}

/** A path of Elasticsearch, such as `/_bulk`: a shipper that was told host and port only. */
const SHIPPER_PATH = /(?:^|\/)_[a-z]/;

/** @returns the error of a request that leads nowhere */
export function notFound({ method, url }: Pick<FastifyRequest, 'method' | 'url'>): SmbError {
  const [path] = url.split('?');
  return new SmbError('API-NOT-FOUND', `There is nothing at ${method} ${path}.`, {
    fix: SHIPPER_PATH.test(path!)
      ? 'shippers send below /elasticsearch: add it to the URL they are given, behind host and port'
      : 'GET /api/v1/openapi.json lists what can be asked',
  });
}

/** Answers what the framework refuses before any route is found, such as a path that cannot be decoded. */
export function answerFrameworkError(error: FastifyError, _request: unknown, reply: FastifyReply): void {
  const known = toSmbError(error) ?? new SmbError('API-INPUT', 'This is no request.');
  void reply.status(statusOf(known)).send(toErrorAnswer(known));
}

/** Answers what is no HTTP, by hand: there is no request yet. */
export function answerClientError(error: Error & { readonly code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const status = CLIENT_STATUS[error.code ?? ''] ?? 400;
  const body = JSON.stringify(toErrorAnswer(new SmbError('API-INPUT', 'This is no request of HTTP that is taken.')));
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    'content-type: application/json; charset=utf-8',
    `content-length: ${Buffer.byteLength(body)}`,
    'connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}

/** What Node finds wrong; everything else is 400. */
const CLIENT_STATUS: Readonly<Record<string, number>> = {
  HPE_HEADER_OVERFLOW: 431,
  ERR_HTTP_REQUEST_TIMEOUT: 408,
};

async function answerError(
  error: FastifyError | SmbError,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<unknown> {
  const known = error instanceof SmbError ? error : toSmbError(error);
  if (known === undefined) {
    request.log.error({ err: error, method: request.method, route: request.routeOptions.url }, 'a request failed');
    reply.status(500);
    const message = 'This is a bug in smbastion; the log of the server says more.';
    return inShape(request, reply, { code: 'BUG', message, status: 500 });
  }
  const status = statusOf(known);
  reply.status(status);
  if (status === 401) reply.header('www-authenticate', 'ApiKey, Basic realm="smbastion"');
  if (status === 429 || status === 503) reply.header('retry-after', '1');
  return inShape(request, reply, { ...toErrorAnswer(known).error, status });
}

/** What Elasticsearch calls an error of a status; shippers look at it to tell what may be tried again. */
const ES_TYPES: Readonly<Record<number, EsErrorType>> = {
  401: 'security_exception',
  403: 'security_exception',
  413: 'content_too_long_exception',
  429: 'es_rejected_execution_exception',
};

/** The shape that the route's callers understand. */
function inShape(
  request: FastifyRequest,
  reply: FastifyReply,
  {
    status,
    ...error
  }: { readonly code: string; readonly message: string; readonly fix?: string; readonly status: number },
): unknown {
  switch (request.routeOptions.config?.errors) {
    case 'elasticsearch': {
      const type = ES_TYPES[status] ?? error.code;
      const { message: reason } = error;
      return { error: { root_cause: [{ type, reason }], type, reason }, status };
    }
    case 'page':
      void reply.type('text/html; charset=utf-8');
      return errorPage(error.message, error.fix);
    default:
      return { error };
  }
}

/** @returns a mistake of the caller that the framework found; undefined for what is our own */
function toSmbError(error: FastifyError): SmbError | undefined {
  const status = error.statusCode ?? 500;
  if (status === 413) {
    return new SmbError('API-TOO-LARGE', 'The body is larger than this route takes.', {
      fix: 'send less at a time; max_body in [server] is the limit',
    });
  }
  if (status === 404) return new SmbError('API-NOT-FOUND', error.message);
  if (status >= 400 && status < 500) return new SmbError('API-INPUT', error.message);
  if (status === 503) return new SmbError('API-TIME', error.message);
  return undefined;
}
