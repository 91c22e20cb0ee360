import cookie from '@fastify/cookie';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import {
  type FastifyBaseLogger,
  type FastifyServerOptions,
  fastify,
  LogController,
  type RawServerDefault,
} from 'fastify';
import { addAccessHook } from '../access/access-hook.ts';
import type { App } from './app-types.ts';
import { addErrorHandlers, answerClientError, answerFrameworkError } from './error-handlers.ts';
import { addJsonParser } from './json-bounds.ts';
import { addOpenApi } from './openapi.ts';
import { routes } from '../routes.ts';
import { addSecurityHeaders } from './security-headers.ts';
import type { Service } from '../service.ts';
import { compileValidator } from './validator.ts';

/** Bytes of a parameter in a path; ids of ours are short. */
const MAX_PARAMETER = 200;

/** Certificate and private key, in PEM. */
export interface TlsTexts {
  readonly cert: string;
  readonly key: string;
}

/** @returns the application with all routes; it listens nowhere yet */
export async function buildApp(service: Service, tls?: TlsTexts): Promise<App> {
  const { server } = service.config;
  const options: FastifyServerOptions<RawServerDefault, FastifyBaseLogger> = {
    // Its type tells HTTP from HTTPS, which no route cares about.
    ...(tls && ({ https: { ...tls, minVersion: 'TLSv1.2' } } as object)),
    loggerInstance: service.log,
    logController: new LogController({ disableRequestLogging: true }),
    frameworkErrors: answerFrameworkError,
    clientErrorHandler: answerClientError,
    bodyLimit: server.maxBodyBytes,
    routerOptions: { maxParamLength: MAX_PARAMETER },
    trustProxy: server.isBehindProxy && isNearestHop,
    forceCloseConnections: 'idle',
    requestTimeout: 120_000,
    // A request that came before its connection was closed is answered: some shippers drop what is answered with 503.
    return503OnClosing: false,
  };
  const app: App = fastify(options).withTypeProvider<TypeBoxTypeProvider>();
  app.setValidatorCompiler(compileValidator);
  addJsonParser(app);
  addErrorHandlers(app);
  await app.register(cookie);
  addSecurityHeaders(app);
  addAccessHook(app, service);
  const belongTo = await addOpenApi(app);
  for (const group of routes) {
    belongTo(group.name);
    group.register(app, service);
  }
  return app;
}

/** The proxy says who asked it; what others said to it may be made up. */
function isNearestHop(_address: string, hop: number): boolean {
  return hop === 0;
}
