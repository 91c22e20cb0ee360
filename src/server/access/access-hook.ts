/** The one place where access is decided: before a body is read, for every route, and a route that states none cannot exist. */
import type { FastifyRequest } from 'fastify';
import { SmbError } from '../../base/error.ts';
import type { App } from '../http/app-types.ts';
import { notFound } from '../http/error-handlers.ts';
import type { Service } from '../service.ts';
import { authenticate } from './authenticate.ts';
import { type Access, type Caller, isAllowed } from './caller.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Who may use the route. */
    readonly access?: Access;
    /** Shape of its errors; `api` unless given. */
    readonly errors?: 'api' | 'elasticsearch' | 'page';
  }
  interface FastifyRequest {
    /** Who asks; undefined on open routes when nobody signed in. */
    caller: Caller | undefined;
  }
}

/** Checks every request that reaches a route. */
export function addAccessHook(app: App, service: Service): void {
  app.decorateRequest('caller', undefined);
  app.addHook('onRoute', ({ config, method, url }) => {
    if (config?.access === undefined) throw new Error(`the route ${String(method)} ${url} does not say who may use it`);
  });
  app.addHook('onRequest', async (request) => {
    // A body that leads nowhere is not read.
    if (request.is404) throw notFound(request);
    const { access } = request.routeOptions.config;
    const caller = authenticate(request, service);
    request.caller = caller;
    if (access === 'open') return;
    if (caller === undefined) {
      throw new SmbError('API-SIGN-IN', 'Nobody is signed in, and no API key was given.', {
        fix: 'sign in, or send the header "Authorization: ApiKey base64(id:secret)"; smbastion keys add makes one, and commands take it from SMBASTION_KEY',
      });
    }
    if (access === undefined || !isAllowed(caller, access)) throw denied(caller, access);
  });
}

function denied(caller: Caller, access: Access | undefined): SmbError {
  const needed = typeof access === 'object' ? access : undefined;
  const fix =
    caller.via === 'key'
      ? `a key with the scope ${needed?.scope} may`
      : `the role ${needed?.role} may; an admin gives it`;
  return new SmbError('API-DENIED', `${caller.name} may not do this.`, { fix });
}

/**
 * @returns who asks, on a route that is not open
 * @throws Error on a route that is open: it has nobody to name
 */
export function callerOf(request: FastifyRequest): Caller {
  if (request.caller === undefined) throw new Error(`${request.url} is open and names nobody`);
  return request.caller;
}
