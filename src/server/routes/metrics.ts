import { ACCESS } from '../access/caller.ts';
import type { RouteGroup } from '../http/app-types.ts';
import { collectMetrics } from '../metrics/metrics.ts';

/** `/metrics`: figures for Prometheus. */
export const metricsRoutes: RouteGroup = {
  name: 'metrics',
  register: (app, service) => {
    const registry = collectMetrics(app, service);
    app.addHook('onClose', async () => registry.clear());
    app.get('/metrics', { config: { access: ACCESS.read } }, async (_, reply) => {
      const text = await registry.metrics();
      return reply.type(registry.contentType).send(text);
    });
  },
};
