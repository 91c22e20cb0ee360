import { Type } from 'typebox';
import { SmbError } from '../../base/error.ts';
import { callerOf } from '../access/access-hook.ts';
import { ACCESS } from '../access/caller.ts';
import type { RouteGroup } from '../http/app-types.ts';
import { KeyAnswer, MadeKey, NewKey } from '../contract/people.ts';
import { rows } from '../contract/shapes.ts';

/** `/api/v1/keys`: which programs may send and ask. */
export const keysRoutes: RouteGroup = {
  name: 'keys',
  register: (app, { keys }) => {
    const config = { access: ACCESS.admin };

    app.get(
      '/api/v1/keys',
      { config, schema: { summary: 'All keys', response: { 200: Type.Object({ keys: rows(KeyAnswer) }) } } },
      async () => ({ keys: keys.list() }),
    );

    app.post(
      '/api/v1/keys',
      {
        config,
        schema: { summary: 'Makes a key; its secret is shown once', body: NewKey, response: { 201: MadeKey } },
      },
      async (request, reply) => {
        const { name, scopes, expiresMs } = request.body;
        if (expiresMs !== undefined && expiresMs <= Date.now()) {
          throw new SmbError('API-INPUT', 'The end of the key is over already.');
        }
        const { key, secret } = await keys.add({ name, scopes, expiresMs }, callerOf(request).name);
        const encoded = Buffer.from(`${key.id}:${secret}`).toString('base64');
        return reply.status(201).send({ key, secret, encoded });
      },
    );

    app.delete(
      '/api/v1/keys/:id',
      {
        config,
        schema: { summary: 'Removes a key; it stops working at once', params: Type.Object({ id: Type.String() }) },
      },
      async (request, reply) => {
        await keys.remove(request.params.id, callerOf(request).name);
        return reply.status(204).send();
      },
    );
  },
};
