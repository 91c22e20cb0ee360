/**
 * The way of commands to the server: to the one named, else to the one that runs on the data folder, else the data folder
 * is opened here and the same application asked in process. A folder without a store is not given one by a question.
 */
import { existsSync } from 'node:fs';
import type { Command } from 'commander';
import { errorFromAnswer, SmbError } from '../base/error.ts';
import type { Config } from '../config/config.ts';
import { readServerConfiguration } from './server-configuration.ts';
import { type Answer, type Ask, askHttp } from './api-http.ts';
import { say } from './terminal/output.ts';

/** Options of {@link addServerOptions}. */
export interface ServerFlags {
  readonly config?: string;
  readonly server?: string;
  readonly key?: string;
  readonly quiet?: boolean;
  /** Only a server that runs is asked. */
  readonly running?: boolean;
}

/** Adds the options that say which server is asked. */
export function addServerOptions(command: Command): Command {
  return command
    .option('-c, --config <file>', 'configuration (default: smbastion.toml here, if there is one)')
    .option('--server <url>', 'server to ask (default: the one of the data folder; SMBASTION_SERVER)')
    .option('--key <id:secret>', 'API key for it; better in SMBASTION_KEY, which other users cannot see');
}

/** Whether a server is named, which may be on another machine: what the configuration here says need not be its own. */
export function namesServer(flags: ServerFlags): boolean {
  return (flags.server ?? process.env['SMBASTION_SERVER']) !== undefined;
}

/** What can be asked; paths begin with `/`. Answers that say what is wrong are thrown as SmbError. */
export interface Api {
  /** Where the answers come from, in words. */
  readonly where: string;
  get<T>(path: string): Promise<T>;
  post<T>(path: string, body?: object): Promise<T>;
  put<T>(path: string, body: object): Promise<T>;
  patch<T>(path: string, body: object): Promise<T>;
  delete<T>(path: string): Promise<T>;
  /** Sends a body as it is, and gives the answer as it is, whatever its status. */
  send(ask: Ask): Promise<Answer>;
}

/**
 * Does something with the server and lets go of it.
 *
 * @param options `makesStore` for a command that makes a store where there is none
 * @throws SERVER-UNREACHABLE when nobody answers; INPUT-MISSING when there is neither a server nor a store; STORE-OPEN when the
 * data folder cannot be opened
 */
export async function withApi<T>(
  flags: ServerFlags,
  use: (api: Api) => Promise<T>,
  options: { readonly makesStore?: boolean } = {},
): Promise<T> {
  const connection = await connect(flags, options.makesStore === true);
  if (typeof connection === 'string') throw noStoreError(connection);
  return useConnection(connection, use);
}

/**
 * Does something with the server if there is one, or a store.
 *
 * @returns what it came to, or the data folder that is not there or holds no store
 * @throws as {@link withApi}
 */
export async function withApiIfAny<T>(
  flags: ServerFlags,
  use: (api: Api) => Promise<T>,
): Promise<{ readonly value: T } | { readonly dataFolder: string }> {
  const connection = await connect(flags, false);
  if (typeof connection === 'string') return { dataFolder: connection };
  return { value: await useConnection(connection, use) };
}

/** @returns the error for a question that nobody can answer */
export function noStoreError(dataFolder: string): SmbError {
  const what = existsSync(dataFolder) ? `${dataFolder} holds no store` : `there is no data folder at ${dataFolder}`;
  return new SmbError('INPUT-MISSING', `No server runs, and ${what}.`, {
    fix: 'name the server (--server URL), its configuration (-c FILE) or its data folder (SMBASTION_DATA); smbastion serve makes a new one',
  });
}

/** Says that a command made a store: in the wrong folder nobody would notice. */
export function sayMade(dataFolder: string): void {
  say(`A new store was made in ${dataFolder}.`);
}

async function useConnection<T>({ where, send, close }: Connection, use: (api: Api) => Promise<T>): Promise<T> {
  const json = async <A>(method: string, path: string, body?: object): Promise<A> => {
    const answer = await send({
      method,
      path,
      ...(body && { body: JSON.stringify(body), contentType: 'application/json' }),
    });
    return parseAnswer(answer, `${method} ${path}`) as A;
  };
  try {
    return await use({
      where,
      get: (path) => json('GET', path),
      post: (path, body) => json('POST', path, body),
      put: (path, body) => json('PUT', path, body),
      patch: (path, body) => json('PATCH', path, body),
      delete: (path) => json('DELETE', path),
      send,
    });
  } finally {
    await close();
  }
}

interface Connection {
  readonly where: string;
  readonly send: (ask: Ask) => Promise<Answer>;
  readonly close: () => Promise<void>;
}

const stay = async () => {};

/** @returns the data folder when nobody runs on it and it holds no store that could be asked */
async function connect(flags: ServerFlags, makesStore: boolean): Promise<Connection | string> {
  const url = flags.server ?? process.env['SMBASTION_SERVER'];
  if (url !== undefined) {
    const key = flags.key ?? process.env['SMBASTION_KEY'];
    const authorization = key === undefined ? undefined : `ApiKey ${Buffer.from(key).toString('base64')}`;
    return { where: `the server at ${url}`, send: (ask) => askHttp({ url, authorization }, ask), close: stay };
  }
  const { config } = readServerConfiguration(flags);
  // The server is loaded only by commands that talk to one.
  const { readEndpoint } = await import('../server/data/endpoint.ts');
  const endpoint = readEndpoint(config.server.dataFolder);
  if (endpoint !== undefined) {
    const target = { url: endpoint.url, authorization: `Bearer ${endpoint.key}`, certificate: endpoint.certificate };
    const send = (ask: Ask) => askHttp(target, ask);
    // A server that was killed leaves the file behind: then the folder is free.
    const isThere = await send({ method: 'GET', path: '/healthz' }).then(
      () => true,
      () => false,
    );
    if (isThere) return { where: `the server at ${endpoint.url}`, send, close: stay };
  }
  if (flags.running) {
    throw new SmbError('SERVER-UNREACHABLE', `No server runs on the data folder ${config.server.dataFolder}.`, {
      fix: 'smbastion serve starts one',
    });
  }
  const { dataFolder } = config.server;
  const { hasStore } = await import('../server/data/data-folder.ts');
  const isNew = !hasStore(dataFolder);
  if (isNew && !makesStore) return dataFolder;
  const connection = await openInProcess(config);
  if (isNew) sayMade(dataFolder);
  return connection;
}

async function openInProcess(config: Config): Promise<Connection> {
  const [{ Service }, { buildApp }, { serverLog }] = await Promise.all([
    import('../server/service.ts'),
    import('../server/http/app.ts'),
    import('../server/server-log.ts'),
  ]);
  const service = await Service.open({ config, log: serverLog('error') });
  const app = await buildApp(service);
  return {
    where: `the data folder ${config.server.dataFolder}`,
    send: async ({ method, path, body, contentType }) => {
      const { statusCode, headers, payload } = await app.inject({
        method: method as 'GET',
        url: path,
        headers: { authorization: `Bearer ${service.localKey}`, ...(contentType && { 'content-type': contentType }) },
        ...(body !== undefined && { payload: body }),
      });
      return { status: statusCode, contentType: String(headers['content-type'] ?? ''), body: payload };
    },
    close: async () => {
      await app.close();
      await service.stop();
    },
  };
}

/** @throws SmbError that the server answered with */
function parseAnswer(answer: Answer, asked: string): unknown {
  const isJson = answer.contentType.startsWith('application/json');
  const value: unknown = isJson && answer.body !== '' ? JSON.parse(answer.body) : answer.body;
  if (answer.status < 400) return value;
  throw errorFromAnswer(value) ?? new Error(`${asked} was answered with ${answer.status}: ${answer.body}`);
}
