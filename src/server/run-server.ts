/** Starts the server and stops it: what is opened first is closed last. */
import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createSecureContext } from 'node:tls';
import type { FastifyBaseLogger } from 'fastify';
import { SmbError } from '../base/error.ts';
import { readingReason, systemReason } from '../base/system-error.ts';
import type { Config } from '../config/config.ts';
import { formatListenAddress, type ServerSettings } from '../config/server-settings.ts';
import { buildApp, type TlsTexts } from './http/app.ts';
import type { App } from './http/app-types.ts';
import { removeEndpoint, writeEndpoint } from './data/endpoint.ts';
import { checkListenAddress } from './listen-address.ts';
import { Service } from './service.ts';

/** A server that listens. */
export interface RunningServer {
  readonly service: Service;
  /** Where it answers. */
  readonly url: string;
  /** Stops listening, finishes requests and runs, closes the data folder. */
  stop(): Promise<void>;
}

/**
 * @param prepare done before anything works on its own
 * @throws SERVER-ADDRESS when it may not or cannot listen; STORE-OPEN when the data folder cannot be opened or a server has it open
 */
export async function runServer(
  config: Config,
  log: FastifyBaseLogger,
  prepare: (service: Service) => Promise<void> = async () => {},
): Promise<RunningServer> {
  const { server } = config;
  checkListenAddress(server);
  const tls = readTls(server);
  const service = await Service.open({ config, log });
  let app: App | undefined;
  const close = async () => {
    removeEndpoint(server.dataFolder);
    if (app) await closeApp(app, server.stopMs, log);
    await service.stop();
  };
  try {
    app = await buildApp(service, tls);
    await app.listen({ host: server.listen.host, port: server.listen.port }).catch((cause: unknown) => {
      throw listenError(server, cause);
    });
    const { port } = app.server.address() as AddressInfo;
    const url = `${tls ? 'https' : 'http'}://${formatListenAddress({ host: reachable(server.listen.host), port })}`;
    service.listensOn(url);
    await prepare(service);
    await service.start();
    writeEndpoint(server.dataFolder, {
      url,
      key: service.localKey,
      pid: process.pid,
      ...(tls && { certificate: tls.cert }),
    });
    let stopped: Promise<void> | undefined;
    return { service, url, stop: () => (stopped ??= close()) };
  } catch (error) {
    // What still listens would keep the process, and answer over a closed store.
    await close().catch((problem: unknown) => log.error({ err: problem }, 'what was started did not close cleanly'));
    throw error;
  }
}

/** Requests that go on are finished, but one that never ends must not keep the data folder open. */
async function closeApp(app: App, stopMs: number, log: FastifyBaseLogger): Promise<void> {
  const cut = setTimeout(() => {
    log.warn({ afterMs: stopMs }, 'requests that did not end were cut off');
    app.server.closeAllConnections();
  }, stopMs);
  try {
    await app.close();
  } finally {
    clearTimeout(cut);
  }
}

function readTls({ tls }: ServerSettings): TlsTexts | undefined {
  if (tls === undefined) return undefined;
  const [cert, key] = [tls.certificate, tls.key].map((file) => {
    try {
      return readFileSync(file, 'utf8');
    } catch (cause) {
      throw new SmbError('SERVER-ADDRESS', `${file} of [server.tls] cannot be read: ${readingReason(cause)}.`);
    }
  });
  try {
    createSecureContext({ cert, key });
  } catch (cause) {
    const reason = systemReason(cause);
    throw new SmbError('SERVER-ADDRESS', `Certificate and key of [server.tls] cannot be used: ${reason}.`, {
      fix: 'both are PEM files, and the key is that of the first certificate in its file',
    });
  }
  return { cert: cert!, key: key! };
}

/** A server that listens everywhere is reached on this machine by its own address. */
function reachable(host: string): string {
  return host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host;
}

function listenError({ listen }: ServerSettings, cause: unknown): SmbError {
  const address = formatListenAddress(listen);
  const reason = systemReason(cause, { ENOTFOUND: 'there is no such name' });
  return new SmbError('SERVER-ADDRESS', `The server cannot listen on ${address}: ${reason}.`, {
    fix: 'listen in [server], or --listen, says where',
  });
}
