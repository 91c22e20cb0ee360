/** A server in a folder of its own, asked in process. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LightMyRequestResponse } from 'fastify';
import { type Config, DEFAULT_CONFIG } from '../../src/config/config.ts';
import type { ServerSettings } from '../../src/config/server-settings.ts';
import { buildApp } from '../../src/server/http/app.ts';
import type { App } from '../../src/server/http/app-types.ts';
import { serverLog } from '../../src/server/server-log.ts';
import { Service } from '../../src/server/service.ts';

/** A request in short. */
export interface TestAsk {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'HEAD';
  readonly url: string;
  readonly body?: object | string | Buffer;
  readonly headers?: Record<string, string>;
}

/** An opened server, not listening. */
export interface TestServer {
  readonly service: Service;
  readonly app: App;
  /** What was logged, a line each. */
  readonly log: readonly string[];
  /** Asks as whoever may read the data folder. */
  ask(ask: TestAsk): Promise<LightMyRequestResponse>;
  /** Asks as a stranger. */
  askAsStranger(ask: TestAsk): Promise<LightMyRequestResponse>;
  close(): Promise<void>;
}

/** @param changes what differs from the defaults */
export async function openTestServer(
  changes: { readonly config?: Partial<Config>; readonly server?: Partial<ServerSettings> } = {},
): Promise<TestServer> {
  const dataFolder = mkdtempSync(join(tmpdir(), 'smbastion-server-'));
  const server = { ...DEFAULT_CONFIG.server, dataFolder, ...changes.server };
  const log: string[] = [];
  const service = await Service.open({
    config: { ...DEFAULT_CONFIG, ...changes.config, server },
    log: serverLog('debug', (line) => log.push(line)),
  });
  const app = await buildApp(service);
  const askAsStranger = ({ method, url, body, headers }: TestAsk) =>
    app.inject({ method, url, ...(body !== undefined && { payload: body }), ...(headers && { headers }) });
  return {
    service,
    app,
    log,
    askAsStranger,
    ask: ({ headers, ...ask }) =>
      askAsStranger({ ...ask, headers: { authorization: `Bearer ${service.localKey}`, ...headers } }),
    close: async () => {
      await app.close();
      await service.stop();
      rmSync(dataFolder, { recursive: true, force: true });
    },
  };
}
