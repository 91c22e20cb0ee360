import { Type } from 'typebox';
import { callerOf } from '../access/access-hook.ts';
import { ACCESS } from '../access/caller.ts';
import type { RouteGroup } from '../http/app-types.ts';
import { LinkAnswer, NewUser, UserAnswer, UserChange } from '../contract/people.ts';
import { rows } from '../contract/shapes.ts';

const Name = Type.Object({ name: Type.String() });

/** `/api/v1/users`: who may sign in. */
export const usersRoutes: RouteGroup = {
  name: 'users',
  register: (app, service) => {
    const { accounts } = service;
    const config = { access: ACCESS.admin };
    const linkAnswer = (user: string, secret: string) => ({
      user,
      link: `${service.publicUrl}/link/${secret}`,
      expiresMs: accounts.get(user)!.linkExpiresMs!,
    });

    app.get(
      '/api/v1/users',
      { config, schema: { summary: 'All users', response: { 200: Type.Object({ users: rows(UserAnswer) }) } } },
      async () => ({ users: accounts.list() }),
    );

    app.post(
      '/api/v1/users',
      {
        config,
        schema: {
          summary: 'Adds a user; the link sets the password, once',
          body: NewUser,
          response: { 201: LinkAnswer },
        },
      },
      async (request, reply) => {
        const { name, role } = request.body;
        const secret = await accounts.add(name, role, callerOf(request).name);
        return reply.status(201).send(linkAnswer(name, secret));
      },
    );

    app.post(
      '/api/v1/users/:name/link',
      { config, schema: { summary: 'A new link that sets the password', params: Name, response: { 200: LinkAnswer } } },
      async (request) => {
        const { name } = request.params;
        return linkAnswer(name, await accounts.renewLink(name, callerOf(request).name));
      },
    );

    app.patch(
      '/api/v1/users/:name',
      {
        config,
        schema: {
          summary: 'Gives another role, or lets a user in no more',
          params: Name,
          body: UserChange,
          response: { 200: UserAnswer },
        },
      },
      async (request) => {
        const { name } = request.params;
        await accounts.change(name, request.body, callerOf(request).name);
        return accounts.get(name)!;
      },
    );

    app.delete(
      '/api/v1/users/:name',
      { config, schema: { summary: 'Removes a user', params: Name } },
      async (request, reply) => {
        await accounts.remove(request.params.name, callerOf(request).name);
        return reply.status(204).send();
      },
    );
  },
};
