/** The document of the API, made of the routes themselves. */
import swagger from '@fastify/swagger';
import type { RouteOptions } from 'fastify';
import { PRODUCT } from '../../base/product.ts';
import { ACCESS } from '../access/caller.ts';
import type { App } from './app-types.ts';
import { ErrorAnswer } from '../contract/error.ts';

/** Where the document is. */
const OPENAPI_PATH = '/api/v1/openapi.json';

/**
 * Must come before the routes.
 *
 * @returns a function that says which group the routes that follow belong to
 */
export async function addOpenApi(app: App): Promise<(group: string) => void> {
  let tag = '';
  app.addHook('onRoute', (route) => describeRoute(route, tag));
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'smbastion',
        version: PRODUCT.version,
        description:
          'Times are milliseconds since 1970, UTC. Errors have one shape with a code of docs/exit-codes.md. Whoever asks sends an API key, or the cookie of a session.',
      },
      components: {
        securitySchemes: {
          key: {
            type: 'apiKey',
            in: 'header',
            name: 'authorization',
            description: '`ApiKey base64(id:secret)`; Basic with id and secret works as well',
          },
          session: { type: 'apiKey', in: 'cookie', name: 'smbastion', description: '`__Host-smbastion` over HTTPS' },
        },
      },
    },
  });
  app.get(OPENAPI_PATH, { config: { access: ACCESS.open }, schema: { hide: true } }, async () => app.swagger());
  return (group) => {
    tag = group;
  };
}

/** What all routes of the API have in common: their group, who may use them, how they say that something is wrong. */
function describeRoute(route: RouteOptions, tag: string): void {
  const isApi = route.url.startsWith('/api/') && route.method !== 'HEAD';
  const schema = { ...route.schema } as Record<string, unknown>;
  if (!isApi) schema['hide'] = true;
  else {
    const access = route.config?.access ?? 'open';
    schema['tags'] = [tag];
    schema['response'] = { ...(schema['response'] as object | undefined), '4xx': ErrorAnswer, '5xx': ErrorAnswer };
    if (access === 'open') schema['security'] = [];
    else {
      schema['security'] = [{ key: [] }, { session: [] }];
      const who = `For the role ${access.role} and above, and keys with the scope ${access.scope}.`;
      schema['description'] = [schema['description'], who].filter(Boolean).join(' ');
    }
  }
  route.schema = schema;
}
