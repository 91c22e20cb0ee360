import { Type } from 'typebox';
import { ACCESS } from '../access/caller.ts';
import type { RouteGroup } from '../http/app-types.ts';
import type { Service } from '../service.ts';
import { freeBytes } from '../answers/status.ts';
import type { EventBacklog } from '../../store/event-store.ts';

const Health = Type.Object({ status: Type.String() });

/** With less room the next few requests of shippers fill the disk; the store writes its log before it tidies up. */
const LEAST_FREE_BYTES = 128 * 1024 * 1024;

/**
 * Whether requests should be sent here.
 *
 * @param free bytes left on the disk of the data folder
 * @param backlog events that the store could not take in yet
 */
export function readinessOf(
  { isReady, isStopping }: Pick<Service, 'isReady' | 'isStopping'>,
  free: number,
  backlog: Pick<EventBacklog, 'failure'>,
): string {
  if (isStopping) return 'stopping';
  if (!isReady) return 'starting';
  if (free < LEAST_FREE_BYTES) return 'disk full';
  return backlog.failure === undefined ? 'ready' : 'store failing';
}

/** `/healthz` and `/readyz`: for whoever restarts the server or sends it requests. They say nothing else to strangers. */
export const healthRoutes: RouteGroup = {
  name: 'health',
  register: (app, service) => {
    const schema = { response: { 200: Health, 503: Health } };
    app.get('/healthz', { config: { access: ACCESS.open }, schema }, async (_, reply) => {
      return service.isClosed ? reply.status(503).send({ status: 'closed' }) : { status: 'ok' };
    });
    app.get('/readyz', { config: { access: ACCESS.open }, schema }, async (_, reply) => {
      if (service.isClosed) return reply.status(503).send({ status: 'closed' });
      const { config, store } = service;
      const status = readinessOf(service, freeBytes(config.server.dataFolder), store.events.backlog());
      return reply.status(status === 'ready' ? 200 : 503).send({ status });
    });
  },
};
