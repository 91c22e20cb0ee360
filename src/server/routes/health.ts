import { Type } from 'typebox';
import { ACCESS } from '../access/caller.ts';
import type { RouteGroup } from '../app-types.ts';

const Health = Type.Object({ status: Type.String() });

/** `/healthz` and `/readyz`: for whoever restarts the server or sends it requests. They say nothing else to strangers. */
export const healthRoutes: RouteGroup = {
  name: 'health',
  register: (app, service) => {
    const schema = { response: { 200: Health, 503: Health } };
    app.get('/healthz', { config: { access: ACCESS.open }, schema }, async () => ({ status: 'ok' }));
    app.get('/readyz', { config: { access: ACCESS.open }, schema }, async (_, reply) => {
      if (service.isReady) return { status: 'ready' };
      return reply.status(503).send({ status: service.isStopping ? 'stopping' : 'starting' });
    });
  },
};
