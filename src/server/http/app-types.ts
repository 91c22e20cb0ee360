import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyBaseLogger, FastifyInstance, RawServerDefault } from 'fastify';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Service } from '../service.ts';

/** The HTTP application: handlers get the types of their schemas. */
export type App = FastifyInstance<
  RawServerDefault,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  TypeBoxTypeProvider
>;

/** A group of routes; routes.ts is the list. */
export interface RouteGroup {
  /** What it is about, as the reference of the API calls it. */
  readonly name: string;
  /** Adds its routes. Each states `config.access` and its schemas. */
  readonly register: (app: App, service: Service) => void;
}
