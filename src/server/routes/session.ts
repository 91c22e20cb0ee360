import { Type } from 'typebox';
import { callerOf } from '../access/access-hook.ts';
import { ACCESS } from '../access/caller.ts';
import type { RouteGroup } from '../http/app-types.ts';
import { Credentials, SessionAnswer } from '../contract/people.ts';

/** Bytes of a body: anybody may send one, and reading a large one takes time from all others. */
const MAX_BODY = 8 * 1024;

/** `/api/v1/session`: signing in and out with a cookie, and who is signed in. */
export const sessionRoutes: RouteGroup = {
  name: 'session',
  register: (app, service) => {
    app.get(
      '/api/v1/session',
      { config: { access: ACCESS.read }, schema: { summary: 'Who asks', response: { 200: SessionAnswer } } },
      async (request) => {
        const { name, via, role, scopes } = callerOf(request);
        return { name, via, role, scopes };
      },
    );

    app.post(
      '/api/v1/session',
      {
        config: { access: ACCESS.open },
        bodyLimit: MAX_BODY,
        schema: {
          summary: 'Signs in with name and password; the cookie is the session',
          body: Credentials,
          response: { 200: SessionAnswer },
        },
      },
      async (request, reply) => {
        const { name, password } = request.body;
        const account = await service.signIn.byPassword(request, reply, name, password);
        return { name: account.name, via: 'session' as const, role: account.role, scopes: [] };
      },
    );

    app.post(
      '/api/v1/session/link',
      {
        config: { access: ACCESS.open },
        bodyLimit: MAX_BODY,
        schema: {
          summary: 'Sets the password that a link is for, and signs in',
          body: Type.Object(
            { secret: Type.String({ maxLength: 200 }), password: Type.String({ maxLength: 1024 }) },
            { additionalProperties: false },
          ),
          response: { 200: SessionAnswer },
        },
      },
      async (request, reply) => {
        const { secret, password } = request.body;
        const account = await service.signIn.byLink(request, reply, secret, password);
        return { name: account.name, via: 'session' as const, role: account.role, scopes: [] };
      },
    );

    app.delete(
      '/api/v1/session',
      { config: { access: ACCESS.read }, schema: { summary: 'Signs out' } },
      async (request, reply) => {
        await service.signIn.end(request, reply);
        return reply.status(204).send();
      },
    );
  },
};
